"""The points of a published event: those of its places, by one rule for every format."""

from app.tables.columns import Tree


def places_of(event: Tree) -> list[Tree]:
    """Give the places of an event in their order, each once, whatever the number of its roles."""
    return list({place["id"]: place for place in event["locations"]}.values())


def places_with_point(event: Tree) -> list[Tree]:
    """Give the places of an event whose point is known, in their order, each once."""
    return [place for place in places_of(event) if place["latitude"] is not None]


def only_place_with_point(event: Tree) -> Tree | None:
    """Give the one place of an event whose point is known; None where there is none, or more than one.

    Neither the first of several points nor their mean is where the event was.
    """
    places = places_with_point(event)
    return places[0] if len(places) == 1 else None
