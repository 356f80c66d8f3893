"""Comma-separated values (RFC 4180), as spreadsheets open them: UTF-8 with a byte order mark, CRLF."""

import csv
import io
from collections.abc import Generator, Sequence

from app.formats.columns import TABLES
from app.formats.columns.column import Cell, Column, text
from app.formats.format import LISTED, Facts, Format, Records
from app.tables.columns import Tree

# CSV has no place to speak of itself, so every row says what it was taken from.
_OF_THE_DOCUMENT = (
    text("language", "語言", "语言", lambda _, facts: facts.language),
    text("data_version", "數據版本", "数据版本", lambda _, facts: facts.version),
)

# What makes spreadsheets read a cell as a formula (OWASP, CSV Injection), in both widths.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")

_BOOLEANS = {True: "true", False: "false"}


def write(records: Records, facts: Facts) -> Generator[bytes, None, None]:
    """Write a heading row in the document's language and one row a record.

    Null is an empty cell, booleans are `true` and `false`, dates ISO 8601. Text that a spreadsheet would
    run as a formula has an apostrophe put before it; numbers are never touched.
    """
    table = TABLES[facts.kind]
    columns = (*table.columns, *_OF_THE_DOCUMENT)
    buffer = io.StringIO(newline="")
    rows = csv.writer(buffer)
    rows.writerow(column.headings[facts.language] for column in columns)
    yield _take(buffer, "utf-8-sig")
    for batch in records:
        rows.writerows(_row(columns, table.parse(record), facts) for record in batch)
        yield _take(buffer, "utf-8")


def _row(columns: Sequence[Column], record: Tree, facts: Facts) -> list[Cell]:
    return [_cell(column.read(record, facts)) for column in columns]


def _cell(value: Cell) -> Cell:
    # Dates are strings too, but none begins like a formula.
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _FORMULA_STARTS else value
    return _BOOLEANS[value] if isinstance(value, bool) else value


def _take(buffer: io.StringIO, encoding: str) -> bytes:
    written = buffer.getvalue().encode(encoding)
    buffer.seek(0)
    buffer.truncate()
    return written


CSV = Format(
    extension="csv",
    media_type="text/csv; charset=utf-8; header=present",
    description=(
        "One row a record, for spreadsheets and statistics: UTF-8 with a byte order mark, headings in the answer's "
        "language. Text that a spreadsheet would run as a formula has an apostrophe put before it."
    ),
    kinds=LISTED,
    write=write,
)
