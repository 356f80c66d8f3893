"""That what the tests are put to the test with is what it says: each mutant one small change, and one that takes."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutation.forking import LostError, in_a_copy
from tests.mutation.mutants import mutants_of
from tests.mutation.scope import SUBJECTS

SOURCE = """\
'''What it is for.'''

Number = int | None
LIMIT: int = 7


def half(given: int, *, least: int = 1) -> str | None:
    '''Say it.'''
    assert given != 3
    if given <= least or not given:
        raise ValueError(f"{given - 1} is little")
    halves = [part for part in range(given) if bool(part)]
    halves[0] += given // 2
    print("half", r"[0-9]{2}", flush=True)
    return str(halves)
"""

CHANGES = [
    ("= 7", "= 8"),
    ("least: int = 1", "least: int = 2"),
    ("given <= least", "given < least"),
    ("least or not", "least and not"),
    ("or not given:", "or (given):"),
    ('raise ValueError(f"{given - 1} is little")', "pass"),
    ('(f"{', '(f"XX{'),
    ("given - 1", "given + 1"),
    ("given - 1", "given - 2"),
    ("if bool(part)]", "if (not (bool(part)))]"),
    ("+= given", "-= given"),
    ("+= given", "= given"),
    ("given // 2", "given * 2"),
    ("given // 2", "given // 3"),
    ('print("half", r"[0-9]{2}", flush=True)', "pass"),
    ('"half"', '"XXhalf"'),
    ('r"[', 'r"XX['),
    ("[0-", "[1-"),
    ("-9]", "-10]"),
    ("{2}", "{3}"),
    ("True", "False"),
    ("return str(halves)", "return None"),
]


def test_each_mutant_is_one_small_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "module.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = [mutant.source() for mutant in mutants_of("module.py")]
    assert sorted(found) == sorted(SOURCE.replace(was, now) for was, now in CHANGES)


def test_what_is_put_to_the_test_is_there() -> None:
    for subject in SUBJECTS.values():
        for path in (*subject.modules, *subject.tests):
            assert (ROOT / path).exists(), path


def test_a_copy_gives_what_it_makes_and_is_given_up_when_it_does_not_end() -> None:
    assert in_a_copy(lambda: "made", 60) == "made"
    with pytest.raises(LostError):
        in_a_copy(lambda: 1 // 0, 60)
    with pytest.raises(LostError):
        in_a_copy(lambda: [None for _ in iter(int, 1)], 0.1)
