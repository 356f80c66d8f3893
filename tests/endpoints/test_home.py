"""The home document, and what programs and browsers look for at addresses that they know."""

import io
import struct
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest

from app.http.list_params import ListParams
from app.languages import LANGUAGES
from app.main import ROUTES, create_app
from app.settings import Settings
from tests.client import BASE, Client


def hrefs(home: Any, relation: str) -> list[str]:
    return [link["href"] for link in home["links"] if link["rel"] == relation]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_to_what_it_names(both: Client, language: str) -> None:
    home = both.get(f"/v1?lang={language}")
    for link in home["links"]:
        assert link.keys() == {"rel", "href", "type", "title"}
        if link["rel"] == "license":
            continue
        target = link["href"].removeprefix(BASE) + ("?q=maiji" if link["rel"] == "search" else "")
        response = both.request(target)
        assert response.status_code == 200, target
        assert response.headers["content-type"].partition(";")[0] == link["type"]
    # Titles are those of the language.
    titles = {link["href"]: link["title"] for link in home["links"]}
    events = {"zh-Hant": "活動項目", "zh-Hans": "活动项目", "en": "events"}
    assert titles[f"{BASE}/v1/events"] == events[language]
    assert len(set(titles.values())) == len(titles)


def test_it_has_every_list_export_and_licence(both: Client) -> None:
    home = both.get("/v1")
    lists = {route.path for route in ROUTES if issubclass(route.params_model, ListParams)}
    assert {*hrefs(home, "collection"), *hrefs(home, "search")} == {BASE + path for path in lists}
    exports = {route.path for route in ROUTES if route.path.startswith("/v1/") and "." in route.path}
    assert set(hrefs(home, "alternate")) == {BASE + path for path in exports if "{" not in path}
    campaigns = both.get("/v1/campaigns")["data"]
    assert sorted(hrefs(home, "license")) == sorted({campaign["licence"]["url"] for campaign in campaigns})
    for relation in ("service-desc", "service-doc", "service-meta", "describedby", "status", "api-catalog"):
        assert len(hrefs(home, relation)) == 1


def test_it_follows_the_language_of_the_client(both: Client) -> None:
    for path in ("/v1", "/"):
        response = both.request(path, headers={"Accept-Language": "zh-CN"})
        assert response.headers["content-language"] == "zh-Hans"
        assert response.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
        assert response.json() == both.get("/v1?lang=zh-Hans")
        assert response.headers["link"] == f'<{BASE}/v1>; rel="canonical"'
        again = both.request(path, headers={"Accept-Language": "zh-CN", "If-None-Match": response.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("", 200),
        ("*/*", 200),
        ("application/json", 200),
        ("application/json, text/html;q=0.5", 200),
        ("text/html;q=0, */*", 200),
        ("text/*", 406),
        ("image/png", 406),
    ],
)
def test_the_root_is_the_home_document_for_programs(both: Client, accept: str | None, status: int) -> None:
    response = both.request("/", headers={} if accept is None else {"Accept": accept})
    assert response.status_code == status
    assert "Accept" in response.headers["vary"]
    if status == 200:
        assert response.json() == both.get("/v1")


def test_each_language_has_a_canonical_address(both: Client) -> None:
    response = both.request("/v1?lang=zh-CN")
    assert response.headers["link"] == f'<{BASE}/v1?lang=zh-Hans>; rel="canonical"'
    assert response.json() == both.get("/v1?lang=zh-Hans")


def test_documents_ignore_unknown_parameters_and_data_refuses_them(both: Client) -> None:
    paths = ("/", "/robots.txt", "/favicon.ico", "/catalog.jsonld", "/datapackage.json", "/.well-known/api-catalog")
    for path in paths:
        plain, other = both.request(path), both.request(f"{path}?utm_source=x&lang=nonsense")
        assert other.status_code == 200, path
        assert (other.content, other.headers["etag"]) == (plain.content, plain.headers["etag"])
    assert both.errors("/v1?utm_source=x")[0]["code"] == "unknown_parameter"


def test_the_api_catalogue_is_a_set_of_links(both: Client) -> None:
    """RFC 9264 section 4.2: each context has an anchor, each relation an array of targets with an href."""
    response = both.request("/.well-known/api-catalog")
    media_type, _, profile = response.headers["content-type"].partition("; ")
    assert media_type == "application/linkset+json"
    assert profile == 'profile="https://www.rfc-editor.org/info/rfc9727"'
    document = response.json()
    assert list(document) == ["linkset"]
    for context in document["linkset"]:
        anchor = context.pop("anchor")
        assert anchor.startswith(f"{BASE}/")
        assert context
        for targets in context.values():
            assert targets
            for target in targets:
                assert target["href"].startswith("http")
                assert target.keys() <= {"href", "type", "title*"}
                assert [one["language"] for one in target.get("title*", [])] in ([], list(LANGUAGES))
    own, api = document["linkset"]
    assert [target["href"] for target in own["item"]] == [f"{BASE}/v1"]
    home = both.get("/v1")
    for relation in ("service-desc", "service-doc", "service-meta", "status", "license"):
        assert [target["href"] for target in api[relation]] == hrefs(home, relation)


def test_the_api_catalogue_is_found_by_head(both: Client) -> None:
    """RFC 9727 section 2: the response to HEAD has a link to it."""
    response = both.request("/.well-known/api-catalog", "HEAD")
    own = f"{BASE}/.well-known/api-catalog"
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["link"] == f'<{own}>; rel="api-catalog"; type="application/linkset+json"'


@pytest.mark.parametrize("base", ["", "/open/data"])
def test_robots_may_read_all_but_what_is_for_operators(two_campaigns_database: Path, base: str) -> None:
    settings = Settings(data=two_campaigns_database, public_base_url=f"https://example.org{base}")
    robots = RobotFileParser()
    robots.parse(Client(create_app(settings)).request("/robots.txt").text.splitlines())
    for path in (
        "/",
        "/v1/events",
        "/catalog.jsonld",
        "/docs",
        "/campaigns/tianshui",
        "/events/tianshui-police-open-day",
    ):
        assert robots.can_fetch("anything", f"https://example.org{base}{path}")
    for path in ("/metrics", "/readyz", "/healthz"):
        assert not robots.can_fetch("anything", f"https://example.org{base}{path}")


def test_the_icon_has_the_sizes_of_browsers(both: Client) -> None:
    response = both.request("/favicon.ico")
    assert response.headers["content-type"] == "image/x-icon"
    file = io.BytesIO(response.content)
    reserved, kind, count = struct.unpack("<HHH", file.read(6))
    assert (reserved, kind, count) == (0, 1, 3)
    entries = [struct.unpack("<BBBBHHII", file.read(16)) for _ in range(count)]
    assert [entry[:2] for entry in entries] == [(16, 16), (32, 32), (48, 48)]
    for width, height, *_, size, offset in entries:
        image = response.content[offset : offset + size]
        assert image.startswith(b"\x89PNG\r\n\x1a\n")
        assert image.endswith(b"IEND\xaeB`\x82")
        assert struct.unpack(">II", image[16:24]) == (width, height)
