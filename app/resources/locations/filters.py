"""Conditions on locations that several lists share."""

from app.db.filters import Box
from app.db.statements import Value
from app.model.codes import COUNTY_KINDS

IN_BOX = (
    "(location.longitude BETWEEN :west AND :east OR location.longitude BETWEEN :west_2 AND :east_2)"
    " AND location.latitude BETWEEN :south AND :north"
)
"""The condition that a location lies in a box, its edges included."""

IS_COUNTY = "location.kind IN ({})".format(", ".join(f"'{kind}'" for kind in COUNTY_KINDS))
"""The condition that a location is a county or a district."""


def box_values(box: Box) -> dict[str, Value]:
    """Return the values that `IN_BOX` binds; a box that crosses 180 degrees has two spans of longitude."""
    west, south, east, north = box
    spans = (west, east, 1.0, 0.0) if west <= east else (west, 180.0, -180.0, east)
    return {**dict(zip(("west", "east", "west_2", "east_2"), spans, strict=True)), "south": south, "north": north}
