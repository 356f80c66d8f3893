"""Facets: how many of the matching records have each value, counted from the conditions of the list itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import SQLModel, col

from app.languages import Language, words
from app.storage.matching import among
from app.storage.snapshot import Snapshot
from app.tables import EventLocationRow, IdentifierRow, LocationAncestorRow
from app.vocabulary import LinkBasis, Term

MAX_FACET_VALUES = 200
"""How many values a facet shows, those that most records have."""

Link = tuple[type[SQLModel], ColumnElement[bool]]
"""A table to join, and on what."""


def to_places(event: Any, bases: Sequence[LinkBasis]) -> list[Link]:
    """Make the way from an event's number to `LocationAncestorRow`: its places and all that these lie in."""
    placed = and_(col(EventLocationRow.event) == event, *among(EventLocationRow.basis, bases))
    around = col(LocationAncestorRow.location) == col(EventLocationRow.location)
    return [(EventLocationRow, placed), (LocationAncestorRow, around)]


@dataclass(frozen=True)
class Facet:
    """What is counted."""

    value: Any
    """The column that has the value."""
    named_by: type[Term] | str
    """The terms that name the values, or the kind that they are ids of."""
    links: Sequence[Link] = ()
    """The way from the list's table to the value's, where that is another."""


@dataclass(frozen=True)
class Counts:
    """What was counted: values with their names and how many records have them, the most first."""

    values: list[tuple[str, str, int]]
    complete: bool
    """Whether these are all the values that there are."""


def count_values(
    snapshot: Snapshot,
    table: Any,
    facet: Facet,
    *,
    conditions: Sequence[ColumnElement[bool]],
    chosen: Sequence[str],
    language: Language,
) -> Counts:
    """Count the records that meet all conditions by value; `chosen` values are shown though no record has them."""
    value = col(facet.value)
    number = func.count(func.distinct(table.number)) if facet.links else func.count()
    statement = select(value, number).select_from(table)
    for linked, on in facet.links:
        statement = statement.join(linked, on)
    statement = (
        statement.where(*conditions, value.is_not(None))
        .group_by(value)
        .order_by(*(is_chosen.desc() for is_chosen in among(value, chosen)), number.desc(), value)
        .limit(MAX_FACET_VALUES + 1)
    )
    counted = [tuple(row) for row in snapshot.rows(statement)]
    shown = dict.fromkeys(chosen, 0) | dict(counted[:MAX_FACET_VALUES])
    names = _names(snapshot, facet, list(shown), language)
    values = [(one, names[one], count) for one, count in shown.items()]
    values.sort(key=lambda counts: (-counts[2], counts[0]))
    return Counts(values, complete=len(counted) <= MAX_FACET_VALUES)


def _names(snapshot: Snapshot, facet: Facet, values: Sequence[str], language: Language) -> dict[str, str]:
    if not isinstance(facet.named_by, str):
        return {term.value: term.names[language] for term in facet.named_by}
    statement = select(col(IdentifierRow.id), col(IdentifierRow.name)).where(
        col(IdentifierRow.kind) == facet.named_by, col(IdentifierRow.id).in_(values)
    )
    return {row.id: words(row.name, language) for row in snapshot.rows(statement)}
