"""Programs that read the exports over HTTP by themselves: maps, tables and calendars."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.conftest import TOOLS, Service, needs, run
from tests.serving import NO_TLS

EVENTS = "/v1/events"


def rows(service: Service) -> list[dict[str, Any]]:
    """Return the events, as each reader must find them."""
    found: list[dict[str, Any]] = service.get(f"{EVENTS}?lang=en&limit=200")["data"]
    assert len(found) > 10
    return found


@needs("ogrinfo")
def test_gdal_opens_the_map_by_its_address(service: Service, tmp_path: Path) -> None:
    for name in ("events", "locations"):
        path = tmp_path / f"{name}.json"
        address = f"{service.address}/v1/{name}.geojson"
        run(["ogr2ogr", "-f", "GeoJSON", path, address], tmp_path)
        read = json.loads(path.read_text("utf-8"))["features"]
        assert [feature["id"] for feature in read] == service.ids(name)
    summary = run(["ogrinfo", "-ro", "-so", "-al", f"{service.address}{EVENTS}.geojson"], tmp_path)
    assert f"Feature Count: {len(rows(service))}" in summary
    assert "date_start: Date" in summary
    assert "category: String" in summary
    streamed = run(["ogrinfo", "-ro", "-so", "-al", f"/vsicurl/{service.address}{EVENTS}.geojson"], tmp_path)
    assert f"Feature Count: {len(rows(service))}" in streamed


PANDAS = """
events = pandas.read_csv(address + "/v1/events.csv?lang=en", encoding="utf-8-sig")
lines = pandas.read_json(address + "/v1/events.jsonl?lang=en", lines=True)
book = pandas.read_excel(address + "/v1/events.xlsx?lang=en")
result = [sorted(events["id"]), sorted(lines["id"]), sorted(book["id"])]
"""
POLARS = """
events = polars.scan_csv(address + "/v1/events.csv?lang=en").collect()
lines = polars.scan_ndjson(address + "/v1/events.jsonl?lang=en").collect()
result = [sorted(events["id"]), sorted(lines["id"]), sorted(events["id"])]
"""
DUCKDB = """
import duckdb_extension_httpfs, pathlib
(extension,) = pathlib.Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
database = duckdb.connect()
database.execute(f"LOAD '{extension}'")
def read(what):
    return sorted(id for id, in database.sql(f"SELECT id FROM {what}").fetchall())
csv = read(f"read_csv('{address}/v1/events.csv?lang=en')")
result = [csv, read(f"read_ndjson('{address}/v1/events.jsonl?lang=en')"), csv]
"""


@pytest.mark.parametrize(("name", "program"), [("pandas", PANDAS), ("polars", POLARS), ("duckdb", DUCKDB)])
@needs("openapi-python-client")
def test_tables_are_read_by_their_addresses(service: Service, name: str, program: str, tmp_path: Path) -> None:
    script = tmp_path / "read.py"
    script.write_text(
        f"import {name}, json, sys\naddress = sys.argv[1]\n{program}\nprint(json.dumps(result))\n", "utf-8"
    )
    result = json.loads(run([TOOLS / "python", script, service.address], tmp_path).splitlines()[-1])
    assert result == [sorted(row["id"] for row in rows(service))] * 3


@needs("vdirsyncer")
def test_vdirsyncer_copies_a_calendar_once(service: Service, tmp_path: Path) -> None:
    (tmp_path / "copied").mkdir()
    config = tmp_path / "config"
    config.write_text(
        f"""
[general]
status_path = "{tmp_path}/status/"
[pair events]
a = "here"
b = "service"
collections = null
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{tmp_path}/copied/"
fileext = ".ics"
[storage service]
type = "http"
url = "{service.address}{EVENTS}.ics?lang=en"
""",
        "utf-8",
    )
    run(["vdirsyncer", "-c", config, "discover"], tmp_path)
    dated = [row for row in rows(service) if row["date"]["start"]]
    first = run(["vdirsyncer", "-c", config, "sync"], tmp_path)
    assert first.count("Copying") == len(dated)
    written = {file.name: file.read_bytes() for file in (tmp_path / "copied").iterdir()}
    assert len(written) == len(dated)
    second = run(["vdirsyncer", "-c", config, "sync"], tmp_path)
    assert not {"Copying", "Deleting", "conflict"} & set(second.split())
    assert {file.name: file.read_bytes() for file in (tmp_path / "copied").iterdir()} == written


@pytest.mark.parametrize("accept", ["application/json", "application/vnd.geo+json, application/json;q=0.9"])
def test_maps_of_browsers_get_features(service: Service, accept: str) -> None:
    """MapLibre and Mapbox GL send the first header, from a page of another origin; older Leaflet plugins the second."""
    headers = {
        "Accept": accept,
        "Origin": "https://map.example.org",
        "Referer": "https://map.example.org/",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Site": "cross-site",
    }
    with httpx.Client(base_url=service.address, verify=NO_TLS, headers=headers) as client:
        response = client.get(f"{EVENTS}.geojson?datum=gcj02&lang=zh-Hans")
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["content-type"] == "application/geo+json"
        features = response.json()["features"]
        assert {feature["id"] for feature in features} == {row["id"] for row in rows(service)}
        again = client.get(response.url, headers={"If-None-Match": response.headers["etag"]})
        assert again.status_code == 304
