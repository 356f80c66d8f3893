"""Conditions that several lists share: values, spans of days, boxes on the map, places with all inside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlmodel import col

from app.tables import EventLocationRow, LocationAncestorRow, LocationRow

Conditions = list[ColumnElement[bool]]

DATE = "date"
"""What the conditions go by that dates make, whichever parameters they came from."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84; west beyond east crosses 180 degrees."""


@dataclass(frozen=True)
class Matching:
    """What the records of a list must meet."""

    conditions: Mapping[str, Conditions]
    """The conditions that each parameter makes; all together must be met."""
    undated: ColumnElement[bool] | None = None
    """What records meet in the place of `date` that were left out only because they have none; None if none were."""

    def every(self, *, but: str = "") -> Conditions:
        """Give all conditions, perhaps but those of one parameter."""
        return [condition for name, made in self.conditions.items() if name != but for condition in made]

    def left_out(self) -> Conditions | None:
        """Give the conditions of the records that were left out for want of a date; None where none were."""
        return None if self.undated is None else [*self.every(but=DATE), self.undated]


def among(column: Any, values: Sequence[Any]) -> Conditions:
    """Ask that a column has one of the values; no values ask nothing."""
    return [col(column).in_([str(value) for value in values])] if values else []


def overlapping(starts_on: Any, ends_on: Any, date_from: date | None, date_to: date | None) -> Conditions:
    """Ask that a span of days touches a window, both inclusive, either end of the window open."""
    conditions: Conditions = []
    if date_to is not None:
        conditions.append(col(starts_on) <= date_to)
    if date_from is not None:
        conditions.append(col(ends_on) >= date_from)
    return conditions


def in_box(box: Box) -> ColumnElement[bool]:
    """Ask that a location lies in a box, its edges included."""
    west, south, east, north = box
    longitude = col(LocationRow.longitude)
    crossing = or_(longitude >= west, longitude <= east)
    between = longitude.between(west, east) if west <= east else crossing
    return and_(between, col(LocationRow.latitude).between(south, north))


def events_at(locations: Sequence[str], bases: Sequence[str]) -> Select[Any]:
    """Find the numbers of the events that are linked to one of the places or to any place inside them."""
    return (
        select(col(EventLocationRow.event))
        .join(LocationAncestorRow, col(LocationAncestorRow.location) == col(EventLocationRow.location))
        .where(*among(LocationAncestorRow.ancestor, locations), *among(EventLocationRow.basis, bases))
    )


def events_in_box(box: Box, bases: Sequence[str]) -> Select[Any]:
    """Find the numbers of the events that are linked to a place in a box."""
    return (
        select(col(EventLocationRow.event))
        .join(LocationRow, col(LocationRow.id) == col(EventLocationRow.location))
        .where(in_box(box), *among(EventLocationRow.basis, bases))
    )
