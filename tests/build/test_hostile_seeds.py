"""Seeds that would take much time or memory, or are not files, are refused early and in little memory."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from app.build.common.faults import MAX_FAULTS, SeedError
from app.build.common.yaml_reader import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from app.build.pipeline import read_checked
from tests.build.edits import CAMPAIGN, DOCUMENTS, EVENTS, LOCATIONS, OUTCOMES, PLACES, SOURCES
from tests.conftest import ROOT
from tests.serving import UNTRACED

SECONDS = 15
"""The most processor time of a check; it takes 5 seconds on an idle machine."""
MEGABYTES = 300
"""The most memory of a check."""
TIMEOUT_SECONDS = 120
"""Ends a process that hangs."""

# The memory that is reported of a process is at least that of the one that started it: this one is small.
_MEASURE = """
import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""


def faults_of_a_small_process(seeds: Path) -> list[str]:
    """Check bad seeds in a process that is measured; returns the lines of faults."""
    command = [sys.executable, "-m", "app.build", "check", "--seeds", str(seeds)]
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command],
        check=True,
        cwd=ROOT,
        env=os.environ | UNTRACED,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    status, seconds, megabytes = json.loads(measured.stdout)
    assert status == 1, measured.stderr[-2000:]
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    lines = [line for line in measured.stderr.splitlines() if not line.startswith(("reading ", "checking"))]
    assert all(len(line) < 1000 for line in lines)
    return lines[:-1]


def laughs() -> str:
    lines = ["a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    return "\n".join(lines)


def circle(text: str, places: int = 3000) -> str:
    """Add places whose parents form a circle."""
    name = "{zh-Hant: 某, zh-Hans: 某, en: Some}"
    place = "  - {{id: p{0}, kind: town, name: {2}, parent: p{1}, coordinates: null, coordinates_note: {2}}}\n"
    added = "".join(place.format(number, (number + 1) % places, name) for number in range(places))
    return text.replace("\nmentions:\n", f"\n{added}\nmentions:\n")


DEEP = f"is nested deeper than {MAX_DEPTH} levels"
TOO_MANY = f"has more than the {MAX_VALUES:,} keys and values that a document may have"
NESTED: Mapping[str, tuple[str, str]] = {
    CAMPAIGN: ("{a: " * 100_000, f"1:{4 * MAX_DEPTH + 5}: a.a."),
    EVENTS: ("[" * 100_000, f"1:{MAX_DEPTH + 2}: {'[0]' * (MAX_DEPTH + 1)}: {DEEP}"),
    LOCATIONS: ("- " * 100_000, f"1:{2 * MAX_DEPTH + 3}: [0][0]"),
    OUTCOMES: ("? " * 100_000, f"1:{2 * MAX_DEPTH + 3}: ?.?."),
    SOURCES: (laughs(), "1:4: a: an anchor is not allowed; write the value out in each place"),
    PLACES: (
        "a: &a x\nb: [" + "*a, " * 100_000 + "]",
        "2:5: b[0]: an alias is not allowed; write the value out in each place",
    ),
}


@pytest.mark.slow
def test_deep_nesting_is_refused(lone: Path) -> None:
    for name, (text, _) in NESTED.items():
        (lone / name).write_text(text, encoding="utf-8")
    lines = faults_of_a_small_process(lone)
    for name, (_, printed) in NESTED.items():
        assert any(line.startswith(f"{lone / name}:{printed}") for line in lines)
    assert len(lines) == 4 + 100 + MAX_FAULTS + 1


BOMBS: Mapping[str, tuple[str, Callable[[str], str], int, str]] = {
    "numbers without end": (
        EVENTS,
        lambda _: "events: [" + "1," * 1_000_000,
        1,
        f"1:{2 * MAX_VALUES + 4}: events[{MAX_VALUES - 3}]: {TOO_MANY}",
    ),
    "records that are none": (
        PLACES,
        lambda _: "places: [" + "1," * 30_000 + "]",
        MAX_FAULTS + 1,
        "1:1: (document): has 29,001 more faults; fix the others first",
    ),
    "one key again and again": (EVENTS, lambda _: "a: 1\n" * 20_000, MAX_FAULTS + 1, "2:1: a: is repeated"),
    "keys that nobody knows": (
        CAMPAIGN,
        lambda text: text + "".join(f"k{number}: 1\n" for number in range(10_000)),
        MAX_FAULTS + 1,
        "5:1: (document): has 9,000 more faults",
    ),
    "a key without end": (
        EVENTS,
        lambda text: f'? "{"k" * 4_000_000}"\n: 1\n{text}',
        1,
        f"1:3: {'k' * 80}…: is not a key here; one of: events",
    ),
    "a text without end": (
        EVENTS,
        lambda text: text.replace("Road safety quiz", "考" * 1_000_000),
        1,
        "events[5].title.en: has 1,000,000 characters; write at most 5,000",
    ),
    "a quotation without end": (
        EVENTS,
        lambda text: f'{text}note: "{"x" * 4_000_000}',
        1,
        "(document): not readable as YAML: while scanning a quoted scalar: found unexpected end of stream",
    ),
    "places in a circle of thousands": (LOCATIONS, circle, MAX_FAULTS + 1, "1:1: (folder): may have more faults"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_documents_that_would_take_much_time_or_memory_are_refused(lone: Path, name: str) -> None:
    file, make, faults, printed = BOMBS[name]
    text = make((lone / file).read_text(encoding="utf-8"))
    assert len(text.encode()) < MAX_BYTES
    (lone / file).write_text(text, encoding="utf-8")
    lines = faults_of_a_small_process(lone)
    assert len(lines) == faults
    assert any(printed in line for line in lines), "\n".join(lines[:5])


@pytest.mark.slow
def test_a_hundred_megabytes_are_not_read(lone: Path) -> None:
    with (lone / EVENTS).open("r+b") as file:
        file.truncate(100_000_000)
    assert faults_of_a_small_process(lone) == [
        f"{lone / EVENTS}:1:1: (document): is 100,000,000 bytes long; at most {MAX_BYTES:,} are read"
    ]


@pytest.mark.slow
def test_devices_and_pipes_are_not_read(lone: Path) -> None:
    for name in DOCUMENTS:
        (lone / name).unlink()
        if name in (EVENTS, PLACES, SOURCES):
            os.mkfifo(lone / name)
        else:
            (lone / name).symlink_to("/dev/zero")
    lines = faults_of_a_small_process(lone)
    assert lines == sorted(
        f"{lone / name}:1:1: (document): is not a regular file; put one in its place" for name in DOCUMENTS
    )


# Entries that are not files, and unreadable files.


def faults_in(seeds: Path) -> list[str]:
    with pytest.raises(SeedError) as caught:
        read_checked(seeds)
    return [str(fault) for fault in caught.value.faults]


def in_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def in_nothing(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.with_name("nothing"))


def in_a_circle(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


NO_FILES: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "a folder": (in_a_folder, "cannot be read: Is a directory"),
    "a link to nothing": (in_nothing, "cannot be read: No such file or directory"),
    "a link to itself": (in_a_circle, "cannot be read: Too many levels of symbolic links"),
}


@pytest.mark.parametrize(("name", "kind"), [*zip(DOCUMENTS, [*NO_FILES] * 2, strict=True)])
def test_other_entries_than_files_are_reported(lone: Path, name: str, kind: str) -> None:
    make, message = NO_FILES[kind]
    make(lone / name)
    assert faults_in(lone) == [f"{lone / name}:1:1: (document): {message}"]


def faults_for_anybody(seeds: Path) -> list[str]:
    """Return the faults that are reported to somebody without rights, who reads the seeds from inside their folder."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.chdir(seeds)
            if os.geteuid() == 0:
                os.seteuid(65534)
            os.write(writing, "\n".join(faults_in(Path())).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as printed:
        lines = printed.read().splitlines()
    os.waitpid(process, 0)
    return lines


def test_files_that_may_not_be_read_are_reported(lone: Path) -> None:
    for name in DOCUMENTS:
        (lone / name).chmod(0)
    assert faults_for_anybody(lone) == sorted(
        f"{name}:1:1: (document): cannot be read: Permission denied" for name in DOCUMENTS
    )


def test_a_folder_that_may_not_be_listed_is_reported(lone: Path) -> None:
    (lone / "pingliang").chmod(0o311)
    assert faults_for_anybody(lone) == ["pingliang:1:1: (folder): cannot be read: Permission denied"]


def test_a_folder_that_may_not_be_entered_is_reported_with_each_document(lone: Path) -> None:
    (lone / "pingliang").chmod(0)
    assert faults_for_anybody(lone) == [
        "pingliang:1:1: (folder): cannot be read: Permission denied",
        *sorted(f"{name}:1:1: (document): cannot be read: Permission denied" for name in DOCUMENTS[:-1]),
    ]


def test_seeds_that_may_not_be_entered_are_reported(lone: Path) -> None:
    lone.chmod(0o644)
    lines = faults_for_anybody(lone)
    assert lines == [".:1:1: (folder): cannot be read: Permission denied"]


# Anything.


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Change some bytes of a file, leave some out, put some in, or put some in another place."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(changed))
        end = start + chance.choice((0, 1, 1, 2, 10, 200))
        signs = chance.choice(
            (b"\0", b"\t", b"\n", b": ", b"- ", b"[", b"}", b'"', b"'", b"#", b"&a ", b"*a", b"!", b"|")
        )
        put = (bytes([chance.randrange(256)]), signs, bytes(changed[start:end]) * 2, b"")
        changed[start:end] = chance.choice(put)
    return bytes(changed)


@pytest.mark.parametrize(
    ("seed", "rounds"),
    [*((seed, 15) for seed in range(6)), *(pytest.param(seed, 100, marks=pytest.mark.slow) for seed in range(6, 12))],
)
def test_damaged_documents_are_reported(lone: Path, seed: int, rounds: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same each time
    name = DOCUMENTS[seed % len(DOCUMENTS)]
    content = (lone / name).read_bytes()
    for other in DOCUMENTS:
        (lone / other).unlink()
    for _ in range(rounds):
        (lone / name).write_bytes(damaged(content, chance))
        lines = (lone / name).read_bytes().count(b"\n") + 1
        with pytest.raises(SeedError) as caught:
            read_checked(lone)
        for fault in caught.value.faults:
            assert 1 <= fault.line <= lines
            assert fault.column >= 1
            assert fault.message
            assert str(fault).isprintable()
