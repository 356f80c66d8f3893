"""The places of a published event and their points, by one rule for every format."""

from collections.abc import Sequence

from app.model.columns import Tree

# A quote within a text is escaped and no other member has this name, so it is found nowhere else.
_LOCATIONS = b'"locations":['


def split(event: bytes) -> tuple[bytes, bytes]:
    """Cut an event's JSON into two objects: its members before `locations`, and those from there on.

    There is always one before, the id. Raises ValueError where there are no `locations`.
    """
    start = event.index(_LOCATIONS)
    return event[: start - 1] + b"}", b"{" + event[start:]


def places_of(event: Tree) -> list[Tree]:
    """Give the places of an event in their order, each once, whatever the number of its roles."""
    return list({place["id"]: place for place in event["locations"]}.values())


def with_point(places: Sequence[Tree]) -> list[Tree]:
    """Give those places whose point is known."""
    return [place for place in places if place["latitude"] is not None]


def only(placed: Sequence[Tree]) -> Tree | None:
    """Give the one place with a point; None where there is none, or more than one.

    Neither the first of several points nor their mean is where an event was.
    """
    return placed[0] if len(placed) == 1 else None
