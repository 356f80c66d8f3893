"""Error responses outside `/v1`: a page for browsers, problem+json for programs."""

import os
from pathlib import Path
from urllib.parse import quote

import pytest

from app.languages import LANGUAGES
from tests.client import BASE, Client
from tests.endpoints.explorer.pages import BROWSER, EVENT, Page, client_of, page_of
from tests.languages import EN, HANT


@pytest.mark.parametrize("id_", ["<script>alert(1)</script>", "\"'<>&", "x" * 3000, "天水", "\ufffd", "a%2Fb", "%00"])
def test_what_is_requested_is_escaped_too(both: Client, id_: str) -> None:
    for path in ("/events/", "/explorer/x/", "/"):
        response = both.request(path + quote(id_), headers=BROWSER)
        assert response.status_code == 404
        page = Page(response.text)
        assert not page.all("script")
        assert len(response.content) < 10_000


def test_a_merged_record_is_redirected(both: Client) -> None:
    (_, successor) = both.request("/v1/events/pingliang-helmet-day").headers["location"].rsplit("/", 1)
    for query in ("", "?location=maiji"):
        response = both.request(f"/events/pingliang-helmet-day{query}", headers=BROWSER)
        assert (response.status_code, response.headers["location"]) == (308, f"{BASE}/events/{successor}")
    response = both.request("/events/pingliang-helmet-day?lang=zh-CN&x=y", headers=BROWSER)
    assert response.headers["location"] == f"{BASE}/events/{successor}?lang=zh-Hans"
    assert response.headers["cache-control"] == "public, max-age=60"


ERRORS = {
    EVENT[:-1]: 404,
    "/events/maiji": 404,
    "/events/pingliang-cancelled-parade": 410,
    "/campaigns/lanzhou": 404,
    "/events": 404,
    "/events/": 404,
    "/nothing": 404,
    "/docs/nothing.js": 404,
    "/explorer/x/nothing.js": 404,
}


@pytest.mark.parametrize("path", ERRORS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_a_page_for_people_and_a_problem_for_programs(both: Client, path: str, language: str) -> None:
    response = both.request(f"{path}?lang={language}", headers=BROWSER)
    problem = both.request(f"{path}?lang={language}")
    assert response.status_code == problem.status_code == ERRORS[path]
    assert problem.headers["content-type"] == "application/problem+json"
    for one in (response, problem):
        assert one.headers["vary"] == "Accept"
        assert one.headers["cache-control"] == "no-store"
        assert one.headers["content-language"] == language
    page = Page(response.text)
    assert page.texts["h1"] == [problem.json()["title"]]
    assert problem.json()["detail"] in page.texts["p"]
    assert str(ERRORS[path]) in page.texts["p"]
    assert page.meta("robots") == "noindex"
    assert not page.all("script")
    assert not page.all("link", rel="canonical")
    assert "script-src 'self'; style-src 'self'" in response.headers["content-security-policy"]
    for found in [*page.all("a"), *page.all("link")]:
        address = str(found["href"])
        assert address.startswith(("/", "?", "#"))
        if address.startswith("/"):
            assert both.request(address).status_code == 200, address
    head = both.request(f"{path}?lang={language}", "HEAD", headers=BROWSER)
    assert (head.status_code, head.content) == (ERRORS[path], b"")
    assert head.headers["content-length"] == response.headers["content-length"]


def test_the_page_of_an_unknown_record_leads_to_the_nearest_ones(both: Client) -> None:
    page = page_of(both, f"{EVENT[:-1]}?lang=en", 404)
    title = both.get(f"/v1{EVENT}?lang=en")["data"]["title"]
    assert (f"{EVENT}?lang=en", title) in zip([found["href"] for found in page.all("a")], page.texts["a"], strict=True)
    # The id is that of a location.
    assert page_of(both, "/events/maiji", 404).all("a", href="/locations/maiji")
    assert both.request(EVENT[:-1]).json()["nearest"][0] == EVENT


def test_errors_of_the_data_are_never_pages(both: Client) -> None:
    for target in ("/v1/events/x", "/v1/events?x=1", "/v1/nothing", "/v1/", "/v1/events/pingliang-cancelled-parade"):
        response = both.request(target, headers=BROWSER)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["vary"] == "Accept-Language"


def test_an_error_is_in_the_language_of_the_data_if_the_reader_names_none(both: Client) -> None:
    assert both.request("/nothing", headers=BROWSER).headers["content-language"] == HANT
    response = both.request("/nothing", headers=BROWSER | {"Accept-Language": "en"})
    assert response.headers["content-language"] == EN
    assert response.headers["vary"] == "Accept, Accept-Language"
    # A header that is too long is refused unread.
    long = {"Accept": ", ".join(["text/html"] * 200)}
    response = both.request("/nothing", headers=long)
    assert (response.status_code, response.headers["content-type"]) == (431, "application/problem+json")
    assert both.request("/", "POST", headers=BROWSER).headers["content-type"].startswith("text/html")


def test_a_page_of_an_error_needs_no_data(tianshui_database: Path, tmp_path: Path) -> None:
    """It is sent without titles where the data cannot be read."""
    path = tmp_path / "database"
    path.write_bytes(tianshui_database.read_bytes())
    client = client_of(path)
    with path.open("r+b") as file:
        file.seek(-200_000, os.SEEK_END)
        file.write(b"damaged")
    page = page_of(client, "/nothing?lang=en", 404)
    assert page.texts["h1"] == ["Not Found"]
    page = page_of(client, f"{EVENT}?lang=en", 503)
    assert page.texts["h1"] == ["Service Unavailable"]
