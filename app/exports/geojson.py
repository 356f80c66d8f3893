"""GeoJSON (RFC 7946): records as features on a map."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter

from pydantic_core import to_json

from app.exports import schemas
from app.exports.columns import SEPARATOR, CellType, Column, Columns
from app.exports.format import Datum, Facts, Format, Pieces, Records, cut
from app.languages import LANGUAGES, Tree

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
        schema=_schema(columns, shown),
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


_TYPES = {CellType.NUMBER: "number", CellType.BOOLEAN: "boolean"}


def _schema(columns: Columns, shown: Sequence[Column]) -> Tree:
    number = {"type": "number"}
    position = {
        "type": "array",
        "items": number,
        "minItems": 2,
        "maxItems": 2,
        "description": "Degrees east and degrees north: longitude first.",
        "examples": [[105.89333, 34.56861]],
    }
    point = schemas.object_of("One known point.", type=schemas.constant("Point"), coordinates=position)
    points = schemas.object_of(
        "The points of several places.",
        type=schemas.constant("MultiPoint"),
        coordinates={"type": "array", "items": position, "description": "One position a place."},
    )
    feature = schemas.object_of(
        "One record.",
        type=schemas.constant("Feature"),
        id={"type": "string", "description": "The record's id.", "examples": ["maiji"]},
        geometry={
            "oneOf": [point, points, {"type": "null"}],
            "description": "Where it is; null where no point is known.",
        },
        properties=_schema_of_properties(columns, shown),
    )
    document = schemas.object_of(
        "Records as GeoJSON (RFC 7946).",
        type=schemas.constant("FeatureCollection"),
        features={"type": "array", "items": feature, "description": "One feature a record, in the order of the list."},
        meta=_META_SCHEMA,
    )
    document["properties"]["bbox"] = {
        "type": "array",
        "items": number,
        "minItems": 4,
        "maxItems": 4,
        "description": "The box around all points: west, south, east, north. Absent where there is no point.",
        "examples": [[104.6, 34.3, 106.2, 34.9]],
    }
    return document


def _schema_of_properties(columns: Columns, shown: Sequence[Column]) -> Tree:
    headings = zip(*map(columns.headings, LANGUAGES), strict=True)
    described = {column.name: names for column, names in zip(columns.columns, headings, strict=True)}
    properties: Tree = {}
    for column in shown:
        type_ = _TYPES.get(column.type, "string")
        properties[column.name] = {
            "type": [type_, "null"] if column.type is CellType.TEXT else type_,
            "description": ", ".join(dict.fromkeys(described[column.name])),
        }
        if column.type is CellType.DATE:
            properties[column.name]["format"] = "date"
    properties[_PLACES] = {
        "type": ["string", "null"],
        "description": f"The ids of the places in the order of the points, separated by `{SEPARATOR}`.",
    }
    required = [name for name, schema in properties.items() if "null" in schema["type"]]
    return {
        "type": "object",
        "description": "The record as flat fields; the whole one is at `url`.",
        "required": required,
        "properties": properties,
    }


_CREDIT_SCHEMA = schemas.object_of(
    "A credit required by the licence of some coordinates.",
    id=schemas.string("The id of the source of the coordinates, as in the records.", "geonames"),
    name=schemas.string("Where the coordinates come from.", "GeoNames"),
    licence=schemas.string("The SPDX identifier of their licence.", "CC-BY-4.0"),
    licence_url={"type": ["string", "null"], "description": "The licence's text."},
    attribution=schemas.string("The credit to show with the coordinates.", "Coordinates from GeoNames, CC BY 4.0."),
)

_LICENCE_SCHEMA = schemas.object_of(
    "The licence of a campaign's records.",
    id=schemas.string("Its SPDX identifier.", "CC-BY-4.0"),
    url=schemas.string("Its text.", "https://creativecommons.org/licenses/by/4.0/"),
    attribution=schemas.string("The credit that it asks for.", "Compiled by the editors, CC BY 4.0."),
)

_META_SCHEMA = schemas.object_of(
    "The document's metadata.",
    title=schemas.string("What it is.", "Locations"),
    language=schemas.string("Its language, a BCP 47 tag.", "zh-Hant"),
    version=schemas.string("The version of the data, a digest.", "b195ef88aa906f3fe5eeef55e585434b"),
    revised_on={**schemas.string("The day of the last revision of the data.", "2026-11-28"), "format": "date"},
    address=schemas.string("Its own URL.", "http://127.0.0.1:8000/v1/locations.geojson"),
    datum={**schemas.string("The datum of all positions and of the box.", "wgs84"), "enum": [*Datum]},
    total=schemas.count("How many features it has.", 21),
    undated_excluded=schemas.count("How many records were left out only because they have no date.", 0),
    derived_excluded=schemas.count(
        "How many records were left out only because the editors derived their links to locations.", 0
    ),
    licences={"type": "array", "items": _LICENCE_SCHEMA, "description": "The licences of the records, each once."},
    credits={"type": "array", "items": _CREDIT_SCHEMA, "description": "The credits for the coordinates in it."},
)
