"""Facets: how many of the matching records have each value."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlmodel import SQLModel, col

from app.db.connections import Reader
from app.db.filters import Filters, values_condition
from app.db.statements import BindValues, bind, bind_each, compile_column, compile_join, compile_statement, select_sql
from app.languages import Language, text_in
from app.model.codes import Code
from app.model.tables import IdentifierRow

MAX_FACET_VALUES = 200
"""How many values a facet has, the most frequent ones."""

Link = tuple[type[SQLModel], ColumnElement[bool]]
"""A table to join, and the ON condition."""


@dataclass(frozen=True)
class Facet:
    """A value to count records by. Must be created once, not for each request: it caches its SQL."""

    table: type[SQLModel]
    """The list's table."""
    value: Any
    """The column of the value."""
    named_by: type[Code] | str
    """The codes that name the values, or the resource that they are ids of."""
    links: Sequence[Link] = ()
    """The joins from the list's table to the value's, where that is another."""
    repeats: bool = False
    """Whether several joined rows can give a record the same value; it is counted once."""

    @cached_property
    def column(self) -> str:
        """The column of the value, as SQL."""
        return compile_column(self.value)

    @cached_property
    def columns(self) -> str:
        """The value and how many records have it, as SQL."""
        number = compile_column(self.table.number)  # type: ignore[attr-defined]
        return f"{self.column}, count(DISTINCT {number})" if self.repeats else f"{self.column}, count(*)"

    @cached_property
    def source(self) -> str:
        """The list's table with the joins, as SQL."""
        joins = (f" JOIN {compile_join(self.table, linked, on)}" for linked, on in self.links)
        return f"{self.table.__tablename__}{''.join(joins)}"

    def sql(self, filters: Filters, name: str, chosen: Sequence[str]) -> str:
        """Return the SQL that counts each value, without the filter `name`, which has the `chosen` values.

        Where there are too many values to show, the chosen ones come first.
        """
        conditions = [*filters.every(without=[name]), f"{self.column} IS NOT NULL"]
        first = f"{values_condition(self.value, name)(chosen)} DESC, " if chosen else ""
        counted = select_sql(self.columns, self.source, conditions)
        return f"{counted} GROUP BY 1 ORDER BY {first}2 DESC, 1 LIMIT {MAX_FACET_VALUES + 1}"


class FacetCounts(NamedTuple):
    """How many records have each value."""

    values: list[tuple[str, str, int]]
    """Values with their names and counts, the highest count first."""
    complete: bool
    """Whether no value is left out."""


def count_facet(
    reader: Reader,
    filters: Filters,
    facet: Facet,
    values: BindValues,
    *,
    name: str,
    chosen: Sequence[str],
    language: Language,
) -> FacetCounts:
    """Count records by value without the filter `name`; its `chosen` values are included though no record has them."""
    counted = reader.rows(facet.sql(filters, name, chosen), values)
    shown = dict.fromkeys(chosen, 0) | dict(counted[:MAX_FACET_VALUES])
    names = _names(reader, facet, list(shown), language)
    named = [(value, names[value], count) for value, count in shown.items()]
    named.sort(key=lambda counts: (-counts[2], counts[0]))
    return FacetCounts(named, complete=len(counted) <= MAX_FACET_VALUES)


_NAMES = compile_statement(
    select(col(IdentifierRow.id), col(IdentifierRow.name)).where(
        col(IdentifierRow.kind) == bind("kind"), col(IdentifierRow.id).in_(bind_each("ids"))
    )
)


def _names(reader: Reader, facet: Facet, values: Sequence[str], language: Language) -> dict[str, str]:
    if not isinstance(facet.named_by, str):
        return {code.value: code.names[language] for code in facet.named_by}
    rows = reader.rows(_NAMES, {"kind": str(facet.named_by), "ids": json.dumps(values)})
    return {id_: text_in(json.loads(name), language) for id_, name in rows}
