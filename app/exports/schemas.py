"""The JSON Schemas of documents, for the manual; each is given the reference of its records' schema."""

from app.model.columns import Tree


def text(_: str) -> Tree:
    """Describe a document that JSON Schema knows no more of than that it is text."""
    return {"type": "string"}


def binary(_: str) -> Tree:
    """Describe a document that is no text."""
    return {"type": "string", "format": "binary"}


def geojson(record: str) -> Tree:
    """Describe a FeatureCollection whose features' properties are records."""
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


def json_ld(_: str) -> Tree:
    """Describe a graph, as far as JSON-LD is for JSON Schema to describe."""
    node = {
        "type": "object",
        "description": "First the document itself as a Dataset, then an Event a record.",
        "required": ["@id", "@type", "name"],
        "properties": {
            "@id": _text("The address of what it is about.", "https://example.org/v1/events/tianshui-five-ones-study"),
            "@type": _text("`Dataset` or `Event`, as schema.org defines them.", "Event"),
            "name": _text("Its title.", "「五個一」專題學習"),
        },
    }
    return {
        "type": "object",
        "description": "Events as linked data (JSON-LD 1.1).",
        "required": ["@context", "@graph"],
        "properties": {
            "@context": {"type": "object", "description": "What the terms stand for; nothing else is to be fetched."},
            "@graph": {"type": "array", "items": node, "description": "The document and its events."},
        },
    }


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
