"""One event as a calendar entry, and the dates of revisions in calendars."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]

from app.build.pipeline import build
from app.languages import LANGUAGES
from app.main import create_app
from app.settings import Settings
from tests.client import BASE, Client

OPEN_DAY = "/v1/events/tianshui-police-open-day"
UNDATED = "/v1/events/tianshui-commendation-ceremony"


def entries(text: str) -> dict[str, list[str]]:
    """Return the lines of each event of a calendar, by its UID."""
    events = text.split("BEGIN:VEVENT\r\n")[1:]
    return {event.split("\r\n")[0]: event.partition("END:VEVENT")[0].split("\r\n") for event in events}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dated_event_has_the_entry_of_the_calendar(both: Client, language: str) -> None:
    together = entries(both.request(f"/v1/events.ics?lang={language}").text)
    dated = both.get(f"/v1/events?undated=exclude&limit=200&lang={language}")["data"]
    assert len(dated) == len(together)
    for event in dated:
        response = both.request(f"/v1/events/{event['id']}.ics?lang={language}")
        uid = f"UID:{event['id']}@campaign-api"
        assert entries(response.text) == {uid: together[uid]}
        calendar = vobject.readOne(response.text)
        assert calendar.x_wr_calname.value == event["title"]
        assert calendar.url.value == f"{BASE}/v1/events/{event['id']}.ics?lang={language}"
        assert response.headers["content-language"] == language
        assert response.headers["content-disposition"] == f'attachment; filename="{event["id"]}.{language}.ics"'


def test_an_entry_has_the_headers_of_exports(both: Client) -> None:
    response = both.request(f"{OPEN_DAY}.ics")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["content-language"] == "zh-Hant"
    assert response.headers["vary"] == "Accept-Language, Accept-Encoding"
    assert response.headers["x-data-version"] == both.get(OPEN_DAY)["meta"]["version"]
    assert both.request(f"{OPEN_DAY}.ics", headers={"Accept-Language": "en"}).headers["content-language"] == "en"
    for accept in ("text/html", "text/calendar", "*/*;q=0"):
        assert both.request(f"{OPEN_DAY}.ics", headers={"Accept": accept}).content == response.content
    head = both.request(f"{OPEN_DAY}.ics", "HEAD")
    assert {**head.headers, "x-request-id": ""} == {**response.headers, "x-request-id": ""}
    assert head.content == b""
    for condition in ({"If-None-Match": response.headers["etag"]}, {"If-None-Match": "*"}):
        assert both.request(f"{OPEN_DAY}.ics", headers=condition).status_code == 304
    assert both.request(f"{OPEN_DAY}.ics", headers={"If-Match": '"other"'}).status_code == 412
    assert {error["parameter"] for error in both.errors(f"{OPEN_DAY}.ics?include=evidence&limit=1")} == {
        "include",
        "limit",
    }


@pytest.mark.parametrize(
    ("language", "none"), [("en", "has no date, so it is in no calendar"), ("zh-Hans", "没有日期，因此不在任何日历中")]
)
def test_an_event_without_a_date_has_none_and_the_reason_is_given(both: Client, language: str, none: str) -> None:
    for headers in ({}, {"If-None-Match": "*"}):
        response = both.request(f"{UNDATED}.ics?lang={language}", headers=headers)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["content-language"] == language
        problem = response.json()
        assert none in problem["detail"]
        note = both.get(f"{UNDATED}?lang={language}")["data"]["date"]["note"]
        assert problem["detail"].endswith(note)
        assert problem["nearest"] == [UNDATED]
    assert both.request(f"{UNDATED}.ics", "HEAD").status_code == 404
    assert both.request(f"{UNDATED}.ics").headers["vary"] == "Accept-Language"


def test_other_ids_are_handled_as_those_of_records(both: Client) -> None:
    unknown = both.request("/v1/events/tianshui-police-open-dey.ics")
    assert (unknown.status_code, unknown.json()["nearest"][0]) == (404, OPEN_DAY)
    assert both.request("/v1/events/pingliang-cancelled-parade.ics").status_code == 410
    merged = both.request("/v1/events/pingliang-helmet-day.ics?lang=en")
    assert merged.status_code == 308
    assert merged.headers["location"] == f"{BASE}/v1/events/pingliang-helmet-column.ics?lang=en"
    for path in ("/v1/locations/maiji.ics", f"{OPEN_DAY}.csv", "/v1/campaigns/tianshui.ics"):
        assert both.request(path).status_code == 404


def test_a_record_links_to_its_entry(both: Client) -> None:
    assert both.get(OPEN_DAY)["links"]["calendar"] == f"{BASE}{OPEN_DAY}.ics"
    linked = both.get(f"{OPEN_DAY}?lang=en&include=outcomes&include=locations&include=evidence")["links"]["calendar"]
    assert linked == f"{BASE}{OPEN_DAY}.ics?lang=en"
    assert both.request(linked.removeprefix(BASE)).status_code == 200
    for event in both.get("/v1/events?limit=200")["data"]:
        links = both.get(f"/v1/events/{event['id']}?include=locations&include=outcomes")["links"]
        assert (links["calendar"] is None) == (event["date"]["start"] is None)
    assert both.get("/v1/locations/maiji")["links"].keys() == {"self", "collection"}


# Revisions.


def stamps(client: Client, event: str) -> tuple[str, str, int]:
    """Return DTSTAMP, LAST-MODIFIED and SEQUENCE of an event."""
    entry: Any = vobject.readOne(client.request(f"/v1/events/{event}.ics").text).vevent
    stamp, modified = (value.value.date().isoformat() for value in (entry.dtstamp, entry.last_modified))
    return stamp, modified, int(entry.sequence.value)


@pytest.fixture
def publish(seeds: Path, tmp_path: Path) -> Callable[[str], Client]:
    """Return a function that builds the seeds with more revisions of Pingliang and serves them."""

    def publish(more: str) -> Client:
        campaign = seeds / "pingliang" / "campaign.yaml"
        # They are the last in the file.
        campaign.write_text(campaign.read_text(encoding="utf-8") + more, encoding="utf-8")
        built = build(seeds, tmp_path / "database.sqlite3")
        return Client(create_app(Settings(data=built.path)))

    return publish


NOTE = "{zh-Hant: 更正。, zh-Hans: 更正。, en: Corrected.}"


@pytest.mark.slow
def test_a_correction_moves_the_stamps_of_its_events_forward(both: Client, publish: Callable[[str], Client]) -> None:
    corrected, other, third = "pingliang-helmet-column", "pingliang-safety-quiz", "pingliang-new-year-guard"
    assert stamps(both, corrected) == ("2025-09-01", "2025-09-01", 1)
    assert stamps(both, other) == ("2025-06-30", "2025-06-30", 0)
    client = publish(f"  - {{revised_on: 2025-10-01, events: [{other}], note: {NOTE}}}\n")
    assert stamps(client, corrected) == ("2025-09-01", "2025-09-01", 1)
    assert stamps(client, other) == ("2025-10-01", "2025-10-01", 1)
    # Of all events.
    client = publish(f"  - {{revised_on: 2025-10-02, note: {NOTE}}}\n")
    assert stamps(client, corrected) == ("2025-10-02", "2025-10-02", 2)
    assert stamps(client, other) == ("2025-10-02", "2025-10-02", 2)
    assert stamps(client, third) == ("2025-10-02", "2025-10-02", 1)
    # Of no event, such as one of an outcome.
    client = publish(f"  - {{revised_on: 2025-11-01, events: [], note: {NOTE}}}\n")
    assert stamps(client, third) == ("2025-10-02", "2025-10-02", 1)
    listed = client.request("/v1/events.ics?campaign=pingliang").text
    assert "\r\nLAST-MODIFIED:20251101T000000Z\r\n" in listed.partition("BEGIN:VEVENT")[0]


@pytest.mark.slow
def test_a_second_build_changes_no_stamp(both: Client, publish: Callable[[str], Client]) -> None:
    again = publish("")
    for path in ("/v1/events.ics", "/v1/events/pingliang-helmet-column.ics"):
        assert again.request(path).content == both.request(path).content


def test_a_campaign_has_the_history_of_its_revisions(both: Client) -> None:
    first, second = both.get("/v1/campaigns/pingliang?lang=en")["data"]["revisions"]
    assert first == {"revised_on": "2025-06-30", "note": "First publication.", "events": None}
    assert (second["revised_on"], second["events"]) == ("2025-09-01", ["pingliang-helmet-column"])
