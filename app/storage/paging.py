"""Reading pages and single records of published JSON, in any order that a list offers."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, false, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from app.languages import Language
from app.storage.cursors import Values
from app.storage.search import Search, ranked, search_key
from app.storage.snapshot import Reader, Snapshot
from app.tables import ANY_LANGUAGE, RECORD, PublishedRow
from app.vocabulary import RecordKind

SortColumn = tuple[Any, bool]
"""A column to sort by, and whether `-` turns its direction round; one that is never turned keeps gaps last."""

TITLE: tuple[SortColumn, ...] = ((PublishedRow.title_rank, True),)
"""Sorts by title or name, as readers of the answer's language expect."""

RELEVANCE = "relevance"
"""The sort key of what was searched for: the best first."""

# Pieces of a few hundred kilobytes: of larger ones many streams at once leave the heap full of holes.
_BATCH = 100


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
    undated: Any = None
    """The column that says that a record has no date, where records have dates."""


@dataclass(frozen=True)
class Order:
    """A total order: the columns, each with whether it descends; the last is unique."""

    columns: tuple[SortColumn, ...]
    by_language: bool
    """Whether it differs from language to language."""
    hits: CTE | None = None
    """What ranks the records, when that decides."""


@dataclass(frozen=True)
class Question:
    """Which records of a list are asked for."""

    conditions: Sequence[ColumnElement[bool]]
    order: Order
    after: Values | None = None
    """The sort values to go on after; None begins at the beginning."""
    limit: int | None = None
    """How many a page has; None asks for all."""


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


def order_by(listing: Listing, sort: Sequence[str], search: Search | None = None) -> Order:
    """Make the total order for sort keys such as `-date`; the id decides between equals."""
    if tuple(sort) == (listing.default_sort,):
        return Order(((col(listing.table.number), False),), by_language=False)
    keys = dict(listing.sort_keys)
    hits = None
    if search is not None and RELEVANCE in {key.removeprefix("-") for key in sort}:
        hits = ranked([listing.kind], search)
        keys[RELEVANCE] = ((hits.c.rank, True),)
    columns: list[SortColumn] = []
    for key in sort:
        descending = key.startswith("-")
        for column, turns in keys[key.removeprefix("-")]:
            columns.append((col(column), descending and turns))
    by_language = any(keys[key.removeprefix("-")] is TITLE for key in sort)
    if sort[-1].removeprefix("-") != "id":
        columns.append((col(listing.table.id), False))
    return Order(tuple(columns), by_language, hits)


def fits(order: Order, after: Values) -> bool:
    """Tell whether values are such as an order sorts by, as those of a cursor of ours always are."""
    return len(after) == len(order.columns) and all(
        _is_value_of(column, value) for (column, _), value in zip(order.columns, after, strict=True)
    )


def _is_value_of(column: Any, value: object) -> bool:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return False
    if isinstance(value, str) and not value.isprintable():
        return False
    python_type = column.type.python_type
    # SQLModel's own type for strings does not say what it is in Python.
    return type(value) is (str if python_type is object else python_type)


def read_page(snapshot: Snapshot, listing: Listing, question: Question, view: View) -> Page:
    """Read one page of the records that meet all conditions, in order."""
    order, limit = question.order, question.limit
    assert limit is not None  # noqa: S101 - a page has an end
    statement = _ordered(listing, question, view).add_columns(*(column for column, _ in order.columns))
    if question.after is not None:
        statement = statement.where(comes_after(order, question.after))
    rows = snapshot.rows(statement.limit(limit + 1))
    width = 1 + len(_present_parts(listing, view))
    records = [_assemble(row[:width], listing, view) for row in rows[:limit]]
    last = tuple(rows[limit - 1][width:]) if len(rows) > limit else None
    return Page(records, last)


def read_all(reader: Reader, listing: Listing, question: Question, view: View) -> Generator[list[str], None, None]:
    """Read all records that meet all conditions, in order, a hundred at a time."""
    with closing(reader.batches(_ordered(listing, question, view), _BATCH)) as batches:
        for rows in batches:
            yield [_assemble(row, listing, view) for row in rows]


def read_numbered(snapshot: Snapshot, listing: Listing, numbers: Sequence[int], view: View) -> dict[int, str]:
    """Read records by their numbers."""
    number = col(listing.table.number)
    statement = _published(listing, view).add_columns(number).where(number.in_(numbers))
    return {row[-1]: _assemble(row[:-1], listing, view) for row in snapshot.rows(statement)}


def read_part(snapshot: Snapshot, listing: Listing, id_: str, part: str, language: str) -> str:
    """Read a stored part of a record that is there, as JSON."""
    number = col(listing.table.number)
    statement = (
        select(col(PublishedRow.json_text))
        .join_from(listing.table, PublishedRow, _is_part(PublishedRow, listing, part, [language], number))
        .where(col(listing.table.id) == id_)
    )
    json_text: str = snapshot.scalar(statement)
    return json_text


def read_record(snapshot: Snapshot, listing: Listing, id_: str, view: View) -> str | None:
    """Read one record's JSON by its id; None where there is no such record."""
    rows = snapshot.rows(_published(listing, view).where(col(listing.table.id) == id_))
    return _assemble(rows[0], listing, view) if rows else None


def count(snapshot: Snapshot, table: type[SQLModel], conditions: Sequence[ColumnElement[bool]]) -> int:
    """Count the records that meet all conditions."""
    total: int = snapshot.scalar(select(func.count()).select_from(table).where(*conditions))
    return total


def _ordered(listing: Listing, question: Question, view: View) -> Select[Any]:
    order = question.order
    statement = _published(listing, view).where(*question.conditions)
    if order.hits is not None:
        first = search_key(listing.kind, 0)
        statement = statement.join(order.hits, order.hits.c.key - first == col(listing.table.number))
    return statement.order_by(
        *(column.desc() if descending else column.asc() for column, descending in order.columns)
    )  # fmt: skip


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


def comes_after(order: Order, after: Values) -> ColumnElement[bool]:
    """Compare lexicographically: equal in the first columns, beyond in the next."""
    alternatives = []
    equal: list[ColumnElement[bool]] = []
    for (column, descending), value in zip(order.columns, after, strict=True):
        bound = literal(value, column.type)
        beyond = column < bound if descending else column > bound
        alternatives.append(and_(*equal, beyond))
        equal.append(column == bound)
    return or_(false(), *alternatives)
