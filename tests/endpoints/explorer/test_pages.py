"""The pages of the explorer as the server sends them, before their script runs."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from app.build.pipeline import build
from app.endpoints.explorer.files import files_digest
from app.languages import LANGUAGES
from tests.client import BASE, Client
from tests.endpoints.explorer.pages import BROWSER, EVENT, PAGES, Page, client_of, page_of
from tests.languages import EN, HANS, HANT


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole_in_each_language(both: Client, path: str, language: str) -> None:
    response = both.request(f"{path}?lang={language}", headers=BROWSER)
    assert response.headers["content-language"] == language
    page = Page(response.text)
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == len(page.all("main", id="main")) == 1
    for name in ("description", "og:title", "og:description"):
        assert page.meta(name)
    (title,) = page.texts["title"]
    assert page.meta("og:title") == title
    image = both.request(str(page.meta("og:image")).removeprefix(BASE))
    assert image.headers["content-type"] == "image/png"
    width, height = struct.unpack(">II", image.content[16:24])
    # WeChat shows no smaller image beside a link.
    assert width == height >= 300
    assert page.meta("og:locale") == {HANT: "zh_TW", HANS: "zh_CN", EN: "en_US"}[language]  # type: ignore[index]
    assert [found["content"] for found in page.all("meta", name="theme-color")] == ["#faf8f4", "#14161a"]
    current = page.all("a", **{"aria-current": "true"})
    assert [found["hreflang"] for found in current] == [language]
    assert page.config["language"] == language
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(set(ids)) == len(ids)
    for label in re.findall(r'(?:aria-labelledby|for|href)="#?([\w-]+)"', response.text):
        assert label in ids


@pytest.mark.parametrize("path", PAGES)
def test_nothing_in_a_page_runs_or_comes_from_elsewhere(both: Client, path: str) -> None:
    response = both.request(path, headers=BROWSER)
    page = Page(response.text)
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    for tag, attributes in page.elements:
        assert tag != "style"
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        if tag == "script":
            assert attributes.get("src") or attributes["type"] in ("application/json", "application/ld+json")
    loaded = [found.get("src") for found in page.all("script")] + [
        found["href"] for found in page.all("link") if found["rel"] in ("icon", "stylesheet", "modulepreload")
    ]
    for address in filter(None, loaded):
        assert both.request(address).status_code == 200, address


@pytest.mark.parametrize("path", PAGES[1:])
def test_each_language_has_an_address_and_a_page_its_canonical_one(both: Client, path: str) -> None:
    for query, headers in ((f"?lang={HANS}&location=maiji&utm_source=x", {}), ("", {"Accept-Language": "zh-CN"})):
        page = page_of(both, path + query, 200, **headers)
        (canonical,) = page.all("link", rel="canonical")
        assert canonical["href"] == f"{BASE}{path}?lang={HANS}" == page.meta("og:url")
        alternates = {found["hreflang"]: found["href"] for found in page.all("link", rel="alternate")}
        assert alternates == {language: f"{BASE}{path}?lang={language}" for language in LANGUAGES} | {
            "x-default": BASE + path
        }


def test_the_only_campaign_is_the_root(tianshui: Client) -> None:
    root, own = page_of(tianshui, "/?lang=en"), page_of(tianshui, "/campaigns/tianshui?lang=en")
    assert root.elements == own.elements
    assert root.config["only"] is True
    assert root.config["campaign"] == "tianshui"
    assert root.all("form", role="search")[0]["action"] == "/"
    assert root.all("link", rel="canonical")[0]["href"] == f"{BASE}/campaigns/tianshui?lang=en"


def test_several_campaigns_are_a_list(both: Client) -> None:
    page = page_of(both, "/?lang=en")
    campaigns = both.get("/v1/campaigns?lang=en")["data"]
    config = page.config
    assert (config["only"], config["campaign"]) == (False, None)
    assert config["campaigns"] == [{"id": one["id"], "short_name": one["short_name"]} for one in campaigns]
    for one in campaigns:
        assert page.all("a", href=f"/campaigns/{one['id']}?lang=en")
        assert one["name"] in page.texts["a"]
        assert one["summary"] in page.texts["p"]
        own = page_of(both, f"/campaigns/{one['id']}?lang=en")
        assert own.texts["h1"] == [one["name"]]
        assert own.all("form", role="search")[0]["action"] == f"/campaigns/{one['id']}"
        assert own.config["campaign"] == one["id"]
        assert own.config["source_language"] == one["source_language"]
    assert {one["@id"] for one in page.linked_data["dataset"]} == {
        f"{BASE}/v1/campaigns/{one['id']}" for one in campaigns
    }


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("text/html", "text/html; charset=utf-8"),
        (BROWSER["Accept"], "text/html; charset=utf-8"),
    ],
)
def test_the_root_is_a_page_for_browsers_alone(both: Client, accept: str | None, media_type: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = both.request("/?lang=en", headers=headers)
    assert response.headers["content-type"] == media_type
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    assert both.request("/", headers=headers).headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    if "json" in media_type:
        assert response.json() == both.get("/v1?lang=en")


def test_a_page_is_revalidated_each_time(tianshui: Client) -> None:
    for path in ("/", EVENT):
        first = tianshui.request(path, headers=BROWSER)
        assert first.headers["cache-control"] == "no-cache"
        assert "last-modified" not in first.headers
        assert first.headers["x-data-version"] == tianshui.get("/v1/events?limit=0")["meta"]["version"]
        again = tianshui.request(path, headers=BROWSER | {"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = tianshui.request(path, "HEAD", headers=BROWSER)
        assert head.content == b""
        assert head.headers["content-length"] == first.headers["content-length"]
        # The language by header and by address are two pages: their links differ.
        tags = {tianshui.request(path + query, headers=BROWSER).headers["etag"] for query in ("", "?lang=zh-Hant")}
        assert len(tags) == 2
    assert tianshui.request(EVENT).headers["vary"] == "Accept-Language, Accept-Encoding"
    assert tianshui.request(f"{EVENT}?lang=en").headers["vary"] == "Accept-Encoding"


def test_the_etag_is_of_what_a_page_shows(tianshui_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def etag(**settings: Any) -> str:
        return client_of(tianshui_database, **settings).request(EVENT, headers=BROWSER).headers["etag"]

    tiles = {"tile_url": "https://tiles.example.org/{z}/{x}/{y}.png", "tile_attribution": "Tiles"}
    tags = [
        etag(),
        etag(max_limit=100),
        etag(**tiles),
        etag(**tiles, tile_datum="gcj02"),
        etag(query_timeout_seconds=9),
    ]
    assert tags[0] == tags[-1]
    assert len(set(tags)) == 4
    monkeypatch.setattr("app.endpoints.explorer.routes.files_digest", lambda: "other")
    assert etag() != tags[0]


def test_other_parameters_are_left_to_the_script(both: Client) -> None:
    for path in PAGES:
        plain = both.request(path, headers=BROWSER)
        for query in ("location=maiji&category=x", "lang=nonsense", "lang=en&lang=zh-Hans", "%FF=%zz", "q=天水"):
            other = both.request(f"{path}?{query}", headers=BROWSER)
            assert (other.content, other.headers["etag"]) == (plain.content, plain.headers["etag"])
    by_region = both.request(f"{EVENT}?lang=zh-CN", headers=BROWSER)
    assert by_region.content == both.request(f"{EVENT}?lang=zh%2DHans", headers=BROWSER).content


@pytest.mark.parametrize(("header", "language"), [("en", EN), ("zh-CN", HANS), ("fr", HANT), ("zh", HANT), ("", HANT)])
def test_the_reader_decides_the_language_then_the_source(both: Client, header: str, language: str) -> None:
    response = both.request("/campaigns/tianshui", headers=BROWSER | {"Accept-Language": header})
    assert response.headers["content-language"] == language


def test_a_link_keeps_the_language_that_was_chosen(tianshui: Client) -> None:
    chosen, negotiated = page_of(tianshui, f"{EVENT}?lang=en"), page_of(tianshui, EVENT)
    assert chosen.all("a", **{"class": "home"})[0]["href"] == "/?lang=en"
    assert negotiated.all("a", **{"class": "home"})[0]["href"] == "/"


def test_a_record_stands_in_the_page_of_its_campaign(both: Client) -> None:
    for path in PAGES[3:]:
        record = both.get(f"/v1{path}?lang=en")["data"]
        page = page_of(both, f"{path}?lang=en")
        title = record.get("title") or record.get("label") or record["full_name"] or record["name"]
        assert page.texts["h2"][0] == title
        assert page.texts["title"][0].startswith(f"{title} · ")
        assert page.all("article", id="record") == [{"id": "record", "class": "record"}]
        assert page.all("main")[0]["data-view"] == path.split("/")[1].removesuffix("s")
        assert page.all("a", href=f"/v1{path}?lang=en")
        assert page.config["campaign"] == record.get("campaign", "pingliang")
        campaign = both.get(f"/v1/campaigns/{page.config['campaign']}?lang=en")["data"]
        assert page.texts["h1"] == [campaign["name"]]
    assert "hidden" in page_of(both, "/campaigns/tianshui").all("article", id="record")[0]


def test_a_location_that_no_source_mentions_has_a_page(seeds: Path, tmp_path: Path) -> None:
    with (seeds / "places.yaml").open("a", encoding="utf-8") as file:
        file.write(
            """
  - id: yongqing
    kind: town
    name: {zh-Hant: 永清鎮, zh-Hans: 永清镇, en: Yongqing Town}
    parent: qingshui
    code: null
    coordinates: null
    coordinates_note: {zh-Hant: 未查, zh-Hans: 未查, en: Not looked up}
"""
        )
    build(seeds, tmp_path / "database")
    page = page_of(client_of(tmp_path / "database"), "/locations/yongqing?lang=en")
    assert page.texts["h2"][0] == "Yongqing Town"
    assert page.config["campaign"] == "pingliang"


def test_it_is_of_use_without_script(tianshui: Client) -> None:
    page = page_of(tianshui, "/campaigns/tianshui")
    campaign = tianshui.get("/v1/campaigns/tianshui")["data"]
    assert campaign["summary"] in page.texts["p"]
    assert any(campaign["implementer"]["name"] in text for text in page.texts["p"])
    events = tianshui.get("/v1/events?campaign=tianshui")["data"]
    assert [found["href"] for found in page.all("a") if str(found["href"]).startswith("/events/")] == [
        f"/events/{event['id']}" for event in events
    ]
    assert set(page.texts["a"]) >= {event["title"] for event in events}
    for found in page.all("a"):
        address = str(found["href"])
        if address.startswith("/"):
            assert tianshui.request(address).status_code == 200, address
    for text in (
        campaign["licence"]["attribution"],
        *tianshui.get("/v1/campaigns/tianshui/summary")["data"]["credits"],
    ):
        assert any(text in one for one in page.texts["p"])
    assert page.all("a", href=campaign["licence"]["url"], rel="license")


def test_the_script_knows_the_service(tianshui_database: Path) -> None:
    tiles = {"url": "http://tiles.example.org:8080/{z}/{x}/{y}.png", "attribution": "<b>&co</b>", "datum": "gcj02"}
    settings = {f"tile_{name}": value for name, value in tiles.items()}
    client = client_of(tianshui_database, max_limit=60, **settings)
    response = client.request("/", headers=BROWSER)
    config = Page(response.text).config
    assert config["tiles"] == tiles
    assert "<b>" not in response.text
    assert config["max_limit"] == 60
    assert [one["tag"] for one in config["languages"]] == list(LANGUAGES)
    assert config["digest"] == files_digest()
    assert config["words"].keys() == {"page", "charts", "record", "dates", "short_months", "months"}
    assert "img-src 'self' data: http://tiles.example.org:8080;" in response.headers["content-security-policy"]
    # The header of all responses suppresses Referer, which tile servers require.
    assert response.headers["referrer-policy"] == "no-referrer"
    assert Page(response.text).meta("referrer") == "strict-origin"
    assert not page_of(client_of(tianshui_database), "/").all("meta", name="referrer")
    assert config.keys() == {
        *("base", "language", "languages", "digest", "version", "campaign", "campaigns", "only", "source_language"),
        *("max_limit", "tiles", "words"),
    }


def test_texts_of_the_data_are_escaped(seeds: Path, tmp_path: Path) -> None:
    """A title with markup stays text, in HTML, in attributes and in JSON."""
    title = "</script><script>alert(1)</script> &amp; <!-- 'x' \"y\""
    events = seeds / "tianshui" / "events.yaml"
    text = events.read_text(encoding="utf-8")
    assert "en: Police–Media Symposium}" in text
    written = text.replace("en: Police–Media Symposium}", f"en: {json.dumps(title)}}}")
    events.write_text(written, encoding="utf-8")
    build(seeds, tmp_path / "database")
    client = client_of(tmp_path / "database")
    response = client.request("/events/tianshui-police-media-symposium?lang=en", headers=BROWSER)
    page = Page(response.text)
    assert page.texts["h2"][0] == page.linked_data["name"] == title
    assert page.meta("og:title") == page.texts["title"][0]
    assert title in page_of(client, "/campaigns/tianshui?lang=en").texts["a"]
    near = page_of(client, "/events/tianshui-police-media-symposium-?lang=en", 404)
    assert title in near.texts["a"]
    for one in (page, near):
        assert not any("alert" in text for text in one.texts.get("script", []) if "@type" not in text)


@pytest.mark.parametrize("base", ["", "/open/data", "/explorer", "/events"])
def test_everything_is_below_the_path_of_the_base_url(two_campaigns_database: Path, base: str) -> None:
    client = client_of(two_campaigns_database, public_base_url=f"https://example.org{base}")
    for path in ("/", *PAGES[1:]):
        # The proxy removes the path from requests or not.
        response = client.request(base + path, headers=BROWSER)
        assert response.content == client.request(path, headers=BROWSER).content
        page = Page(response.text)
        assert page.config["base"] == base
        for found in [*page.all("a"), *page.all("link"), *page.all("script", type="module")]:
            address = str(found.get("href") or found.get("src"))
            assert address.startswith(("?", "#", f"{base}/", "https://"))
            if address.startswith(f"{base}/"):
                assert client.request(address, headers=BROWSER).status_code == 200, address
        assert page.meta("og:url") == f"https://example.org{base}{path}?lang={page.config['language']}"
        assert "connect-src 'self' https://example.org:443;" in response.headers["content-security-policy"]
    worker = client.request(f"{base}/service-worker.js")
    assert worker.headers["service-worker-allowed"] == f"{base}/"
    near = page_of(client, f"{base}{EVENT[:-1]}", 404)
    assert near.all("a", href=f"{base}{EVENT}")
