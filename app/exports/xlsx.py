"""Workbooks (Office Open XML): typed cells that filter, sort and calculate, with a sheet that says what they are."""

import datetime
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from app.exports import phrases
from app.exports.columns import Cell, CellType, Column
from app.exports.format import Facts, Pieces, Records, cut
from app.exports.tables import TABLES
from app.languages import Language, names
from app.model.codes import Resource

_SHEETS = {
    Resource.EVENT: names("事件", "事件", "Events"),
    Resource.LOCATION: names("地點", "地点", "Locations"),
    Resource.OUTCOME: names("成效", "成效", "Outcomes"),
}

_WIDTHS = {CellType.TEXT: 20, CellType.NUMBER: 14, CellType.DATE: 12, CellType.BOOLEAN: 12}
_WIDE = 48

_IN_MEMORY = 1000
"""How many records a workbook may have to be put together in memory, some megabytes, and so on a full disk too."""

# The same data make the same file, so its date is not the clock's; the zip's members get one from the library.
_CREATED = datetime.datetime(1980, 1, 1)

_FIRST_DATE = datetime.date(1900, 1, 1)
"""The first day that the calendar of spreadsheets has."""

_LONGEST = 32_767
"""The longest text that a cell can hold, in UTF-16 code units."""

_PIECE_BYTES = 65_536


def write(records: Records, facts: Facts) -> Pieces:
    """Write a workbook of two sheets: the records, one a row below frozen headings, and what they are.

    A zip archive has its directory at its end and its sheets compressed whole, so the file is made first, on disk
    unless it is a small one: an empty piece for every few rows, then the file. A text that no cell can hold is cut,
    and the cell says so and where the whole of it is.
    """
    if facts.total <= _IN_MEMORY:
        with io.BytesIO() as file:
            yield from _make(Workbook(file, {"in_memory": True}), records, facts)
            yield from _read(file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        # Each row goes to disk as it is written; the sheets lie beside it and are put together in the end.
        options = {"constant_memory": True, "use_zip64": True, "tmpdir": folder}
        yield from _make(Workbook(path, options), records, facts)
        with path.open("rb") as file:
            yield from _read(file)


def _make(book: Any, records: Records, facts: Facts) -> Iterator[bytes]:
    try:
        yield from _add_records(book, records, facts)
        _add_facts(book, facts)
        # The one long step, 35 ms for a thousand events: mostly compression, for which nobody else has to wait.
        book.close()
    finally:
        # A workbook that is given up half-way leaves the files of its sheets open.
        for sheet in book.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()


def _read(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece


def _add_records(book: Any, records: Records, facts: Facts) -> Iterator[bytes]:
    table = TABLES[facts.kind]
    sheet = book.add_worksheet(_SHEETS[facts.kind][facts.language])
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(table.columns):
        width = _WIDE if column.wide else _WIDTHS[column.type]
        sheet.set_column(index, index, width, day if column.type is CellType.DATE else None)
        sheet.write_string(0, index, column.headings[facts.language], bold)
    number = 0
    for few in cut(records, 5):
        for cells in zip(*table.read(few, facts), strict=True):
            number += 1
            _add_row(sheet, number, table.columns, cells, facts)
        yield b""
    sheet.autofilter(0, 0, number, len(table.columns) - 1)


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
        # The library takes such text for its own markup and would not escape it; in parts it does.
        sheet.write_rich_string(row, index, value[0], value[1], value[2:])
    else:
        sheet.write_string(row, index, value)


def _fitting(value: str, address: str, language: Language) -> str:
    if len(value) <= _LONGEST // 2:
        return value
    units = value.encode("utf-16-le")
    if len(units) <= _LONGEST * 2:
        return value
    notice = phrases.CUT[language].format(length=len(value), address=address)
    room = _LONGEST * 2 - len(notice.encode("utf-16-le"))
    # A character that the cut would halve is left out.
    return units[:room].decode("utf-16-le", "ignore") + notice


def _add_facts(book: Any, facts: Facts) -> None:
    sheet = book.add_worksheet(phrases.ABOUT[facts.language])
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, _WIDTHS[CellType.TEXT] * 2, bold)
    sheet.set_column(1, 1, _WIDE * 2)
    for row, (label, value) in enumerate(_labelled(facts)):
        sheet.write_string(row, 0, label[facts.language])
        if isinstance(value, int):
            sheet.write_number(row, 1, value)
        else:
            sheet.write_string(row, 1, value)
    book.set_properties({"title": facts.title, "comments": phrases.credit_line(facts) or "", "created": _CREATED})
    book.set_custom_property("data_version", facts.version)
    book.set_custom_property("language", facts.language)


def _labelled(facts: Facts) -> Iterator[tuple[Mapping[Language, str], str | int]]:
    yield phrases.TITLE, facts.title
    yield phrases.ADDRESS, facts.address
    yield phrases.LANGUAGE, facts.language
    yield phrases.DATA_VERSION, facts.version
    yield phrases.RECORDS, facts.total
    yield phrases.UNDATED_EXCLUDED, facts.undated_excluded
    for credit in facts.credits:
        yield phrases.CREDIT, credit.attribution
        yield phrases.COORDINATES_FROM, credit.name
        yield phrases.LICENCE, " ".join(filter(None, (credit.licence, credit.licence_url)))
