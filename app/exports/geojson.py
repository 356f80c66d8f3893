"""GeoJSON (RFC 7946): records as features on a map."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from pydantic_core import to_json

from app.exports import schemas
from app.exports.format import Facts, Format, Pieces, Records
from app.languages import Tree

Position = tuple[float, float]
"""Degrees east and degrees north, WGS 84."""

Positions = Callable[[bytes], Sequence[Position]]
"""Returns the known positions of a record's JSON."""

# The first member of every record; its value is copied as it is written.
_ID = re.compile(rb'{"id":("(?:[^"\\]|\\.)*")')


def geojson_format(positions: Positions) -> Format:
    """Return the format of a resource whose records have positions."""
    return Format(
        extension="geojson",
        media_type="application/geo+json",
        description=(
            "A GeoJSON FeatureCollection for maps (RFC 7946, WGS 84): a Point, a MultiPoint where an event has "
            "several places, null where no point is known. The record is in the feature's properties."
        ),
        write=partial(_write, positions),
        schema=_schema,
    )


def _write(positions: Positions, records: Records, facts: Facts) -> Pieces:
    """Write a FeatureCollection, with its metadata before its features in the foreign member `meta` (section 6.1)."""
    yield b'{"type":"FeatureCollection","meta":%b,"features":[' % to_json(_meta(facts))
    before = b"\n"
    for batch in records:
        if batch:
            yield before + b",\n".join([_feature(record, positions(record)) for record in batch])
            before = b",\n"
    yield b"\n]}\n"


def _meta(facts: Facts) -> Tree:
    names = ("title", "language", "version", "address", "total", "undated_excluded", "derived_excluded")
    return {name: getattr(facts, name) for name in names} | {"credits": [vars(credit) for credit in facts.credits]}


def _feature(record: bytes, positions: Sequence[Position]) -> bytes:
    identified = _ID.match(record)
    assert identified is not None  # noqa: S101 - the id is checked to be the first field of every record
    return b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}' % (identified[1], _geometry(positions), record)


def _geometry(positions: Sequence[Position]) -> bytes:
    if len(positions) > 1:
        return to_json({"type": "MultiPoint", "coordinates": positions})
    return to_json({"type": "Point", "coordinates": positions[0]} if positions else None)


def _schema(record: str) -> Tree:
    position = {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "description": "Degrees east and degrees north, WGS 84: longitude first.",
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
        properties={"$ref": record},
    )
    return schemas.object_of(
        "Records as GeoJSON (RFC 7946).",
        type=schemas.constant("FeatureCollection"),
        meta=_META_SCHEMA,
        features={"type": "array", "items": feature, "description": "One feature a record, in the order of the list."},
    )


_CREDIT_SCHEMA = schemas.object_of(
    "A credit required by the licence of some coordinates.",
    name=schemas.string("Where the coordinates come from.", "GeoNames"),
    licence=schemas.string("The SPDX identifier of their licence.", "CC-BY-4.0"),
    licence_url={"type": ["string", "null"], "description": "The licence's text."},
    attribution=schemas.string("The credit to show with the coordinates.", "Coordinates from GeoNames, CC BY 4.0."),
)

_META_SCHEMA = schemas.object_of(
    "The document's metadata.",
    title=schemas.string("What it is.", "Locations"),
    language=schemas.string("Its language, a BCP 47 tag.", "zh-Hant"),
    version=schemas.string("The version of the data, a digest.", "b195ef88aa906f3fe5eeef55e585434b"),
    address=schemas.string("Its own URL.", "http://127.0.0.1:8000/v1/locations.geojson"),
    total=schemas.count("How many features it has.", 21),
    undated_excluded=schemas.count("How many records were left out only because they have no date.", 0),
    derived_excluded=schemas.count(
        "How many records were left out only because the editors derived their links to locations.", 0
    ),
    credits={"type": "array", "items": _CREDIT_SCHEMA, "description": "The credits to show with the coordinates."},
)
