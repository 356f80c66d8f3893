"""Filters against plain Python over all records."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db.checksum import append_checksum
from app.main import create_app
from app.settings import Settings
from tests.client import Client

Record = dict[str, Any]

FIRST = date(2024, 8, 1)
days = st.integers(0, 330).map(lambda number: FIRST + timedelta(days=number))
few = settings(max_examples=40, deadline=None)


def everything(client: Client, name: str) -> list[Record]:
    page = client.get(f"/v1/{name}?limit=200")
    assert page["meta"]["total"] == len(page["data"])
    records: list[Record] = page["data"]
    return records


@pytest.fixture(scope="session")
def events(both: Client) -> list[Record]:
    return everything(both, "events")


@pytest.fixture(scope="session")
def outcomes(both: Client) -> list[Record]:
    return everything(both, "outcomes")


@pytest.fixture(scope="session")
def locations(both: Client) -> list[Record]:
    return everything(both, "locations")


def touches(event: Record, first: date | None, last: date | None) -> bool:
    if event["date"]["start"] is None:
        return False
    start, end = date.fromisoformat(event["date"]["start"]), date.fromisoformat(event["date"]["end"])
    return (last is None or start <= last) and (first is None or end >= first)


@few
@given(days | st.none(), days | st.none(), st.sampled_from([None, "include", "exclude"]))
def test_windows_of_dates(
    both: Client, events: list[Record], first: date | None, last: date | None, undated: str | None
) -> None:
    if first and last and first > last:
        first, last = last, first
    given_ = {"date_from": first, "date_to": last, "undated": undated}
    query = "&".join(f"{name}={value}" for name, value in given_.items() if value)
    page = both.get(f"/v1/events?limit=200&{query}")
    with_undated = undated == "include" or (undated is None and not first and not last)
    without_date = [event["id"] for event in events if event["date"]["start"] is None]
    expected = [
        event["id"] for event in events if (event["id"] in without_date and with_undated) or touches(event, first, last)
    ]
    assert [event["id"] for event in page["data"]] == expected
    assert page["meta"]["undated_excluded"] == (0 if with_undated else len(without_date))


@few
@given(days, days)
def test_outcomes_of_events_in_a_window(
    both: Client, events: list[Record], outcomes: list[Record], first: date, last: date
) -> None:
    first, last = min(first, last), max(first, last)
    page = both.get(f"/v1/outcomes?limit=200&date_from={first}&date_to={last}")
    inside = {event["id"] for event in events if touches(event, first, last)}
    dated = {event["id"] for event in events if event["date"]["start"]}
    assert [outcome["id"] for outcome in page["data"]] == [
        outcome["id"] for outcome in outcomes if inside & set(outcome["events"])
    ]
    assert page["meta"]["undated_excluded"] == sum(not dated & set(outcome["events"]) for outcome in outcomes)


def within(location: Record, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    if location["latitude"] is None:
        return False
    latitude, longitude = float(location["latitude"]), float(location["longitude"])
    across = west <= longitude <= east if west <= east else longitude >= west or longitude <= east
    return across and south <= latitude <= north


@few
@given(
    st.tuples(st.floats(104, 107), st.floats(33, 37), st.floats(104, 107), st.floats(33, 37))
    | st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90)),
    st.booleans(),
)
def test_boxes(
    both: Client,
    events: list[Record],
    locations: list[Record],
    box: tuple[float, float, float, float],
    derived_too: bool,
) -> None:
    west, south, east, north = (round(number, 5) for number in box)
    box = west, min(south, north), east, max(south, north)
    bbox = ",".join(f"{number:.5f}" for number in box)
    assert both.ids(f"/v1/locations?limit=200&bbox={bbox}") == [
        location["id"] for location in locations if within(location, box)
    ]
    basis = "&location_basis=any" if derived_too else ""
    assert both.ids(f"/v1/events?limit=200&bbox={bbox}{basis}") == [
        event["id"]
        for event in events
        if any(within(place, box) and (derived_too or place["basis"] == "stated") for place in event["locations"])
    ]


def test_the_edges_of_a_box_are_included(both: Client) -> None:
    maiji = both.get("/v1/locations/maiji")["data"]
    longitude, latitude = maiji["longitude"], maiji["latitude"]
    assert both.ids(f"/v1/locations?bbox={longitude},{latitude},{longitude},{latitude}") == ["maiji"]
    assert "maiji" not in both.ids("/v1/locations?limit=200&bbox=106,-90,105,90")
    assert "maiji" in both.ids("/v1/locations?limit=200&bbox=105.8,-90,-105,90")


def test_a_location_includes_everything_inside_it(both: Client, events: list[Record], locations: list[Record]) -> None:
    inside = {place["id"]: {step["id"] for step in place["path"]} for place in locations}
    for place in locations:
        for basis in ("stated", "any"):
            expected = [
                event["id"]
                for event in events
                if any(
                    place["id"] in inside[link["id"]] and (basis == "any" or link["basis"] == "stated")
                    for link in event["locations"]
                )
            ]
            query = f"location={place['id']}&location_basis={basis}&limit=200"
            assert both.ids(f"/v1/events?{query}") == expected
            credited = both.get(f"/v1/outcomes?{query}")["data"]
            assert all(set(expected) & set(outcome["events"]) for outcome in credited)
            assert both.ids(f"/v1/locations?parent={place['id']}&limit=200") == [
                other["id"] for other in locations if other["parent"] == place["id"]
            ]


def test_paths_lead_from_the_province_down(locations: list[Record]) -> None:
    by_id = {place["id"]: place for place in locations}
    for place in locations:
        path = place["path"]
        assert path[-1]["id"] == place["id"]
        assert path[0]["kind"] == "province"
        for above, below in pairwise(path):
            assert by_id[below["id"]]["parent"] == above["id"]


EQUALITIES = [
    ("events", "campaign", lambda event: [event["campaign"]]),
    ("events", "pillar", lambda event: [event["pillar"]]),
    ("events", "category", lambda event: [event["category"]]),
    ("events", "kind", lambda event: [event["kind"]]),
    ("events", "organiser", lambda event: [organiser["id"] for organiser in event["organisers"]]),
    ("events", "parent", lambda event: [event["part_of"]["event"]] if event["part_of"] else []),
    ("events", "basis", lambda event: [event["date"]["basis"]]),
    ("outcomes", "basis", lambda outcome: [outcome["basis"]]),
    ("outcomes", "campaign", lambda outcome: [outcome["campaign"]]),
    ("outcomes", "pillar", lambda outcome: [outcome["pillar"]]),
    ("outcomes", "event", lambda outcome: outcome["events"]),
    ("outcomes", "scope", lambda outcome: [outcome["scope"]["level"]]),
    ("outcomes", "kind", lambda outcome: [outcome["kind"]]),
    ("outcomes", "metric", lambda outcome: [outcome["metric"]]),
    ("outcomes", "unit", lambda outcome: [outcome["unit"]]),
    ("locations", "campaign", lambda place: [mention["campaign"] for mention in place["mentions"]]),
    ("locations", "kind", lambda place: [place["kind"]]),
    ("locations", "parent", lambda place: [place["parent"]]),
    ("sources", "campaign", lambda source: [source["campaign"]]),
]


@pytest.mark.parametrize(("name", "parameter", "values"), EQUALITIES, ids=lambda item: str(item)[:20])
def test_equality_and_or(both: Client, name: str, parameter: str, values: Any) -> None:
    records = everything(both, name)
    known = sorted({value for record in records for value in values(record) if value is not None})
    assert known
    for chosen in [*([value] for value in known), known[:2], known]:
        query = "&".join(f"{parameter}={value}" for value in chosen)
        expected = [record["id"] for record in records if set(chosen) & set(values(record))]
        assert both.ids(f"/v1/{name}?limit=200&{query}") == expected


def test_different_filters_are_anded(both: Client, events: list[Record]) -> None:
    assert both.ids("/v1/events?campaign=tianshui&kind=series&kind=initiative&pillar=dual-platforms") == [
        event["id"]
        for event in events
        if event["campaign"] == "tianshui"
        and event["kind"] in ("series", "initiative")
        and event["pillar"] == "dual-platforms"
    ]


def test_places_of_an_event(both: Client, events: list[Record]) -> None:
    for event in events:
        assert both.ids(f"/v1/locations?event={event['id']}") == sorted(place["id"] for place in event["locations"])


@few
@given(st.integers(-1, 13000), st.integers(-1, 13000))
def test_bounds_of_values(both: Client, outcomes: list[Record], low: int, high: int) -> None:
    low, high = min(low, high), max(low, high)
    assert both.ids(f"/v1/outcomes?limit=200&value_gte={low}&value_lte={high}") == [
        outcome["id"] for outcome in outcomes if outcome["value"] is not None and low <= outcome["value"] <= high
    ]


def test_bounds_are_inclusive_and_may_be_decimal(both: Client) -> None:
    assert both.ids("/v1/outcomes?value_gte=3.5&value_lte=3.5") == ["pingliang-guarded-lanes-marked"]
    assert both.ids("/v1/outcomes?value_gte=412&campaign=tianshui") == ["tianshui-works-created"]


def test_an_outcome_of_several_events_is_found_by_each(both: Client) -> None:
    for event in ("commendation-ceremony", "story-sharing-session", "commemorative-cups"):
        assert "tianshui-claim-force-motivated" in both.ids(f"/v1/outcomes?event=tianshui-{event}")


def test_what_include_adds(both: Client) -> None:
    ceremony = both.get("/v1/events/tianshui-commendation-ceremony?include=outcomes&include=locations")["data"]
    assert [outcome["id"] for outcome in ceremony["outcomes"]] == both.ids(
        "/v1/outcomes?event=tianshui-commendation-ceremony"
    )
    assert ceremony["evidence"] is None


def test_a_cursor_is_valid_for_its_own_query_only(both: Client) -> None:
    following = both.get("/v1/events?limit=2&kind=event&sort=title&lang=en")["links"]["next"]
    cursor = following.partition("cursor=")[2]
    assert both.ids(f"/v1/events?limit=5&kind=event&sort=title&lang=en&include=evidence&cursor={cursor}")
    for other in (
        "kind=series&sort=title&lang=en",
        "kind=event&sort=-title&lang=en",
        "kind=event&sort=title&lang=zh-Hans",
    ):
        (error,) = both.errors(f"/v1/events?{other}&cursor={cursor}")
        assert (error["parameter"], error["code"]) == ("cursor", "cursor_of_another_query")
    (error,) = both.errors(f"/v1/outcomes?cursor={cursor}")
    assert error["code"] == "cursor_of_another_query"


def test_a_cursor_of_other_data_is_refused(both: Client, tianshui: Client) -> None:
    cursor = both.get("/v1/events?limit=2")["links"]["next"].partition("cursor=")[2]
    (error,) = tianshui.errors(f"/v1/events?limit=2&cursor={cursor}")
    assert error["code"] == "outdated_cursor"
    assert "first page" in error["detail"]


@pytest.mark.parametrize("basis", ["stated", "any"])
def test_places_that_have_events_outcomes_or_a_point(both: Client, locations: list[Record], basis: str) -> None:
    def has(name: str) -> set[str]:
        totals = {
            place["id"]: both.get(f"/v1/{name}?location={place['id']}&location_basis={basis}&limit=0")["meta"]["total"]
            for place in locations
        }
        return {id_ for id_, total in totals.items() if total}

    expected = {
        "events": has("events"),
        "outcomes": has("outcomes"),
        "coordinates": {place["id"] for place in locations if place["latitude"] is not None},
    }
    assert 0 < len(expected["outcomes"]) <= len(expected["events"]) < len(locations)
    for wanted in (("events",), ("outcomes",), ("coordinates",), ("events", "coordinates"), tuple(expected)):
        query = "&".join(f"has={name}" for name in wanted)
        if basis == "any" and wanted != ("coordinates",):
            query += "&location_basis=any"
        meet = set.intersection(*(expected[name] for name in wanted))
        page = both.get(f"/v1/locations?limit=200&{query}")
        assert [place["id"] for place in page["data"]] == [place["id"] for place in locations if place["id"] in meet]
        if basis == "stated" and wanted != ("coordinates",):
            more = both.get(f"/v1/locations?{query}&location_basis=any&limit=0")["meta"]
            assert page["meta"]["derived_excluded"] == more["total"] - page["meta"]["total"]
    (error,) = both.errors("/v1/locations?location_basis=any&has=coordinates")
    assert error["code"] == "without_effect"


def test_places_that_have_events_by_derived_links_alone_are_counted(both: Client) -> None:
    assert both.get("/v1/locations?has=events&limit=0")["meta"]["derived_excluded"] > 0


def first_sentence(record: Record, *, own: bool) -> tuple[str, int] | None:
    """Return the record's own first evidence; of a place, which has none, the earliest of its mentions."""
    places = [(one["source"], one["start"]) for one in record["evidence"] if not own or not one["supports"]]
    return next(iter(places), None) if own else min(places, default=None)


@pytest.mark.parametrize("name", ["events", "locations", "outcomes"])
def test_the_order_of_the_report_is_that_of_the_first_evidence(both: Client, name: str) -> None:
    records = both.get(f"/v1/{name}?limit=200&include=evidence&sort=source")["data"]
    keys = [(first_sentence(record, own=name != "locations") or ("~", 0), record["id"]) for record in records]
    assert keys == sorted(keys)
    assert len(keys) == both.get(f"/v1/{name}?limit=0")["meta"]["total"]
    backwards = both.get(f"/v1/{name}?limit=200&include=evidence&sort=-source")["data"]
    unmentioned = [record["id"] for record in records if first_sentence(record, own=False) is None]
    found = [record["id"] for record in records][: len(records) - len(unmentioned)]
    assert [record["id"] for record in backwards][: len(found)] == found[::-1]


def test_the_events_of_the_report_are_in_its_order(tianshui: Client) -> None:
    assert [id_.removeprefix("tianshui-") for id_ in tianshui.ids("/v1/events?sort=source")] == [
        "themed-symposium",
        "five-ones-study",
        "police-media-symposium",
        "media-field-reporting",
        "new-media-column",
        "practice-activities",
        "commendation-ceremony",
        "story-sharing-session",
        "commemorative-cups",
        "welcome-ceremony-zhao-weiqiang",
        "cultural-sports-series",
        "art-creation",
        "police-open-day",
    ]


def test_places_of_events_can_be_drawn_without_another_request(
    both: Client, events: list[Record], locations: list[Record]
) -> None:
    known = {place["id"]: place for place in locations}
    points = ("name", "latitude", "longitude", "gcj02", "uncertainty_km")
    shown = [place for event in events for place in event["locations"]]
    for place in shown:
        whole = known[place["id"]]
        assert {name: place[name] for name in points} == {name: whole[name] for name in points}
        assert (place["fallback"] and place["fallback"]["id"]) == whole["fallback"]
        for fallback in filter(None, [place["fallback"]]):
            instead = known[fallback["id"]]
            assert {name: fallback[name] for name in points} == {name: instead[name] for name in points}
            assert fallback["coordinates_source"] == instead["coordinates_source"]["id"]
            assert fallback["latitude"] is not None
    assert any(place["fallback"] for place in shown)


def test_a_month_is_no_day_and_no_year(both: Client) -> None:
    for value, suggestion in (
        ("2024/10", "2024-10"),
        ("2024年10月", "2024-10"),
        ("10/2024", "2024-10"),
        ("2024-10-17", None),
        ("2024", None),
        ("October", None),
    ):
        for name in ("events", "outcomes"):
            (error,) = both.errors(f"/v1/{name}?month={value}")
            assert (error["parameter"], error["code"], error["suggestion"]) == ("month", "bad_form", suggestion)
    assert both.errors("/v1/events?month=2024-13")[0]["code"] == "no_such_date"
    (error,) = both.errors("/v1/events?month=2024-10&undated=only")
    assert (error["parameter"], error["code"]) == ("undated", "without_effect")


def test_only_counties_and_districts_are_counties(tianshui_database: Path, tianshui: Client, tmp_path: Path) -> None:
    (error,) = tianshui.errors("/v1/events?county=gansu")
    assert error["detail"] == "is the id of no county or district (it is that of a location)"
    assert tianshui.errors("/v1/outcomes?county=maji")[0]["suggestion"] == "maiji"
    copy = Path(shutil.copy(tianshui_database, tmp_path / "database.sqlite3"))
    town = tianshui.ids("/v1/locations?kind=memorial")[0]
    retired = {"old-maiji": "maiji", "old-memorial": town, "old-county": None}
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.executemany(
            "INSERT INTO identifier (kind, id, language, retired, successor) VALUES ('location', ?, 'zh-Hant', 1, ?)",
            retired.items(),
        )
    append_checksum(copy)
    client = Client(create_app(Settings(data=copy)))
    for id_, detail, suggestion in (
        ("old-maiji", "was merged into another location; did you mean maiji?", "maiji"),
        ("old-memorial", "was merged into another location", None),
        ("old-county", "was withdrawn from the locations", None),
    ):
        (error,) = client.errors(f"/v1/events?county={id_}")
        assert (error["detail"], error["suggestion"]) == (detail, suggestion)
    assert client.errors("/v1/locations?id=old-memorial")[0]["suggestion"] == town


@pytest.mark.parametrize(
    ("id_", "detail", "suggestion"),
    [
        ("pingliang-cancelled-parade", "was withdrawn from the events", None),
        ("pingliang-helmet-day", "was merged into another event; did you mean pingliang-helmet-column?", "column"),
    ],
)
@pytest.mark.parametrize("path", ["events", "events.csv", "events.ics"])
def test_a_retired_id_is_refused_with_its_successor(
    both: Client, path: str, id_: str, detail: str, suggestion: str | None
) -> None:
    (error,) = both.errors(f"/v1/{path}?id={id_}")
    assert (error["parameter"], error["detail"]) == ("id", detail)
    assert error["suggestion"] == (suggestion and f"pingliang-helmet-{suggestion}")
