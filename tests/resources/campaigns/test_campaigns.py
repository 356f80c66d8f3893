"""The data of the campaigns, counted by hand in the reports."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.build.common.trees import parts_of, text_fields
from app.build.pipeline import build
from app.build.reader import read_seeds
from app.languages import TextOrigin
from app.main import create_app
from app.settings import Settings
from tests.client import Client
from tests.conftest import SEEDS
from tests.lists import LISTS

ORGANISED = {
    "welcome-ceremony-zhao-weiqiang": {"tianshui-psb": "derived"},
    "art-creation": {"tianshui-psb": "derived", "county-district-sub-bureaus": "derived"},
    "cultural-sports-series": {"tianshui-psb": "stated", "county-district-sub-bureaus": "stated"},
}
"""The basis of each organiser."""


def test_events_in_maiji(tianshui: Client) -> None:
    assert tianshui.ids("/v1/events?location=maiji") == ["tianshui-five-ones-study", "tianshui-media-field-reporting"]
    assert tianshui.ids("/v1/events?location=maiji&location_basis=any") == [
        "tianshui-five-ones-study",
        "tianshui-practice-activities",
        "tianshui-media-field-reporting",
    ]


def test_events_of_october(tianshui: Client) -> None:
    page = tianshui.get("/v1/events?date_from=2024-10-01&date_to=2024-10-31")
    assert [event["id"] for event in page["data"]] == [
        "tianshui-police-media-symposium",
        "tianshui-practice-activities",
    ]
    assert page["meta"]["undated_excluded"] == 8


def test_events_of_one_day(tianshui: Client) -> None:
    assert tianshui.ids("/v1/events?date_from=2024-11-01&date_to=2024-11-01") == ["tianshui-practice-activities"]


def test_undated_events(tianshui: Client) -> None:
    page = tianshui.get("/v1/events?undated=only")
    assert page["meta"]["total"] == 8
    for event in page["data"]:
        assert event["date"]["start"] is None
        assert event["date"]["basis"] == "not_given"
        assert event["date"]["note"]


def test_figures_of_the_whole_campaign(tianshui: Client) -> None:
    page = tianshui.get("/v1/outcomes?scope=campaign&kind=quantitative&sort=value")
    assert [(outcome["value"], outcome["as_stated"]) for outcome in page["data"]] == [(83, "83場"), (191, "191條")]


def test_the_number_of_cups_is_not_given(tianshui: Client) -> None:
    cups = tianshui.get("/v1/outcomes/tianshui-commemorative-cups?lang=en")["data"]
    assert cups["value"] is None
    assert cups["unit"] is None
    assert cups["basis"] == "not_given"
    assert cups["note"]
    assert tianshui.ids("/v1/outcomes?basis=not_given") == ["tianshui-commemorative-cups"]


def test_nothing_is_said_of_an_event_that_its_sentence_leaves_open(tianshui: Client) -> None:
    def event(id_: str) -> Any:
        return tianshui.get(f"/v1/events/tianshui-{id_}?lang=en")["data"]

    assert event("media-field-reporting")["date"]["relative_to"] is None
    cups = event("commemorative-cups")
    assert (cups["kind"], cups["part_of"]) == ("event", None)
    organisers = {id_: {one["id"]: one["basis"] for one in event(id_)["organisers"]} for id_ in ORGANISED}
    assert organisers == ORGANISED
    welcome = event("welcome-ceremony-zhao-weiqiang")
    assert [(one["role"], one["unit"]) for one in welcome["participants"]] == [
        ("leader", None),
        ("welcomed", None),
    ]


def test_what_stands_above_an_organisation_is_derived(tianshui: Client) -> None:
    organisations = tianshui.get("/v1/campaigns/tianshui")["data"]["organisations"]
    above = [one for one in organisations if one["parent"]]
    assert len(above) == 8
    for one in organisations:
        assert one["parent_basis"] == ("derived" if one in above else None)


def test_an_aim_is_neither_means_nor_occasion(tianshui: Client) -> None:
    """The resources of the second pillar and the anniversaries of the third are not what they are for."""
    record = tianshui.get("/v1/campaigns/tianshui?include=evidence&lang=en")["data"]
    of_aims = {one["supports"]: (one["start"], one["end"]) for one in record["evidence"] if "/aims/" in one["supports"]}
    assert of_aims["/pillars/1/aims/0"] == (471, 477)
    assert of_aims["/pillars/2/aims/0"] == (802, 808)


def test_figures_of_a_pillar(tianshui: Client) -> None:
    page = tianshui.get("/v1/outcomes?pillar=dual-vehicles&kind=quantitative&sort=-value")
    assert [(outcome["value"], outcome["unit_name"]) for outcome in page["data"]] == [
        (412, "件"),
        (56, "名"),
        (47, "場"),
        (7, "個"),
        (None, None),
    ]


def test_places_without_coordinates(tianshui: Client) -> None:
    places = tianshui.get("/v1/locations?limit=200")["data"]
    assert len(places) == 21
    without = [place for place in places if place["latitude"] is None]
    assert [place["id"] for place in without] == ["gansu", "open-day-police-premises", "tianshui-psb-party-base"]
    for place in without:
        assert place["coordinates_note"]
        assert place["gcj02"] is place["coordinates_source"] is place["longitude"] is None
    for place in places:
        if place not in without:
            assert place["coordinates_source"]["licence"]
            assert place["uncertainty_km"] > 0


def test_totals_of_all_resources(tianshui: Client) -> None:
    campaign = tianshui.get("/v1/campaigns/tianshui")["data"]
    assert [len(pillar["strands"]) for pillar in campaign["pillars"]] == [2, 2, 2]
    assert len(campaign["organisations"]) == 13
    assert len(campaign["plans"]) == 4
    assert [(programme["item_count"], programme["items"]) for programme in campaign["programmes"]] == [
        (10, None),
        (5, None),
        (None, None),
    ]
    assert all(programme["note"] for programme in campaign["programmes"])
    assert campaign["reporting_period"]["start"] is None
    assert tianshui.get("/v1/events")["meta"]["total"] == 13
    assert tianshui.get("/v1/outcomes?kind=quantitative")["meta"]["total"] == 11
    assert tianshui.get("/v1/outcomes?kind=qualitative")["meta"]["total"] == 10
    source = tianshui.get("/v1/sources/tianshui-report")["data"]
    assert len(source["sentences"]) == 17
    assert source["cleaned"]["length"] == 1306


def test_plans_are_no_events(tianshui: Client) -> None:
    plans = {plan["label"] for plan in tianshui.get("/v1/campaigns/tianshui")["data"]["plans"]}
    assert plans.isdisjoint(event["title"] for event in tianshui.get("/v1/events")["data"])


def test_every_record_has_evidence_inside_its_source(tianshui: Client) -> None:
    for path in LISTS:
        for record in tianshui.get(f"/v1/{path}?limit=200&include=evidence")["data"]:
            assert record["evidence"], record["id"]
            for place in record["evidence"]:
                assert place["source"] == "tianshui-report"
                assert 0 <= place["start"] < place["end"] <= 1306


def test_the_named_person_is_named_in_the_title_alone(tianshui: Client) -> None:
    for path in LISTS:
        for record in tianshui.get(f"/v1/{path}?limit=200&include=translations")["data"]:
            for translation in record["translations"]:
                for text in translation["texts"]:
                    if any(name in text["text"] for name in ("趙衛強", "赵卫强", "Zhao Weiqiang")):
                        assert translation["field"] == "/title"


def test_traditional_text_has_the_corrected_characters(tianshui: Client) -> None:
    campaign = tianshui.get("/v1/campaigns/tianshui?lang=zh-Hant")["data"]
    assert campaign["name"] == "「人民公安從這裡走來」主題宣傳活動"
    assert campaign["name_as_stated"] == "“人民公安從這里走來”主題宣傳活動"
    assert tianshui.get("/v1/campaigns/tianshui?lang=zh-Hans")["data"]["short_name"] == "人民公安从这里走来"


def test_a_second_campaign_is_a_folder(both: Client) -> None:
    assert both.ids("/v1/campaigns") == ["pingliang", "tianshui"]
    assert both.get("/v1/events")["meta"]["total"] == 19
    assert both.get("/v1/events?campaign=tianshui")["meta"]["total"] == 13
    events = {event["id"]: event["date"] for event in both.get("/v1/events?campaign=pingliang")["data"]}
    assert events["pingliang-helmet-belt-lectures"]["precision"] == "month"
    season = events["pingliang-joint-road-check"]
    assert (season["start"], season["end"], season["precision"]) == ("2025-03-01", "2025-05-31", "season")
    outcomes = both.get("/v1/outcomes?campaign=pingliang&sort=value")["data"]
    assert [(outcome["value"], outcome["qualifier"], outcome["as_stated"]) for outcome in outcomes[:4]] == [
        (3.5, "exact", "3.5公里"),
        (200, "at_least", "200余人"),
        (1000, "about", "近千人"),
        (12000, "exact", "1.2万份"),
    ]


def test_campaigns_share_places(both: Client) -> None:
    lanzhou = both.get("/v1/locations/lanzhou")["data"]
    assert [mention["campaign"] for mention in lanzhou["mentions"]] == ["pingliang", "tianshui"]
    assert "lanzhou" in both.ids("/v1/locations?campaign=pingliang&limit=200")
    assert "lianhua" not in both.ids("/v1/locations?campaign=pingliang&limit=200")
    assert both.ids("/v1/events?location=maiji&location_basis=any&campaign=pingliang") == ["pingliang-joint-road-check"]


_SAID_OF_LIANHUA = """\
  - location: lianhua
    named: true
    as_stated: 莲花
    basis: stated
    denotes: {kind: memorial, name: {zh-Hant: 蓮花紀念館, zh-Hans: 莲花纪念馆, en: Lianhua memorial}}
    note: {zh-Hant: 另有所指。, zh-Hans: 另有所指。, en: It means something else.}
    evidence:
      - {source: pingliang-report, paragraph: 3, sentence: 2, start: 274, end: 277}
"""


@pytest.mark.slow
def test_each_campaign_says_its_own_of_a_shared_place(seeds: Path, both: Client, tmp_path: Path) -> None:
    maiji = both.get("/v1/locations/maiji?lang=en")["data"]
    assert maiji["note"] is None
    assert [mention["note"].partition(".")[0] for mention in maiji["mentions"]] == [
        "The source speaks of colleagues from Maiji, not of anything done there",
        "The source prints 麥積 without 區; the editors supplied the suffix and the code",
    ]
    before = both.get("/v1/locations/lianhua?lang=en&include=translations")["data"]
    (tianshuis,) = before["mentions"]
    assert tianshuis["denotes"] == {"kind": "education_base", "name": "Lianhua revolutionary education base, Qin'an"}
    with (seeds / "pingliang" / "locations.yaml").open("a", encoding="utf-8") as file:
        file.write(_SAID_OF_LIANHUA)
    client = Client(create_app(Settings(data=build(seeds, tmp_path / "database.sqlite3").path)))
    after = client.get("/v1/locations/lianhua?lang=en&include=translations")["data"]
    pingliangs, other = after["mentions"]
    assert other == tianshuis
    assert (pingliangs["campaign"], pingliangs["note"]) == ("pingliang", "It means something else.")
    assert pingliangs["denotes"] == {"kind": "memorial", "name": "Lianhua memorial"}
    unchanged = before.keys() - {"mentions", "translations"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    # What another campaign says of the place is no change of this one.
    versions = [{one["id"]: one["version"] for one in each.get("/v1/campaigns")["data"]} for each in (both, client)]
    assert versions[0]["tianshui"] == versions[1]["tianshui"]
    assert versions[0]["pingliang"] != versions[1]["pingliang"]


def test_the_gazetteer_says_nothing_of_a_source() -> None:
    seeds = read_seeds(SEEDS)
    texts = [text for part, _ in parts_of(seeds.places) for text, _ in text_fields(part)]
    assert len(texts) > 30
    for text in texts:
        assert text.origin is TextOrigin.EDITORIAL
        for words in text.root.values():
            assert not re.search("原文|報道|报道|[Ss]ource|[Rr]eport|campaign", words)


def test_counts_say_how_exact_they_are(both: Client) -> None:
    events = both.get("/v1/events?limit=200")["data"]
    groups = [(event["id"], group) for event in events for group in event["participants"]]
    counted = {
        (event, group["group"]): (group["count"], group["count_qualifier"])
        for event, group in groups
        if group["count"] is not None
    }
    assert counted == {
        ("pingliang-new-year-guard", "parents"): (200, "at_least"),
        ("pingliang-helmet-belt-lectures", "pupils"): (1000, "about"),
        ("tianshui-themed-symposium", "grassroots-unit-heads"): (6, "exact"),
        ("tianshui-commendation-ceremony", "commended-collectives"): (7, "exact"),
        ("tianshui-commendation-ceremony", "commended-individuals"): (56, "exact"),
    }
    assert {group["count_qualifier"] for _, group in groups if group["count"] is None} == {None}
    series = {event["id"]: (event["series_count"], event["series_count_qualifier"]) for event in events}
    assert {id_: counts for id_, counts in series.items() if counts != (None, None)} == {
        "pingliang-helmet-belt-lectures": (3, "exact"),
        "tianshui-cultural-sports-series": (47, "exact"),
    }
    for campaign in both.get("/v1/campaigns")["data"]:
        counts = [(each["count"], each["count_qualifier"]) for each in campaign["organisations"]]
        counts += [(each["item_count"], each["item_count_qualifier"]) for each in campaign["programmes"]]
        assert any(count is not None for count, _ in counts)
        assert {qualifier for count, qualifier in counts if count is not None} == {"exact"}
        assert {qualifier for count, qualifier in counts if count is None} <= {None}


def test_a_campaigns_version_is_its_own(both: Client, tianshui: Client) -> None:
    together = {campaign["id"]: campaign["version"] for campaign in both.get("/v1/campaigns")["data"]}
    alone = tianshui.get("/v1/campaigns/tianshui")
    assert together["tianshui"] == alone["data"]["version"]
    assert together["pingliang"] != together["tianshui"]
    assert both.get("/v1/campaigns")["meta"]["version"] != alone["meta"]["version"]


def test_a_season_matches_any_window_that_touches_it(both: Client) -> None:
    spring = "pingliang-joint-road-check"
    assert spring in both.ids("/v1/events?date_from=2025-05-31&date_to=2025-05-31")
    assert spring not in both.ids("/v1/events?date_from=2025-06-01")
    assert spring not in both.ids("/v1/events?date_to=2025-02-28")


def test_an_organisation_of_two_campaigns_is_shown_as_each_has_it(both: Client, tianshui: Client) -> None:
    listed = {}
    for campaign in ("tianshui", "pingliang"):
        record = both.get(f"/v1/campaigns/{campaign}?lang=en&include=evidence")["data"]
        (listed[campaign],) = [one for one in record["organisations"] if one["id"] == "gansu-psd"]
        assert record["deployed_by"][-1] == {"id": "gansu-psd", "name": listed[campaign]["name"]}
        cited = {item["source"] for item in record["evidence"] if item["supports"].startswith("/organisations/")}
        assert cited == {f"{campaign}-report"}
    one, other = listed.values()
    assert (one["role"], other["role"]) == (
        "The campaign carried out its arrangements",
        "Ordered the work on road safety in schools",
    )
    assert (one["parent"], one["parent_basis"]) == ("mps", "derived")
    assert (other["parent"], other["parent_basis"], other["note"]) == (None, None, None)
    for shared in ("name", "kind", "address"):
        assert one[shared] == other[shared]
    # What the other campaign says of it changes nothing here.
    versions = [client.get("/v1/campaigns/tianshui")["data"]["version"] for client in (both, tianshui)]
    assert versions[0] == versions[1]
