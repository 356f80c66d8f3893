"""The places of an event's record, and their points."""

from collections.abc import Sequence

from app.model.columns import Tree

# A quote within a text is escaped and no other member has this name, so it is found nowhere else.
_LOCATIONS = b'"locations":['


def split(event: bytes) -> tuple[bytes, bytes]:
    """Cut an event's JSON into two objects: the members before `locations`, and the rest.

    The first always has a member, the id. Raises ValueError if there are no `locations`.
    """
    start = event.index(_LOCATIONS)
    return event[: start - 1] + b"}", b"{" + event[start:]


def places_of(event: Tree) -> list[Tree]:
    """Return the places of an event in order. A place with several roles is returned once."""
    return list({place["id"]: place for place in event["locations"]}.values())


def with_point(places: Sequence[Tree]) -> list[Tree]:
    """Return the places whose point is known."""
    return [place for place in places if place["latitude"] is not None]


def only(places: Sequence[Tree]) -> Tree | None:
    """Return the place if there is exactly one, else None.

    Neither the first of several points nor their mean is where an event was.
    """
    return places[0] if len(places) == 1 else None
