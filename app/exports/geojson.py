"""GeoJSON (RFC 7946): records as features on a map."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

from pydantic_core import to_json

from app.exports import schemas
from app.exports.columns import SEPARATOR, CellType, Column, Columns
from app.exports.format import Datum, Facts, Format, Pieces, PointLayout, Records, cut
from app.exports.geojson_schema import feature_collection
from app.languages import Tree

Point = tuple[float, float, str]
"""The known point of a place: degrees east and degrees north, and the place's id."""

PointReader = Callable[[Tree, Datum], Sequence[Point]]
"""Returns the known points of a parsed record."""


@dataclass(frozen=True)
class PlaceFeatures:
    """How the places of a record become features of their own."""

    read: Callable[[Tree, Facts], Sequence[tuple[Point | None, Tree]]]
    """Returns a parsed record's places: the point where it is known, and the properties of the place."""
    texts: Mapping[str, str]
    """What these properties mean, `place_id` among them; null where there is none."""
    numbers: Mapping[str, str]
    """What those that are numbers mean; absent where there is none, as other numbers are."""

    @property
    def schemas(self) -> Tree:
        """The schemas of these properties."""
        texts = {
            name: schemas.nullable({"type": "string"}, _where_split(meaning)) for name, meaning in self.texts.items()
        }
        return texts | {
            name: {"type": "number", "description": _where_split(meaning)} for name, meaning in self.numbers.items()
        }


def _where_split(meaning: str) -> str:
    return f"With `points=split`: {meaning}"


_PLACES = "point_location_ids"

_IN_GEOMETRY = frozenset({"latitude", "longitude", "gcj02_latitude", "gcj02_longitude", "points"})
"""The columns whose content the geometry has."""


def geojson_format(
    columns: Columns,
    points: PointReader,
    omitted: Sequence[str] = (),
    split: PlaceFeatures | None = None,
) -> Format:
    """Return the format of a resource with these columns, except those in `omitted`."""
    shown = [column for column in columns.columns if column.name not in {*_IN_GEOMETRY, *omitted}]
    return Format(
        extension="geojson",
        media_type="application/geo+json",
        description=(
            "A GeoJSON FeatureCollection for maps (RFC 7946): a Point, a MultiPoint where an event has several "
            "places, null where no point is known. The properties are columns of the CSV, by names that are the same "
            f"in every language; `{_PLACES}` has the places' ids in the order of the points. A text that is not known "
            "is null. A number, date or boolean that is not known is left out, because GDAL and QGIS read a column of "
            "nulls as text; where it is known of no record, such as the dates of events that all have none, there is "
            "no such column. They read a text as a date if all its values look like dates (option `DATE_AS_STRING`). "
            "`meta`, after the features, has the document's metadata and the credits for its coordinates."
        ),
        write=_Writer(columns, shown, points, split).write,
        schema=feature_collection(columns, shown, _PLACES, split.schemas if split else {}),
        has_datum=True,
    )


@dataclass(frozen=True)
class _Writer:
    columns: Columns
    shown: Sequence[Column]
    points: PointReader
    split: PlaceFeatures | None

    def write(self, records: Records, facts: Facts) -> Pieces:
        """Write a FeatureCollection, with its metadata in the foreign member `meta` (section 6.1).

        It and the box around all points come after the features, whose coordinates decide the credits and the box.
        """
        yield b'{"type":"FeatureCollection","features":['
        before, corners = b"\n", list[Point]()
        for few in cut(records, 50):
            if few:
                parsed = self.columns.parse(few)
                found = [self.points(record, facts.datum) for record in parsed]
                corners = _corners([*corners, *chain.from_iterable(found)])
                features = _features(self.shown, parsed, found, facts)
                if self.split is not None and facts.point_layout is PointLayout.SPLIT:
                    features = _by_place(features, [self.split.read(record, facts) for record in parsed], self.split)
                yield before + b",\n".join(map(to_json, features))
                before = b",\n"
        box = b',"bbox":%b' % to_json(_box(corners)) if corners else b""
        yield b'\n],"meta":%b%b}\n' % (to_json(_meta(facts)), box)


def _features(
    shown: Sequence[Column], records: Sequence[Tree], found: Sequence[Sequence[Point]], facts: Facts
) -> Iterator[Tree]:
    names = [column.name for column in shown]
    rows = zip(*[column.read(records, facts) for column in shown], strict=True)
    each = [dict(zip(names, row, strict=True)) for row in rows]
    for column in shown:
        if column.type is not CellType.TEXT:
            for properties in each:
                if properties[column.name] is None:
                    del properties[column.name]
    for properties, points in zip(each, found, strict=True):
        properties[_PLACES] = SEPARATOR.join([place for _, _, place in points]) or None
        yield {
            "type": "Feature",
            "id": properties["id"],
            "geometry": _geometry(points),
            "properties": properties,
        }


def _by_place(
    features: Iterable[Tree], found: Iterable[Sequence[tuple[Point | None, Tree]]], split: PlaceFeatures
) -> Iterator[Tree]:
    """Return a feature for each place of each feature, or the same one without a geometry where it has none."""
    for feature, places in zip(features, found, strict=True):
        properties = feature["properties"]
        del properties[_PLACES]
        if not places:
            yield feature | {"properties": properties | dict.fromkeys(split.texts)}
        for point, of_place in places:
            yield {
                "type": "Feature",
                "id": f"{feature['id']}/{of_place['place_id']}",
                "geometry": _geometry([point] if point else []),
                "properties": properties | of_place,
            }


def _geometry(points: Sequence[Point]) -> Tree | None:
    positions = [point[:2] for point in points]
    if len(positions) > 1:
        return {"type": "MultiPoint", "coordinates": positions}
    return {"type": "Point", "coordinates": positions[0]} if positions else None


def _corners(points: Sequence[Point]) -> list[Point]:
    """Return the points that are farthest west, south, east and north; none of none."""
    return [farthest(points, key=itemgetter(axis)) for farthest in (min, max) for axis in (0, 1)] if points else []


def _box(corners: Sequence[Point]) -> list[float]:
    west, south, east, north = corners
    return [west[0], south[1], east[0], north[1]]


def _meta(facts: Facts) -> Tree:
    names = ("title", "language", "version", "revised_on", "address", "datum", "total")
    counts = ("undated_excluded", "derived_excluded")
    return {name: getattr(facts, name) for name in (*names, *counts)} | {
        "licences": [vars(licence) for licence in facts.licences],
        "credits": [vars(credit) for credit in facts.credits],
    }
