"""The table, parts and sort keys of a resource, for list queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from sqlalchemy import ColumnElement
from sqlmodel import col

from app.db.connections import Reader
from app.db.statements import compile_column
from app.languages import Language
from app.model.codes import Resource
from app.model.tables import TitleRow

RELEVANCE = "relevance"
"""The sort key of a search: the best hits first."""


@dataclass(frozen=True)
class SortColumn:
    """A column to sort by, as SQL."""

    sql: str
    type: type
    """The type of its values in Python."""
    descends: bool = False


@dataclass(frozen=True)
class SortKey:
    """A key to sort a list by."""

    column: Any
    gap: Any = None
    """The column that is true for a record without a value here; such records come last in either direction."""

    def sorted(self, *, descends: bool) -> SortColumn:
        """Return the column to sort by."""
        return SortColumn(self._sql, _type_of(self.column), descends)

    def sorted_gap(self) -> SortColumn:
        """Return the column that puts records without a value last."""
        return SortColumn(self.gap_sql, int)

    @cached_property
    def _sql(self) -> str:
        return compile_column(self.column)

    @cached_property
    def gap_sql(self) -> str:
        """The column `gap` as SQL; "" where every record has a value."""
        return "" if self.gap is None else compile_column(self.gap)


TITLE = SortKey(TitleRow.rank)
"""Sorts by title or name, as readers of the response's language expect."""


PartReader = Callable[[Reader, Sequence[int], Sequence[bytes], Language], list[bytes]]
"""Reads a part of the records with some numbers, as JSON, given the last part of each in brief."""


@dataclass(frozen=True)
class ListSpec:
    """A resource, for list queries."""

    resource: Resource
    table: Any
    """The table, numbered in the order of `default_sort` and the id."""
    parts: Sequence[str]
    """The parts that `include` adds, in their order in a record."""
    sort_keys: Mapping[str, SortKey]
    default_sort: str
    is_undated: Callable[[], str] | None = None
    """Returns the condition of records without a date; None for a resource without dates."""
    linked_parts: Mapping[str, PartReader] = field(default_factory=dict)
    """The readers of parts that consist of other records."""

    @cached_property
    def table_name(self) -> str:
        """The name of the table in SQL."""
        name: str = self.table.__tablename__
        return name

    @cached_property
    def number(self) -> str:
        """The column of the records' numbers, as SQL."""
        return compile_column(self.table.number)

    @cached_property
    def id(self) -> str:
        """The column of the records' ids, as SQL."""
        return compile_column(self.table.id)

    def sorts_by_title(self, sort: Sequence[str]) -> bool:
        """Return whether an order differs from language to language."""
        return any(self.sort_keys.get(key.removeprefix("-")) is TITLE for key in sort)


def _type_of(column: Any) -> type:
    python_type: type = cast("ColumnElement[Any]", col(column)).type.python_type
    if python_type is object:
        # SQLModel's type for strings.
        return str
    # SQLite stores booleans as numbers.
    return int if python_type is bool else python_type
