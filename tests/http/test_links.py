"""The Link header of lists and exports leads to their descriptions and to the same records in other formats."""

import httpx
import pytest

from app.http.links import MAX_LINK_BYTES
from tests.client import BASE, Client

QUERY = "category=symposium&category=open_day&lang=en&q=%E8%AD%A6"
OTHER_PARTS = "&limit=2&facet=kind&include=evidence"


def links(response: httpx.Response, relation: str) -> dict[str, str | None]:
    """Return the addresses of a relation, each with its media type."""
    found = {}
    for one in response.headers["link"].split(", "):
        address, *parameters = one.split("; ")
        named = dict(parameter.split("=", 1) for parameter in parameters)
        if named["rel"] == f'"{relation}"':
            found[address[1:-1]] = named["type"].strip('"') if "type" in named else None
    return found


@pytest.mark.parametrize(
    ("name", "query", "others"),
    [
        ("events", QUERY + OTHER_PARTS, [".csv", ".jsonl", ".xlsx", ".geojson", ".ics", ".jsonld"]),
        ("events.csv", QUERY, ["", ".jsonl", ".xlsx", ".geojson", ".ics", ".jsonld"]),
        ("events.geojson", QUERY + "&datum=gcj02&points=split", ["", ".csv", ".jsonl", ".xlsx", ".ics", ".jsonld"]),
        ("locations", "kind=district&sort=-name", [".csv", ".jsonl", ".xlsx", ".geojson"]),
        ("outcomes", "kind=quantitative", [".csv", ".jsonl", ".xlsx"]),
        ("search", "q=maiji", []),
        ("campaigns", "", []),
    ],
)
def test_alternatives_have_the_same_records(both: Client, name: str, query: str, others: list[str]) -> None:
    response = both.request(f"/v1/{name}?{query}")
    assert response.status_code == 200
    alternatives = links(response, "alternate")
    collection = name.partition(".")[0]
    assert [address.partition("?")[0] for address in alternatives] == [f"{BASE}/v1/{collection}{one}" for one in others]
    totals = set()
    for address, media_type in alternatives.items():
        other = both.request(address)
        assert other.status_code == 200, other.text
        assert other.headers["content-type"].partition(";")[0] == media_type
        if not address.startswith((f"{BASE}/v1/{collection}?", f"{BASE}/v1/{collection}.ics")):
            totals.add(other.headers["x-total-count"])
    if name == collection and others:
        assert totals == {str(response.json()["meta"]["total"])}
    assert len(totals) <= 1


@pytest.mark.parametrize("extension", ["csv", "xlsx", "jsonl", "geojson", "ics", "jsonld"])
def test_an_export_names_its_canonical_address_and_its_description(both: Client, extension: str) -> None:
    response = both.request(f"/v1/events.{extension}?lang=zh-CN&kind=event")
    assert links(response, "canonical") == {f"{BASE}/v1/events.{extension}?lang=zh-Hans&kind=event": None}
    (described_by,) = links(response, "describedby")
    assert described_by == f"{BASE}/{'datapackage' if extension == 'csv' else 'openapi'}.json"
    assert both.request(described_by).status_code == 200


@pytest.mark.parametrize(("characters", "relations"), [(10, 4), (80, 3), (200, 2)])
def test_the_header_is_bounded(both: Client, characters: int, relations: int) -> None:
    """Of a long query the alternatives are left out first, all of them, then its own address."""
    query = f"q={'%E8%AD%A6' * characters}&category=symposium"
    response = both.request(f"/v1/events.csv?{query}")
    assert response.status_code == 200
    assert len(response.headers["link"]) <= MAX_LINK_BYTES
    found = [relation for relation in ("describedby", "license", "canonical", "alternate") if links(response, relation)]
    assert len(found) == relations
    assert len(links(response, "alternate")) in (0, 6)
