"""The forms that lists are taken away in; a new one is a module that writes it and an entry here."""

from app.exports import schemas
from app.exports.format import LISTED, Format
from app.model.codes import Resource

FORMATS = {
    described.extension: described
    for described in (
        Format(
            extension="csv",
            media_type="text/csv; charset=utf-8; header=present",
            description=(
                "One row a record, for spreadsheets and statistics: UTF-8 with a byte order mark, headings in the "
                "answer's language. Text that a spreadsheet would run as a formula has an apostrophe put before it."
            ),
            kinds=LISTED,
            writer="app.exports.csv",
        ),
        Format(
            extension="jsonl",
            media_type="application/jsonl",
            description=(
                "One record a line (JSON Lines), each as in the list: for pipelines and for data too large to hold."
            ),
            kinds=LISTED,
            writer="app.exports.json_lines",
        ),
        Format(
            extension="xlsx",
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            description=(
                "A workbook with typed cells: one sheet of records, one that says what they are and whom to credit. "
                "Text beyond the 32,767 characters that a cell can hold is cut, and the cell says so."
            ),
            kinds=LISTED,
            writer="app.exports.xlsx",
            schema=schemas.binary,
            compresses=False,
            max_records=1_048_575,
        ),
        Format(
            extension="geojson",
            media_type="application/geo+json",
            description=(
                "A GeoJSON FeatureCollection for maps (RFC 7946, WGS 84): a Point, a MultiPoint where an event has "
                "several places, null where no point is known. The record is in the feature's properties."
            ),
            kinds=frozenset({Resource.EVENT, Resource.LOCATION}),
            writer="app.exports.geojson",
            schema=schemas.geojson,
        ),
        Format(
            extension="ics",
            media_type="text/calendar; charset=utf-8",
            description=(
                "An iCalendar of all-day events to subscribe to. Records without a date have no place in a calendar: "
                "they are left out, and a comment says how many."
            ),
            kinds=frozenset({Resource.EVENT}),
            writer="app.exports.icalendar",
            dated_only=True,
        ),
        Format(
            extension="jsonld",
            media_type="application/ld+json",
            description=(
                "Linked data in the terms of schema.org, for search engines and graphs: a Dataset and one Event a "
                "record, with our own terms for what schema.org has none for. Its context is within it."
            ),
            kinds=frozenset({Resource.EVENT}),
            writer="app.exports.json_ld",
            schema=schemas.json_ld,
        ),
    )
}
"""Every format by its extension, in the order of the manual."""
