"""GeoJSON (RFC 7946): records as features on a map."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter

from pydantic_core import to_json

from app.exports.columns import SEPARATOR, CellType, Column, Columns
from app.exports.format import Datum, Facts, Format, Pieces, Records, cut
from app.exports.geojson_schema import feature_collection
from app.languages import Tree

Point = tuple[float, float, str]
"""The known point of a place: degrees east and degrees north, and the place's id."""

Points = Callable[[Tree, Datum], Sequence[Point]]
"""Returns the known points of a parsed record."""

_PLACES = "point_location_ids"

_IN_GEOMETRY = frozenset({"latitude", "longitude", "gcj02_latitude", "gcj02_longitude", "points"})
"""The columns whose content the geometry has."""


def geojson_format(columns: Columns, points: Points, omitted: Sequence[str] = ()) -> Format:
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
            "nulls as text; a text whose values all look like dates they read as a date (option `DATE_AS_STRING`). "
            "`meta`, after the features, has the document's metadata and the credits for its coordinates."
        ),
        write=partial(_write, columns.parse, shown, points),
        schema=feature_collection(columns, shown, _PLACES),
        has_datum=True,
    )


def _write(
    parse: Callable[[Sequence[bytes]], list[Tree]],
    shown: Sequence[Column],
    points: Points,
    records: Records,
    facts: Facts,
) -> Pieces:
    """Write a FeatureCollection, with its metadata in the foreign member `meta` (section 6.1).

    It and the box around all points come after the features, whose coordinates decide the credits and the box.
    """
    yield b'{"type":"FeatureCollection","features":['
    before, corners = b"\n", list[Point]()
    for few in cut(records, 50):
        if few:
            parsed = parse(few)
            found = [points(record, facts.datum) for record in parsed]
            corners = _corners([*corners, *chain.from_iterable(found)])
            yield before + b",\n".join(map(to_json, _features(shown, parsed, found, facts)))
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
