"""The linked data in the pages of the explorer, and the sitemap: what search engines read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pyld import jsonld  # type: ignore[import-untyped]

from app.endpoints.explorer.sitemap import MAX_ADDRESSES
from app.languages import LANGUAGES
from tests.client import BASE, Client
from tests.endpoints.explorer.pages import PAGES, client_of, page_of


def expanded(document: Any) -> Any:
    """Expand linked data as a JSON-LD processor does; the context of schema.org has one vocabulary for all terms."""

    def load(url: str, _: Any) -> Any:
        assert url == "https://schema.org/"
        context = {"@context": {"@vocab": "https://schema.org/"}}
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}

    return jsonld.expand(document, {"documentLoader": load})


def test_a_campaign_is_a_dataset(both: Client) -> None:
    """https://developers.google.com/search/docs/appearance/structured-data/dataset"""
    for id_ in ("tianshui", "pingliang"):
        for language in LANGUAGES:
            dataset = page_of(both, f"/campaigns/{id_}?lang={language}").linked_data
            campaign = both.get(f"/v1/campaigns/{id_}?lang={language}")["data"]
            assert (dataset["@type"], dataset["@context"]) == ("Dataset", "https://schema.org/")
            assert (dataset["name"], dataset["description"]) == (campaign["name"], campaign["summary"])
            # The summary of the invented campaign is shorter than Google's least.
            assert (50 if id_ == "tianshui" else 40) <= len(dataset["description"]) <= 5000
            assert dataset["license"] == campaign["licence"]["url"]
            assert dataset["creator"]["name"]
            assert dataset["isAccessibleForFree"] is True
            assert dataset["inLanguage"] == list(LANGUAGES)
            assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", dataset["temporalCoverage"])
            south, west, north, east = map(float, dataset["spatialCoverage"]["geo"]["box"].split())
            assert 32 < south < north < 43
            assert 92 < west < east < 109
            # Schema.org's expanded names are the same terms in its vocabulary.
            assert expanded(dataset)[0]["@type"] == ["https://schema.org/Dataset"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dataset_in_a_page_has_a_name_and_a_description(both: Client, language: str) -> None:
    """Without them Google refuses a node of the type Dataset."""
    found = 0
    for path in PAGES:
        for node in nodes(page_of(both, f"{path}?lang={language}").linked_data):
            if node.get("@type") == "Dataset":
                found += 1
                assert node["name"]
                assert node["description"]
                assert node["license"]
    # Two are in the list of campaigns.
    assert found == 4


def test_every_distribution_of_a_dataset_is_there(both: Client) -> None:
    dataset = page_of(both, "/campaigns/pingliang?lang=en").linked_data
    addresses = [one["contentUrl"] for one in dataset["distribution"]]
    exports = {match[1] for match in re.finditer(r'"/v1/(\w+\.\w+)"', both.request("/openapi.json").text)}
    assert {address.partition("?")[0].rpartition("/")[2] for address in addresses} == exports | {"snapshot"}
    for one in dataset["distribution"]:
        response = both.request(one["contentUrl"].removeprefix(BASE), "HEAD")
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == one["encodingFormat"]
        assert one["name"]


def nodes(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from nodes(value)
    elif isinstance(document, list):
        for value in document:
            yield from nodes(value)


def test_an_event_is_as_its_export_has_it(both: Client) -> None:
    for id_ in both.ids("/v1/events?limit=50"):
        node = page_of(both, f"/events/{id_}?lang=en").linked_data
        exported, _ = both.get(f"/v1/events.jsonld?id={id_}&lang=en")["@graph"]
        url = f"{BASE}/events/{id_}"
        assert node.pop("url") == url
        assert node.pop("subjectOf")["license"]
        assert node.pop("@context")
        assert node == exported


def test_a_location_is_a_place(both: Client) -> None:
    for record in both.get("/v1/locations?limit=100&lang=en")["data"]:
        node = page_of(both, f"/locations/{record['id']}?lang=en").linked_data
        assert node["@type"] == "Place"
        assert node["@id"] == f"{BASE}/v1/locations/{record['id']}"
        assert node["name"] == record["name"]
        assert ("geo" in node) == (record["latitude"] is not None)
        assert node.get("containedInPlace", {}).get("@id") == (
            record["parent"] and f"{BASE}/v1/locations/{record['parent']}"
        )
        assert all(value is not None for found in nodes(node) for value in found.values())


def test_an_outcome_is_an_observation_only_if_it_has_a_value(both: Client) -> None:
    types = set()
    for record in both.get("/v1/outcomes?limit=100&lang=en")["data"]:
        node = page_of(both, f"/outcomes/{record['id']}?lang=en").linked_data
        types.add(node["@type"])
        assert node["@type"] == ("Claim" if record["value"] is None else "Observation")
        assert node.get("value") == record["value"]
        assert all(value is not None for found in nodes(node) for value in found.values())
        assert expanded(node)
    assert types == {"Claim", "Observation"}


def test_the_sitemap_has_the_canonical_address_of_every_page(both: Client) -> None:
    response = both.request("/sitemap.xml")
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    namespace = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [element.text or "" for element in ET.fromstring(response.content).iter(f"{namespace}loc")]  # noqa: S314 - our own
    ids = {name: both.ids(f"/v1/{name}?limit=200") for name in ("campaigns", "events", "locations", "outcomes")}
    paths = ["/", *(f"/{name}/{id_}" for name in ids for id_ in ids[name])]
    assert sorted(found) == sorted(f"{BASE}{path}?lang={language}" for path in paths for language in LANGUAGES)
    for address in found:
        (canonical,) = page_of(both, address.removeprefix(BASE)).all("link", rel="canonical")
        assert canonical["href"] == address
    assert f"Sitemap: {BASE}/sitemap.xml\n" in both.request("/robots.txt").text
    assert MAX_ADDRESSES == 50_000


def test_the_sitemap_has_the_page_of_an_only_campaign_once(tianshui: Client) -> None:
    text = tianshui.request("/sitemap.xml").text
    assert f"<loc>{BASE}/?" not in text
    assert f"<loc>{BASE}/campaigns/tianshui?lang=en</loc>" in text


def test_the_sitemap_is_bounded(two_campaigns_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.endpoints.explorer.sitemap.MAX_ADDRESSES", 7)
    assert client_of(two_campaigns_database).request("/sitemap.xml").text.count("<loc>") == 7
