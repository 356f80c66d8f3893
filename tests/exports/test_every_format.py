"""All formats: the same records in each, the same bytes each time, and flat memory."""

import csv
import io
import json
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path

import icalendar
import openpyxl
import pytest

from app.exports.format import Format
from app.languages import LANGUAGES, Language
from app.model.codes import Resource
from tests.exports.conftest import Records
from tests.exports.records import EVENT, EXPORTS, document, event, facts, place, published, when
from tests.languages import EN

FORMATS = EXPORTS[EVENT].by_extension
"""Those of events, which have every format."""

WRITTEN = [
    pytest.param(format_, kind, id=f"{kind}s.{format_.extension}")
    for kind, exports in EXPORTS.items()
    for format_ in exports.formats
]


NOT_IN_MEMORY = 1001
"""So many records that a workbook of them is put together on disk."""


ID_HEADINGS = {"id", "编号", "編號"}


def ids_in(extension: str, content: bytes) -> list[str]:
    """Read the ids out of a document, in its order."""
    match extension:
        case "csv":
            columns = zip(*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")), strict=True)
            return next(list(ids) for heading, *ids in columns if heading in ID_HEADINGS)
        case "jsonl":
            return [json.loads(line)["id"] for line in content.splitlines()]
        case "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
            ids = next(column for column in sheet.iter_cols() if column[0].value in ID_HEADINGS)
            return [str(cell.value) for cell in ids[1:]]
        case "geojson":
            return [feature["id"] for feature in json.loads(content)["features"]]
        case "ics":
            events = icalendar.Calendar.from_ical(content).events
            return [str(event["UID"]).removesuffix("@campaign-api") for event in events]
        case "jsonld":
            return [node["identifier"] for node in json.loads(content)["@graph"] if node["@type"] == "Event"]
    raise AssertionError(extension)


def test_the_formats_of_the_contract() -> None:
    every = {"csv", "jsonl", "xlsx"}
    of = {kind: exports.by_extension.keys() for kind, exports in EXPORTS.items()}
    assert of[Resource.EVENT] == every | {"geojson", "ics", "jsonld"}
    assert of[Resource.LOCATION] == every | {"geojson"}
    assert of[Resource.OUTCOME] == every
    # A workbook is a zip archive.
    assert [name for name, format_ in FORMATS.items() if not format_.compresses] == ["xlsx"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("format_", "kind"), WRITTEN)
def test_every_record_is_exported_once_and_in_order(
    records: Records, format_: Format, kind: Resource, language: Language
) -> None:
    given = records[kind, language]
    content = document(format_.extension, given, facts(kind, len(given), language))
    dated = [record for record in given if not format_.dated_only or record["date"]["start"]]
    assert ids_in(format_.extension, content) == [record["id"] for record in dated]


@pytest.mark.parametrize(("format_", "kind"), WRITTEN)
def test_an_export_without_records_is_a_document(format_: Format, kind: Resource) -> None:
    none: list[bytes] = []
    for batches in ([], [none]):
        content = b"".join(format_.write(batches, facts(kind, 0)))
        assert ids_in(format_.extension, content) == []


@pytest.mark.parametrize(("format_", "kind"), WRITTEN)
def test_the_sizes_of_batches_make_no_difference(records: Records, format_: Format, kind: Resource) -> None:
    given = published(records[kind, EN])
    said = facts(kind, len(given))
    whole = b"".join(format_.write([given], said))
    assert b"".join(format_.write([[], given[:1], [], given[1:], []], said)) == whole


@pytest.mark.parametrize(("format_", "kind"), WRITTEN)
def test_the_same_records_give_the_same_bytes(
    records: Records, format_: Format, kind: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = records[kind, EN]
    first = document(format_.extension, given, facts(kind, len(given)))
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert document(format_.extension, given, facts(kind, len(given))) == first
    finally:
        monkeypatch.undo()
        time.tzset()


def many(batches: int, size: int = 200) -> Iterator[Sequence[bytes]]:
    """Batches of records, made as they are read."""
    for number in range(batches):
        one = event(
            f"event-{number}", locations=[place("a", 34.5, 105.5)], date=when("2024-09-01", "2024-09-30", "month")
        )
        yield published([one]) * size


def peak_bytes(format_: Format, batches: int) -> int:
    """The most that is held at a time while a document is written and thrown away."""
    tracemalloc.start()
    try:
        for piece in format_.write(many(batches), facts(EVENT, batches * 200)):
            del piece
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "extension",
    [pytest.param(name, marks=[pytest.mark.slow] * (name in ("ics", "xlsx"))) for name in FORMATS],
)
def test_memory_stays_flat(extension: str) -> None:
    format_ = FORMATS[extension]
    peak_bytes(format_, 1)
    few, more = peak_bytes(format_, 2), peak_bytes(format_, 8)
    # A calendar takes some 30 kB at a time, or twice that when the collector is late; 1,200 more events take megabytes.
    assert more < few * 1.2 + 100_000
    assert more < 2_000_000


@pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)
def test_pieces_are_written_as_records_are_read(format_: Format) -> None:
    """A client that left is noticed before the next batch is read."""
    read: list[int] = []

    def batches() -> Iterator[Sequence[bytes]]:
        for number, batch in enumerate(many(4)):
            read.append(number)
            yield batch

    pieces = format_.write(batches(), facts(EVENT, 800))
    while read != [0, 1]:
        next(pieces)
    pieces.close()
    assert read == [0, 1]


@pytest.mark.parametrize(
    ("extension", "pieces"), [("csv", 4), ("jsonl", 4), ("geojson", 16), ("jsonld", 32), ("ics", 160), ("xlsx", 180)]
)
def test_slow_formats_are_written_in_smaller_pieces(extension: str, pieces: int) -> None:
    """800 records; up to four more pieces are written before and after them."""
    assert pieces <= len(list(FORMATS[extension].write(many(4), facts(EVENT, 800)))) <= pieces + 4


@pytest.mark.parametrize("steps", [1, 3, None], ids=["at once", "half-way", "at the end"])
@pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)
def test_no_temporary_file_is_left(
    format_: Format, steps: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces = format_.write(many(3), facts(EVENT, NOT_IN_MEMORY))
    if steps is None:
        list(pieces)
    for _ in range(steps or 0):
        next(pieces)
    pieces.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)
def test_no_temporary_file_is_left_when_reading_fails(
    format_: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def batches() -> Iterator[Sequence[bytes]]:
        yield from many(1)
        raise TimeoutError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(TimeoutError):
        list(format_.write(batches(), facts(EVENT, NOT_IN_MEMORY)))
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_is_made_in_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the tests of temporary files could not fail."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces = FORMATS["xlsx"].write(many(2), facts(EVENT, NOT_IN_MEMORY))
    next(pieces)
    assert list(tmp_path.iterdir()) != []
    pieces.close()
