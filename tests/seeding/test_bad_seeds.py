"""Bad seeds, one fault in each: told with file, line, column and field, and what is served stays as it is."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.build.__main__ import main
from tests.seeding.bad.case import Case
from tests.seeding.bad.records import KEYS, TOGETHER
from tests.seeding.bad.texts import RAW, WHOLE, YAML_TEXTS
from tests.seeding.bad.values import VALUES
from tests.seeding.conftest import SNAPSHOT
from tests.seeding.spoiling import DOCUMENTS, EVENTS, spoil, unread

ONE_DOCUMENT = [*VALUES, *YAML_TEXTS, *KEYS]


def test_there_are_enough_bad_seeds() -> None:
    assert len(ONE_DOCUMENT) + len(TOGETHER) + len(RAW) + len(WHOLE) >= 200


def faults_of_a_build(seeds: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Try to build bad seeds over the snapshot in `place`; gives the lines of faults."""
    before = (place / SNAPSHOT).read_bytes()
    assert main(["build", "--seeds", str(seeds), "--output", str(place / SNAPSHOT)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert (place / SNAPSHOT).read_bytes() == before
    assert [file.name for file in place.iterdir()] == [SNAPSHOT]
    *lines, count = [line for line in err.splitlines() if not line.startswith(("reading ", "checking"))]
    assert count == (f"{len(lines)} faults" if len(lines) > 1 else "1 fault")
    return lines


def leave_alone(seeds: Path, name: str) -> dict[Path, str]:
    """Take the other documents away, to be quick; gives what is told of each."""
    others = [seeds / other for other in DOCUMENTS if other != name]
    for other in others:
        other.unlink()
    return {other: f"{other}:1:1: (document): cannot be read: No such file or directory" for other in others}


def assert_told(seeds: Path, lines: Sequence[str], expected: Sequence[tuple[str, str]]) -> None:
    """Expect of each fault its place with the field, and a piece of the message."""
    assert len(lines) == len(expected), "\n".join(lines)
    for line, (start, piece) in zip(lines, expected, strict=True):
        assert line.startswith(start), f"{line}\ndoes not start with {start}"
        assert piece in line.removeprefix(start)
        assert unread([line.split(": ", 2)[2]], seeds) == []
        assert len(line) < 1000
        assert line.isprintable()


@pytest.mark.parametrize("case", ONE_DOCUMENT, ids=lambda case: case.name)
def test_a_bad_document_is_told(lone: Path, place: Path, capsys: pytest.CaptureFixture[str], case: Case) -> None:
    others = leave_alone(lone, case.file)
    places = spoil(lone, {case.file: {case.old: case.new}})
    lines = [line for line in faults_of_a_build(lone, place, capsys) if line not in others.values()]
    assert_told(lone, lines, expected(case, places))


@pytest.mark.parametrize("case", TOGETHER, ids=lambda case: case.name)
def test_documents_that_do_not_go_together_are_told(
    lone: Path, place: Path, capsys: pytest.CaptureFixture[str], case: Case
) -> None:
    places = spoil(lone, {case.file: {case.old: case.new}})
    assert_told(lone, faults_of_a_build(lone, place, capsys), expected(case, places))


def expected(case: Case, places: Sequence[tuple[Path, int, int]]) -> list[tuple[str, str]]:
    return [
        (f"{file}:{line}:{column}: {field}: ", piece)
        for (file, line, column), (field, piece) in zip(places, case.told, strict=True)
    ]


@pytest.mark.parametrize("name", RAW)
def test_bytes_that_are_no_text_are_told(
    lone: Path, place: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    others = leave_alone(lone, EVENTS)
    put, message = RAW[name]
    before, after = (lone / EVENTS).read_bytes().split(b"safety quiz")
    (lone / EVENTS).write_bytes(before + put + after)
    *above, line = before.decode().split("\n")
    lines = [line for line in faults_of_a_build(lone, place, capsys) if line not in others.values()]
    told = f"{lone / EVENTS}:{len(above) + 1}:{len(line) + 1}: (encoding): "
    assert_told(lone, lines, [(told, message)])


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_something_else_is_told(
    lone: Path, place: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    others = leave_alone(lone, EVENTS)
    make, message = WHOLE[name]
    (lone / EVENTS).write_bytes(make((lone / EVENTS).read_text(encoding="utf-8")))
    lines = [line for line in faults_of_a_build(lone, place, capsys) if line not in others.values()]
    assert_told(lone, lines, [(f"{lone / EVENTS}:", message)])
