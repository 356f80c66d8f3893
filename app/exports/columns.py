"""The columns of CSV files and workbooks, and how their cells are read from records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from operator import itemgetter
from typing import Any

from pydantic_core import from_json

from app.exports.format import Facts
from app.languages import Language, Tree, localised
from app.model.codes import Code, names_in

Cell = str | int | float | bool | None
"""A cell's value; dates are ISO 8601 text."""

CellReader = Callable[[Sequence[Tree], Facts], Sequence[Any]]
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
    description: str
    """What its cells mean: one sentence in English, for the data package."""
    type: CellType
    read: CellReader
    wide: bool = False
    """Whether its cells hold sentences."""
    link: bool = False
    """Whether its cells hold addresses of pages."""


class Columns:
    """The columns of one resource: first what people read first, at the end ids and codes."""

    def __init__(
        self,
        resource: str,
        columns: Sequence[Column],
        *,
        last_printed: str,
        parse: Callable[[bytes], Tree] = from_json,
    ) -> None:
        """Read the headings from the table `columns.<resource>` of the languages' files.

        `last_printed` is the last column that fits on paper, `parse` parses a record.
        """
        self.resource = resource
        self.columns = columns
        names = [column.name for column in columns]
        self.printed_count = names.index(last_printed) + 1
        """How many columns, from the first, are printed."""
        self.id_index = names.index("id")
        self._headings = localised(f"columns.{resource}", names)
        self._parse = parse

    def headings(self, language: Language) -> list[str]:
        """Return the headings in a language."""
        return [heading[language] for heading in self._headings.values()]

    def parse(self, batch: Sequence[bytes]) -> list[Tree]:
        """Parse records given as JSON."""
        return list(map(self._parse, batch))

    def read(self, batch: Sequence[bytes], facts: Facts) -> list[Sequence[Any]]:
        """Return the cells of records, given as JSON, column by column."""
        records = self.parse(batch)
        return [column.read(records, facts) for column in self.columns]


def _column(
    type_: CellType,
    name: str,
    description: str,
    read: CellReader | None = None,
    *,
    wide: bool = False,
    link: bool = False,
) -> Column:
    """Make a column, read from the field of the same name by default."""
    return Column(name, description, type_, read or field(name), wide, link)


text = partial(_column, CellType.TEXT)
number = partial(_column, CellType.NUMBER)
date = partial(_column, CellType.DATE)
boolean = partial(_column, CellType.BOOLEAN)


def field(first: str, *rest: str) -> CellReader:
    """Read the value at a path of keys; empty if a value on the way is null."""
    of_record = itemgetter(first)

    def read(records: Sequence[Tree], _: Facts) -> Sequence[Any]:
        values: Sequence[Any] = list(map(of_record, records))
        for key in rest:
            values = [None if value is None else value[key] for value in values]
        return values

    return read


def code_name(codes: type[Code], *path: str) -> CellReader:
    """Read the code at a path of keys, and return its name in the document's language; null has none."""
    read = field(*path)
    return lambda records, facts: list(map(names_in(codes, facts.language).get, read(records, facts)))


def each(key: str, part: str | None = None) -> CellReader:
    """Read one field, never null, of each member of the list at a key, or the members; empty if the list is."""
    if part is None:
        return lambda records, _: [SEPARATOR.join(record[key]) or None for record in records]
    return lambda records, _: [SEPARATOR.join([member[part] for member in record[key]]) or None for record in records]


def address(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
    """Return each record's URL."""
    return [f"{facts.collection}/{record['id']}" for record in records]
