"""The JSON Schema of GeoJSON documents, for the OpenAPI document."""

from collections.abc import Sequence

from app.exports import schemas
from app.exports.columns import SEPARATOR, CellType, Column, Columns
from app.languages import Tree

_TYPES = {CellType.NUMBER: "number", CellType.BOOLEAN: "boolean"}


def feature_collection(columns: Columns, shown: Sequence[Column], places: str, of_place: Tree) -> Tree:
    """Return the schema of a document whose properties are the `shown` columns, and `places`, the ids of the places.

    `of_place` are the schemas of the properties that features have instead of `places` where each is of one place; a
    resource without this layout has none.
    """
    name = columns.resource.title()
    features, feature_id = "One feature a record, in the order of the list.", "The record's id."
    if of_place:
        features = "In the order of the list: one feature a record, or with `points=split` one a record and place."
        feature_id = "The record's id; with `points=split` and a place, `/` and the place's id after it."
    document = schemas.object_of(
        f"{name}s as GeoJSON (RFC 7946).",
        type=schemas.constant("FeatureCollection"),
        features=schemas.list_of(f"{name}Feature", features),
        meta=schemas.reference("FeatureCollectionMeta") | {"description": "Metadata."},
    )
    document["properties"]["bbox"] = schemas.numbers(
        4,
        "The box around all points: west, south, east, north. Absent where there is no point.",
        (104.6, 34.3, 106.2, 34.9),
    )
    feature = schemas.object_of(
        f"One {columns.resource}, or one of its places." if of_place else f"One {columns.resource}.",
        type=schemas.constant("Feature"),
        id=schemas.string(feature_id, "maiji"),
        geometry=schemas.nullable(schemas.reference("FeatureGeometry"), "Where it is; null where no point is known."),
        properties=schemas.reference(f"{name}Properties") | {"description": "The record as flat fields."},
    )
    own = {
        f"{name}FeatureCollection": document,
        f"{name}Feature": feature,
        f"{name}Properties": _properties(columns, shown, places, of_place),
    }
    return schemas.document(schemas.reference(f"{name}FeatureCollection"), own | _SHARED)


def _properties(columns: Columns, shown: Sequence[Column], places: str, of_place: Tree) -> Tree:
    texts = {
        column.name: schemas.nullable({"type": "string"}, column.description)
        for column in shown
        if column.type is CellType.TEXT
    }
    texts[places] = schemas.nullable(
        {"type": "string"}, f"The ids of the places in the order of the points, separated by `{SEPARATOR}`."
    )
    schema = schemas.object_of("The record as flat fields; the whole one is at `url`.", **texts)
    for column in shown:
        if column.type is not CellType.TEXT:
            schema["properties"][column.name] = _value(column.type) | {"description": column.description}
    if of_place:
        schema["required"].remove(places)
        schema["properties"] |= of_place
    return schema


def _value(type_: CellType) -> Tree:
    return {"type": "string", "format": "date"} if type_ is CellType.DATE else {"type": _TYPES[type_]}


_POSITION = schemas.numbers(2, "Degrees east and degrees north: longitude first.", (105.89333, 34.56861))

_SHARED = {
    "FeatureGeometry": schemas.one_of(
        "The known points of a record.", "type", {"Point": "PointGeometry", "MultiPoint": "MultiPointGeometry"}
    ),
    "PointGeometry": schemas.object_of("One known point.", type=schemas.constant("Point"), coordinates=_POSITION),
    "MultiPointGeometry": schemas.object_of(
        "The points of several places.",
        type=schemas.constant("MultiPoint"),
        coordinates={"type": "array", "items": _POSITION, "description": "One position a place."},
    ),
    "FeatureCollectionMeta": schemas.object_of(
        "The document's metadata.",
        title=schemas.string("The title of the document.", "Locations"),
        language=schemas.reference("Language") | {"description": "Its language."},
        version=schemas.string("The version of the data, a digest.", "b195ef88aa906f3fe5eeef55e585434b"),
        revised_on={**schemas.string("The day of the last revision of the data.", "2026-11-29"), "format": "date"},
        address=schemas.string("Its own URL.", "http://127.0.0.1:8000/v1/locations.geojson"),
        datum=schemas.reference("Datum") | {"description": "The datum of all positions and of the box."},
        total=schemas.count("How many records it has.", 21),
        undated_excluded=schemas.count("How many records were left out only because they have no date.", 0),
        derived_excluded=schemas.count(
            "How many records were left out only because the editors derived their links to locations.", 0
        ),
        licences=schemas.list_of("RecordsLicence", "The licences of the records, each once."),
        credits=schemas.list_of("CoordinatesCredit", "The credits for the coordinates in it."),
    ),
    "CoordinatesCredit": schemas.object_of(
        "A credit required by the licence of some coordinates.",
        id=schemas.string("The id of the source of the coordinates, as in the records.", "geonames"),
        name=schemas.string("Where the coordinates come from.", "GeoNames"),
        licence=schemas.string("The SPDX identifier of their licence.", "CC-BY-4.0"),
        licence_url=schemas.nullable({"type": "string"}, "The licence's text."),
        attribution=schemas.string("The credit to show with the coordinates.", "Coordinates from GeoNames, CC BY 4.0."),
    ),
    "RecordsLicence": schemas.object_of(
        "The licence of a campaign's records.",
        id=schemas.string("Its SPDX identifier.", "CC-BY-4.0"),
        url=schemas.string("Its text.", "https://creativecommons.org/licenses/by/4.0/"),
        attribution=schemas.string("The credit that it asks for.", "Compiled by the editors, CC BY 4.0."),
    ),
}
