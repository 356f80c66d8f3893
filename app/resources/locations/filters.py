"""Conditions on locations that several lists share."""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from app.db.filters import Box
from app.db.statements import Value, bind
from app.resources.locations.table import LocationRow


def in_box() -> ColumnElement[bool]:
    """Test that a location lies in a box, its edges included."""
    longitude = col(LocationRow.longitude)
    spans = [longitude.between(bind("west"), bind("east")), longitude.between(bind("west_2"), bind("east_2"))]
    return and_(or_(*spans), col(LocationRow.latitude).between(bind("south"), bind("north")))


def box_values(box: Box) -> dict[str, Value]:
    """Return the values that `in_box` binds; a box that crosses 180 degrees has two spans of longitude."""
    west, south, east, north = box
    spans = (west, east, 1.0, 0.0) if west <= east else (west, 180.0, -180.0, east)
    return {**dict(zip(("west", "east", "west_2", "east_2"), spans, strict=True)), "south": south, "north": north}
