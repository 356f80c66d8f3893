"""Facets against the lists: a count is the total of the list that is filtered by the value."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from app.db.checksum import append_checksum
from app.languages import LANGUAGES
from app.main import create_app
from app.model.envelopes import ListMeta
from app.settings import Settings
from tests.client import Client

Record = dict[str, Any]
Values = Callable[[Record], list[str | None]]

ABOVE: dict[str, list[str]] = {}
"""Every place and all that it lies in; filled by `records`, as are `KINDS`."""

KINDS: dict[str, str] = {}


def places_of_event(event: Record, basis: str) -> list[str | None]:
    linked = (place["id"] for place in event["locations"] if basis == "any" or place["basis"] == "stated")
    return [above for place in linked for above in ABOVE[place]]


def counties_of_event(event: Record) -> list[str | None]:
    return [place for place in places_of_event(event, "stated") if KINDS[str(place)] in ("county", "district")]


def months_of_event(event: Record) -> list[str | None]:
    start, end = (date.fromisoformat(event["date"][name] or "9999-12-31") for name in ("start", "end"))
    months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month) if event["date"]["start"] else ()
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]


FACETS: dict[str, dict[str, Values]] = {
    "events": {
        "campaign": lambda event: [event["campaign"]],
        "pillar": lambda event: [event["pillar"]],
        "category": lambda event: [event["category"]],
        "kind": lambda event: [event["kind"]],
        "organiser": lambda event: [organiser["id"] for organiser in event["organisers"]],
        "location": lambda event: places_of_event(event, "stated"),
        "strand": lambda event: [event["strand"] and event["strand"]["id"]],
        "county": counties_of_event,
        "month": months_of_event,
    },
    "locations": {
        "campaign": lambda place: [mention["campaign"] for mention in place["mentions"]],
        "kind": lambda place: [place["kind"]],
        "parent": lambda place: [place["parent"]],
    },
    "outcomes": {
        "campaign": lambda outcome: [outcome["campaign"]],
        "pillar": lambda outcome: [outcome["pillar"]],
        "scope": lambda outcome: [outcome["scope"]["level"]],
        "kind": lambda outcome: [outcome["kind"]],
        "metric": lambda outcome: [outcome["metric"]],
        "unit": lambda outcome: [outcome["unit"]],
        "location": lambda outcome: [
            place for event in outcome["event_records"] for place in places_of_event(event, "stated")
        ],
        "strand": lambda outcome: [event["strand"] and event["strand"]["id"] for event in outcome["event_records"]],
        "county": lambda outcome: [place for event in outcome["event_records"] for place in counties_of_event(event)],
        "month": lambda outcome: [month for event in outcome["event_records"] for month in months_of_event(event)],
    },
    "sources": {"campaign": lambda source: [source["campaign"]]},
}
FILTERS = {
    "events": [
        "",
        "campaign=tianshui",
        "campaign=pingliang&kind=series",
        "category=symposium&category=open_day",
        "pillar=dual-vehicles&kind=initiative",
        "organiser=tianshui-psb",
        "organiser=tianshui-psb&organiser=gansu-psd&category=lecture",
        "parent=tianshui-commendation-ceremony",
        "location=maiji",
        "location=maiji&location=lanzhou&location_basis=any",
        "location=gansu&location_basis=any&campaign=pingliang",
        "bbox=105.5,34.3,106.5,35.2",
        "bbox=105.5,34.3,106.5,35.2&location_basis=any",
        "date_from=2024-10-01&date_to=2024-12-31",
        "date_from=2024-10-01&undated=include&kind=event",
        "undated=only",
        "q=公安",
        "q=公安&kind=event&sort=title",
        "q=police&location=tianshui",
        "kind=component&category=training",
        "strand=going-out",
        "county=maiji",
        "county=maiji&county=qinan&month=2024-10&month=2024-11",
        "county=maiji&location=tianshui&location_basis=any",
        "month=2024-10",
        "month=2024-10&date_to=2024-10-20",
        "month=2024-09&month=2025-01&undated=include",
        "month=1999-01",
    ],
    "locations": [
        "",
        "campaign=pingliang",
        "kind=district&kind=county",
        "parent=tianshui",
        "parent=tianshui&parent=pingliang&kind=town",
        "event=tianshui-five-ones-study",
        "bbox=105.5,34.3,106.5,35.2",
        "q=天水",
        "q=gansu&campaign=tianshui&kind=office",
        "parent=maiji&kind=province",
    ],
    "outcomes": [
        "",
        "campaign=tianshui",
        "pillar=dual-vehicles",
        "pillar=dual-vehicles&kind=qualitative",
        "scope=campaign&scope=pillar",
        "metric=works_created",
        "unit=activity&unit=work",
        "event=tianshui-commendation-ceremony",
        "location=tianshui",
        "location=tianshui&location_basis=any&scope=event",
        "date_from=2024-09-01&date_to=2025-01-31",
        "value_gte=10&value_lte=500",
        "value_gte=10&kind=qualitative",
        "q=民警",
        "q=works&scope=event",
        "strand=going-out&strand=inviting-in",
        "county=maiji&location_basis=any",
        "month=2024-10&date_from=2024-10-01",
        "month=2024-10&month=2025-01",
    ],
    "sources": ["", "campaign=tianshui", "q=公安"],
}
REQUESTED = [pytest.param(name, filters, id=f"{name}?{filters}") for name in FILTERS for filters in FILTERS[name]]


def query_for(name: str) -> str:
    return "&".join(f"facet={facet}" for facet in FACETS[name])


@pytest.fixture(scope="session")
def records(both: Client) -> dict[str, list[Record]]:
    """All records of both campaigns; outcomes with the events that they are credited to."""
    found: dict[str, list[Record]] = {name: both.get(f"/v1/{name}?limit=200")["data"] for name in FACETS}
    ABOVE.update({place["id"]: [step["id"] for step in place["path"]] for place in found["locations"]})
    KINDS.update({place["id"]: place["kind"] for place in found["locations"]})
    events = {event["id"]: event for event in found["events"]}
    for outcome in found["outcomes"]:
        outcome["event_records"] = [events[id_] for id_ in outcome["events"]]
    return found


@pytest.fixture(scope="session")
def total(both: Client) -> Callable[[str], int]:
    """Asks how many records a list has; each list once."""
    known: dict[str, int] = {}

    def send_request(target: str) -> int:
        if target not in known:
            known[target] = both.get(f"{target}&limit=1")["meta"]["total"]
        return known[target]

    return send_request


def choosing(filters: str, facet: str, value: str) -> str:
    # Events without a date are in no month, and only the list has them beside those of one.
    left_out = (facet, "undated") if facet == "month" else (facet,)
    cached = [pair for pair in parse_qsl(filters) if pair[0] not in left_out]
    return urlencode([*cached, (facet, value)])


@pytest.mark.parametrize(("name", "filters"), REQUESTED)
def test_a_facet_counts_what_the_list_would_find(
    both: Client, records: dict[str, list[Record]], total: Callable[[str], int], name: str, filters: str
) -> None:
    meta = both.get(f"/v1/{name}?{filters}&{query_for(name)}")["meta"]
    facets = meta["facets"]
    assert facets.keys() == FACETS[name].keys()
    assert meta["facets_cut"] == []
    chosen = parse_qsl(filters)
    for facet, values_of in FACETS[name].items():
        counted = {value["id"]: value for value in facets[facet]}
        # Every value that any record has, and not only what the facet shows.
        every = {value for record in records[name] for value in values_of(record) if value is not None}
        if facet == "location":
            every = set(ABOVE)
        if facet == "county":
            every = {place for place, kind in KINDS.items() if kind in ("county", "district")}
        assert counted.keys() <= every | {value for parameter, value in chosen if parameter == facet}
        for value in sorted(every | counted.keys()):
            found = total(f"/v1/{name}?{choosing(filters, facet, value)}")
            if (facet, filters) == ("month", "undated=only"):
                found = 0
            selected = (facet, value) in chosen
            if found or selected:
                assert (counted[value]["count"], counted[value]["selected"]) == (found, selected), (facet, value)
            else:
                assert value not in counted


@pytest.mark.parametrize("name", FACETS)
def test_without_a_filter_a_facet_counts_each_record_once_a_value(
    both: Client, records: dict[str, list[Record]], name: str
) -> None:
    facets = both.get(f"/v1/{name}?{query_for(name)}")["meta"]["facets"]
    for facet, values_of in FACETS[name].items():
        expected: dict[str, int] = {}
        for record in records[name]:
            for value in {value for value in values_of(record) if value is not None}:
                expected[value] = expected.get(value, 0) + 1
        assert {value["id"]: value["count"] for value in facets[facet]} == expected
        order = [(-value["count"], value["id"]) for value in facets[facet]]
        assert order == sorted(order)


def test_a_place_is_counted_by_the_links_that_count(both: Client, total: Callable[[str], int]) -> None:
    for name in ("events", "outcomes"):
        stated, any_ = (
            both.get(f"/v1/{name}?facet=location&location_basis={basis}")["meta"]["facets"]["location"]
            for basis in ("stated", "any")
        )
        assert sum(value["count"] for value in any_) > sum(value["count"] for value in stated)
        for value in any_:
            assert value["count"] == total(f"/v1/{name}?location={value['id']}&location_basis=any")


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_have_their_names_in_the_language_of_the_response(both: Client, language: str) -> None:
    def names(name: str, facet: str) -> dict[str, str]:
        meta = both.get(f"/v1/{name}?lang={language}&facet={facet}")["meta"]
        ListMeta.model_validate(meta)
        assert meta["language"] == language
        return {value["id"]: value["name"] for value in meta["facets"][facet]}

    def listed(name: str) -> list[Record]:
        found: list[Record] = both.get(f"/v1/{name}?lang={language}&limit=200")["data"]
        return found

    campaigns, places = listed("campaigns"), listed("locations")
    terms = both.get("/v1/campaigns/tianshui/snapshot")["data"]["terms"]
    codes = {(term["vocabulary"], term["code"]): term["names"][language] for term in terms}
    by_id = {place["id"]: place["name"] for place in places}
    for name in ("events", "outcomes"):
        assert names(name, "location").items() <= by_id.items()
        assert names(name, "campaign") == {campaign["id"]: campaign["short_name"] for campaign in campaigns}
        pillars = {pillar["id"]: pillar["name"] for campaign in campaigns for pillar in campaign["pillars"]}
        assert names(name, "pillar").items() <= pillars.items()
    assert names("locations", "parent").items() <= by_id.items()
    organisations = {one["id"]: one["name"] for campaign in campaigns for one in campaign["organisations"]}
    assert names("events", "organiser").items() <= organisations.items()
    for name, facet, vocabulary in (
        ("events", "kind", "EventKind"),
        ("events", "category", "EventCategory"),
        ("locations", "kind", "LocationKind"),
        ("outcomes", "kind", "OutcomeKind"),
        ("outcomes", "scope", "ScopeLevel"),
    ):
        found = names(name, facet)
        assert found == {code: codes[vocabulary, code] for code in found}
    outcomes = listed("outcomes")
    for outcome in outcomes:
        alike = {other["label"] for other in outcomes if other["metric"] == outcome["metric"]}
        assert alike != {outcome["label"]} or names("outcomes", "metric")[outcome["metric"]] == outcome["label"]
    units = {outcome["unit"]: outcome["unit_name"] for outcome in outcomes if outcome["unit"]}
    assert names("outcomes", "unit").keys() == units.keys()
    assert names("outcomes", "unit")["work"] == units["work"]


@pytest.mark.parametrize("name", FACETS)
def test_counts_are_the_same_in_every_language(both: Client, name: str) -> None:
    def counts(language: str) -> Any:
        facets = both.get(f"/v1/{name}?lang={language}&{query_for(name)}")["meta"]["facets"]
        return {facet: [(value["id"], value["count"]) for value in counted] for facet, counted in facets.items()}

    assert counts("zh-Hant") == counts("zh-Hans") == counts("en")


def test_selected_values_are_shown_even_with_a_count_of_0(both: Client) -> None:
    page = both.get("/v1/events?campaign=pingliang&category=training&category=symposium&facet=category&lang=en")
    assert page["meta"]["total"] == 0
    values = page["meta"]["facets"]["category"]
    assert values[-2:] == [
        {"id": code, "name": code, "count": 0, "selected": True, "kind": None, "parent": None}
        for code in ("symposium", "training")
    ]
    others = values[:-2]
    assert others
    assert all(value["count"] > 0 and not value["selected"] for value in others)


def test_facets_are_null_unless_requested(both: Client) -> None:
    for name in ("campaigns", *FACETS):
        assert both.get(f"/v1/{name}")["meta"]["facets"] is None


@pytest.mark.parametrize("name", FACETS)
def test_every_page_has_the_same_counts(both: Client, name: str) -> None:
    whole = both.get(f"/v1/{name}?limit=200&{query_for(name)}")["meta"]["facets"]
    pages = list(both.pages(f"/v1/{name}?limit=7&{query_for(name)}"))
    assert [page["meta"]["facets"] for page in pages] == [whole] * len(pages)


def test_pagination_continues_when_facets_change(both: Client) -> None:
    first = both.get("/v1/events?limit=3&facet=kind")
    cursor = first["links"]["next"].partition("cursor=")[2]
    second = both.ids(f"/v1/events?limit=3&cursor={cursor}")
    assert second == both.ids("/v1/events?limit=6")[3:]
    for facets in ("facet=location", "facet=kind&facet=pillar", "facet=campaign&include=evidence&lang=en"):
        page = both.get(f"/v1/events?limit=3&{facets}&cursor={cursor}")
        assert [event["id"] for event in page["data"]] == second
        assert page["meta"]["facets"] is not None


def test_the_order_of_facets_in_the_query_makes_no_difference(both: Client) -> None:
    one = both.request("/v1/events?facet=kind&facet=category&category=training&category=lecture")
    two = both.request("/v1/events?category=lecture&category=training&facet=category&facet=kind&facet=kind")
    assert one.headers["etag"] == two.headers["etag"]
    assert one.content == two.content
    assert both.request("/v1/events?facet=kind").headers["etag"] != both.request("/v1/events").headers["etag"]


@pytest.mark.parametrize(
    ("target", "suggestion"),
    [
        ("/v1/events?facet=categry", "category"),
        ("/v1/events?facet=Kind", "kind"),
        ("/v1/events?facet=parent", None),
        ("/v1/locations?facet=kinds", "kind"),
        ("/v1/locations?facet=pillar", None),
        ("/v1/outcomes?facet=metrics&facet=kind", "metric"),
        ("/v1/sources?facet=campaigns", "campaign"),
    ],
)
def test_an_unknown_facet_is_refused_with_the_nearest(both: Client, target: str, suggestion: str | None) -> None:
    (error,) = both.errors(target)
    assert (error["parameter"], error["code"]) == ("facet", "unknown_value")
    assert suggestion is None or error["suggestion"] == suggestion
    for facet in FACETS[target.partition("?")[0].rpartition("/")[2]]:
        assert facet in error["detail"]


def test_other_endpoints_have_no_facets(both: Client) -> None:
    for target in ("/v1/campaigns?facet=kind", "/v1/events/tianshui-police-open-day?facet=kind"):
        (error,) = both.errors(target)
        assert (error["parameter"], error["code"]) == ("facet", "unknown_parameter")


# More values than are shown.


@pytest.fixture(scope="module")
def crowded(tianshui_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """The first campaign with 250 metrics more: one of two outcomes each, two of one."""
    copy = tmp_path_factory.mktemp("crowded") / "database.sqlite3"
    shutil.copy(tianshui_database, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        for number in range(250):
            for copied in range(1 if number < 2 else 2):
                insert_copy(connection, "outcome", 1, number=1000 + number * 2 + copied, metric=f"metric-{number:03}")
            insert_copy(connection, "identifier", "works_created", kind="metric", id=f"metric-{number:03}")
    append_checksum(copy)
    return Client(create_app(Settings(data=copy)))


def insert_copy(connection: sqlite3.Connection, table: str, of: int | str, **changes: int | str) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    if table == "outcome":
        changes["id"] = f"outcome-{changes['number']}"
    values = [f":{column}" if column in changes else column for column in columns]
    key = "number" if table == "outcome" else "id"
    connection.execute(
        f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} WHERE {key} = :of LIMIT 1",  # noqa: S608
        changes | {"of": of},
    )


def test_the_most_frequent_values_are_shown(crowded: Client) -> None:
    meta = crowded.get("/v1/outcomes?facet=metric&facet=kind&limit=1")["meta"]
    assert meta["facets_cut"] == ["metric"]
    metric = meta["facets"]["metric"]
    assert len(metric) == 200
    assert all(value["count"] >= 2 and not value["selected"] for value in metric)


def test_a_selected_value_beyond_the_limit_is_counted(crowded: Client) -> None:
    chosen = ("metric-000", "metric-001", "metric-249")
    filters = "&".join(f"metric={quote(value)}" for value in chosen)
    page = crowded.get(f"/v1/outcomes?facet=metric&{filters}")
    assert page["meta"]["total"] == 4
    assert page["meta"]["facets_cut"] == ["metric"]
    metric = page["meta"]["facets"]["metric"]
    assert len(metric) == 200
    selected = {value["id"]: value["count"] for value in metric if value["selected"]}
    assert selected == {"metric-000": 1, "metric-001": 1, "metric-249": 2}
    order = [(-value["count"], value["id"]) for value in metric]
    assert order == sorted(order)


@pytest.mark.parametrize("campaign", ["tianshui", "pingliang"])
def test_facets_count_what_the_summary_counts(both: Client, campaign: str) -> None:
    """`meta.facets` and a campaign's summary are two ways to the same numbers."""
    summary = both.get(f"/v1/campaigns/{campaign}/summary?lang=en")["data"]
    facets = both.get(
        f"/v1/events?campaign={campaign}&limit=0&lang=en" + "".join(f"&facet={name}" for name in FACETS["events"])
    )["meta"]["facets"]
    for facet in ("pillar", "kind", "category", "month", "county"):
        counted = {one["id"]: (one["name"], one["count"]) for one in summary[f"events_by_{facet}"] if one["count"]}
        assert counted
        assert {one["id"]: (one["name"], one["count"]) for one in facets[facet]} == counted
        for value, (_, count) in counted.items():
            page = both.get(f"/v1/events?campaign={campaign}&{facet}={value}&limit=0")
            assert (page["data"], page["meta"]["total"]) == ([], count)
    meta = both.get(f"/v1/events?campaign={campaign}&limit=0&facet=county")["meta"]
    assert meta["facets_derived_excluded"] == {"county": summary["totals"]["derived_county_events"]}
    month = summary["events_by_month"][0]["id"]
    meta = both.get(f"/v1/events?campaign={campaign}&month={month}&limit=0")["meta"]
    assert meta["undated_excluded"] == summary["totals"]["undated_events"] > 0


def test_places_have_their_kind_and_parent_and_others_have_none(both: Client, records: dict[str, list[Record]]) -> None:
    places = {place["id"]: (place["kind"], place["parent"]) for place in records["locations"]}
    for name in ("events", "outcomes", "locations"):
        for facet, values in both.get(f"/v1/{name}?{query_for(name)}")["meta"]["facets"].items():
            assert values
            for value in values:
                is_place = facet in ("location", "county", "parent")
                expected = places[value["id"]] if is_place else (None, None)
                assert (value["kind"], value["parent"]) == expected
