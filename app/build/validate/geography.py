"""Validates places: codes, coordinates, that all that are used are mentioned, and that shared ones are of no source."""

import math
from collections.abc import Iterator

from app.build.common.faults import Fault
from app.build.common.trees import parts_of, text_fields
from app.build.common.yaml_reader import Position
from app.build.reader import Seeds
from app.languages import TextOrigin
from app.model.codes import AdminCodeScheme, LocationKind, Resource
from app.resources.events.document import EventLocationDocument
from app.resources.locations.document import CoordinatesDocument, MentionDocument, PlaceDocument

_CODE_ENDINGS = {LocationKind.PROVINCE: "0000", LocationKind.CITY: "00"}
_REACH_KM = {
    LocationKind.PROVINCE: 1500.0,
    LocationKind.CITY: 250.0,
    LocationKind.COUNTY: 100.0,
    LocationKind.DISTRICT: 100.0,
    LocationKind.TOWN: 30.0,
}
_REACH_OF_OTHERS_KM = 10.0
_EARTH_RADIUS_KM = 6371.0088


def check_geography(seeds: Seeds) -> Iterator[Fault]:
    """Find codes and coordinates that cannot be right, missing mentions, and a source's words among shared places."""
    located = [(part, where) for part, where, _ in seeds.parts() if isinstance(part, PlaceDocument)]
    places = {place.id: place for place, _ in located}
    sources = {source.id for source in seeds.places.coordinate_sources}
    for place, where in located:
        yield from _check_code(place, places, where)
        other = places.get(place.fallback or "")
        if other is not None and other.coordinates is None:
            yield where.at("fallback").fault(f"{other.id!r} has no coordinates itself; name a place that has")
        if place.coordinates is not None:
            yield from _check_point(place, place.coordinates, places, where)
            unread = place.coordinates.source in seeds.unread_ids or Resource.LOCATION in seeds.unread_resources
            if place.coordinates.source not in sources and not unread:
                known = ", ".join(sorted(sources))
                yield where.at("coordinates", "source").fault(
                    f"{place.coordinates.source!r} is not a coordinate source of places.yaml; one of: {known}"
                )
    yield from _check_mentions(seeds)
    yield from _check_shared(seeds)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance in km between two (latitude, longitude) points in degrees, on a sphere."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def _check_code(place: PlaceDocument, places: dict[str, PlaceDocument], where: Position) -> Iterator[Fault]:
    if place.code is None:
        return
    code = place.code.value
    field = where.at("code", "value")
    ending = _CODE_ENDINGS.get(place.kind, "")
    if not code.endswith(ending):
        yield field.fault(f"{code} is not the code of a {place.kind}, which ends in {ending}")
    if (place.kind is LocationKind.TOWN) != (place.code.scheme == AdminCodeScheme.NBS):
        yield field.fault("a town's code has nine digits of scheme NBS, any other's six of GB/T 2260")
    parent = places.get(place.parent or "")
    if parent is not None and parent.code is not None:
        prefix = parent.code.value.removesuffix(_CODE_ENDINGS.get(parent.kind, ""))
        if not code.startswith(prefix):
            yield field.fault(f"{code} does not lie in {parent.id}; its code must begin with {prefix}")


def _check_point(
    place: PlaceDocument, point: CoordinatesDocument, places: dict[str, PlaceDocument], where: Position
) -> Iterator[Fault]:
    parent, seen = places.get(place.parent or ""), {place.id}
    while parent is not None and parent.coordinates is None and parent.id not in seen:
        seen.add(parent.id)
        parent = places.get(parent.parent or "")
    if parent is None or parent.coordinates is None:
        return
    around = parent.coordinates
    reach = _REACH_KM.get(parent.kind, _REACH_OF_OTHERS_KM)
    away = distance_km((point.latitude, point.longitude), (around.latitude, around.longitude))
    if away > reach:
        yield where.at("coordinates").fault(
            f"lies {away:.0f} km from {parent.id}, more than the {reach:.0f} km that a {parent.kind} reaches; "
            "correct the coordinates or the parent"
        )


def _check_mentions(seeds: Seeds) -> Iterator[Fault]:
    unread = seeds.unread_ids
    for seeded in seeds.campaigns:
        known = unread.union(mention.location for mention in seeded.locations.mentions)
        seen: set[str] = set()
        for part, where in seeded.parts():
            match part:
                case MentionDocument(location=id_):
                    if id_ in seen and id_ not in unread:
                        yield where.at("location").fault(f"{id_!r} is mentioned twice; put the evidence together")
                    seen.add(id_)
                case PlaceDocument(id=id_) if id_ not in known:
                    message = "has no mention; say under `mentions` how the source speaks of it"
                    yield where.at("id").fault(f"{id_!r} {message}")
                case EventLocationDocument(location=id_) if id_ not in known:
                    message = "has no mention in locations.yaml; add one with its evidence"
                    yield where.at("location").fault(f"{id_!r} {message}")


def _check_shared(seeds: Seeds) -> Iterator[Fault]:
    for part, path in parts_of(seeds.places):
        for text, where in text_fields(part):
            if text.origin is TextOrigin.SOURCE:
                message = "what campaigns share is of no source; put what one prints under `mentions` of its campaign"
                yield Position(seeds.places_yaml, (*path, *where, "origin")).fault(message)
