"""What must not go in circles: places in places, parts of events, organisations, before and after."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from app.seeding.checks.references import Place
from app.seeding.faults import Fault
from app.seeding.reading import Seeds
from app.vocabulary import DateRelation


def check_order(seeds: Seeds) -> Iterator[Fault]:
    """Find records that lie inside, are parts of, or come before themselves."""
    parents: dict[str, tuple[str, Place]] = {}
    for index, place in enumerate(seeds.places.places):
        if place.parent:
            parents[place.id] = (place.parent, Place(seeds.places_yaml, ("places", index, "parent")))
    above: dict[str, tuple[str, Place]] = {}
    wholes: dict[str, tuple[str, Place]] = {}
    for seeded in seeds.campaigns:
        for index, place in enumerate(seeded.locations.locations):
            if place.parent:
                parents[place.id] = (
                    place.parent,
                    Place(seeded.yaml["locations"], ("locations", index, "parent")),
                )
        for index, organisation in enumerate(seeded.campaign.organisations):
            if organisation.parent:
                where = Place(seeded.yaml["campaign"], ("organisations", index, "parent"))
                above[organisation.id] = (organisation.parent, where)
        for index, event in enumerate(seeded.events.events):
            if event.part_of:
                where = Place(seeded.yaml["events"], ("events", index, "part_of", "event"))
                wholes[event.id] = (event.part_of.event, where)
    yield from _circles(parents, "lies inside itself")
    yield from _circles(above, "stands above itself")
    yield from _circles(wholes, "is a part of itself")
    yield from _contradictions(seeds)


def _circles(links: Mapping[str, tuple[str, Place]], problem: str) -> Iterator[Fault]:
    for start, (_, place) in links.items():
        trail, current = [start], start
        while current in links:
            current = links[current][0]
            if current in trail:
                break
            trail.append(current)
        else:
            continue
        if current == start:
            yield place.fault(f"{start!r} {problem} ({' → '.join([*trail, start])}); name another")


def _contradictions(seeds: Seeds) -> Iterator[Fault]:
    for seeded in seeds.campaigns:
        earlier: dict[str, set[str]] = {}
        places: dict[str, Place] = {}
        for index, event in enumerate(seeded.events.events):
            relative = event.date.relative_to
            if relative is None:
                continue
            where = Place(seeded.yaml["events"], ("events", index, "date", "relative_to"))
            places[event.id] = where
            if relative.event == event.id:
                yield where.fault("an event cannot be dated by itself; name another event")
            elif relative.relation is DateRelation.BEFORE:
                earlier.setdefault(relative.event, set()).add(event.id)
            elif relative.relation is DateRelation.AFTER:
                earlier.setdefault(event.id, set()).add(relative.event)
        try:
            TopologicalSorter(earlier).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            where = next(places[id_] for id_ in circle if id_ in places)
            yield where.fault(f"before and after contradict each other: {' → '.join(circle)}")
