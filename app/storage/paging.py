"""Reading pages and single records of published JSON, in any order that a list offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from app.languages import Language
from app.storage.cursors import Values
from app.storage.snapshot import Snapshot
from app.tables import ANY_LANGUAGE, RECORD, PublishedRow
from app.vocabulary import RecordKind

SortColumn = tuple[Any, bool]
"""A column to sort by, and whether `-` turns its direction round; one that is never turned keeps gaps last."""

TITLE: tuple[SortColumn, ...] = ((PublishedRow.title_rank, True),)
"""Sorts by title or name, as readers of the answer's language expect."""


@dataclass(frozen=True)
class Listing:
    """What a list has to know of the records in it."""

    kind: RecordKind
    table: Any
    """The table, numbered in the order of `default_sort`."""
    parts: Mapping[str, str | None]
    """What `include` adds: each part, and the part that stands there otherwise; None stands for null."""
    sort_keys: Mapping[str, tuple[SortColumn, ...]]
    default_sort: str


@dataclass(frozen=True)
class Order:
    """A total order: the columns, each with whether it descends; the last is unique."""

    columns: tuple[SortColumn, ...]
    by_language: bool
    """Whether it differs from language to language."""


@dataclass(frozen=True)
class Question:
    """Which records of a list are asked for."""

    conditions: Sequence[ColumnElement[bool]]
    order: Order
    after: Values | None
    """The sort values to go on after; None begins at the beginning."""
    limit: int


@dataclass(frozen=True)
class View:
    """How records are to be shown."""

    language: Language
    include: Sequence[str]


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    records: list[str]
    """Each record's JSON."""
    last: Values | None
    """The sort values of the last record, when there is another page after it."""


def order_by(listing: Listing, sort: Sequence[str]) -> Order:
    """Make the total order for sort keys such as `-date`; the id decides between equals."""
    if tuple(sort) == (listing.default_sort,):
        return Order(((col(listing.table.number), False),), by_language=False)
    columns: list[SortColumn] = []
    for key in sort:
        descending = key.startswith("-")
        for column, turns in listing.sort_keys[key.removeprefix("-")]:
            columns.append((col(column), descending and turns))
    by_language = any(listing.sort_keys[key.removeprefix("-")] is TITLE for key in sort)
    if sort[-1].removeprefix("-") != "id":
        columns.append((col(listing.table.id), False))
    return Order(tuple(columns), by_language)


def fits(order: Order, after: Values) -> bool:
    """Tell whether values are such as an order sorts by, as those of a cursor of ours always are."""
    return len(after) == len(order.columns) and all(
        _is_value_of(column, value) for (column, _), value in zip(order.columns, after, strict=True)
    )


def _is_value_of(column: Any, value: object) -> bool:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return False
    python_type = column.type.python_type
    # SQLModel's own type for strings does not say what it is in Python.
    return type(value) is (str if python_type is object else python_type)


def read_page(snapshot: Snapshot, listing: Listing, question: Question, view: View) -> Page:
    """Read one page of the records that meet all conditions, in order."""
    order, limit = question.order, question.limit
    statement = _published(listing, view).where(*question.conditions)
    statement = statement.add_columns(*(column for column, _ in order.columns))
    if question.after is not None:
        statement = statement.where(_comes_after(order, question.after))
    statement = statement.order_by(
        *(column.desc() if descending else column.asc() for column, descending in order.columns)
    ).limit(limit + 1)
    rows = snapshot.rows(statement)
    width = 1 + len(_present_parts(listing, view))
    records = [_assemble(row[:width], listing, view) for row in rows[:limit]]
    last = tuple(rows[limit - 1][width:]) if len(rows) > limit else None
    return Page(records, last)


def read_record(snapshot: Snapshot, listing: Listing, id_: str, view: View) -> str | None:
    """Read one record's JSON by its id; None where there is no such record."""
    rows = snapshot.rows(_published(listing, view).where(col(listing.table.id) == id_))
    return _assemble(rows[0], listing, view) if rows else None


def count(snapshot: Snapshot, table: type[SQLModel], conditions: Sequence[ColumnElement[bool]]) -> int:
    """Count the records that meet all conditions."""
    total: int = snapshot.scalar(select(func.count()).select_from(table).where(*conditions))
    return total


def _present_parts(listing: Listing, view: View) -> list[tuple[str, str]]:
    """List the parts that an answer has, each with the stored part that goes there."""
    chosen = ((name, name if name in view.include else otherwise) for name, otherwise in listing.parts.items())
    return [(name, stored) for name, stored in chosen if stored is not None]


def _published(listing: Listing, view: View) -> Select[Any]:
    number = col(listing.table.number)
    statement: Select[Any] = select(col(PublishedRow.json_text)).select_from(listing.table)
    statement = statement.join(PublishedRow, _is_part(PublishedRow, listing, RECORD, [view.language], number))
    for _, stored in _present_parts(listing, view):
        part = aliased(PublishedRow)
        statement = statement.join(part, _is_part(part, listing, stored, [view.language, ANY_LANGUAGE], number))
        statement = statement.add_columns(col(part.json_text))
    return statement


def _is_part(published: Any, listing: Listing, part: str, languages: Sequence[str], number: Any) -> ColumnElement[bool]:
    return and_(
        published.kind == listing.kind.value,
        published.language.in_([str(language) for language in languages]),
        published.part == part,
        published.number == number,
    )


def _assemble(row: Sequence[Any], listing: Listing, view: View) -> str:
    """Join a record and its parts, all JSON already, into one JSON object."""
    stored = dict(zip((name for name, _ in _present_parts(listing, view)), row[1:], strict=True))
    parts = "".join(f',"{name}":{stored.get(name, "null")}' for name in listing.parts)
    return f"{row[0][:-1]}{parts}}}"


def _comes_after(order: Order, after: Values) -> ColumnElement[bool]:
    """Compare lexicographically: equal in the first columns, beyond in the next."""
    alternatives = []
    equal: list[ColumnElement[bool]] = []
    for (column, descending), value in zip(order.columns, after, strict=True):
        bound = literal(value, column.type)
        beyond = column < bound if descending else column > bound
        alternatives.append(and_(*equal, beyond))
        equal.append(column == bound)
    return or_(false(), *alternatives)
