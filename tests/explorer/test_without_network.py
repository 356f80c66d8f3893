"""The page without a network, with a server that is gone, and with data that change."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from selenium.webdriver.common.keys import Keys

from tests.explorer.browsers import SCREEN, VIEWPORTS, Page
from tests.explorer.servers import Restartable
from tests.explorer.steps import api, choose, show_map, titles, total, visit, wait_for_total

EVENT = "tianshui-police-media-symposium"

FAILED = ("net::ERR_", "WebSocket", "the server responded with a status of 50")
"""What Chromium reports of requests that had no response."""


@pytest.fixture
def server(tianshui_database: Path, tmp_path: Path) -> Iterator[Restartable]:
    """A server that the browser has not visited."""
    with Restartable(tianshui_database, tmp_path) as server:
        yield server


@pytest.fixture
def visited(blank: Page, server: Restartable) -> Iterator[Page]:
    """The campaign's page, open, with its files and its snapshot stored."""
    blank.address = server.address
    visit(blank)
    yield blank
    blank.disconnect(offline=False)
    blank.check_logs(refused=FAILED)


def lose(page: Page, server: Restartable) -> None:
    """Take the network away: from the page, and from its service worker too."""
    server.stop()
    page.disconnect()


def reconnect(page: Page) -> None:
    """Try to reach the server now, unless the page has done so by itself."""
    page.script("document.querySelector('#status .bar-message button')?.click()")
    page.gone("#status .bar-message")


@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_all_reading_goes_on_without_a_network(visited: Page, server: Restartable, viewport: tuple[int, int]) -> None:
    page = visited
    page.resize(viewport)
    expected = {
        target: [one["title"] for one in api(page, f"/v1/events?{target}lang=en")["data"]]
        for target in ("", "category=symposium&", "county=maiji&", "month=2024-10&")
    }
    record = api(page, f"/v1/events/{EVENT}?lang=en")["data"]
    chinese = [one["title"] for one in api(page, "/v1/events?lang=zh-Hans")["data"]]
    lose(page, server)
    page.reload()
    bar = page.visible("#status .bar-message")
    assert page.word("page.offline") in bar.text
    assert titles(page) == expected[""]
    assert len(page.all("#figures button")) > 5
    show_map(page)
    choose(page, "category", "symposium")
    wait_for_total(page, 2)
    assert titles(page) == expected["category=symposium&"]
    # An address opens too, with any filter and any record.
    for query in ("county=maiji&", "month=2024-10&"):
        page.open(f"/?{query}lang=en")
        page.until(lambda: titles(page) == expected[query], query)  # noqa: B023 - it is called at once
    page.open(f"/events/{EVENT}?lang=en", wait_for="#record dl.facts")
    assert page.text("#record h2") == record["title"]
    page.click("#record button.cite")
    page.visible("dialog.evidence[open]")
    page.find("dialog .tick.cited")
    page.press(Keys.ESCAPE)
    page.click("#record .close")
    page.find("#list .card")
    # Another language, from the same snapshot.
    page.click(page.visible("nav.languages a[hreflang=zh-Hans]"))
    page.until(lambda: titles(page) == chinese, "the list in Chinese")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "media symposium"), ("zh-Hans", "警媒座谈"), ("zh-Hans", "警媒座談"), ("zh-Hant", "警媒座谈")],
)
def test_plain_text_is_searched_without_a_network(visited: Page, server: Restartable, language: str, text: str) -> None:
    page = visited
    lose(page, server)
    page.open(f"/?lang={language}")
    page.find("#q").send_keys(text, Keys.ENTER)
    page.until(lambda: page.all(f"#list a[href*='/events/{EVENT}']") and total(page) < 13, "what was found")


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            "month=2024-13",
            "date_from=2024-1",
            "date_to=x",
            "bbox=105,34",
            "sort=zzz",
            "sort=date,,id",
            "undated=maybe",
        ),
        *(
            "date_from=2024-02-30",
            "date_from=2025&date_to=2024",
            "date=2024&date_from=2024",
            "undated=only&month=2024-10",
        ),
        *("bbox=200,0,1,1", "bbox=1,9,2,1", "q=a&q=b", "q=!!!", "nope=1"),
    ],
)
def test_what_the_service_refuses_is_refused_without_a_network(visited: Page, server: Restartable, wrong: str) -> None:
    page = visited
    refusal = httpx.get(f"{page.address}/v1/events?{wrong}").json()
    (name,) = {error["parameter"] for error in refusal["errors"]}
    lose(page, server)
    page.open(f"/?{wrong}&category=symposium&lang=en", wait_for="#list .problem")
    assert page.text("#list .problem .errors code") == name
    page.click("#list .problem .errors a")
    page.gone("#list .problem")


@pytest.mark.parametrize("path", ["/events/%zz", "/events/%E0%A4", "/events/nope"])
def test_a_wrong_address_without_a_network(visited: Page, server: Restartable, path: str) -> None:
    page = visited
    lose(page, server)
    page.open(f"{path}?lang=en", wait_for="#record .problem")
    assert page.word("page.not_stored") in page.text("#record .problem")


@pytest.mark.parametrize(("lang", "language"), [("zh_CN", "zh-Hans"), ("ZH-hant", "zh-Hant"), ("EN", "en")])
def test_a_tag_means_the_same_language_without_a_network(
    visited: Page, server: Restartable, lang: str, language: str
) -> None:
    page = visited
    lose(page, server)
    page.open(f"/?lang={lang}")
    assert page.script("return document.documentElement.lang") == language


def test_a_campaign_that_is_not_stored_is_not_shown_under_its_address(visited: Page, server: Restartable) -> None:
    page = visited
    lose(page, server)
    page.open("/campaigns/nope?category=symposium&lang=en")
    wait_for_total(page, 2)
    assert page.path == "/"


def test_outcomes_without_a_network(visited: Page, server: Restartable) -> None:
    page = visited
    expected = [one["label"] for one in api(page, "/v1/outcomes?lang=en")["data"]]
    lose(page, server)
    page.reload()
    page.click(".tabs a[href$='#outcomes']")
    page.until(lambda: titles(page) == expected, "the outcomes")


def test_lists_without_a_network_are_those_of_the_service(visited: Page, server: Restartable) -> None:
    """The snapshot gives the same records in the same order, and the same facets, as the service."""
    facets = "&".join(
        f"facet={name}" for name in ("pillar", "strand", "category", "kind", "county", "month", "location")
    )
    targets = [
        *(
            f"/v1/events?{query}limit=50&{facets}"
            for query in ("", "category=symposium&", "county=maiji&", "month=2024-10&")
        ),
        *(
            f"/v1/events?{query}limit=50"
            for query in ("date_from=2024-10-01&", "undated=only&", "kind=event&", "sort=-date&", "sort=title&")
        ),
        *(
            f"/v1/events?{query}&limit=50"
            for query in (
                "bbox=105,34,105.8,34.7",
                "bbox=105,34,105.8,34.7&location_basis=any",
                "location_basis=any&county=maiji",
            )
        ),
        *(
            f"/v1/events?q={quote(search)}&sort=date&limit=50"
            for search in (
                "47",
                "7",
                "20",
                "day",
                "police day",
                "event",
                "name",
                "note",
                "null",
                "警營開放日",
                "警营",
                "83場",
                "警媒座談會",
            )
        ),
        *(f"/v1/outcomes?q={quote(search)}&sort=id&limit=50" for search in ("event", "191", "短影片", "works")),
        *(
            f"/v1/outcomes?{query}limit=50"
            for query in ("", "kind=quantitative&sort=source&", "basis=derived&", "county=maiji&", "value_gte=100&")
        ),
        "/v1/locations?limit=200",
    ]
    script = """
    const [language, targets, digest] = given;
    const { createOffline } = await import(`/explorer/${digest}/offline.js`);
    const { readSnapshots } = await import(`/explorer/${digest}/snapshot.js`);
    const { snapshots } = await readSnapshots("");
    const source = createOffline(snapshots, language);
    return Promise.all(targets.map(async target => {
      const url = new URL(target, location.href);
      const { data, meta } = await source.get(url.pathname, url.searchParams);
      return [data.map(one => one.id), meta.total, meta.facets];
    }))
    """
    digest = httpx.get(f"{visited.address}/explorer/files.json").json()["digest"]
    for language in ("en", "zh-Hans"):
        found = visited.promise(script, language, targets, digest)
        for target, (ids, count, facets_found) in zip(targets, found, strict=True):
            expected = api(visited, f"{target}&lang={language}")
            assert ids == [one["id"] for one in expected["data"]], target
            assert count == expected["meta"]["total"], target
            if expected["meta"].get("facets"):
                for name, values in expected["meta"]["facets"].items():
                    keys = ("id", "name", "count")
                    by_id = {one["id"]: [one[key] for key in keys] for one in facets_found[name]}
                    assert by_id == {one["id"]: [one[key] for key in keys] for one in values}, (target, name)


def test_a_server_that_is_gone_is_announced_and_asked_again(visited: Page, server: Restartable) -> None:
    page = visited
    server.stop()
    choose(page, "category", "symposium")
    bar = page.visible("#status .bar-message")
    assert page.word("page.gone") in bar.text
    # Reading goes on meanwhile.
    wait_for_total(page, 2)
    live = "return document.getElementById('live').textContent"
    text = bar.find_element("css selector", "p").text
    page.click("#status .bar-message button")
    page.until(lambda: page.script(live) == text, "that the server is still gone")
    server.start()
    reconnect(page)
    assert page.script(live) == page.word("page.back_online")
    page.click(".chips .clear")
    wait_for_total(page, 13)


@pytest.mark.slow
def test_a_server_that_does_not_respond_is_as_good_as_none(visited: Page, server: Restartable) -> None:
    page = visited
    expected = api(page, "/v1/events?month=2024-10")["meta"]["total"]
    server.pause()
    try:
        page.driver.get(f"{page.address}/?month=2024-10&lang=en")
        page.visible("#status .bar-message")
        wait_for_total(page, expected)
    finally:
        server.resume()
    reconnect(page)


def test_a_search_without_a_network_is_repeated_with_one(visited: Page, server: Restartable) -> None:
    page = visited
    server.stop()
    page.find("#q").send_keys("liangjiehe", Keys.ENTER)
    page.find("#list .empty")
    server.start()
    reconnect(page)
    page.find("#list .empty a[href*='pillar=']")


def test_evidence_that_cannot_be_loaded(blank: Page, server: Restartable) -> None:
    page = blank
    page.address = server.address
    page.cdp("Network.enable")
    page.cdp("Network.setBypassServiceWorker", bypass=True)
    page.open("/?lang=en")
    page.cdp("Network.setBlockedURLs", urls=["*/evidence.js", "*/v1/*"])
    try:
        page.click("#figures button")
        assert page.word("page.gone") in page.visible("#status .bar-message").text
    finally:
        page.cdp("Network.setBlockedURLs", urls=[])
        page.cdp("Network.setBypassServiceWorker", bypass=False)
    page.check_logs(refused=[*FAILED, "evidence.js"])


def test_a_page_that_could_store_nothing_says_so_and_recovers(blank: Page, server: Restartable) -> None:
    page = blank
    page.address = server.address
    # The page is there, its data are not, as if the server went between the two.
    page.cdp("Network.enable")
    page.cdp("Network.setBlockedURLs", urls=["*/v1/*"])
    page.driver.get(f"{page.address}/?lang=en")
    page.visible("#status .bar-message")
    assert page.text("h1")
    page.visible("#list .problem")
    page.cdp("Network.setBlockedURLs", urls=[])
    reconnect(page)
    page.find("#list .card")
    page.gone("#status .bar-message")
    page.check_logs(refused=FAILED)


def test_new_data_are_announced_not_forced(visited: Page, server: Restartable, reworded_database: Path) -> None:
    page = visited
    page.resize(SCREEN)
    page.open("/?lang=en")
    before = api(page, "/v1/events?lang=en")["meta"]["version"]
    old = titles(page)
    page.script("window.isTheSame = true")
    server.replace_data(reworded_database)
    page.until(lambda: api(page, "/v1/events?lang=en")["meta"]["version"] != before, "the new version")
    # The page asks when it becomes visible; nothing on it changes by itself.
    page.script("document.dispatchEvent(new Event('visibilitychange'))")
    bar = page.visible("#status .bar-message")
    assert page.word("page.updated") in bar.text
    assert titles(page) == old
    page.click("#status .bar-message button")
    page.until(lambda: "Symposium with the Media" in titles(page), "the new title")
    page.gone("#status .bar-message")
    assert page.script("return window.isTheSame"), "the page was loaded again"


def test_a_browser_that_refuses_storage(blank: Page, server: Restartable) -> None:
    blank.address = server.address
    refuse = "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('', 'SecurityError'); }})"
    script = blank.cdp("Page.addScriptToEvaluateOnNewDocument", source=refuse)["identifier"]
    try:
        blank.open("/?lang=en")
        wait_for_total(blank, 13)
    finally:
        blank.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    blank.check_logs()


@pytest.mark.parametrize("resource", ["events", "outcomes", "locations"])
def test_the_parameters_of_a_list_are_known_without_a_network(page: Page, service: str, resource: str) -> None:
    described = httpx.get(f"{service}/openapi.json").json()["paths"][f"/v1/{resource}"]["get"]["parameters"]
    repeatable = {one["name"]: one["schema"].get("type") == "array" for one in described if one["in"] == "query"}
    names = [*repeatable, "nonsense"]
    page.open("/?lang=en")
    found = page.promise(
        """
        const [resource, names] = given;
        const config = JSON.parse(document.getElementById('config').textContent);
        const { wrongIn } = await import(`${config.base}/explorer/${config.digest}/offline-filters.js`);
        const codeOf = query => wrongIn(resource, new URLSearchParams(query))?.code;
        const isUnknown = name => codeOf([[name, "x"]]) === "unknown_parameter";
        const isRepeated = name => codeOf([[name, "x"], [name, "x"]]) === "repeated";
        return names.map(name => [isUnknown(name), isRepeated(name)]);
        """,
        resource,
        names,
    )
    unknown = [name for name, (is_unknown, _) in zip(names, found, strict=True) if is_unknown]
    assert unknown == ["nonsense"]
    once = {name for name, (_, is_repeated) in zip(names, found, strict=True) if is_repeated}
    # A stored list is always read whole, in the language of the page.
    assert once == {name for name, is_list in repeatable.items() if not is_list} - {"lang", "limit", "cursor"}
