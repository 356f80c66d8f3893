"""A place so near to the land border that its point in GCJ-02 is undecided: null wherever it is published."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from app.build.pipeline import build
from app.main import create_app
from app.settings import Settings
from tests.client import Client

PLACE = "pingliang"
POINT = (21.977, 106.713)


@pytest.fixture
def database(seeds: Path, tmp_path: Path) -> Path:
    """The database of both campaigns, the second of which took place at the Friendship Pass."""
    locations = seeds / "pingliang" / "locations.yaml"
    text = locations.read_text(encoding="utf-8")
    for latitude, longitude in ((35.54279, 106.68614), (35.5425, 106.6747)):
        text = text.replace(f"latitude: {latitude}\n", f"latitude: {POINT[0]}\n")
        text = text.replace(f"longitude: {longitude}\n", f"longitude: {POINT[1]}\n")
    locations.write_text(text, encoding="utf-8")
    return build(seeds, tmp_path / "border.sqlite3").path


@pytest.mark.slow
def test_the_point_is_null_in_every_format(database: Path) -> None:
    client = Client(create_app(Settings(data=database)))

    place = client.get(f"/v1/locations/{PLACE}")["data"]
    assert (place["latitude"], place["longitude"], place["gcj02"]) == (*POINT, None)

    events = client.get(f"/v1/events?location={PLACE}&location_basis=any")["data"]
    links = [link for event in events for link in event["locations"] if link["id"] == PLACE]
    assert links
    assert {(link["latitude"], link["longitude"], link["gcj02"]) for link in links} == {(*POINT, None)}

    names = ("latitude", "longitude", "gcj02_latitude", "gcj02_longitude")
    listed = client.request("/v1/locations.csv?campaign=pingliang&lang=en").text.lstrip("\ufeff")
    (row,) = [row for row in csv.DictReader(io.StringIO(listed)) if row["id"] == PLACE]
    assert [row[name] for name in names] == ["21.977", "106.713", "", ""]

    book = openpyxl.load_workbook(io.BytesIO(client.request("/v1/locations.xlsx?campaign=pingliang&lang=en").content))
    titles, *lines = book.worksheets[0].iter_rows(values_only=True)
    (found,) = [line for cells in lines if (line := dict(zip(titles, cells, strict=True)))["id"] == PLACE]
    assert [found[name] for name in names] == [*POINT, None, None]

    features = client.get("/v1/locations.geojson?campaign=pingliang")["features"]
    (feature,) = [one for one in features if one["id"] == PLACE or one["properties"].get("id") == PLACE]
    assert feature["geometry"]["coordinates"] == [POINT[1], POINT[0]]
    shifted = client.get("/v1/locations.geojson?campaign=pingliang&datum=gcj02")["features"]
    assert [one["geometry"] for one in shifted if one["properties"]["id"] == PLACE] == [None]

    linked = client.request(f"/v1/events.jsonld?location={PLACE}&location_basis=any&lang=en").json()
    assert '"latitude": 21.977' in json.dumps(linked)
    assert all("gcj02_latitude" not in one for one in _nodes(linked) if one.get("identifier") == PLACE)

    with closing(sqlite3.connect(database)) as connection:
        columns = ", ".join(names)
        rows = connection.execute(f"SELECT {columns} FROM location WHERE id = ?", [PLACE]).fetchall()  # noqa: S608
    assert rows == [(*POINT, None, None)]


def _nodes(value: object) -> list[dict[str, object]]:
    match value:
        case dict():
            return [value, *(node for inner in value.values() for node in _nodes(inner))]
        case list():
            return [node for inner in value for node in _nodes(inner)]
        case _:
            return []
