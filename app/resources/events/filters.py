"""Conditions on events that several lists share: windows of days, places with all inside them, organisers."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all
from sqlmodel import col

from app.db.facets import Link
from app.db.filters import JoinPath, one_of
from app.db.statements import Value, bind, compiled_once
from app.resources.events.table import LONGEST_SPAN, EventLocationRow, EventOrganiserRow, EventRow, EventWithinRow
from app.resources.locations.filters import in_box
from app.resources.locations.table import LocationRow


def without_date() -> ColumnElement[bool]:
    """Test that an event has no date."""
    return col(EventRow.undated).is_(True)


is_undated = compiled_once(EventRow)(without_date)
"""Returns the condition that an event has no date."""


@compiled_once(EventRow)
def is_dated() -> ColumnElement[bool]:
    """Return the condition that an event has a date."""
    return ~without_date()


def in_window(*, date_from: bool, date_to: bool) -> ColumnElement[bool]:
    """Test that an event touches a window of days, both ends inclusive; one of them may be open."""
    begins = _begins_in(date_from=date_from, date_to=date_to)
    return or_(_lasts_into(), begins) if date_from else begins


@cache
def window_conditions(*, date_from: bool, date_to: bool) -> Sequence[str]:
    """Return the conditions of the events that begin before a window and touch it, and of those that begin in it.

    Each uses an index: numbers are in the order of the first days, and an event of a given span that lasts into a day
    began no longer ago than its span.
    """
    begins = _begins_in_window(date_from=date_from, date_to=date_to)
    return [_begins_before_window(), begins] if date_from else [begins]


def _begins_in(*, date_from: bool, date_to: bool) -> ColumnElement[bool]:
    number, starts_on = col(EventRow.number), col(EventRow.starts_on)
    conditions = []
    if date_from:
        first = select(number).where(starts_on >= bind("date_from")).order_by(starts_on, number).limit(1)
        conditions.append(number >= first.scalar_subquery())
    last = select(number).where(starts_on <= bind("date_to") if date_to else ~without_date())
    conditions.append(number <= last.order_by(starts_on.desc(), number.desc()).limit(1).scalar_subquery())
    return and_(*conditions)


def _lasts_into() -> ColumnElement[bool]:
    number, span, starts_on = col(EventRow.number), col(EventRow.span), col(EventRow.starts_on)
    began = (starts_on < bind("date_from"), col(EventRow.ends_on) >= bind("date_from"))
    spans = [
        select(number).where(span == literal(length), starts_on > bind(f"date_from_{length}"), *began)
        for length in range(1, LONGEST_SPAN)
    ]
    longer = select(number).where(span == literal(LONGEST_SPAN), *began)
    # One subquery, so that SQLite does not search for it among all events through another condition's index.
    return number.in_(union_all(*spans, longer))


_begins_in_window = compiled_once(EventRow)(_begins_in)
_begins_before_window = compiled_once(EventRow)(_lasts_into)


def window_values(date_from: date | None, date_to: date | None) -> dict[str, Value]:
    """Return the values that the conditions on a window bind."""
    values: dict[str, Value] = {}
    if date_to is not None:
        values["date_to"] = date_to.isoformat()
    if date_from is not None:
        values["date_from"] = date_from.isoformat()
        for length in range(1, LONGEST_SPAN):
            is_in_calendar = date_from.toordinal() > 1 << length
            # "" sorts before the first day of the calendar.
            values[f"date_from_{length}"] = (date_from - timedelta(1 << length)).isoformat() if is_in_calendar else ""
    return values


def events_within(linked_by: str, *, many: bool) -> Select[Any]:
    """Select the numbers of the events in the places of the parameter `location`, or anywhere inside them."""
    return select(col(EventWithinRow.event)).where(_is_within(linked_by, many=many))


@cache
def path_within_place(linked_by: str) -> JoinPath:
    """Return the path to the events in the place of the parameter `location`, or anywhere inside it."""
    event = col(EventWithinRow.event)
    return JoinPath.through(
        EventRow,
        EventWithinRow,
        position=event,
        on=event == col(EventRow.number),
        where=_is_within(linked_by, many=False),
    )


def _is_within(linked_by: str, *, many: bool) -> ColumnElement[bool]:
    return and_(
        one_of(EventWithinRow.location, "location", many=many), col(EventWithinRow.linked_by) == literal(str(linked_by))
    )


@cache
def path_of_organiser() -> JoinPath:
    """Return the path to the events of the organisation of the parameter `organiser`."""
    event = col(EventOrganiserRow.event)
    is_organiser = one_of(EventOrganiserRow.organisation, "organiser", many=False)
    return JoinPath.through(
        EventRow, EventOrganiserRow, position=event, on=event == col(EventRow.number), where=is_organiser
    )


@compiled_once(EventRow)
def has_place_in_box(bases: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that an event is linked to a place in the box, by a link of one of these bases."""
    linked = (
        select(col(EventLocationRow.event))
        .join(LocationRow, col(LocationRow.id) == col(EventLocationRow.location))
        .where(in_box(), col(EventLocationRow.basis).in_([str(basis) for basis in bases]))
    )
    return col(EventRow.number).in_(linked)


def link_to_places(event: Any, linked_by: str) -> Link:
    """Join an event's places and all places that these lie in, `EventWithinRow`, to the event's number."""
    is_linked = col(EventWithinRow.linked_by) == literal(str(linked_by))
    return EventWithinRow, and_(col(EventWithinRow.event) == event, is_linked)
