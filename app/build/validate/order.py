"""What must not go in circles: places in places, parts of events, organisations, before and after."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from app.build.common.faults import Fault
from app.build.reader import Seeds
from app.build.validate.references import Place
from app.model.codes import DateRelation

_SHOWN = 20
"""How many ids of a circle are shown."""


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
    seen: set[str] = set()
    for start in links:
        trail: dict[str, None] = {}
        current = start
        while current in links and current not in seen:
            seen.add(current)
            trail[current] = None
            current = links[current][0]
        if current in trail:
            circle = list(trail)[list(trail).index(current) :]
            for index, inside in enumerate(circle):
                shown = _shown([*circle[index:], *circle[: index + 1]])
                yield links[inside][1].fault(f"{inside!r} {problem} ({shown}); name another")


def _shown(circle: Sequence[str]) -> str:
    """Write the ids of a circle one after another, of a long one the first and the last."""
    shown = circle if len(circle) <= _SHOWN else [*circle[: _SHOWN - 2], "…", circle[-1]]
    return " → ".join(shown)


def _contradictions(seeds: Seeds) -> Iterator[Fault]:
    """Find an event that would have to be before or after itself, those at the same time taken as one."""
    relations = list(_relations(seeds))
    at_once: dict[str, str] = {}

    def moment(id_: str) -> str:
        while id_ in at_once:
            at_once[id_] = at_once.get(at_once[id_], at_once[id_])
            id_ = at_once[id_]
        return id_

    for one, relation, other, place in relations:
        if one == other:
            yield place.fault("an event cannot be dated by itself; name another event")
        elif relation is DateRelation.CONCURRENT and moment(one) != moment(other):
            at_once[moment(one)] = moment(other)
    earlier: dict[str, set[str]] = {}
    for one, relation, other, _ in relations:
        if one != other and relation is not DateRelation.CONCURRENT:
            later, before = (one, other) if relation is DateRelation.AFTER else (other, one)
            earlier.setdefault(moment(later), set()).add(moment(before))
    try:
        TopologicalSorter(earlier).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        inside = set(circle)
        place = next(place for one, _, _, place in relations if moment(one) in inside)
        yield place.fault(f"before and after contradict each other: {_shown(circle)}")


def _relations(seeds: Seeds) -> Iterator[tuple[str, DateRelation, str, Place]]:
    for seeded in seeds.campaigns:
        for index, event in enumerate(seeded.events.events):
            relative = event.date.relative_to
            if relative is not None:
                place = Place(seeded.yaml["events"], ("events", index, "date", "relative_to"))
                yield event.id, relative.relation, relative.event, place
