"""Comma-separated values (RFC 4180), as spreadsheets open them: UTF-8 with a byte order mark, CRLF."""

import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.exports.columns import CellType, text
from app.exports.format import Facts, Pieces, Records
from app.exports.tables import TABLES

# CSV has no place to speak of itself, so every row says what it was taken from.
_OF_THE_DOCUMENT = (
    text("language", "語言", "语言", lambda records, facts: [facts.language] * len(records)),
    text("data_version", "數據版本", "数据版本", lambda records, facts: [facts.version] * len(records)),
)

# What makes spreadsheets read a cell as a formula (OWASP, CSV Injection), in both widths.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")

_BEFORE = "\0"
_FORMULA = re.compile(f"{_BEFORE}[{re.escape(''.join(_FORMULA_STARTS))}]")

_BOOLEANS = {None: "", True: "true", False: "false"}


def write(records: Records, facts: Facts) -> Pieces:
    """Write a heading row in the document's language and one row a record.

    Null is an empty cell, booleans are `true` and `false`, dates ISO 8601. Text that a spreadsheet would
    run as a formula has an apostrophe put before it; numbers are never touched.
    """
    given = TABLES[facts.kind]
    table = replace(given, columns=(*given.columns, *_OF_THE_DOCUMENT))
    yield codecs.BOM_UTF8 + _rows([_texts([column.headings[facts.language]]) for column in table.columns])
    for batch in records:
        cells = table.read(batch, facts)
        yield _rows([_WRITTEN[column.type](read) for column, read in zip(table.columns, cells, strict=True)])


def _rows(columns: Sequence[Sequence[str]]) -> bytes:
    lines = map(",".join, zip(*columns, strict=True))
    return "\r\n".join((*lines, "")).encode()


def _texts(cells: Sequence[str | None]) -> Sequence[str]:
    texts = [cell or "" for cell in cells]
    # Most columns have nothing to be done about, which is found out of all their cells at once.
    together = _BEFORE + _BEFORE.join(texts)
    if _FORMULA.search(together):
        texts = [f"'{text}" if text[:1] in _FORMULA_STARTS else text for text in texts]
    return [_quoted(text) for text in texts] if _must_be_quoted(together) else texts


def _numbers(cells: Sequence[float | None]) -> Sequence[str]:
    return ["" if cell is None else repr(cell) for cell in cells]


def _booleans(cells: Sequence[bool | None]) -> Sequence[str]:
    return [_BOOLEANS[cell] for cell in cells]


_WRITTEN: Mapping[CellType, Callable[[Sequence[Any]], Sequence[str]]] = {
    CellType.TEXT: _texts,
    CellType.NUMBER: _numbers,
    CellType.DATE: _texts,
    CellType.BOOLEAN: _booleans,
}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _must_be_quoted(text) else text


def _must_be_quoted(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text
