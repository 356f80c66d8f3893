"""The summary of a campaign: every number equals that of the lists."""

import calendar
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from app.build.pipeline import build, build_seeds
from app.languages import LANGUAGES
from app.main import create_app
from app.resources.campaigns.summary import SummaryResponse
from app.resources.outcomes.document import OutcomesDocument
from app.settings import Settings
from tests.client import BASE, Client
from tests.tools.generating import generate

CAMPAIGNS = ("tianshui", "pingliang")
every_campaign = pytest.mark.parametrize("campaign", CAMPAIGNS)

_RETIRED = """\
  - kind: campaign
    id: pingliang-2023
    merged_into: pingliang
    reason: {zh-Hant: 同一活動, zh-Hans: 同一活动, en: It was the same campaign.}
  - kind: campaign
    id: pingliang-2022
    merged_into: null
    reason: {zh-Hant: 沒有這個活動, zh-Hans: 没有这个活动, en: There was no such campaign.}
"""


def summary(client: Client, campaign: str, language: str = "en") -> Any:
    return client.get(f"/v1/campaigns/{campaign}/summary?lang={language}")["data"]


def total(client: Client, name: str, query: str) -> int:
    number: int = client.get(f"/v1/{name}?limit=1&{query}")["meta"]["total"]
    return number


@every_campaign
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_its_model(both: Client, campaign: str, language: str) -> None:
    response = both.get(f"/v1/campaigns/{campaign}/summary?lang={language}")
    SummaryResponse.model_validate(response)
    record = both.get(f"/v1/campaigns/{campaign}?lang={language}")
    for field in ("id", "version", "name", "short_name", "summary"):
        assert response["data"][field] == record["data"][field]
    assert response["meta"] == record["meta"]
    assert response["links"] == {
        "self": f"{BASE}/v1/campaigns/{campaign}/summary?lang={language}",
        "collection": f"{BASE}/v1/campaigns",
    }


@every_campaign
@pytest.mark.parametrize("filtered", ["pillar", "kind", "category", "county"])
def test_each_count_is_what_the_list_counts(both: Client, campaign: str, filtered: str) -> None:
    counts = summary(both, campaign)[f"events_by_{filtered}"]
    assert counts
    parameter = "location" if filtered == "county" else filtered
    for counted in counts:
        query = f"campaign={campaign}&{parameter}={counted['id']}"
        assert counted["count"] == total(both, "events", query), counted["id"]
    facet = both.get(f"/v1/events?campaign={campaign}&facet={parameter}&lang=en")["meta"]["facets"][parameter]
    named = {value["id"]: (value["name"], value["count"]) for value in facet}
    for counted in counts:
        if counted["count"]:
            assert named[counted["id"]] == (counted["name"], counted["count"])
    if filtered != "county":
        assert sum(counted["count"] for counted in counts) == sum(count for _, count in named.values())
    else:
        kinds = {place["id"]: place["kind"] for place in both.get("/v1/locations?limit=200")["data"]}
        counties = {value for value in named if kinds[value] in ("county", "district")}
        assert {counted["id"] for counted in counts} == counties
    if filtered == "pillar":
        pillars = both.get(f"/v1/campaigns/{campaign}")["data"]["pillars"]
        assert [counted["id"] for counted in counts] == [pillar["id"] for pillar in pillars]
    else:
        order = [(-counted["count"], counted["id"]) for counted in counts]
        assert order == sorted(order)


@every_campaign
def test_each_month_counts_what_touches_it(both: Client, campaign: str) -> None:
    found = summary(both, campaign)
    months = {counted["id"]: counted["count"] for counted in found["events_by_month"]}
    assert list(months) == sorted(months)
    first, last = (int(found[f"{end}_date"][:4]) for end in ("first", "last"))
    for year in range(first - 1, last + 2):
        for month in range(1, 13):
            end = calendar.monthrange(year, month)[1]
            window = f"date_from={year}-{month:02}-01&date_to={year}-{month:02}-{end}"
            assert months.get(f"{year}-{month:02}", 0) == total(both, "events", f"campaign={campaign}&{window}")


@every_campaign
def test_totals_are_those_of_the_lists(both: Client, campaign: str) -> None:
    totals = summary(both, campaign)["totals"]
    for name in ("events", "locations", "outcomes", "sources"):
        assert totals[name] == total(both, name, f"campaign={campaign}")
    assert totals["undated_events"] == total(both, "events", f"campaign={campaign}&undated=only")


@every_campaign
def test_events_that_a_county_leaves_out_are_counted(both: Client, campaign: str) -> None:
    places = both.get("/v1/locations?limit=200")["data"]
    kinds = {place["id"]: place["kind"] for place in places}
    counties = {
        place["id"]: {step["id"] for step in place["path"] if kinds[step["id"]] in ("county", "district")}
        for place in places
    }

    def counted_in(event: dict[str, Any], *bases: str) -> set[str]:
        links = [link["id"] for link in event["locations"] if link["basis"] in bases]
        return {county for link in links for county in counties[link]}

    events = both.get(f"/v1/events?campaign={campaign}&limit=200")["data"]
    left_out = sum(counted_in(event, "stated") < counted_in(event, "stated", "derived") for event in events)
    assert summary(both, campaign)["totals"]["derived_county_events"] == left_out
    assert left_out or campaign != "tianshui"


@every_campaign
def test_the_dates_and_the_box_span_the_events(both: Client, campaign: str) -> None:
    found = summary(both, campaign)
    events = both.get(f"/v1/events?campaign={campaign}&limit=200")["data"]
    dated = [event["date"] for event in events if event["date"]["start"]]
    assert found["first_date"] == min(date["start"] for date in dated)
    assert found["last_date"] == max(date["end"] for date in dated)
    points = [
        (place["longitude"], place["latitude"])
        for event in events
        for place in event["locations"]
        if place["longitude"] is not None
    ]
    longitudes, latitudes = zip(*points, strict=True)
    box = {"west": min(longitudes), "south": min(latitudes), "east": max(longitudes), "north": max(latitudes)}
    assert found["bounding_box"] == box
    sources = {place["coordinates_source"] for event in events for place in event["locations"]} - {None}
    described = [place["coordinates_source"] for place in both.get("/v1/locations?limit=200&lang=en")["data"]]
    attributions = {source["id"]: source["attribution"] for source in described if source is not None}
    assert found["credits"] == [attributions[source] for source in sorted(sources) if attributions[source]]
    bbox = ",".join(str(box[side]) for side in ("west", "south", "east", "north"))
    with_point = sum(any(place["longitude"] is not None for place in event["locations"]) for event in events)
    assert total(both, "events", f"campaign={campaign}&location_basis=any&bbox={bbox}") == with_point


_IN_GANSU = "      - {location: gansu, role: coverage_area, basis: stated}\n"


@pytest.mark.slow
def test_a_place_without_a_point_of_its_own_is_in_no_box(seeds: Path, both: Client, tmp_path: Path) -> None:
    """The point of Lanzhou, which a map may show for the province, is west of all places of these events."""
    before = summary(both, "tianshui")
    file = seeds / "tianshui" / "events.yaml"
    text = file.read_text(encoding="utf-8")
    venue = "      - {location: tianshui-psb-party-base, role: venue, basis: stated}\n"
    assert text.count(venue) == 1
    file.write_text(text.replace(venue, venue + _IN_GANSU), encoding="utf-8")
    client = Client(create_app(Settings(data=build(seeds, tmp_path / "database.sqlite3").path)))
    after = summary(client, "tianshui")
    (gansu,) = (place for place in client.get("/v1/locations?limit=200")["data"] if place["id"] == "gansu")
    stand_in = client.get(f"/v1/locations/{gansu['fallback']}")["data"]
    assert (gansu["latitude"], gansu["fallback"]) == (None, "lanzhou")
    assert stand_in["longitude"] < after["bounding_box"]["west"]
    assert after["bounding_box"] == before["bounding_box"]
    around = f"{stand_in['longitude'] - 1},{stand_in['latitude'] - 1},{stand_in['longitude'] + 0.1},40"
    events = client.ids(f"/v1/events?campaign=tianshui&location_basis=any&bbox={around}")
    assert "tianshui-themed-symposium" not in events


@every_campaign
@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_the_outcomes_of_the_whole_campaign(both: Client, campaign: str, language: str) -> None:
    query = f"campaign={campaign}&scope=campaign&kind=quantitative&value_gte=0&limit=200&lang={language}"
    fields = ("id", "label", "value", "qualifier", "unit", "unit_name", "as_stated")
    assert summary(both, campaign, language)["figures"] == [
        {field: outcome[field] for field in fields} for outcome in both.get(f"/v1/outcomes?{query}")["data"]
    ]


def test_the_figures_of_tianshui_as_one_reads_them(tianshui: Client) -> None:
    found = summary(tianshui, "tianshui", "zh-Hant")
    assert [figure["as_stated"] for figure in found["figures"]] == ["83場", "191條"]
    assert [type(figure["value"]) for figure in found["figures"]] == [int, int]
    assert (found["first_date"], found["last_date"]) == ("2024-09-20", "2025-01-10")
    assert found["events_by_month"][0] == {"id": "2024-09", "name": "2024年9月", "count": 2}
    assert summary(tianshui, "tianshui")["events_by_month"][0]["name"] == "September 2024"


@every_campaign
def test_numbers_are_the_same_in_every_language(both: Client, campaign: str) -> None:
    def plain(node: Any) -> Any:
        if isinstance(node, dict):
            texts = ("name", "short_name", "summary", "label", "unit_name", "as_stated", "credits", "licence")
            return {key: plain(value) for key, value in node.items() if key not in texts}
        return [plain(value) for value in node] if isinstance(node, list) else node

    first, *others = (plain(summary(both, campaign, language)) for language in LANGUAGES)
    assert others == [first, first]


@every_campaign
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_texts_are_translated_when_requested(both: Client, campaign: str, language: str) -> None:
    plain = summary(both, campaign, language)
    whole = both.get(f"/v1/campaigns/{campaign}/summary?lang={language}&include=translations")["data"]
    assert list(whole)[-1] == "translations"
    assert plain["translations"] is None
    assert {**whole, "translations": None} == plain
    assert both.get(f"/v1/campaigns/{campaign}/snapshot?lang={language}")["data"]["summary"] == whole
    fields = [translation["field"] for translation in whole["translations"]]
    assert len(set(fields)) == len(fields)
    assert {"/name", "/figures/0/label", "/figures/0/unit_name", "/events_by_kind/0/name"} <= set(fields)


def test_it_is_small_and_cacheable(tianshui: Client) -> None:
    target = "/v1/campaigns/tianshui/summary"
    for language in LANGUAGES:
        assert len(tianshui.request(f"{target}?lang={language}").content) < 8 * 1024
    response = tianshui.request(target)
    assert response.headers["cache-control"].startswith("public, max-age=")
    assert response.headers["content-language"] == "zh-Hant"
    assert response.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    again = tianshui.request(target, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = tianshui.request(target, "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "x-request-id": ""} == {**response.headers, "x-request-id": ""}
    compressed = tianshui.request(target, headers={"Accept-Encoding": "br"})
    assert compressed.headers["etag"] != response.headers["etag"]
    assert compressed.content == response.content or brotli.decompress(compressed.content) == response.content
    assert tianshui.request(target, headers={"Accept": "text/html"}).status_code == 406


@pytest.mark.parametrize("below", ["summary", "snapshot"])
def test_a_campaign_that_is_not_there(both: Client, below: str) -> None:
    response = both.request(f"/v1/campaigns/tianshuii/{below}")
    assert response.status_code == 404
    assert "/v1/campaigns/tianshui" in response.json()["nearest"]
    assert both.request(f"/v1/campaigns/maiji/{below}").json()["nearest"][0] == "/v1/locations/maiji"
    (error,) = both.errors(f"/v1/campaigns/tianshui/{below}?include=evidence")
    assert error["code"] == ("unknown_parameter" if below == "snapshot" else "unknown_value")
    assert [error["parameter"] for error in both.errors(f"/v1/campaigns/tianshui/{below}?lang=fr")] == ["lang"]


@pytest.mark.slow
@pytest.mark.parametrize("below", ["summary", "snapshot"])
def test_campaigns_that_were_retired(seeds: Path, tmp_path: Path, below: str) -> None:
    file = seeds / "pingliang" / "campaign.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\nretired:\n", f"\nretired:\n{_RETIRED}"), encoding="utf-8")
    client = Client(create_app(Settings(data=build(seeds, tmp_path / "database.sqlite3").path)))
    for method in ("GET", "HEAD"):
        moved = client.request(f"/v1/campaigns/pingliang-2023/{below}?lang=en", method)
        assert moved.status_code == 308
        assert moved.headers["location"] == f"{BASE}/v1/campaigns/pingliang/{below}?lang=en"
    gone = client.request(f"/v1/campaigns/pingliang-2022/{below}?lang=en")
    assert gone.status_code == 410
    assert "There was no such campaign." in gone.json()["detail"]
    assert client.ids("/v1/campaigns") == ["pingliang", "tianshui"]
    named = client.request("/v1/events.csv?campaign=pingliang-2022")
    assert named.status_code == 422
    assert 'filename="events.' in client.request("/v1/events.csv").headers["content-disposition"]


def test_a_campaign_without_dates_places_or_figures_has_none(tmp_path: Path) -> None:
    seeds = generate(0)
    (bare,) = (replace(campaign, outcomes=OutcomesDocument(outcomes=())) for campaign in seeds.campaigns)
    built = build_seeds(replace(seeds, campaigns=[bare]), tmp_path / "database.sqlite3")
    client = Client(create_app(Settings(data=built.path)))
    (campaign,) = client.ids("/v1/campaigns")
    response = client.get(f"/v1/campaigns/{campaign}/summary?lang=en")
    SummaryResponse.model_validate(response)
    found = response["data"]
    assert (found["first_date"], found["last_date"], found["bounding_box"]) == (None, None, None)
    counts = ("figures", "events_by_kind", "events_by_category", "events_by_month", "events_by_county")
    assert [found[name] for name in counts] == [[]] * len(counts)
    assert [counted["count"] for counted in found["events_by_pillar"]] == [0] * len(found["events_by_pillar"])
    assert found["events_by_pillar"]
    assert [found["totals"][name] for name in ("events", "undated_events", "outcomes")] == [0, 0, 0]
