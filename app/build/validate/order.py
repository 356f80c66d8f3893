"""Validates that nothing is circular: places in places, parts of events, organisations, before and after."""

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from app.build.common.faults import Fault
from app.build.common.yaml_reader import Position
from app.build.reader import Seeds
from app.model.codes import DateRelation
from app.resources.campaigns.document import OrganisationDocument
from app.resources.events.document import EventDocument, PartOfDocument
from app.resources.locations.document import PlaceDocument

Links = dict[str, tuple[str, Position]]
"""What each record lies in or is a part of, by id, with where its document says so."""

_SHOWN = 20
"""The maximum number of ids shown of a circle."""


def check_order(seeds: Seeds) -> Iterator[Fault]:
    """Find records that lie inside, are parts of, or come before themselves."""
    places: Links = {}
    organisations: Links = {}
    events: Links = {}
    for part, place, _ in seeds.parts():
        match part:
            case PlaceDocument(parent=str(above)):
                places[part.id] = above, place.at("parent")
            case OrganisationDocument(parent=str(above)):
                organisations[part.id] = above, place.at("parent")
            case EventDocument(part_of=PartOfDocument(event=above)):
                events[part.id] = above, place.at("part_of", "event")
    yield from _circles(places, "lies inside itself")
    yield from _circles(organisations, "is above itself")
    yield from _circles(events, "is a part of itself")
    yield from _contradictions(seeds)


def _circles(links: Links, problem: str) -> Iterator[Fault]:
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
    """Return the ids of a circle joined by arrows; a long one is shortened."""
    shown = circle if len(circle) <= _SHOWN else [*circle[: _SHOWN - 2], "…", circle[-1]]
    return " → ".join(shown)


def _contradictions(seeds: Seeds) -> Iterator[Fault]:
    """Find an event that would have to be before or after itself; concurrent events count as one."""
    relations = [
        (part.id, part.date.relative_to.relation, part.date.relative_to.event, place.at("date", "relative_to"))
        for part, place, _ in seeds.parts()
        if isinstance(part, EventDocument) and part.date.relative_to is not None
    ]
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
