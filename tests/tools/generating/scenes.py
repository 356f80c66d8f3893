"""Where generated events take place: links to locations and to the organisers there."""

from dataclasses import dataclass
from random import Random

from app.build.common.documents import Text
from app.model.codes import LinkBasis, LocationKind, LocationRole, OrganiserRole
from app.resources.events.document import EventLocationDocument, OrganiserDocument
from app.resources.locations.document import LocationsDocument, PlaceDocument, PlacesDocument
from tests.tools.generating.random_choice import pick
from tests.tools.generating.venues import surroundings
from tests.tools.generating.words import Words, editorial, of_text

_COUNTIES = (LocationKind.COUNTY, LocationKind.DISTRICT)
_ONLINE, _IN_A_VENUE, _IN_A_COUNTY, _IN_A_TOWN = 0.05, 0.68, 0.90, 0.97


@dataclass(frozen=True)
class Scene:
    """Where an event takes place, and what follows from it."""

    place: Words
    county: Words
    links: tuple[EventLocationDocument, ...]
    complete: bool | None
    note: Text | None
    online: bool
    organisers: tuple[OrganiserDocument, OrganiserDocument, OrganiserDocument]
    """The organiser as stated, the same as derived, and a joint organiser."""


@dataclass(frozen=True)
class _Spot:
    """A location with the links that events may have to it."""

    name: Words
    county: Words
    stated: EventLocationDocument
    derived: EventLocationDocument
    visited: EventLocationDocument
    organisers: tuple[OrganiserDocument, OrganiserDocument, OrganiserDocument]


class Scenes:
    """The locations where a campaign's events may take place."""

    def __init__(self, campaign: str, places: PlacesDocument, locations: LocationsDocument) -> None:
        known = {place.id: place for place in (*places.places, *locations.locations)}
        spots = {id_: _spot(campaign, place, known) for id_, place in known.items()}
        shared = [place for place in places.places if _is_inside(place, known)]
        self._city = spots["tianshui"]
        self._venues = [spots[venue.id] for venue in locations.locations]
        self._counties = [spots[place.id] for place in shared if place.kind in _COUNTIES]
        self._towns = [spots[place.id] for place in shared if place.kind is LocationKind.TOWN]

    def pick(self, rng: Random) -> Scene:
        """Return a random scene: mostly one location, sometimes two or three, none for an online event."""
        form = rng.random()
        if form < _ONLINE:
            city = self._city
            return Scene(_ONLINE_NAME, city.county, (), None, _NO_PLACE, online=True, organisers=city.organisers)
        spot = self._spot(form, rng)
        more = rng.random()
        links = [spot.derived if more > 0.9 else spot.stated]
        if more < 0.2:
            others = {self._spot(rng.random(), rng).visited for _ in range(2 if more < 0.05 else 1)}
            links.extend(sorted(others, key=lambda link: link.location))
        complete = rng.random() < 0.85
        note = None if complete else _AND_OTHERS
        return Scene(spot.name, spot.county, tuple(links), complete, note, online=False, organisers=spot.organisers)

    def _spot(self, form: float, rng: Random) -> _Spot:
        if form < _IN_A_VENUE:
            return pick(rng, self._venues)
        if form < _IN_A_COUNTY:
            return pick(rng, self._counties)
        return pick(rng, self._towns) if form < _IN_A_TOWN else self._city


def _is_inside(place: PlaceDocument, places: dict[str, PlaceDocument]) -> bool:
    return any(around.id == "tianshui" for around in surroundings(place, places))


def _spot(campaign: str, place: PlaceDocument, places: dict[str, PlaceDocument]) -> _Spot:
    county = next((around for around in surroundings(place, places) if around.kind in _COUNTIES), None)
    around = of_text((county or place).name)
    bureau = f"{campaign}-bureau-of-{county.id}" if county else f"{campaign}-bureau"
    role = LocationRole.VENUE if place.kind not in _COUNTIES else LocationRole.COVERAGE_AREA
    return _Spot(
        name=of_text(place.name),
        county=Words(around.zh_hant, around.zh_hans, around.en.partition(",")[0]),
        stated=EventLocationDocument(location=place.id, role=role, basis=LinkBasis.STATED),
        derived=EventLocationDocument(location=place.id, role=role, basis=LinkBasis.DERIVED, note=_FROM_CONTEXT),
        visited=EventLocationDocument(location=place.id, role=LocationRole.VISITED_SITE, basis=LinkBasis.STATED),
        organisers=(
            OrganiserDocument(organisation=bureau, role=OrganiserRole.ORGANISER, basis=LinkBasis.STATED),
            OrganiserDocument(
                organisation=bureau, role=OrganiserRole.ORGANISER, basis=LinkBasis.DERIVED, note=_FROM_CONTEXT
            ),
            OrganiserDocument(organisation=f"{campaign}-union", role=OrganiserRole.JOINT, basis=LinkBasis.STATED),
        ),
    )


_ONLINE_NAME = Words("網上直播間", "网上直播间", "an online studio")
_NO_PLACE = editorial(
    Words("線上舉行，沒有實地地點。", "线上举行，没有实地地点。", "It was online, without a physical place.")
)
_AND_OTHERS = editorial(
    Words(
        "原文用「等地」，名單不全。",
        "原文用“等地”，名单不全。",
        "The source ends with 等地 (and other places), so the list is open.",
    )
)
_FROM_CONTEXT = editorial(
    Words("由同段前一句推得。", "由同段前一句推得。", "Derived from the sentence before in the same paragraph.")
)
