"""Workbooks (Office Open XML): typed cells to filter, sort and calculate with, and a sheet of metadata.

The library is imported by the first document: most processes never need it.
"""

import datetime
import io
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from app.exports.columns import Cell, CellType, Columns
from app.exports.format import Facts, Format, Pieces, Records, cut
from app.languages import Language
from app.model.phrases import PHRASES

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Rows = list[tuple[Cell, ...]]

_STYLES: Mapping[CellType, dict[str, object]] = {
    CellType.TEXT: {"valign": "top", "text_wrap": True},
    CellType.NUMBER: {"valign": "top", "align": "right", "indent": 1},
    CellType.DATE: {"valign": "top", "align": "left", "num_format": "yyyy-mm-dd"},
    CellType.BOOLEAN: {"valign": "top", "align": "left"},
}
_LINK = {"font_color": "#0563C1", "underline": 1}

_MEASURED_BATCHES = 20
"""The batches of five records that the widths of columns are measured by."""

# The widths of columns, in digits; a Chinese character takes two.
_NARROWEST = {CellType.TEXT: 8, CellType.NUMBER: 12, CellType.DATE: 12, CellType.BOOLEAN: 8}
_WIDEST, _WIDEST_OF_SENTENCES, _WIDEST_HEADING = 20, 34, 14
_LABELS, _FACTS = 40, 96

_LINE_POINTS, _MAX_ROW_POINTS = 15, 409

_A4 = 9
"""The library's number of the paper."""

_MAX_LINK, _MAX_STORED_LINK = 255, 2079
"""The longest addresses of links by a formula, and of those that a sheet stores; characters."""

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
            "which spreadsheets have no date for, is text. On paper it has the first columns, in landscape, with the "
            "headings on each page."
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
    rows = (list(zip(*columns.read(few, facts), strict=True)) for few in cut(records, 5))
    first: list[Rows] = []
    for few in islice(rows, _MEASURED_BATCHES):
        first.append(few)
        yield b""
    sheet = _RecordSheet(book, columns, facts, [*chain.from_iterable(first)])
    for few in chain(first, rows):
        for cells in few:
            sheet.add_row(cells)
        yield b""
    sheet.finish()


class _RecordSheet:
    """The sheet of records. Its rows go to disk as they are written, so they are laid out by the first of them."""

    def __init__(self, book: Any, columns: Columns, facts: Facts, first: Rows) -> None:
        self._sheet = book.add_worksheet(facts.sheet)
        self._columns = columns
        self._facts = facts
        self._rows = 0
        self._link = book.add_format(_STYLES[CellType.TEXT] | _LINK)
        styles = {type_: book.add_format(style) for type_, style in _STYLES.items()}
        headings = columns.headings(facts.language)
        self._widths = []
        for index, column in enumerate(columns.columns):
            widest = max((_width(cells[index]) for cells in first), default=0) + 1
            # Beside the heading is the button of the filter.
            narrowest = max(_NARROWEST[column.type], min(_width(headings[index]) + 3, _WIDEST_HEADING))
            width = max(narrowest, min(widest, _WIDEST_OF_SENTENCES if column.wide else _WIDEST))
            self._widths.append(width)
            self._sheet.set_column(index, index, width, styles[column.type])
        self._set_height(0, headings)
        self._sheet.write_row(0, 0, headings, book.add_format(_STYLES[CellType.TEXT] | {"bold": True}))

    def add_row(self, cells: Sequence[Cell]) -> None:
        """Add a record below the others."""
        self._rows += 1
        row = self._rows
        self._set_height(row, cells)
        for index, (column, value) in enumerate(zip(self._columns.columns, cells, strict=True)):
            if isinstance(value, bool):
                self._sheet.write_boolean(row, index, value)
            elif isinstance(value, str):
                if column.link and len(value) <= _MAX_LINK:
                    self._add_link(row, index, value)
                elif column.type is not CellType.DATE or not self._add_date(row, index, value):
                    address = f"{self._facts.collection}/{cells[self._columns.id_index]}"
                    _add_text(self._sheet, row, index, _fitting(value, address, self._facts.language))
            elif value is not None:
                self._sheet.write_number(row, index, value)

    def _set_height(self, row: int, cells: Sequence[Cell]) -> None:
        """Make room for all lines: spreadsheets other than Excel trust the heights in a file."""
        lines = max(map(_lines, cells, self._widths))
        self._sheet.set_row(row, min(lines * _LINE_POINTS, _MAX_ROW_POINTS))

    def _add_date(self, row: int, index: int, value: str) -> bool:
        day = datetime.date.fromisoformat(value)
        if day < _FIRST_DATE:
            return False
        self._sheet.write_datetime(row, index, day)
        return True

    def _add_link(self, row: int, index: int, address: str) -> None:
        """Write an address as a link; a sheet stores its links in memory, and 65,530 of them at most."""
        if self._facts.total <= _IN_MEMORY:
            self._sheet.write_url(row, index, address, self._link)
        else:
            quoted = address.replace('"', '""')
            self._sheet.write_formula(row, index, f'=HYPERLINK("{quoted}")', self._link, address)

    def finish(self) -> None:
        """Lay out what needs the number of rows, and the pages."""
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, self._rows, len(self._columns.columns) - 1)
        _fit_to_paper(self._sheet)
        self._sheet.set_landscape()
        self._sheet.repeat_rows(0)
        self._sheet.print_area(0, 0, self._rows, self._columns.printed_count - 1)


def _fit_to_paper(sheet: Any) -> None:
    """Print all columns side by side on A4, on as many pages as the rows need."""
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)


def _width(cell: Cell) -> float:
    """Return how wide a cell is: 1 for a character of ASCII, 2 for a Chinese one, which has three bytes."""
    text = "" if cell is None else str(cell)
    return (len(text) + len(text.encode("utf-8", "replace"))) / 2


def _lines(cell: Cell, width: float) -> int:
    """Return how many lines a cell takes in a column; a little is lost where words are not broken."""
    if not isinstance(cell, str) or (len(cell) * 2 <= width and "\n" not in cell):
        return 1
    return sum(max(1, math.ceil(1.1 * _width(line) / width)) for line in cell.split("\n"))


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
    sheet.set_column(0, 0, _LABELS, book.add_format({"bold": True, "valign": "top"}))
    sheet.set_column(1, 1, _FACTS, book.add_format({"text_wrap": True, "valign": "top", "align": "left"}))
    _fit_to_paper(sheet)
    link_style = book.add_format(_STYLES[CellType.TEXT] | _LINK)
    for row, (label, value, link) in enumerate(_labelled(facts)):
        sheet.write_string(row, 0, label)
        if isinstance(value, int):
            sheet.write_number(row, 1, value)
        elif link is not None and len(link) <= _MAX_STORED_LINK:
            sheet.write_url(row, 1, link, link_style, value)
        else:
            sheet.write_string(row, 1, value)
    # Not the date of today: the same data make the same file. The library sets the dates of the zip's members.
    revised = datetime.datetime.combine(facts.revised_on, datetime.time())
    book.set_properties({"title": facts.title, "comments": facts.credits.line or "", "created": revised})
    book.set_custom_property("data_version", facts.version)
    book.set_custom_property("language", facts.language)


def _labelled(facts: Facts) -> Iterator[tuple[str, str | int, str | None]]:
    """Return the facts with their labels, and where they link to."""
    phrases = PHRASES[facts.language]
    yield phrases.title, facts.title, None
    yield phrases.address, facts.address, facts.address
    yield phrases.language, facts.language, None
    yield phrases.data_version, facts.version, None
    yield phrases.records, facts.total, None
    yield phrases.undated_excluded, facts.undated_excluded, None
    yield phrases.derived_excluded, facts.derived_excluded, None
    for licence in facts.licences:
        yield phrases.credit, licence.attribution, None
        yield phrases.licence, f"{licence.id} {licence.url}", licence.url
    for credit in facts.credits:
        yield phrases.credit, credit.attribution, None
        yield phrases.coordinates_from, credit.name, None
        yield phrases.licence, " ".join(filter(None, (credit.licence, credit.licence_url))), credit.licence_url
