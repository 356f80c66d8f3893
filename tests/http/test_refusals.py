"""Requests that are refused stay refused whatever they say they have: no error turns into 304 (RFC 9110 13.2.1)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.resources.events import formats as events
from app.resources.outcomes import formats as outcomes
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.lists import LISTS
from tests.wire import serving

SendRequest = Callable[[str, str, Mapping[str, str]], httpx.Response]

LISTED_AND_SEARCHED = (*(f"/v1/{name}?limit=1" for name in LISTS), "/v1/search?q=maiji&limit=1")
PLAIN = "/v1/events?limit=1"

REFUSED: dict[str, tuple[int, str, dict[str, str]]] = {
    "not a cursor": (422, f"{PLAIN}&cursor=nonsense", {}),
    "not a cursor of a search": (422, "/v1/search?q=maiji&cursor=nonsense", {}),
    **{f"not a cursor of {name}": (422, f"/v1/{name}?cursor=x", {}) for name in LISTS},
    "unknown parameter": (422, f"{PLAIN}&unknown=1", {}),
    "unknown parameter of a record": (422, "/v1/locations/maiji?unknown=1", {}),
    "unknown parameter of an export": (422, "/v1/events.csv?limit=1", {}),
    "unknown parameter of the snapshot": (422, "/v1/campaigns/tianshui/snapshot?unknown=1", {}),
    "unknown parameter of the summary": (422, "/v1/campaigns/tianshui/summary?unknown=1", {}),
    "parameter given twice": (422, "/v1/events?limit=1&limit=1", {}),
    "limit": (422, "/v1/events?limit=201", {}),
    "window": (422, "/v1/events.csv?date_from=2025-01-02&date_to=2025-01-01", {}),
    "id in a filter": (422, "/v1/events?location=nowhere", {}),
    "id in a filter of an export": (422, "/v1/events.jsonl?location=nowhere", {}),
    "language": (422, "/v1/events?lang=fr", {}),
    "search without a query": (422, "/v1/search", {}),
    "search for nothing": (422, "/v1/events.csv?q=%22%22", {}),
    "unknown id": (404, "/v1/events/none", {}),
    "unknown campaign": (404, "/v1/campaigns/none/snapshot", {}),
    "unknown campaign's summary": (404, "/v1/campaigns/none/summary", {}),
    "unknown format": (404, "/v1/events.doc", {}),
    "format of another resource": (404, "/v1/outcomes.geojson", {}),
    "unknown path": (404, "/nothing", {}),
    "withdrawn": (410, "/v1/events/pingliang-cancelled-parade", {}),
    "merged": (308, "/v1/events/pingliang-helmet-day", {}),
    "media type": (406, PLAIN, {"Accept": "text/html"}),
    "media type of the snapshot": (406, "/v1/campaigns/tianshui/snapshot", {"Accept": "text/csv"}),
    "encoding": (406, PLAIN, {"Accept-Encoding": "*;q=0"}),
    "encoding of an export": (406, "/v1/events.csv", {"Accept-Encoding": "*;q=0"}),
    "encoding of the snapshot": (406, "/v1/campaigns/tianshui/snapshot", {"Accept-Encoding": "*;q=0"}),
    "another version": (412, PLAIN, {"If-Match": '"other"'}),
    "another version of an export": (412, "/v1/events.csv", {"If-Match": '"other"'}),
    "long target": (414, f"{PLAIN}&cursor={'x' * 10_000}", {}),
    "large workbook": (422, "/v1/events.xlsx?sort=-id,title", {}),
    "large workbook of some": (422, "/v1/outcomes.xlsx?campaign=tianshui&sort=-id,metric", {}),
}
"""Requests by what is wrong with them, and the status of the response."""


@pytest.fixture(scope="module", autouse=True)
def small_workbooks() -> Iterator[None]:
    """Let a workbook hold three records, so that these campaigns are too large for one."""
    with pytest.MonkeyPatch.context() as patch:
        for exports in (events.EXPORTS, outcomes.EXPORTS):
            formats = exports.by_extension
            patch.setitem(formats, "xlsx", replace(formats["xlsx"], max_records=3))
        yield


@pytest.fixture(scope="module", params=["application", "server"])
def send_request(request: pytest.FixtureRequest, both: Client, two_campaigns_database: Path) -> Iterator[SendRequest]:
    """Send requests over ASGI, or a real server by its fast path; without following redirects."""
    if request.param == "application":
        yield both.request
        return
    with (
        serving(create_app(Settings(data=two_campaigns_database)), Protocol) as wire,
        httpx.Client(base_url=f"http://127.0.0.1:{wire.port}", headers={"Accept-Encoding": "identity"}) as client,
    ):
        yield lambda target, method, headers: client.request(method, target, headers=headers)


def conditions(send_request: SendRequest, target: str) -> list[dict[str, str]]:
    """Return the ways to say that one has the response, with validators of the same address without its query."""
    plain = send_request(target.partition("?")[0], "GET", {})
    tag = plain.headers.get("etag", '"none"')
    since = plain.headers.get("last-modified", "Mon, 23 Nov 2026 10:00:00 GMT")
    return [
        {"If-None-Match": "*"},
        {"If-None-Match": f'{tag}, "other"'},
        {"If-Modified-Since": since},
        {"If-None-Match": "*", "If-Modified-Since": since},
    ]


def check_refused(response: httpx.Response, status: int, method: str) -> None:
    assert response.status_code == status
    assert "etag" not in response.headers
    assert (response.headers["cache-control"] == "no-store") == (status != 308)
    if method == "HEAD":
        assert response.content == b""
    elif status != 308:
        assert response.json()["status"] == status


@pytest.mark.parametrize("what", REFUSED)
def test_errors_stay_errors_under_any_condition(send_request: SendRequest, what: str) -> None:
    status, target, headers = REFUSED[what]
    for method in ("GET", "HEAD"):
        for condition in ({}, *conditions(send_request, target)):
            check_refused(send_request(target, method, headers | condition), status, method)


@pytest.mark.parametrize("target", LISTED_AND_SEARCHED)
def test_a_cursor_of_another_list_is_refused(send_request: SendRequest, target: str) -> None:
    # The good responses are in the cache when the bad requests come.
    cursors = {}
    for name in LISTED_AND_SEARCHED:
        link = send_request(name, "GET", {}).json()["links"]["next"]
        cursors[name] = re.search(r"cursor=([^&]+)", link)[1] if link else None  # type: ignore[index]
    own = cursors.pop(target)
    others = [cursor for cursor in cursors.values() if cursor is not None]
    if own is not None:
        assert send_request(f"{target}&cursor={own}", "GET", {}).status_code == 200
        assert send_request(f"{target}&cursor={own}", "GET", {"If-None-Match": "*"}).status_code == 304
        others += [own[:-1], own[:-2] + ("AA" if own[-2:] != "AA" else "BB"), f"{own}A"]
    for cursor in others:
        for condition in ({"If-None-Match": "*"}, {}, {"If-None-Match": "*"}):
            for method in ("GET", "HEAD"):
                check_refused(send_request(f"{target}&cursor={cursor}", method, condition), 422, method)


def test_a_workbook_that_is_not_too_large_is_sent(send_request: SendRequest) -> None:
    target = "/v1/locations.xlsx?kind=province"
    assert send_request(target, "GET", {}).status_code == 200
    assert send_request(target, "GET", {"If-None-Match": "*"}).status_code == 304


def test_methods_that_are_not_allowed_are_refused(send_request: SendRequest) -> None:
    for method in ("POST", "PUT", "DELETE"):
        for target in (PLAIN, "/v1/events.csv"):
            assert send_request(target, method, {"If-None-Match": "*"}).status_code == 405
