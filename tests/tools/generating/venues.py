"""Generated venues in the real counties and towns, each near its parent."""

from collections.abc import Iterator, Sequence
from random import Random

from app.build.common.documents import EvidenceDocument
from app.model.codes import Confidence, CoordinatePrecision, LinkBasis, LocationKind
from app.resources.locations.document import (
    CoordinatesDocument,
    LocationsDocument,
    MentionDocument,
    OwnPlaceDocument,
    PlaceDocument,
    PlacesDocument,
)
from tests.tools.generating.words import Words, editorial, of_text, printed

VENUES = 240

_INSIDE = (LocationKind.COUNTY, LocationKind.DISTRICT, LocationKind.TOWN)
# Five kilometres to either side, so that a venue lies within the extent of a town.
_SPREAD_DEGREES = 0.045
_KINDS = (
    (LocationKind.VENUE, Words("文化廣場", "文化广场", "Culture Square")),
    (LocationKind.VENUE, Words("第一中學禮堂", "第一中学礼堂", "No. 1 Middle School Hall")),
    (LocationKind.OFFICE, Words("派出所", "派出所", "Police Station")),
    (LocationKind.EDUCATION_BASE, Words("法治教育基地", "法治教育基地", "Legal Education Base")),
    (LocationKind.EXHIBITION_HALL, Words("歷史陳列館", "历史陈列馆", "History Exhibition Hall")),
    (LocationKind.MEMORIAL, Words("烈士陵園", "烈士陵园", "Martyrs' Cemetery")),
    (LocationKind.VILLAGE, Words("新城社區", "新城社区", "Xincheng Community")),
    (LocationKind.VENUE, Words("汽車站", "汽车站", "Coach Station")),
)


def make_locations(
    campaign: str, places: PlacesDocument, pieces: Sequence[EvidenceDocument], rng: Random
) -> LocationsDocument:
    """Return a campaign's venues, with a mention of each and of all shared places."""
    shared = {place.id: place for place in places.places}
    parents = [place for place in places.places if place.kind in _INSIDE and place.coordinates]
    venues = [_venue(campaign, number, rng.choice(parents), rng) for number in range(VENUES)]
    mentions = [
        _mention(place, pieces[rng.randrange(len(pieces))], rng.random() < 0.9) for place in (*shared.values(), *venues)
    ]
    return LocationsDocument(locations=tuple(venues), mentions=tuple(mentions))


def surroundings(place: PlaceDocument, places: dict[str, PlaceDocument]) -> Iterator[PlaceDocument]:
    """Return a place and all its ancestors, the nearest first."""
    yield place
    while place.parent is not None:
        place = places[place.parent]
        yield place


def _venue(campaign: str, number: int, parent: PlaceDocument, rng: Random) -> OwnPlaceDocument:
    kind, what = _KINDS[number % len(_KINDS)]
    where = of_text(parent.name)
    ordinal = number // len(_KINDS) + 1
    point = _point_near(parent, rng) if number % 20 else None
    return OwnPlaceDocument(
        id=f"{campaign}-venue-{number + 1}",
        kind=kind,
        name=printed(
            Words(
                f"{where.zh_hant}{what.zh_hant}（{ordinal}）",
                f"{where.zh_hans}{what.zh_hans}（{ordinal}）",
                f"{what.en} {ordinal}, {where.en}",
            )
        ),
        parent=parent.id,
        coordinates=point,
        coordinates_note=None if point else editorial(_NO_POINT),
        fallback=None if point else parent.id,
    )


def _point_near(parent: PlaceDocument, rng: Random) -> CoordinatesDocument:
    around = parent.coordinates
    assert around is not None
    return CoordinatesDocument(
        latitude=round(around.latitude + rng.uniform(-_SPREAD_DEGREES, _SPREAD_DEGREES), 5),
        longitude=round(around.longitude + rng.uniform(-_SPREAD_DEGREES, _SPREAD_DEGREES), 5),
        precision=CoordinatePrecision.NEIGHBOURHOOD,
        uncertainty_km=1.0,
        source="editors",
        confidence=Confidence.LOW,
    )


def _mention(place: PlaceDocument, piece: EvidenceDocument, is_named: bool) -> MentionDocument:
    return MentionDocument(
        location=place.id,
        named=is_named,
        as_stated=of_text(place.name).zh_hant[:30] if is_named else None,
        basis=LinkBasis.STATED if is_named else LinkBasis.DERIVED,
        note=None if is_named else editorial(_INFERRED),
        evidence=(piece,),
    )


_NO_POINT = Words("原文沒有地址。", "原文没有地址。", "The source gives no address.")
_INFERRED = Words("由前後文推得。", "由前后文推得。", "Inferred from the context.")
