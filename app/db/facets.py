"""Facets: how many of the matching records have each value, counted from the conditions of the list itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlmodel import SQLModel, col

from app.db.connections import Reader
from app.db.filters import Filters, among
from app.db.statements import Statement, Values, compiled, given
from app.languages import Language, words
from app.model.codes import Code
from app.model.tables import IdentifierRow
from app.resources.events.table import EventWithinRow

MAX_FACET_VALUES = 200
"""How many values a facet shows, those that most records have."""

Link = tuple[type[SQLModel], ColumnElement[bool]]
"""A table to join, and on what."""


def to_places(event: Any, linked_by: str) -> Link:
    """Make the way from an event's number to `EventWithinRow`: its places and all that these lie in."""
    return EventWithinRow, and_(col(EventWithinRow.event) == event, col(EventWithinRow.linked_by) == literal(linked_by))


@dataclass(frozen=True)
class Facet:
    """What is counted."""

    value: Any
    """The column that has the value."""
    named_by: type[Code] | str
    """The terms that name the values, or the kind that they are ids of."""
    links: Sequence[Link] = ()
    """The way from the list's table to the value's, where that is another."""
    repeats: bool = False
    """Whether a record may come to one value by several ways, and is to be counted once."""


@dataclass(frozen=True)
class Counts:
    """What was counted: values with their names and how many records have them, the most first."""

    values: list[tuple[str, str, int]]
    complete: bool
    """Whether these are all the values that there are."""


def ask_facet(table: Any, facet: Facet, matching: Filters, name: str, chosen: int) -> Statement:
    """Make the question how many of the records that match have each value, but for what `name` itself asks of them.

    Of very many values those come first that the parameter of this name chose, which is given `chosen` times.
    """
    value = col(facet.value)
    number = func.count(func.distinct(table.number)) if facet.repeats else func.count()
    statement = select(value, number).select_from(table)
    for linked, on in facet.links:
        statement = statement.join(linked, on)
    return compiled(
        statement.where(*matching.every(but=[name]), value.is_not(None))
        .group_by(value)
        .order_by(*(is_chosen.desc() for is_chosen in among(value, name, chosen)), number.desc(), value)
        .limit(literal(MAX_FACET_VALUES + 1))
    )


def count_values(
    reader: Reader, question: Statement, values: Values, facet: Facet, *, chosen: Sequence[str], language: Language
) -> Counts:
    """Count the records by value; `chosen` values are shown though no record has them."""
    counted = reader.rows(question, values)
    shown = dict.fromkeys(chosen, 0) | dict(counted[:MAX_FACET_VALUES])
    names = _names(reader, facet, list(shown), language)
    named = [(one, names[one], count) for one, count in shown.items()]
    named.sort(key=lambda counts: (-counts[2], counts[0]))
    return Counts(named, complete=len(counted) <= MAX_FACET_VALUES)


_wanted = func.json_each(given("ids")).table_valued("value")
_NAMES = compiled(
    select(col(IdentifierRow.id), col(IdentifierRow.name)).where(
        col(IdentifierRow.kind) == given("kind"), col(IdentifierRow.id).in_(select(_wanted.c.value))
    )
)


def _names(reader: Reader, facet: Facet, values: Sequence[str], language: Language) -> dict[str, str]:
    if not isinstance(facet.named_by, str):
        return {term.value: term.names[language] for term in facet.named_by}
    rows = reader.rows(_NAMES, {"kind": str(facet.named_by), "ids": json.dumps(values)})
    return {id_: words(json.loads(name), language) for id_, name in rows}
