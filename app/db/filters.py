"""Conditions that several lists share: values, spans of days, boxes on the map, places with all inside them.

They are written without values, which come with each question: a shape of question is compiled once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, union_all
from sqlmodel import col

from app.db.statements import Conditions, Value, given, given_each
from app.resources.events.table import LONGEST_SPAN, EventLocationRow, EventOrganiserRow, EventRow, EventWithinRow
from app.resources.locations.table import LocationRow

DATE = "date"
"""What the conditions go by that dates make, whichever parameters they came from."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84; west beyond east crosses 180 degrees."""


@dataclass(frozen=True)
class JoinPath:
    """The way to the records that are linked with one thing: rows of a table that stand in the order of the numbers."""

    table: Any
    position: Any
    """The column that has that order."""
    on: ColumnElement[bool]
    """What a row of the table and its record have in common."""
    conditions: Conditions
    """What the rows meet."""
    there_is: ColumnElement[bool]
    """What a record meets that is found otherwise, if there is such a way to it."""


@dataclass(frozen=True)
class DateFilter:
    """What dates ask of records. Each record meets one of the conditions at most."""

    dated: Sequence[ColumnElement[bool]]
    """In the order of the days on which the records begin."""
    undated: ColumnElement[bool] | None = None
    """What undated records meet that are asked for too."""
    left_out: ColumnElement[bool] | None = None
    """What those meet that were left out only because they have no date."""

    def either(self) -> ColumnElement[bool]:
        """Ask that one of the conditions is met."""
        return or_(false(), *self.dated, *([] if self.undated is None else [self.undated]))


@dataclass(frozen=True)
class Filters:
    """What the records of a list must meet."""

    conditions: Mapping[str, Conditions]
    """The conditions that each parameter makes; all together must be met."""
    ways: Mapping[str, JoinPath] = field(default_factory=dict)
    """The ways that parameters with one value make; a list can set out on one of them."""
    dates: DateFilter | None = None

    def every(self, *, but: Sequence[str] = ()) -> Conditions:
        """Give all conditions, perhaps but those of some parameters."""
        made = {name: [way.there_is] for name, way in self.ways.items()} | dict(self.conditions)
        if self.dates is not None:
            made[DATE] = [self.dates.either()]
        return [condition for name, each in made.items() if name not in but for condition in each]


def among(column: Any, name: str, count: int) -> Conditions:
    """Ask that a column has one of the values of a parameter, which is given `count` times; not given, ask nothing."""
    if count == 1:
        # With one value the rows of an index come in order.
        return [col(column) == given(f"{name}_0")]
    return [col(column).in_(given_each(name, count))] if count else []


def overlapping(*, date_from: bool, date_to: bool) -> list[ColumnElement[bool]]:
    """Ask that an event touches a window of days, both ends inclusive, one of them perhaps open.

    Gives the conditions of those that began before the window and of those that begin in it, each by an index:
    the numbers of events are in the order of their days, and of those of a span that last into a day none began
    longer ago than the span.
    """
    number, starts_on = col(EventRow.number), col(EventRow.starts_on)
    began, begin = [], []
    if date_from:
        first = select(number).where(starts_on >= given("date_from")).order_by(starts_on, number).limit(1)
        begin.append(number >= first.scalar_subquery())
        began.append(_lasting_into())
    last = select(number).where(starts_on <= given("date_to") if date_to else ~is_undated())
    begin.append(number <= last.order_by(starts_on.desc(), number.desc()).limit(1).scalar_subquery())
    return [*began, and_(*begin)]


def _lasting_into() -> ColumnElement[bool]:
    number, span, starts_on = col(EventRow.number), col(EventRow.span), col(EventRow.starts_on)
    began = (starts_on < given("date_from"), col(EventRow.ends_on) >= given("date_from"))
    spans = [
        select(number).where(span == literal(length), starts_on > given(f"date_from_{length}"), *began)
        for length in range(1, LONGEST_SPAN)
    ]
    longer = select(number).where(span == literal(LONGEST_SPAN), *began)
    # As one set, lest it be sought by another condition's index, among all that ever was.
    return number.in_(union_all(*spans, longer))


def values_of_window(date_from: date | None, date_to: date | None) -> dict[str, Value]:
    """Give the values of the parameters that `overlapping` makes."""
    values: dict[str, Value] = {}
    if date_to is not None:
        values["date_to"] = date_to.isoformat()
    if date_from is not None:
        values["date_from"] = date_from.isoformat()
        for length in range(1, LONGEST_SPAN):
            reaches = date_from.toordinal() > 1 << length
            # Before the first day of the calendar comes the empty text.
            values[f"date_from_{length}"] = (date_from - timedelta(1 << length)).isoformat() if reaches else ""
    return values


def is_undated() -> ColumnElement[bool]:
    """Ask that an event has no date."""
    return col(EventRow.undated).is_(True)


def in_box() -> ColumnElement[bool]:
    """Ask that a location lies in a box, its edges included."""
    longitude = col(LocationRow.longitude)
    spans = [longitude.between(given("west"), given("east")), longitude.between(given("west_2"), given("east_2"))]
    return and_(or_(*spans), col(LocationRow.latitude).between(given("south"), given("north")))


def values_of_box(box: Box) -> dict[str, Value]:
    """Give the values of the parameters that `in_box` makes; a box that crosses 180 degrees has two spans."""
    west, south, east, north = box
    spans = (west, east, 1.0, 0.0) if west <= east else (west, 180.0, -180.0, east)
    return {**dict(zip(("west", "east", "west_2", "east_2"), spans, strict=True)), "south": south, "north": north}


def within_place(linked_by: str) -> JoinPath:
    """Make the way to the events in the place of the parameter `location`, or anywhere inside it."""
    conditions = [*among(EventWithinRow.location, "location", 1), col(EventWithinRow.linked_by) == literal(linked_by)]
    event = col(EventWithinRow.event)
    on = event == col(EventRow.number)
    return JoinPath(EventWithinRow, event, on, conditions, exists().where(on, *conditions))


def organised_by() -> JoinPath:
    """Make the way to the events of the organisation of the parameter `organiser`."""
    event = col(EventOrganiserRow.event)
    on, conditions = event == col(EventRow.number), among(EventOrganiserRow.organisation, "organiser", 1)
    return JoinPath(EventOrganiserRow, event, on, conditions, exists().where(on, *conditions))


def events_within(count: int, linked_by: str) -> Select[Any]:
    """Find the numbers of the events in one of the places of the parameter `location`, or anywhere inside them."""
    return select(col(EventWithinRow.event)).where(
        *among(EventWithinRow.location, "location", count), col(EventWithinRow.linked_by) == literal(linked_by)
    )


def events_in_box(bases: Sequence[str]) -> Select[Any]:
    """Find the numbers of the events that are linked to a place in the box."""
    return (
        select(col(EventLocationRow.event))
        .join(LocationRow, col(LocationRow.id) == col(EventLocationRow.location))
        .where(in_box(), col(EventLocationRow.basis).in_([literal(str(basis)) for basis in bases]))
    )
