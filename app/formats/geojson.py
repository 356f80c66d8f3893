"""GeoJSON (RFC 7946): records as features on a map."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from pydantic_core import from_json, to_json

from app.formats.format import Facts, Format, Records
from app.formats.points import places_with_point
from app.tables.columns import Tree
from app.vocabulary import RecordKind


def write(records: Records, facts: Facts) -> Generator[bytes, None, None]:
    """Write a FeatureCollection, its facts before its features in the foreign member `meta` (section 6.1).

    A feature's properties are the record as it is published. Its geometry is its point, the points of all
    its places, or null where none is known.
    """
    yield f'{{"type":"FeatureCollection","meta":{_json(_meta(facts))},"features":['.encode()
    before = "\n"
    for batch in records:
        yield (before + ",\n".join(_feature(record, facts.kind) for record in batch)).encode()
        before = ",\n"
    yield b"\n]}\n"


def _meta(facts: Facts) -> Tree:
    return {
        "title": facts.title,
        "language": facts.language,
        "version": facts.version,
        "address": facts.address,
        "total": facts.total,
        "undated_excluded": facts.undated_excluded,
        "credits": [vars(credit) for credit in facts.credits],
    }


def _feature(text: str, kind: RecordKind) -> str:
    # Read for its id and its points only, and passed on as it is: that is faster, and nothing of it can change.
    record = from_json(text)
    geometry = _json(_geometry(places_with_point(record) if kind is RecordKind.EVENT else _itself(record)))
    return f'{{"type":"Feature","id":{_json(record["id"])},"geometry":{geometry},"properties":{text}}}'


def _itself(location: Tree) -> list[Tree]:
    return [location] if location["latitude"] is not None else []


def _geometry(places: Sequence[Tree]) -> Tree | None:
    positions = [[place["longitude"], place["latitude"]] for place in places]
    if len(positions) > 1:
        return {"type": "MultiPoint", "coordinates": positions}
    return {"type": "Point", "coordinates": positions[0]} if positions else None


def _json(value: object) -> str:
    return to_json(value).decode()


def schema(record: str) -> Mapping[str, Any]:
    """Give the JSON Schema of a collection whose features' properties have the schema of this reference."""
    position = {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "description": "Degrees east and degrees north, WGS 84: longitude first.",
        "examples": [[105.89333, 34.56861]],
    }
    point = _object("One known point.", type=_constant("Point"), coordinates=position)
    points = _object(
        "The points of several places.",
        type=_constant("MultiPoint"),
        coordinates={"type": "array", "items": position, "description": "One position a place."},
    )
    feature = _object(
        "One record.",
        type=_constant("Feature"),
        id={"type": "string", "description": "The record's id.", "examples": ["maiji"]},
        geometry={
            "oneOf": [point, points, {"type": "null"}],
            "description": "Where it is; null where no point is known.",
        },
        properties={"$ref": record},
    )
    return _object(
        "Records as GeoJSON (RFC 7946).",
        type=_constant("FeatureCollection"),
        meta=_META,
        features={"type": "array", "items": feature, "description": "One feature a record, in the order of the list."},
    )


def _object(description: str, **properties: object) -> Tree:
    return {"type": "object", "description": description, "required": list(properties), "properties": properties}


def _constant(value: str) -> Tree:
    return {"type": "string", "const": value, "description": "Always this.", "examples": [value]}


def _text(description: str, example: str) -> Tree:
    return {"type": "string", "description": description, "examples": [example]}


def _count(description: str, example: int) -> Tree:
    return {"type": "integer", "description": description, "examples": [example]}


_CREDIT = _object(
    "A credit that the licence of some coordinates asks for.",
    name=_text("Where the coordinates come from.", "GeoNames"),
    licence=_text("The SPDX identifier of their licence.", "CC-BY-4.0"),
    licence_url={"type": ["string", "null"], "description": "The licence's text."},
    attribution=_text("The credit to show with the coordinates.", "Coordinates from GeoNames, CC BY 4.0."),
)

_META = _object(
    "What the document says of itself.",
    title=_text("What it is.", "Locations"),
    language=_text("Its language, a BCP 47 tag.", "zh-Hant"),
    version=_text("The version of the data, a digest.", "b195ef88aa906f3fe5eeef55e585434b"),
    address=_text("Its own address.", "https://example.org/v1/locations.geojson"),
    total=_count("How many features it has.", 21),
    undated_excluded=_count("How many records were left out only because they have no date.", 0),
    credits={"type": "array", "items": _CREDIT, "description": "The credits to show with the coordinates."},
)

GEOJSON = Format(
    extension="geojson",
    media_type="application/geo+json",
    description=(
        "A GeoJSON FeatureCollection for maps (RFC 7946, WGS 84): a Point, a MultiPoint where an event has several "
        "places, null where no point is known. The record is in the feature's properties."
    ),
    kinds=frozenset({RecordKind.EVENT, RecordKind.LOCATION}),
    write=write,
    schema=schema,
)
