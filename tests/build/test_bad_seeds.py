"""Bad seeds, one fault in each, reported with file, line, column and field."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.build.__main__ import main
from app.build.common.faults import SeedError
from app.build.pipeline import read_checked
from tests.build.bad.case import Case
from tests.build.bad.records import KEYS, TOGETHER
from tests.build.bad.texts import RAW, WHOLE, YAML_TEXTS
from tests.build.bad.values import VALUES
from tests.build.conftest import SNAPSHOT
from tests.build.edits import CAMPAIGN, DOCUMENTS, EVENTS, MARK, damage, unread

ONE_DOCUMENT = [*VALUES, *YAML_TEXTS, *KEYS]
BY_COMMAND = [*ONE_DOCUMENT[::40], *TOGETHER[::4]]
"""A sample of the cases, for the command line."""


def test_there_are_enough_bad_seeds() -> None:
    assert len(ONE_DOCUMENT) + len(TOGETHER) + len(RAW) + len(WHOLE) >= 200


def faults_of(seeds: Path) -> list[str]:
    """Read and check bad seeds; returns a line for each fault."""
    with pytest.raises(SeedError) as caught:
        read_checked(seeds)
    return [str(fault) for fault in caught.value.faults]


def leave_alone(seeds: Path, name: str) -> dict[Path, str]:
    """Remove the other documents, which makes the check quicker; returns the faults that this causes."""
    others = [seeds / other for other in DOCUMENTS if other != name]
    for other in others:
        other.unlink()
    return {other: f"{other}:1:1: (document): cannot be read: No such file or directory" for other in others}


def assert_told(seeds: Path, lines: Sequence[str], expected: Sequence[tuple[str, str]]) -> None:
    """Assert that each fault has the expected position, field and part of the message."""
    assert len(lines) == len(expected), "\n".join(lines)
    for line, (start, piece) in zip(lines, expected, strict=True):
        assert line.startswith(start), f"{line}\ndoes not start with {start}"
        assert piece in line.removeprefix(start)
        assert unread([line.split(": ", 2)[2]], seeds) == []
        assert len(line) < 1000
        assert line.isprintable()


@pytest.mark.parametrize("case", ONE_DOCUMENT, ids=lambda case: case.name)
def test_a_bad_document_is_reported(lone: Path, case: Case) -> None:
    others = leave_alone(lone, case.file)
    places = damage(lone, {case.file: {case.old: case.new}})
    lines = [line for line in faults_of(lone) if line not in others.values()]
    assert_told(lone, lines, expected(case, places))


@pytest.mark.parametrize("case", TOGETHER, ids=lambda case: case.name)
def test_contradicting_documents_are_reported(lone: Path, case: Case) -> None:
    places = damage(lone, {case.file: {case.old: case.new}})
    assert_told(lone, faults_of(lone), expected(case, places))


@pytest.mark.parametrize("case", BY_COMMAND, ids=lambda case: case.name)
def test_a_build_of_bad_seeds_prints_the_faults_and_leaves_the_database(
    lone: Path, place: Path, capsys: pytest.CaptureFixture[str], case: Case
) -> None:
    before = (place / SNAPSHOT).read_bytes()
    places = damage(lone, {case.file: {case.old: case.new}})
    assert main(["build", "--seeds", str(lone), "--output", str(place / SNAPSHOT)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert (place / SNAPSHOT).read_bytes() == before
    assert [file.name for file in place.iterdir()] == [SNAPSHOT]
    *lines, count = [line for line in err.splitlines() if not line.startswith(("reading ", "checking"))]
    assert count == (f"{len(lines)} faults" if len(lines) > 1 else "1 fault")
    for start, piece in expected(case, places):
        assert any(line.startswith(start) and piece in line for line in lines), lines


def expected(case: Case, places: Sequence[tuple[Path, int, int]]) -> list[tuple[str, str]]:
    return [
        (f"{file}:{line}:{column}: {field}: ", piece)
        for (file, line, column), (field, piece) in zip(places, case.printed, strict=True)
    ]


@pytest.mark.parametrize("name", RAW)
def test_bytes_that_are_not_utf8_are_reported(lone: Path, name: str) -> None:
    others = leave_alone(lone, EVENTS)
    put, message = RAW[name]
    before, after = (lone / EVENTS).read_bytes().split(b"safety quiz")
    (lone / EVENTS).write_bytes(before + put + after)
    *above, line = before.decode().split("\n")
    lines = [line for line in faults_of(lone) if line not in others.values()]
    printed = f"{lone / EVENTS}:{len(above) + 1}:{len(line) + 1}: (encoding): "
    assert_told(lone, lines, [(printed, message)])


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_with_other_content_is_reported(lone: Path, name: str) -> None:
    others = leave_alone(lone, EVENTS)
    make, message = WHOLE[name]
    (lone / EVENTS).write_bytes(make((lone / EVENTS).read_text(encoding="utf-8")))
    lines = [line for line in faults_of(lone) if line not in others.values()]
    assert_told(lone, lines, [(f"{lone / EVENTS}:", message)])


def test_a_revision_in_the_future_is_reported_by_the_check_alone(
    lone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build has the same result on any day."""
    ((file, line, column),) = damage(lone, {CAMPAIGN: {'revised_on: "2025-09-01"': f'{MARK}revised_on: "9999-01-01"'}})
    assert main(["check", "--seeds", str(lone)]) == 1
    out, err = capsys.readouterr()
    message = "9999-01-01 is in the future; write the day of release"
    assert out == ""
    assert err.splitlines()[-2:] == [f"{file}:{line}:{column}: revisions[1].revised_on: {message}", "1 fault"]
    assert main(["build", "--seeds", str(lone), "--output", str(tmp_path / "database.sqlite3")]) == 0


def test_a_revision_on_a_day_that_has_begun_somewhere_is_none_in_the_future(lone: Path) -> None:
    today = (datetime.now(UTC) + timedelta(hours=13)).date()
    damage(lone, {CAMPAIGN: {'revised_on: "2025-09-01"': f'revised_on: "{today}"'}})
    assert main(["check", "--seeds", str(lone)]) == 0
