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


def _of_mentions(read: CellReader) -> CellReader:
    """Read a text of each mention, in the order of the campaigns; one without the text has an empty place."""

    def read_all(records: Sequence[Tree], facts: Facts) -> Sequence[str | None]:
        of_each = (read(record["mentions"], facts) for record in records)
        return [SEPARATOR.join(text or "" for text in texts) if any(texts) else None for texts in of_each]

    return read_all


def _credit(records: Sequence[Tree], facts: Facts) -> Sequence[str | None]:
    sources = [record["coordinates_source"] for record in records]
    return [facts.credits.add([source["id"]]) if source else None for source in sources]


COLUMNS = Columns(
    Resource.LOCATION,
    (
        text("name", "Its name."),
        text("kind_name", "The name of `kind`.", code_name(LocationKind, "kind")),
        text("path", "The names of the places around it, from the province down to itself.", _path, wide=True),
        text("address", "Its address.", wide=True),
        number("latitude", "Degrees north, WGS 84."),
        number("longitude", "Degrees east, WGS 84."),
        text("precision_name", "The name of `precision`.", code_name(CoordinatePrecision, "precision")),
        number("uncertainty_km", "How far off the point may be, kilometres."),
        text("note", "What a reader needs to know about it.", wide=True),
        text("full_name", "Its name with those of the places around it, where it is ambiguous without."),
        text(
            "as_stated",
            "Its name as the sources print it, separated by semicolons.",
            _of_mentions(field("as_stated")),
        ),
        boolean("named_in_source", "Whether a source names it."),
        text(
            "denotes_name",
            "The name of what the name in the source stands for.",
            _of_mentions(field("denotes", "name")),
        ),
        text(
            "denotes_kind_name", "The name of `denotes_kind`.", _of_mentions(code_name(LocationKind, "denotes", "kind"))
        ),
        text(
            "mention_notes",
            "What to know about its mentions in the sources, separated by semicolons.",
            _of_mentions(field("note")),
            wide=True,
        ),
        number("gcj02_latitude", "Degrees north, GCJ-02, the datum of Chinese base maps.", field("gcj02", "latitude")),
        number("gcj02_longitude", "Degrees east, GCJ-02.", field("gcj02", "longitude")),
        text("coordinates_source_name", "The name of `coordinates_source`.", field("coordinates_source", "name")),
        text(
            "coordinates_confidence_name",
            "The name of `coordinates_confidence`.",
            code_name(Confidence, "coordinates_source", "confidence"),
        ),
        text("coordinates_note", "Why there is no point, or what to know about it.", wide=True),
        text(
            "coordinates_reference",
            "The record of the point in `coordinates_source`.",
            field("coordinates_source", "reference"),
        ),
        text(
            "coordinates_licence",
            "The SPDX identifier of the licence of `coordinates_source`.",
            field("coordinates_source", "licence"),
        ),
        text(
            "coordinates_licence_url",
            "The address of that licence.",
            field("coordinates_source", "licence_url"),
            link=True,
        ),
        text("credit", "The credit that the licence of its point requires.", _credit, wide=True),
        text("url", "The address of its record.", address, link=True),
        text("id", "A readable id, stable and unique among locations."),
        text("kind", "What kind of place it is, a code."),
        text("parent", "The id of the place that it lies in."),
        text("country", "The code of its country, ISO 3166-1 alpha-2."),
        text("admin_code", "Its code as an administrative division; digits that are no number."),
        text("admin_code_scheme", "The scheme of that code."),
        text("precision", "What the point is the point of, a code."),
        text("coordinates_source", "The id of the source of the point.", field("coordinates_source", "id")),
        text(
            "coordinates_confidence",
            "How sure the editors are of the point, a code.",
            field("coordinates_source", "confidence"),
        ),
        text("fallback", "The id of a place around it whose point a map can use instead."),
        text(
            "denotes_kind",
            "What the name in the source stands for, a code; one for each campaign that mentions it.",
            _of_mentions(field("denotes", "kind")),
        ),
        text(
            "mentioned_by",
            "The ids of the campaigns whose sources mention it, separated by semicolons.",
            each("mentions", "campaign"),
        ),
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
