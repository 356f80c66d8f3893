"""The exports of locations."""

from collections.abc import Sequence

from app.exports.columns import SEPARATOR, CellReader, Columns, address, boolean, code_name, each, field, number, text
from app.exports.csv import csv_format
from app.exports.format import Datum, Exports, Facts
from app.exports.geojson import Point, geojson_format
from app.exports.json_lines import json_lines_format
from app.exports.xlsx import xlsx_format
from app.languages import Tree
from app.model.codes import Confidence, CoordinatePrecision, LocationKind, Resource


def _path(records: Sequence[Tree], _: Facts) -> Sequence[str]:
    return [" > ".join([step["name"] for step in record["path"]]) for record in records]


def _said(read: CellReader) -> CellReader:
    """Read a text of each mention, in the order of the campaigns; one without the text has an empty place."""

    def read_all(records: Sequence[Tree], facts: Facts) -> Sequence[str | None]:
        said = (read(record["mentions"], facts) for record in records)
        return [SEPARATOR.join(text or "" for text in texts) if any(texts) else None for texts in said]

    return read_all


def _credit(records: Sequence[Tree], facts: Facts) -> Sequence[str | None]:
    sources = [record["coordinates_source"] for record in records]
    return [facts.credits.add([source["id"]]) if source else None for source in sources]


COLUMNS = Columns(
    Resource.LOCATION,
    (
        text("name"),
        text("kind_name", code_name(LocationKind, "kind")),
        text("path", _path, wide=True),
        text("address", wide=True),
        number("latitude"),
        number("longitude"),
        text("precision_name", code_name(CoordinatePrecision, "precision")),
        number("uncertainty_km"),
        text("note", wide=True),
        text("full_name"),
        text("as_stated", _said(field("as_stated"))),
        boolean("named_in_source"),
        text("denotes_name", _said(field("denotes", "name"))),
        text("denotes_kind_name", _said(code_name(LocationKind, "denotes", "kind"))),
        text("mention_notes", _said(field("note")), wide=True),
        number("gcj02_latitude", field("gcj02", "latitude")),
        number("gcj02_longitude", field("gcj02", "longitude")),
        text("coordinates_source_name", field("coordinates_source", "name")),
        text("coordinates_confidence_name", code_name(Confidence, "coordinates_source", "confidence")),
        text("coordinates_note", wide=True),
        text("coordinates_reference", field("coordinates_source", "reference")),
        text("coordinates_licence", field("coordinates_source", "licence")),
        text("coordinates_licence_url", field("coordinates_source", "licence_url"), link=True),
        text("credit", _credit, wide=True),
        text("url", address, link=True),
        text("id"),
        text("kind"),
        text("parent"),
        text("country"),
        text("admin_code"),
        text("admin_code_scheme"),
        text("precision"),
        text("coordinates_source", field("coordinates_source", "id")),
        text("coordinates_confidence", field("coordinates_source", "confidence")),
        text("fallback"),
        text("denotes_kind", _said(field("denotes", "kind"))),
        text("mentioned_by", each("mentions", "campaign")),
    ),
    last_printed="note",
)


def _points(location: Tree, datum: Datum) -> Sequence[Point]:
    point = location if datum is Datum.WGS84 else location["gcj02"]
    known = point is not None and point["latitude"] is not None
    return [(point["longitude"], point["latitude"], location["id"])] if known else []


EXPORTS = Exports(
    Resource.LOCATION,
    (csv_format(COLUMNS), json_lines_format(), xlsx_format(COLUMNS), geojson_format(COLUMNS, _points)),
)
