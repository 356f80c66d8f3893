"""Types and checks of filters that several lists have: boxes on the map, ids."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from app.db.filters import Box
from app.http.param_values import correct_number, format_number, half_width, invalid
from app.http.params import Params, Refers
from app.messages import Message, message
from app.model.codes import Code

_DECIMAL = re.compile(r"-?\d{1,3}(\.\d{1,15})?", re.ASCII)

IdValue = Annotated[str, Field(max_length=100)]
CampaignIds = Annotated[list[IdValue], Refers("campaign")]
PillarIds = Annotated[list[IdValue], Refers("pillar")]
EventIds = Annotated[list[IdValue], Refers("event")]
LocationIds = Annotated[list[IdValue], Refers("location")]
StrandIds = Annotated[list[IdValue], Refers("strand")]
CountyIds = Annotated[list[IdValue], Refers("county", broader="location")]
OutcomeIds = Annotated[list[IdValue], Refers("outcome")]
SourceIds = Annotated[list[IdValue], Refers("source")]


class LinkedBy(Code):
    """Which links between events and locations count."""

    STATED = "stated"
    ANY = "any"


def _bbox(value: str) -> str:
    parts = value.split(",")
    problem = _problem(parts)
    if problem is None:
        return ",".join(format_number(float(part)) for part in parts)
    written = re.split(r"\s*[,;]\s*|\s+", half_width(value).strip("[](),; "))
    corrected = [number for part in written if (number := correct_number(part, _DECIMAL))]
    suggestion = ",".join(corrected) if len(corrected) == len(written) and _problem(corrected) is None else None
    reason = message(
        "{problem}; write west,south,east,north in degrees, such as {example}",
        problem=problem,
        example="105.5,34.3,106.5,35.2",
    )
    raise invalid("bad_bbox", reason, suggestion=suggestion)


def _problem(parts: list[str]) -> Message | None:
    """Return why four numbers make no box; None if they do."""
    if len(parts) != 4:
        return message("is not four numbers with commas between them")
    for part in parts:
        if not _DECIMAL.fullmatch(part):
            return message("has {part!r} instead of a number", part=part)
    west, south, east, north = map(float, parts)
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        return message("has a longitude beyond 180 degrees")
    if not (-90 <= south <= 90 and -90 <= north <= 90):
        return message("has a latitude beyond 90 degrees")
    return message("has a south that is greater than its north") if south > north else None


BBox = Annotated[
    str,
    Field(max_length=100, json_schema_extra={"pattern": r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$"}),
    AfterValidator(_bbox),
]
"""A box on the map as `west,south,east,north`, WGS 84 degrees; west beyond east crosses 180 degrees."""


def corners(bbox: str) -> Box:
    """Return west, south, east and north of a valid box, in degrees."""
    west, south, east, north = (float(part) for part in bbox.split(","))
    return west, south, east, north


def check_location_basis(params: Params, *needed: str) -> None:
    """Raise an error for a `location_basis`, of either value, that has no effect.

    It has one with any of `needed`: a parameter, or a value of one, such as `facet=county`, as far as `params` has it.
    """
    if "location_basis" not in params.model_fields_set:
        return
    pairs = [one.split("=") for one in needed if one.partition("=")[0] in type(params).model_fields]
    if not any(value[0] in getattr(params, name) if value else getattr(params, name) for name, *value in pairs):
        reason = message(
            "selects which links to locations count, which matters only with one of: {parameters}; add one of them or "
            "leave it out",
            parameters=["=".join(pair) for pair in pairs],
        )
        raise invalid("without_effect", reason, parameter="location_basis")
