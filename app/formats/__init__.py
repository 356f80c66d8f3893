"""The forms that lists are taken away in, one module a media type; a new one is a module and a line here."""

from app.formats import csv, geojson, icalendar, json_ld, json_lines, xlsx

FORMATS = {
    written.extension: written
    for written in (
        csv.CSV,
        json_lines.JSON_LINES,
        xlsx.XLSX,
        geojson.GEOJSON,
        icalendar.ICALENDAR,
        json_ld.JSON_LD,
    )
}
"""Every format by its extension, in the order of the manual."""
