"""What a table and its columns are, and the ways to read a cell from a published record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pydantic_core import from_json

from app.formats.format import Facts
from app.formats.phrases import names_of
from app.languages import Language, names
from app.tables.columns import Tree
from app.vocabulary import Term

Cell = str | int | float | bool | None
"""A cell's value; dates are ISO 8601 text."""

Reader = Callable[[Tree, Facts], Cell]

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
    """The columns of one kind of record, in an order that stays: new ones come last."""

    columns: Sequence[Column]
    prepare: Callable[[Tree], Tree] = lambda record: record
    """Adds to a record what several columns need, so that it is worked out once."""

    def parse(self, published: str) -> Tree:
        """Give a record of published JSON in the shape that the columns read."""
        return self.prepare(from_json(published))


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

    def read(record: Tree, _: Facts) -> Cell:
        value: Any = record
        for key in path:
            if value is None:
                return None
            value = value[key]
        cell: Cell = value
        return cell

    return read


def term(terms: type[Term], *path: str) -> Reader:
    """Read the name, in the document's language, of the code at a path of keys."""
    code_at = field(*path)

    def read(record: Tree, facts: Facts) -> Cell:
        code = code_at(record, facts)
        return names_of(terms, facts.language)[code] if isinstance(code, str) else None

    return read


def each(key: str, part: str) -> Reader:
    """Read one part of everything in the list under a key; empty where the list is."""

    def read(record: Tree, _: Facts) -> Cell:
        return joined(member[part] for member in record[key])

    return read


def address(record: Tree, facts: Facts) -> Cell:
    """Read the record's own address."""
    return f"{facts.collection}/{record['id']}"


def joined(values: Iterable[str | None]) -> str | None:
    """Put several values in one cell, leaving out what is null; None where nothing is left."""
    return BETWEEN.join(value for value in values if value) or None
