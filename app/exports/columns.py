"""What a table and its columns are, and the ways to read a column's cells from published records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pydantic_core import from_json

from app.exports.format import Facts
from app.exports.phrases import names_of
from app.languages import Language, names
from app.model.codes import Code
from app.model.columns import Tree

Cell = str | int | float | bool | None
"""A cell's value; dates are ISO 8601 text."""

Reader = Callable[[Sequence[Tree], Facts], Sequence[Cell]]
"""Reads a column's cells from a batch of records, one cell a record.

A column at a time is two to three times as fast as a cell at a time: what is the same for all is worked out once.
"""

BETWEEN = "; "
"""What stands between the values of a cell that has several."""


class CellType(Enum):
    """What the cells of a column hold where they are not empty."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    BOOLEAN = auto()


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    """Its name in the manual, which is its heading in English too."""
    headings: Mapping[Language, str]
    type: CellType
    read: Reader
    wide: bool = False
    """Whether sentences are to be expected in it."""


@dataclass(frozen=True)
class Table:
    """The columns of one kind of record, in an order that stays: the id comes first, and new ones last."""

    columns: Sequence[Column]
    parse: Callable[[bytes], Tree] = from_json
    """Gives a record of published JSON in the shape that the columns read."""

    def read(self, batch: Sequence[bytes], facts: Facts) -> list[Sequence[Cell]]:
        """Give the cells of records of published JSON, column by column."""
        records = [self.parse(record) for record in batch]
        return [column.read(records, facts) for column in self.columns]


def text(name: str, zh_hant: str, zh_hans: str, read: Reader | None = None, *, wide: bool = False) -> Column:
    """Make a column of text, read from the field of its name unless `read` says otherwise."""
    return Column(name, names(zh_hant, zh_hans, name), CellType.TEXT, read or field(name), wide)


def number(name: str, zh_hant: str, zh_hans: str, read: Reader | None = None) -> Column:
    """Make a column of numbers, read from the field of its name unless `read` says otherwise."""
    return Column(name, names(zh_hant, zh_hans, name), CellType.NUMBER, read or field(name))


def date(name: str, zh_hant: str, zh_hans: str, read: Reader) -> Column:
    """Make a column of dates."""
    return Column(name, names(zh_hant, zh_hans, name), CellType.DATE, read)


def boolean(name: str, zh_hant: str, zh_hans: str) -> Column:
    """Make a column of true and false, read from the field of its name."""
    return Column(name, names(zh_hant, zh_hans, name), CellType.BOOLEAN, field(name))


def field(*path: str) -> Reader:
    """Read the value at a path of keys; empty where something on the way is null."""
    values_at = _values(*path)
    return lambda records, _: values_at(records)


def term(terms: type[Code], *path: str) -> Reader:
    """Read the name, in the document's language, of the code at a path of keys."""
    codes_at = _values(*path)

    def read(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
        names_by_code = names_of(terms, facts.language)
        return [None if code is None else names_by_code[code] for code in codes_at(records)]

    return read


def _values(*path: str) -> Callable[[Sequence[Tree]], Sequence[Any]]:
    def values_at(records: Sequence[Tree]) -> Sequence[Any]:
        values: Sequence[Any] = records
        for key in path:
            values = [None if value is None else value[key] for value in values]
        return values

    return values_at


def each(key: str, part: str) -> Reader:
    """Read one part, never null, of everything in the list under a key; empty where the list is."""

    def read(records: Sequence[Tree], _: Facts) -> Sequence[Cell]:
        return [joined([member[part] for member in record[key]]) for record in records]

    return read


def computed(cell: Callable[[Tree], Cell]) -> Reader:
    """Read what one function makes of each record."""
    return lambda records, _: [cell(record) for record in records]


def address(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
    """Read each record's own address."""
    return [f"{facts.collection}/{record['id']}" for record in records]


def joined(values: Iterable[str]) -> str | None:
    """Put several values in one cell; None where there are none."""
    return BETWEEN.join(values) or None
