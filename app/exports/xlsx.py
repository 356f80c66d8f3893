"""Workbooks (Office Open XML): typed cells to filter, sort and calculate with, and a sheet of metadata.

The library is imported by the first document: most processes never need it.
"""

import datetime
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from app.exports.columns import Cell, CellType, Column, Columns
from app.exports.format import Facts, Format, Pieces, Records, cut
from app.languages import Language
from app.model.phrases import PHRASES

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_WIDTHS = {CellType.TEXT: 20, CellType.NUMBER: 14, CellType.DATE: 12, CellType.BOOLEAN: 12}
_WIDE = 48

_IN_MEMORY = 1000
"""How many records at most a workbook has that is made in memory, some megabytes: it needs no space on disk."""

_FIRST_DATE = datetime.date(1900, 1, 1)
"""The first day of the calendar of spreadsheets."""

_LONGEST = 32_767
"""The longest text that a cell can hold, in UTF-16 code units."""

_PIECE_BYTES = 65_536


def xlsx_format(columns: Columns) -> Format:
    """Return the format of a resource with these columns."""
    return Format(
        extension="xlsx",
        media_type=_MEDIA_TYPE,
        description=(
            "A workbook with typed cells: one sheet of records, and one with the document's metadata and credits. "
            "Text beyond the 32,767 characters that a cell can hold is cut, and the cell says so. A day before 1900, "
            "which spreadsheets have no date for, is text."
        ),
        write=partial(_write, columns),
        # Generators of clients read `format`, and OpenAPI 3.1 has `contentMediaType` for binary documents.
        schema={"type": "string", "format": "binary", "contentMediaType": _MEDIA_TYPE},
        compresses=False,
        max_records=1_048_575,
    )


def _write(columns: Columns, records: Records, facts: Facts) -> Pieces:
    """Write a workbook of two sheets: the records, one a row below frozen headings, and the document's metadata.

    A zip archive has its directory at its end and its sheets compressed whole, so the file is made first, on disk
    unless it is small: an empty piece for every few rows, then the file.
    """
    if facts.total <= _IN_MEMORY:
        yield from _make(io.BytesIO(), {"in_memory": True}, columns, records, facts)
        return
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "workbook.xlsx").open("w+b") as file:
        # Each row goes to disk as it is written; the sheets are files beside the workbook until it is closed.
        options = {"constant_memory": True, "use_zip64": True, "tmpdir": folder}
        yield from _make(file, options, columns, records, facts)


def _make(
    file: BinaryIO, options: Mapping[str, object], columns: Columns, records: Records, facts: Facts
) -> Iterator[bytes]:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    book = Workbook(file, options)
    try:
        yield from _add_records(book, columns, records, facts)
        _add_facts(book, facts)
        # The one long step, 35 ms for a thousand events: mostly compression, which runs without the interpreter's lock.
        book.close()
    finally:
        # An abandoned workbook leaves the files of its sheets open.
        for sheet in book.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece


def _add_records(book: Any, columns: Columns, records: Records, facts: Facts) -> Iterator[bytes]:
    sheet = book.add_worksheet(facts.sheet)
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    headings = columns.headings(facts.language)
    for index, (column, heading) in enumerate(zip(columns.columns, headings, strict=True)):
        width = _WIDE if column.wide else _WIDTHS[column.type]
        sheet.set_column(index, index, width, day if column.type is CellType.DATE else None)
        sheet.write_string(0, index, heading, bold)
    number = 0
    for few in cut(records, 5):
        for cells in zip(*columns.read(few, facts), strict=True):
            number += 1
            _add_row(sheet, number, columns.columns, cells, facts)
        yield b""
    sheet.autofilter(0, 0, number, len(columns.columns) - 1)


def _add_row(sheet: Any, row: int, columns: Sequence[Column], cells: Sequence[Cell], facts: Facts) -> None:
    for index, (column, value) in enumerate(zip(columns, cells, strict=True)):
        if isinstance(value, bool):
            sheet.write_boolean(row, index, value)
        elif isinstance(value, str):
            if column.type is not CellType.DATE or not _add_date(sheet, row, index, value):
                _add_text(sheet, row, index, _fitting(value, f"{facts.collection}/{cells[0]}", facts.language))
        elif value is not None:
            sheet.write_number(row, index, value)


def _add_date(sheet: Any, row: int, index: int, value: str) -> bool:
    day = datetime.date.fromisoformat(value)
    if day < _FIRST_DATE:
        return False
    sheet.write_datetime(row, index, day)
    return True


def _add_text(sheet: Any, row: int, index: int, value: str) -> None:
    if value.startswith("<r>") and value.endswith("</r>"):
        # The library takes such text for its own markup and does not escape it; it escapes the parts of a rich string.
        sheet.write_rich_string(row, index, value[0], value[1], value[2:])
    else:
        sheet.write_string(row, index, value)


def _fitting(value: str, address: str, language: Language) -> str:
    if len(value) <= _LONGEST // 2:
        return value
    units = value.encode("utf-16-le")
    if len(units) <= _LONGEST * 2:
        return value
    notice = PHRASES[language].cut.format(length=len(value), address=address)
    room = _LONGEST * 2 - len(notice.encode("utf-16-le"))
    # Half a surrogate pair at the cut is dropped.
    return units[:room].decode("utf-16-le", "ignore") + notice


def _add_facts(book: Any, facts: Facts) -> None:
    sheet = book.add_worksheet(PHRASES[facts.language].about)
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, _WIDTHS[CellType.TEXT] * 2, bold)
    sheet.set_column(1, 1, _WIDE * 2)
    for row, (label, value) in enumerate(_labelled(facts)):
        sheet.write_string(row, 0, label)
        if isinstance(value, int):
            sheet.write_number(row, 1, value)
        else:
            sheet.write_string(row, 1, value)
    # Not the date of today: the same data make the same file. The library sets the dates of the zip's members.
    revised = datetime.datetime.combine(facts.revised_on, datetime.time())
    book.set_properties({"title": facts.title, "comments": facts.credits.line or "", "created": revised})
    book.set_custom_property("data_version", facts.version)
    book.set_custom_property("language", facts.language)


def _labelled(facts: Facts) -> Iterator[tuple[str, str | int]]:
    phrases = PHRASES[facts.language]
    yield phrases.title, facts.title
    yield phrases.address, facts.address
    yield phrases.language, facts.language
    yield phrases.data_version, facts.version
    yield phrases.records, facts.total
    yield phrases.undated_excluded, facts.undated_excluded
    yield phrases.derived_excluded, facts.derived_excluded
    for licence in facts.licences:
        yield phrases.credit, licence.attribution
        yield phrases.licence, f"{licence.id} {licence.url}"
    for credit in facts.credits:
        yield phrases.credit, credit.attribution
        yield phrases.coordinates_from, credit.name
        yield phrases.licence, " ".join(filter(None, (credit.licence, credit.licence_url)))
