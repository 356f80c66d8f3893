"""The columns of CSV files and workbooks, and how their cells are read from records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from operator import itemgetter
from typing import Any, Self

from pydantic_core import from_json

from app.exports.format import Facts
from app.languages import LANGUAGES, Language, localised
from app.model.codes import Code, names_in
from app.model.columns import Tree

Cell = str | int | float | bool | None
"""A cell's value; dates are ISO 8601 text."""

CellReader = Callable[[Sequence[Tree], Facts], Sequence[Cell]]
"""Returns a column's cells for a batch of records, one cell a record.

Reading by column is two to three times as fast as reading by cell: what is the same for all records is computed once.
"""

SEPARATOR = "; "
"""Between the values of a cell that has several."""


class CellType(Enum):
    """The type of a column's cells where they are not empty."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    BOOLEAN = auto()


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    """The key of its headings in the languages' files."""
    type: CellType
    read: CellReader
    wide: bool = False
    """Whether its cells hold sentences."""


@dataclass(frozen=True)
class Columns:
    """The columns of one resource. The order is stable: the id comes first, and new columns go last."""

    columns: Sequence[Column]
    headings: Mapping[Language, Sequence[str]]
    parse: Callable[[bytes], Tree] = from_json
    """Parses a record's JSON into the tree that the columns read."""

    @classmethod
    def of(cls, table: str, columns: Sequence[Column], parse: Callable[[bytes], Tree] = from_json) -> Self:
        """Return columns whose headings are the table `columns.<table>` of the languages' files."""
        headings = localised(f"columns.{table}", [column.name for column in columns])
        in_languages = {language: [headings[column.name][language] for column in columns] for language in LANGUAGES}
        return cls(columns, in_languages, parse)

    def parse_all(self, batch: Sequence[bytes]) -> list[Tree]:
        """Parse the JSON of records."""
        return list(map(self.parse, batch))

    def read(self, records: Sequence[Tree], facts: Facts) -> list[Sequence[Cell]]:
        """Return the cells of parsed records, column by column."""
        return [column.read(records, facts) for column in self.columns]


def text(name: str, read: CellReader | None = None, *, wide: bool = False) -> Column:
    """Make a column of text, read from the field of the same name by default."""
    return Column(name, CellType.TEXT, read or field(name), wide)


def number(name: str, read: CellReader | None = None) -> Column:
    """Make a column of numbers, read from the field of the same name by default."""
    return Column(name, CellType.NUMBER, read or field(name))


def date(name: str, read: CellReader) -> Column:
    """Make a column of dates."""
    return Column(name, CellType.DATE, read)


def boolean(name: str) -> Column:
    """Make a column of booleans, read from the field of the same name."""
    return Column(name, CellType.BOOLEAN, field(name))


def field(*path: str) -> CellReader:
    """Read the value at a path of keys; empty if a value on the way is null."""
    values_at = _values_at(*path)
    return lambda records, _: values_at(records)


def code_name(codes: type[Code], *path: str) -> CellReader:
    """Read the code at a path of keys, and return its name in the document's language."""
    codes_at = _values_at(*path)

    def read(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
        # A code that is null has no name.
        return list(map(names_in(codes, facts.language).get, codes_at(records)))

    return read


def _values_at(first: str, *rest: str) -> Callable[[Sequence[Tree]], Sequence[Any]]:
    of_record = itemgetter(first)

    def values_at(records: Sequence[Tree]) -> Sequence[Any]:
        values: Sequence[Any] = list(map(of_record, records))
        for key in rest:
            values = [None if value is None else value[key] for value in values]
        return values

    return values_at


def each(key: str, part: str | None = None) -> CellReader:
    """Read one field, never null, of each member of the list at a key, or the members; empty if the list is."""
    if part is None:
        return lambda records, _: [SEPARATOR.join(record[key]) or None for record in records]
    return lambda records, _: [SEPARATOR.join([member[part] for member in record[key]]) or None for record in records]


def computed(cell: Callable[[Tree], Cell]) -> CellReader:
    """Apply a function to each record."""
    return lambda records, _: list(map(cell, records))


def address(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
    """Return each record's URL."""
    return [f"{facts.collection}/{record['id']}" for record in records]


def joined(values: Iterable[str]) -> str | None:
    """Return several values as one cell, or None if there are none."""
    return SEPARATOR.join(values) or None
