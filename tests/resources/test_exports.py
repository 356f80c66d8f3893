"""Exports over HTTP, read with third-party libraries: each has the records of its list."""

import gzip
import io
import json
import os
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
import duckdb
import httpx
import openpyxl
import pytest
import vobject  # type: ignore[import-untyped]
import zstandard
from geojson_pydantic import FeatureCollection
from pyld import jsonld  # type: ignore[import-untyped]

from app.build.pipeline import build
from app.exports import xlsx
from app.languages import LANGUAGES
from app.main import create_app
from app.resources.events.formats import EXPORTS as EVENT_EXPORTS
from app.settings import Settings
from tests.client import BASE, Client

Record = dict[str, Any]

FORMATS_OF = {
    "events": ("csv", "jsonl", "xlsx", "geojson", "ics", "jsonld"),
    "locations": ("csv", "jsonl", "xlsx", "geojson"),
    "outcomes": ("csv", "jsonl", "xlsx"),
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "ics": "text/calendar; charset=utf-8",
    "jsonld": "application/ld+json",
}
EXPORTS = [(name, extension) for name, extensions in FORMATS_OF.items() for extension in extensions]
every_export = pytest.mark.parametrize(("name", "extension"), EXPORTS, ids=[".".join(export) for export in EXPORTS])

FILTERS = {
    "events": [
        "",
        "campaign=tianshui",
        "campaign=tianshui&campaign=pingliang&kind=series",
        "pillar=dual-vehicles&category=award_ceremony",
        "organiser=tianshui-psb",
        "parent=tianshui-commendation-ceremony",
        "location=maiji&location_basis=any",
        "bbox=105.5,34.3,106.5,35.2",
        "date_from=2024-10-01&date_to=2024-10-31",
        "date_from=2024-10-01&undated=include",
        "undated=only",
        "undated=exclude",
        "q=公安",
        "q=police&sort=-title",
        "q=two&sort=relevance,-id",
        "sort=-date",
        "sort=title",
        "sort=category,-title",
        "sort=-id",
        "kind=component&location=lanzhou",
    ],
    "locations": [
        "",
        "campaign=pingliang",
        "kind=district&kind=county&sort=-name",
        "parent=tianshui&sort=kind",
        "event=tianshui-five-ones-study",
        "bbox=105.5,34.3,106.5,35.2&sort=name",
        "q=天水",
        "q=gansu&sort=-id",
        "kind=village",
    ],
    "outcomes": [
        "",
        "campaign=pingliang&sort=value",
        "pillar=dual-vehicles&sort=-value",
        "scope=campaign",
        "metric=works_created",
        "unit=activity&unit=work",
        "location=tianshui&location_basis=any",
        "date_from=2024-09-01&date_to=2025-01-31",
        "value_gte=3.5&value_lte=500&sort=metric",
        "q=民警",
        "q=works&sort=-relevance",
        "kind=qualitative&value_gte=1",
    ],
}
QUERIES = [
    pytest.param(
        *(name, filters, language),
        id=f"{name}?{filters} {language}",
        # The quick set has each query in one of the languages in turn.
        marks=() if number % len(LANGUAGES) == turn else pytest.mark.slow,
    )
    for name in FILTERS
    for number, filters in enumerate(FILTERS[name])
    for turn, language in enumerate(LANGUAGES)
]


ID_HEADINGS = ("id", "编号", "編號")


def ids_in_csv(content: bytes, folder: Path) -> list[str]:
    file = folder / "document.csv"
    file.write_bytes(content)
    read = duckdb.read_csv(str(file), header=True, all_varchar=True)
    (position,) = (read.columns.index(name) for name in ID_HEADINGS if name in read.columns)
    return [row[position] for row in read.fetchall()]


def ids_in_json_lines(content: bytes, folder: Path) -> list[str]:
    file = folder / "document.jsonl"
    file.write_bytes(content)
    records = duckdb.execute("SELECT json ->> 'id' FROM read_ndjson_objects(?)", [str(file)])
    return [row[0] for row in records.fetchall()]


def ids_in_workbook(content: bytes, _: Path) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    heading, *rows = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    (position,) = (heading.index(name) for name in ID_HEADINGS if name in heading)
    return [str(row[position]) for row in rows]


def ids_in_geojson(content: bytes, _: Path) -> list[str]:
    collection: FeatureCollection[Any] = FeatureCollection.model_validate_json(content)
    return [str(feature.id) for feature in collection.features]


def ids_in_calendar(content: bytes, _: Path) -> list[str]:
    entries = vobject.readOne(content.decode()).contents.get("vevent", [])
    return [entry.uid.value.removesuffix("@campaign-api") for entry in entries]


def ids_in_json_ld(content: bytes, _: Path) -> list[str]:
    def refuse(address: str, _: object) -> None:
        raise AssertionError(f"{address} was requested")

    nodes = jsonld.expand(json.loads(content), {"documentLoader": refuse})
    identifier = "https://schema.org/identifier"
    return [node[identifier][0]["@value"] for node in nodes if node["@type"] == ["https://schema.org/Event"]]


READERS = {
    "csv": ids_in_csv,
    "jsonl": ids_in_json_lines,
    "xlsx": ids_in_workbook,
    "geojson": ids_in_geojson,
    "ics": ids_in_calendar,
    "jsonld": ids_in_json_ld,
}


def take(client: Client, name: str, extension: str, query: str = "", **headers: str) -> httpx.Response:
    response = client.request(
        f"/v1/{name}.{extension}" + (f"?{query}" if query else ""),
        headers={header.replace("_", "-"): value for header, value in headers.items()},
    )
    assert response.status_code == 200, response.text
    return response


def walked(client: Client, name: str, query: str) -> tuple[list[Record], Record]:
    pages = list(client.pages(f"/v1/{name}?{query}&limit=9"))
    return [record for page in pages for record in page["data"]], pages[0]["meta"]


@pytest.mark.parametrize(("name", "filters", "language"), QUERIES)
def test_every_format_has_the_records_of_the_list_in_its_order(
    both: Client, name: str, filters: str, language: str, tmp_path: Path
) -> None:
    query = f"{filters}&lang={language}".lstrip("&")
    records, meta = walked(both, name, query)
    for extension in FORMATS_OF[name]:
        # Linked data are slow to read, and in every language alike.
        if extension == "jsonld" and language != "en":
            continue
        response = take(both, name, extension, query)
        written, excluded = records, meta["undated_excluded"]
        if extension == "ics":
            written = [record for record in records if record["date"]["start"]]
            excluded += len(records) - len(written)
        ids = READERS[extension](response.content, tmp_path)
        assert ids == [record["id"] for record in written], extension
        assert response.headers["x-total-count"] == str(len(ids))
        assert response.headers["x-undated-excluded"] == str(excluded)
        assert response.headers["x-data-version"] == meta["version"]
        assert response.headers["content-language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS_OF)
def test_lines_of_json_are_the_records_of_the_list(both: Client, name: str, language: str) -> None:
    content = take(both, name, "jsonl", f"lang={language}").content
    records, _ = walked(both, name, f"lang={language}")
    assert [json.loads(line) for line in content.splitlines()] == records


@pytest.mark.parametrize("name", ["events", "locations"])
def test_maps_describe_themselves(both: Client, name: str) -> None:
    document = take(both, name, "geojson", "lang=en").json()
    _, meta = walked(both, name, "lang=en")
    assert document["meta"]["total"] == meta["total"]
    assert document["meta"]["version"] == meta["version"]
    assert document["meta"]["address"] == f"{BASE}/v1/{name}.geojson?lang=en"
    revisions = both.get("/v1/campaigns/tianshui")["data"]["revisions"]
    assert document["meta"]["revised_on"] == revisions[-1]["revised_on"]
    assert take(both, name, "geojson", "campaign=pingliang").json()["meta"]["revised_on"] == "2025-09-01"


@pytest.mark.parametrize("name", ["events", "locations"])
def test_maps_are_in_the_datum_requested(both: Client, name: str) -> None:
    usual = take(both, name, "geojson", "campaign=pingliang")
    named = take(both, name, "geojson", "campaign=pingliang&datum=wgs84")
    shifted = take(both, name, "geojson", "campaign=pingliang&datum=gcj02")
    assert (named.content, named.headers["etag"]) == (usual.content, usual.headers["etag"])
    assert shifted.headers["etag"] != usual.headers["etag"]
    disposition = shifted.headers["content-disposition"]
    assert disposition == f'attachment; filename="pingliang-{name}.zh-Hans.gcj02.geojson"'
    assert (usual.json()["meta"]["datum"], shifted.json()["meta"]["datum"]) == ("wgs84", "gcj02")
    assert shifted.json()["meta"]["address"].endswith("?campaign=pingliang&datum=gcj02")
    places = {place["id"]: place["gcj02"] for place in both.get("/v1/locations?limit=200")["data"]}
    found = 0
    for feature in shifted.json()["features"]:
        geometry = feature["geometry"]
        if geometry is None:
            continue
        points = geometry["coordinates"] if geometry["type"] == "MultiPoint" else [geometry["coordinates"]]
        for place, point in zip(feature["properties"]["point_location_ids"].split("; "), points, strict=True):
            assert point == [places[place]["longitude"], places[place]["latitude"]]
            found += 1
    assert found > 0


def test_a_datum_is_a_parameter_of_maps_alone(both: Client) -> None:
    for name, extension in EXPORTS:
        if extension == "geojson":
            (error,) = both.errors(f"/v1/{name}.geojson?datum=bd09")
            assert (error["parameter"], error["code"]) == ("datum", "unknown_value")
        else:
            (error,) = both.errors(f"/v1/{name}.{extension}?datum=gcj02")
            assert (error["parameter"], error["code"]) == ("datum", "unknown_parameter")
    for path in ("/v1/events", "/v1/events/tianshui-police-open-day", "/v1/events/tianshui-police-open-day.ics"):
        (error,) = both.errors(f"{path}?datum=gcj02")
        assert error["code"] == "unknown_parameter"


def test_linked_data_have_the_addresses_of_places(both: Client) -> None:
    graph = take(both, "events", "jsonld", "lang=en&location=maiji").json()["@graph"]
    places = {place["identifier"]: place for node in graph[:-1] for place in node["location"]}
    assert places["maiji"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": "Gansu Province",
        "addressLocality": "Tianshui City",
    }
    assert places["maiji"]["containedInPlace"] == f"{BASE}/v1/locations/tianshui"


def test_no_country_is_guessed(both: Client, seeds: Path, tmp_path: Path) -> None:
    """Only the codes of divisions say that a place is in China."""
    assert {place["country"] for place in both.get("/v1/locations?limit=200")["data"]} == {"CN"}
    for file in seeds.rglob("*.yaml"):
        file.write_text(re.sub(r"(?m)^    code: .*\n", "", file.read_text(encoding="utf-8")), encoding="utf-8")
    client = Client(create_app(Settings(data=build(seeds, tmp_path / "database.sqlite3").path)))
    assert {place["country"] for place in client.get("/v1/locations?limit=200")["data"]} == {None}
    graph = take(client, "events", "jsonld", "lang=en").json()["@graph"]
    addresses = [place["address"] for node in graph[:-1] for place in node["location"] if "address" in place]
    assert addresses
    assert all("addressCountry" not in address for address in addresses)


@pytest.mark.parametrize(
    ("query", "left_out"),
    [("", 9), ("undated=only", 9), ("date_from=2024-10-01&date_to=2024-10-31", 9), ("campaign=tianshui", 8)],
)
def test_a_calendar_counts_the_events_it_omits(both: Client, query: str, left_out: int) -> None:
    undated = both.get(f"/v1/events?undated=only&{'campaign=tianshui' if 'campaign' in query else ''}")
    assert undated["meta"]["total"] == left_out
    response = take(both, "events", "ics", f"{query}&lang=en".lstrip("&"))
    assert response.headers["x-undated-excluded"] == str(left_out)
    description = vobject.readOne(response.text).description.value
    assert f"Left out because they have no date: {left_out}" in description.splitlines()


def test_headings_are_in_the_language_requested(both: Client, tmp_path: Path) -> None:
    headings = set()
    for language in LANGUAGES:
        file = tmp_path / f"{language}.csv"
        file.write_bytes(take(both, "events", "csv", f"lang={language}").content)
        columns = duckdb.read_csv(str(file), header=True, all_varchar=True).columns
        book = openpyxl.load_workbook(io.BytesIO(take(both, "events", "xlsx", f"lang={language}").content))
        cells = [cell.value for cell in book.worksheets[0][1]]
        assert columns[: len(cells)] == cells
        headings.add(tuple(cells))
    assert len(headings) == 3


def test_the_language_is_negotiated_as_everywhere(both: Client) -> None:
    for extension in FORMATS_OF["events"]:
        response = take(both, "events", extension, "", Accept_Language="zh-CN")
        assert response.headers["content-language"] == "zh-Hans"
        assert response.headers["vary"].startswith("Accept-Language")
        response = take(both, "events", extension, "campaign=pingliang")
        assert response.headers["content-language"] == "zh-Hans"
        assert "Accept-Language" not in take(both, "events", extension, "lang=en").headers.get("vary", "")


# Unknown parameters and formats.


@every_export
@pytest.mark.parametrize("parameter", ["limit=5", "cursor=x", "include=evidence", "facet=kind"])
def test_exports_have_no_pages_parts_or_facets(both: Client, name: str, extension: str, parameter: str) -> None:
    (error,) = both.errors(f"/v1/{name}.{extension}?{parameter}")
    assert (error["parameter"], error["code"]) == (parameter.partition("=")[0], "unknown_parameter")
    assert "there are: lang, q, " in error["detail"]


@every_export
def test_an_invalid_query_is_a_problem(both: Client, name: str, extension: str) -> None:
    for query, parameter, suggestion in (
        ("campain=tianshui", "campain", "campaign"),
        ("campaign=tianshu", "campaign", "tianshui"),
        ("lang=fr", "lang", None),
        ("sort=ID", "sort", "id"),
        ("sort=relevance", "sort", None),
        ("q=%22%22", "q", None),
        ("kind=evnt", "kind", None),
    ):
        response = both.request(f"/v1/{name}.{extension}?{query}")
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert "content-disposition" not in response.headers
        (error,) = response.json()["errors"]
        assert error["parameter"] == parameter
        assert suggestion is None or error["suggestion"] == suggestion


@pytest.mark.parametrize(
    "path",
    [
        "/v1/events.json",
        "/v1/events.CSV",
        "/v1/events.csv.gz",
        "/v1/events.xls",
        "/v1/events..csv",
        "/v1/events.%E6%97%A5",
        "/v1/outcomes.geojson",
        "/v1/outcomes.ics",
        "/v1/outcomes.jsonld",
        "/v1/locations.ics",
        "/v1/locations.jsonld",
    ],
)
def test_an_unknown_format_is_reported_with_the_available_ones(both: Client, path: str) -> None:
    name = path.split("/")[2].partition(".")[0]
    for method in ("GET", "HEAD"):
        response = both.request(path, method)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
    paths = [f"/v1/{name}.{extension}" for extension in FORMATS_OF[name]]
    assert both.request(path).json()["nearest"] == [f"/v1/{name}", *paths]


@pytest.mark.parametrize(
    "path",
    ["/v1/EVENTS.CSV", "/V1/events.csv", "/v1/events.", "/v1/events.csv/", "/v1/campaigns.csv", "/v1/sources.csv"],
)
def test_other_paths_are_not_exports(both: Client, path: str) -> None:
    assert both.request(path).status_code == 404


# Headers.


@every_export
def test_the_path_names_the_media_type_and_accept_does_not_matter(both: Client, name: str, extension: str) -> None:
    media_type = MEDIA_TYPES[extension]
    kind = media_type.partition(";")[0]
    path = f"/v1/{name}.{extension}"
    content = both.request(path).content
    # The second is what MapLibre sends, the third what GDAL and some generated clients do.
    for accept in (kind, "application/json", "application/json, application/problem+json", f"{kind};q=0", "*/*;q=0"):
        response = both.request(path, headers={"Accept": accept})
        assert (response.status_code, response.content) == (200, content), accept
        assert response.headers["content-type"] == media_type
        assert "Accept" not in response.headers["vary"].split(", ")
    assert both.request(f"/v1/{name}", headers={"Accept": "text/csv"}).status_code == 406


@every_export
def test_each_document_has_a_file_name(both: Client, tianshui: Client, name: str, extension: str) -> None:
    def filename(client: Client, query: str) -> str:
        disposition = take(client, name, extension, query).headers["content-disposition"]
        start, _, rest = disposition.partition('"')
        assert start == "attachment; filename="
        assert rest.endswith('"')
        return rest[:-1]

    assert filename(both, "lang=en") == f"{name}.en.{extension}"
    assert filename(both, "campaign=pingliang") == f"pingliang-{name}.zh-Hans.{extension}"
    assert filename(both, "campaign=pingliang&campaign=tianshui&lang=en") == f"{name}.en.{extension}"
    assert filename(tianshui, "") == f"tianshui-{name}.zh-Hant.{extension}"


@every_export
def test_headers_exposed_to_other_origins(both: Client, name: str, extension: str) -> None:
    headers = take(both, name, extension, Origin="https://example.org").headers
    exposed = set(headers["access-control-expose-headers"].split(", "))
    assert headers["access-control-allow-origin"] == "*"
    assert exposed >= {"ETag", "Content-Disposition", "Content-Language"}
    for header in ("X-Data-Version", "X-Total-Count", "X-Undated-Excluded", "X-Derived-Excluded"):
        assert header in exposed
        assert header in headers
    assert headers["cache-control"].startswith("public, max-age=")
    assert headers["x-content-type-options"] == "nosniff"


def etag(client: Client, target: str, encoding: str = "identity") -> str:
    response = client.request(target, "HEAD", {"Accept-Encoding": encoding})
    assert response.status_code == 200
    tag: str = response.headers["etag"]
    assert tag.startswith('"')
    return tag


def test_every_representation_has_its_own_etag(both: Client, tianshui: Client) -> None:
    queries = [f"lang={language}{filters}" for language in LANGUAGES for filters in ("", "&campaign=tianshui")]
    targets = [f"/v1/{name}.{extension}?{query}" for name, extension in EXPORTS for query in queries]
    tags = [etag(client, target) for client in (both, tianshui) for target in targets]
    compressed = [target for target in targets if ".xlsx" not in target]
    tags += [etag(both, target, encoding) for target in compressed for encoding in ("br", "zstd", "gzip")]
    assert len(set(tags)) == len(tags)


@every_export
def test_the_same_query_has_the_same_bytes_and_validator(both: Client, name: str, extension: str) -> None:
    one = take(both, name, extension, "campaign=pingliang&lang=en&sort=-id&campaign=tianshui")
    two = take(both, name, extension, "&campaign=tianshui&sort=%2Did&campaign=pingliang&l%61ng=en&campaign=tianshui")
    assert one.headers["etag"] == two.headers["etag"]
    assert one.content == two.content
    assert one.headers["etag"] != take(both, name, extension, "lang=en&sort=-id").headers["etag"]


@every_export
def test_conditions_are_met(both: Client, name: str, extension: str) -> None:
    target = f"/v1/{name}.{extension}"
    for encoding in ("identity", "br"):
        accept = {"Accept-Encoding": encoding}
        response = both.request(target, headers=accept)
        for condition in (
            {"If-None-Match": response.headers["etag"]},
            {"If-None-Match": f'"other", W/{response.headers["etag"]}'},
            {"If-None-Match": "*"},
            {"If-Modified-Since": response.headers["last-modified"]},
        ):
            again = both.request(target, headers=accept | condition)
            assert (again.status_code, again.content) == (304, b""), condition
            for header in ("etag", "vary", "cache-control"):
                assert again.headers[header] == response.headers[header]
            for header in ("content-type", "content-encoding", "content-length", "content-disposition"):
                assert header not in again.headers
        assert both.request(target, headers=accept | {"If-None-Match": '"other"'}).content == response.content
    assert both.request(f"{target}?limit=1", headers={"If-None-Match": "*"}).status_code == 422


@every_export
def test_head_is_get_without_the_body(both: Client, name: str, extension: str) -> None:
    for query, encoding in (("", "identity"), ("?lang=en", "br"), ("?kind=nothing", "identity"), ("?lang=en", "gzip")):
        got, head = (
            both.request(f"/v1/{name}.{extension}{query}", method, {"Accept-Encoding": encoding})
            for method in ("GET", "HEAD")
        )
        assert head.content == b""
        assert head.status_code == got.status_code
        assert {**head.headers, "x-request-id": ""} == {**got.headers, "x-request-id": ""}


DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    # Written as it is made, it does not say how long it is.
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


@every_export
def test_encodings_are_of_the_same_bytes(both: Client, name: str, extension: str) -> None:
    plain = take(both, name, extension)
    assert "content-encoding" not in plain.headers
    for accepted, encoding in (
        ("gzip, br, zstd", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("zstd, br;q=0", "zstd"),
        ("*;q=0.1, identity;q=0", "br"),
    ):
        response = take(both, name, extension, "", Accept_Encoding=accepted)
        if extension == "xlsx":
            assert "content-encoding" not in response.headers
            assert response.headers["vary"] == "Accept-Language"
            assert response.content == plain.content
            continue
        assert response.headers["content-encoding"] == encoding
        assert response.headers["vary"] == "Accept-Language, Accept-Encoding"
        assert response.content == plain.content or DECODERS[encoding](response.content) == plain.content
    for refused in ("identity;q=0", "*;q=0"):
        status = both.request(f"/v1/{name}.{extension}", headers={"Accept-Encoding": refused}).status_code
        assert status == (200 if extension == "xlsx" else 406)


@every_export
def test_an_export_without_records_is_a_document(both: Client, name: str, extension: str, tmp_path: Path) -> None:
    nothing = {"events": "kind=component&location=lanzhou", "locations": "kind=village"}.get(name, "value_gte=999999")
    for encoding in ("identity", "br"):
        response = take(both, name, extension, nothing, Accept_Encoding=encoding)
        assert response.headers["x-total-count"] == "0"
        content = response.content
        if encoding in response.headers.get("content-encoding", ""):
            content = take(both, name, extension, nothing).content
        assert READERS[extension](content, tmp_path) == []
    assert both.request(f"/v1/{name}.{extension}?{nothing}", "HEAD").status_code == 200


def test_text_is_found_with_its_quotes_and_its_script(both: Client) -> None:
    for typed in ('"座談"', "座谈", "zuotan", "symposium"):
        query = f"q={quote(typed)}"
        expected = str(both.get(f"/v1/events?{query}")["meta"]["total"])
        assert take(both, "events", "csv", query).headers["x-total-count"] == expected != "0"


@pytest.mark.parametrize(
    ("query", "licences"),
    [
        ("events.geojson", ["CC-BY-4.0"]),
        ("events.geojson?location=lanzhou&location_basis=any", ["CC-BY-4.0"]),
        ("events.geojson?undated=only&campaign=pingliang", []),
        ("events.geojson?q=qwertz", []),
        ("locations.geojson", ["CC-BY-4.0", "MIT"]),
        ("locations.geojson?parent=lanzhou", ["MIT"]),
        ("locations.geojson?parent=maiji", []),
    ],
)
def test_credits_are_those_of_coordinates(both: Client, query: str, licences: list[str]) -> None:
    """No event is in Chengguan, whose point is under the MIT licence; the memorial in Maiji has the editors' point."""
    document = both.get(f"/v1/{query}")
    assert sorted(credit["licence"] for credit in document["meta"]["credits"]) == licences
    assert any(feature["geometry"] for feature in document["features"]) or not licences


def test_an_event_names_the_source_of_each_point(both: Client) -> None:
    of_place = {
        place["id"]: (place["coordinates_source"] or {"id": None})["id"]
        for place in both.get("/v1/locations?limit=200")["data"]
    }
    events = both.get("/v1/events?limit=200&include=locations")["data"]
    links = [place for event in events for place in event["locations"]]
    assert {place["coordinates_source"] for place in links} == {"geonames", "editors", None}
    for place in links:
        assert place["coordinates_source"] == of_place[place["id"]]
        assert (place["coordinates_source"] is None) == (place["latitude"] is None)


def test_a_workbook_has_the_credits_of_its_coordinates(both: Client) -> None:
    for name, credited in (("locations", True), ("outcomes", False)):
        (_, about) = openpyxl.load_workbook(io.BytesIO(both.request(f"/v1/{name}.xlsx?lang=en").content))
        printed = [row[0].value for row in about.iter_rows()]
        assert ("Coordinates from" in printed) is credited
        # The licences of the two campaigns come first.
        assert printed.count("Licence") - printed.count("Coordinates from") == 2


# When it fails.


@every_export
def test_an_unreadable_file_is_a_503(tianshui_database: Path, tmp_path: Path, name: str, extension: str) -> None:
    copy = tmp_path / "database.sqlite3"
    shutil.copy(tianshui_database, copy)
    client = Client(create_app(Settings(data=copy)))
    # The list has read what it needs, and the document not yet.
    assert client.request(f"/v1/{name}.{extension}", "HEAD").status_code == 200
    os.truncate(copy, 8192)
    assert client.request(f"/v1/{name}.{extension}", "HEAD").status_code == 503
    for encoding in ("identity", "br"):
        response = client.request(f"/v1/{name}.{extension}", headers={"Accept-Encoding": encoding})
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"
        assert response.headers["content-type"] == "application/problem+json"
        assert "content-disposition" not in response.headers
        assert str(tmp_path) not in response.text


def test_a_workbook_without_room_for_temporary_files_is_a_503(
    both: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert both.request("/v1/events.xlsx").status_code == 200, "a small one needs none"
    monkeypatch.setattr(xlsx, "_IN_MEMORY", 0)
    # One that is not cached.
    response = both.request("/v1/events.xlsx?sort=-title,-id")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.headers["content-type"] == "application/problem+json"
    assert "nowhere" not in response.text
    assert "FileNotFoundError" in caplog.text
    assert both.request("/v1/events.csv").status_code == 200


@every_export
def test_versions_of_the_data_are_not_mixed(
    tianshui_database: Path, two_campaigns_database: Path, tmp_path: Path, name: str, extension: str
) -> None:
    copy = tmp_path / "database.sqlite3"
    shutil.copy(tianshui_database, copy)
    client = Client(create_app(Settings(data=copy)))
    before = client.request(f"/v1/{name}.{extension}")
    other = tmp_path / "other.sqlite3"
    shutil.copy(two_campaigns_database, other)
    other.replace(copy)
    after = client.request(f"/v1/{name}.{extension}")
    assert (after.status_code, after.headers["etag"]) == (200, before.headers["etag"])
    assert after.content == before.content


def test_too_many_records_for_a_workbook_are_refused(both: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    formats = EVENT_EXPORTS.by_extension
    monkeypatch.setitem(formats, "xlsx", replace(formats["xlsx"], max_records=18))
    (error,) = both.errors("/v1/events.xlsx?sort=-title,id")
    assert error["code"] == "too_many_records"
    assert error["detail"] == "contains at most 18 records, and 19 match; narrow the query, or use csv"
    assert error["suggestion"] is None
    assert take(both, "events", "xlsx", "campaign=tianshui").headers["x-total-count"] == "13"
    assert take(both, "events", "csv").headers["x-total-count"] == "19"
    assert formats["xlsx"].max_records == 18
