"""Types and checks of filters that several lists have: windows of dates, boxes on the map, ids."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.db.filters import Box
from app.http.param_values import format_number, invalid
from app.http.params import Refers

_DECIMAL = re.compile(r"-?\d{1,3}(\.\d{1,15})?", re.ASCII)

IdValue = Annotated[str, Field(max_length=100)]
CampaignIds = Annotated[list[IdValue], Refers("campaign")]
PillarIds = Annotated[list[IdValue], Refers("pillar")]
EventIds = Annotated[list[IdValue], Refers("event")]
LocationIds = Annotated[list[IdValue], Refers("location")]


class Undated(StrEnum):
    """Whether records without a date match."""

    EXCLUDE = "exclude"
    INCLUDE = "include"
    ONLY = "only"


class LinkedBy(StrEnum):
    """Which links between events and locations count."""

    STATED = "stated"
    ANY = "any"


def _bbox(value: str) -> str:
    parts = value.split(",")
    if len(parts) != 4:
        raise _bad_bbox(f"has {len(parts)} numbers instead of four")
    for part in parts:
        if not _DECIMAL.fullmatch(part):
            raise _bad_bbox(f"has {part!r} instead of a number")
    west, south, east, north = (float(part) for part in parts)
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        raise _bad_bbox("has a longitude beyond 180 degrees")
    if not (-90 <= south <= 90 and -90 <= north <= 90):
        raise _bad_bbox("has a latitude beyond 90 degrees")
    if south > north:
        raise _bad_bbox("has a south that is greater than its north")
    return ",".join(map(format_number, (west, south, east, north)))


def _bad_bbox(problem: str) -> PydanticCustomError:
    example = "105.5,34.3,106.5,35.2"
    return invalid(
        "bad_bbox", f"{problem}; write west,south,east,north in degrees, such as {example}", suggestion=example
    )


BBox = Annotated[
    str,
    AfterValidator(_bbox),
    Field(max_length=100, json_schema_extra={"pattern": r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$"}),
]
"""A box on the map as `west,south,east,north`, WGS 84 degrees; west beyond east crosses 180 degrees."""


def corners(bbox: str) -> Box:
    """Return west, south, east and north of a valid box, in degrees."""
    west, south, east, north = (float(part) for part in bbox.split(","))
    return west, south, east, north


def check_window(date_from: date | None, date_to: date | None) -> None:
    """Raise an error for a window that ends before it starts."""
    if date_from is not None and date_to is not None and date_from > date_to:
        reason = f"is after date_to ({date_to}); put the earlier date in date_from"
        raise invalid("out_of_order", reason, parameter="date_from", value=str(date_from), suggestion=str(date_to))


def check_location_basis(basis: LinkedBy, *, has_location: bool) -> None:
    """Raise an error for `location_basis=any` without a filter or facet by location: it would have no effect."""
    if basis is LinkedBy.ANY and not has_location:
        reason = "selects which links to locations count, but no location is given; add location or leave it out"
        raise invalid("without_effect", reason, parameter="location_basis", value="any")


def check_undated(undated: Undated | None, date_from: date | None, date_to: date | None) -> None:
    """Raise an error for a window that would have no effect."""
    if undated is Undated.ONLY and (date_from or date_to):
        reason = "selects undated records only, which no date_from or date_to can match; leave one of them out"
        raise invalid("without_effect", reason, parameter="undated", value="only")
