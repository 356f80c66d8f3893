"""Each campaign's licence stands wherever its data are described, and names the licences of its coordinates."""

import io
import json
from typing import Any

import httpx
import openpyxl
import pytest
import vobject  # type: ignore[import-untyped]

from app.languages import LANGUAGES
from tests.client import BASE, Client

URLS = {
    "tianshui": "https://creativecommons.org/licenses/by/4.0/",
    "pingliang": "https://creativecommons.org/publicdomain/zero/1.0/",
}
SELECTIONS = [["tianshui"], ["pingliang"], ["pingliang", "tianshui"]]

every_campaign = pytest.mark.parametrize("campaign", URLS)
every_selection = pytest.mark.parametrize("campaigns", SELECTIONS, ids="+".join)


def licence(client: Client, campaign: str, language: str = "en") -> Any:
    return client.get(f"/v1/campaigns/{campaign}?lang={language}")["data"]["licence"]


def query(campaigns: list[str]) -> str:
    return "lang=en&" + "&".join(f"campaign={campaign}" for campaign in campaigns)


def linked(response: httpx.Response) -> list[str]:
    """Return the licences in the Link header."""
    links = response.headers["link"].split(", ")
    return sorted(link.partition(">")[0][1:] for link in links if link.endswith('rel="license"'))


@every_campaign
@pytest.mark.parametrize("language", LANGUAGES)
def test_record_summary_and_snapshot_have_it(both: Client, campaign: str, language: str) -> None:
    found = licence(both, campaign, language)
    assert found["url"] == URLS[campaign]
    assert both.get(f"/v1/campaigns/{campaign}/summary?lang={language}")["data"]["licence"] == found
    assert both.get(f"/v1/campaigns/{campaign}/snapshot?lang={language}")["data"]["campaign"]["licence"] == found


@every_campaign
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_the_licences_of_the_coordinates(both: Client, campaign: str, language: str) -> None:
    statement = licence(both, campaign, language)["statement"]
    locations = both.get(f"/v1/locations?campaign={campaign}&limit=200&lang={language}")["data"]
    sources = [one["coordinates_source"] for one in locations if one["coordinates_source"] is not None]
    assert sources
    for source in sources:
        assert source["licence"].replace("CC-BY-", "CC BY ").replace("CC0-", "CC0 ") in statement
        assert source["id"] == "editors" or source["name"].split()[0].split("（")[0] in statement


@every_selection
def test_exports_have_those_of_their_campaigns(both: Client, campaigns: list[str]) -> None:
    expected = [licence(both, campaign) for campaign in campaigns]
    meta = both.get(f"/v1/events.geojson?{query(campaigns)}")["meta"]
    assert meta["licences"] == [{name: one[name] for name in ("id", "url", "attribution")} for one in expected]
    *_, dataset = json.loads(both.request(f"/v1/events.jsonld?{query(campaigns)}").text)["@graph"]
    assert dataset["license"] == [one["url"] for one in expected]
    calendar = vobject.readOne(both.request(f"/v1/events.ics?{query(campaigns)}").text)
    workbook = openpyxl.load_workbook(io.BytesIO(both.request(f"/v1/events.xlsx?{query(campaigns)}").content))
    about = [value for _, value in workbook.worksheets[1].iter_rows(values_only=True)]
    for one in expected:
        assert one["attribution"] in dataset["creditText"]
        assert f"Licence: {one['id']} {one['url']}" in calendar.description.value.split("\n")
        assert {one["attribution"], f"{one['id']} {one['url']}"} <= set(about)


@every_selection
@pytest.mark.parametrize("name", ["events", "locations", "outcomes", "events.csv", "locations.jsonl", "outcomes.xlsx"])
def test_lists_and_exports_link_to_those_of_their_campaigns(both: Client, campaigns: list[str], name: str) -> None:
    assert linked(both.request(f"/v1/{name}?{query(campaigns)}")) == sorted(URLS[one] for one in campaigns)
    assert linked(both.request(f"/v1/{name}")) == sorted(URLS.values())


@every_campaign
def test_documents_of_one_campaign_link_to_its_own(both: Client, campaign: str) -> None:
    assert linked(both.request(f"/v1/campaigns/{campaign}/snapshot")) == [URLS[campaign]]
    events = both.get(f"/v1/events?campaign={campaign}&undated=exclude")["data"]
    assert linked(both.request(f"/v1/events/{events[0]['id']}.ics")) == [URLS[campaign]]
    assert BASE in both.request(f"/v1/events/{events[0]['id']}.ics").headers["link"]
