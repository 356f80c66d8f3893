"""Methods, negotiation, validators and the headers of every response."""

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
import zstandard
from fastapi import HTTPException

from app.http import representation
from app.http.conditional import check_preconditions, is_not_modified
from app.http.errors import NotAcceptable, PreconditionFailed
from app.http.negotiation import choose_encoding
from app.http.plan import StaticPlan
from app.http.request_key import Conditions, parse_headers
from app.http.routing import make_router
from app.main import create_app
from app.settings import Settings
from tests.client import BASE, Client

DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/v1/events", "/V1/EVENTS", "/nothing", "/docs", "/"])
def test_nothing_can_be_written(tianshui: Client, method: str, path: str) -> None:
    response = tianshui.request(path, method)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["status"] == 405


def test_options(tianshui: Client) -> None:
    response = tianshui.request("/v1/events/whatever", "OPTIONS")
    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert tianshui.request("/nothing", "OPTIONS").status_code == 404
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    preflight = tianshui.request("/v1/events", "OPTIONS", headers)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-credentials" not in preflight.headers


@pytest.mark.parametrize("target", ["/v1/events", "/v1/events?x=1", "/nothing", "/docs", "/healthz", "/v1/events/x"])
def test_every_response_has_the_common_headers(tianshui: Client, target: str) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        headers = tianshui.request(target, method, {"Origin": "https://example.org"}).headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["access-control-expose-headers"] == (
            "ETag, Link, Retry-After, Content-Language, Content-Disposition, Accept-Ranges, Content-Range, "
            "X-Request-ID, X-Data-Version, X-Total-Count, X-Undated-Excluded, X-Derived-Excluded"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]


def test_a_request_id_comes_back_if_it_can_be_logged(tianshui: Client) -> None:
    assert tianshui.request("/v1/events", headers={"X-Request-ID": "abc-1.2_3"}).headers["x-request-id"] == "abc-1.2_3"
    for hostile in ("a b", "x" * 65, 'a"b', "<script>"):
        assert tianshui.request("/v1/events", headers={"X-Request-ID": hostile}).headers["x-request-id"] != hostile
    ids = {tianshui.request("/healthz").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


@pytest.mark.parametrize(
    "target", ["/v1/events", "/v1/locations/maiji", "/docs", "/openapi.json", "/docs/swagger-ui.css"]
)
def test_each_encoding_has_its_own_etag(tianshui: Client, target: str) -> None:
    plain = tianshui.request(target)
    tags = {plain.headers["etag"]}
    assert "content-encoding" not in plain.headers
    for encoding, decode in DECODERS.items():
        response = tianshui.request(target, headers={"Accept-Encoding": encoding})
        raw = tianshui.request(target, "HEAD", {"Accept-Encoding": encoding})
        assert response.headers["content-encoding"] == encoding
        assert int(raw.headers["content-length"]) < len(plain.content)
        assert response.content == plain.content or decode(response.content) == plain.content
        assert "Accept-Encoding" in response.headers["vary"]
        tags.add(response.headers["etag"])
        again = tianshui.request(
            target, headers={"Accept-Encoding": encoding, "If-None-Match": response.headers["etag"]}
        )
        assert again.status_code == 304
    assert len(tags) == 4
    assert all(tag.startswith('"') for tag in tags)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP;Q=0.5", "gzip"),
        ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.2", "gzip"),
        ("zstd;q=0.9, br;q=0.8", "zstd"),
        ("gzip;q=0", "identity"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "zstd"),
        ("identity", "identity"),
        ("identity;q=1, gzip;q=0.5", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("deflate", "identity"),
        ("gzip;q=nonsense", "identity"),
        ("gzip;q=7", "identity"),
    ],
)
def test_the_encoding_is_chosen_by_weight(header: str | None, expected: str) -> None:
    assert choose_encoding(header) == expected


@pytest.mark.parametrize("header", ["identity;q=0", "*;q=0", "identity;q=0, gzip;q=0", "deflate, *;q=0"])
def test_no_encoding_fits(header: str, tianshui: Client) -> None:
    with pytest.raises(NotAcceptable):
        choose_encoding(header)
    response = tianshui.request("/v1/events", headers={"Accept-Encoding": header})
    assert response.status_code == 406
    assert response.json()["status"] == 406


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*;q=0.1", 200),
        ("text/html, */*;q=0.8", 200),
        ("", 200),
        # Java's HttpURLConnection sends this.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", 200),
        ("*", 200),
        ("text/html, *;q=0.5", 200),
        ("*;q=0", 406),
        ("application/json;q=0, *", 406),
        ("APPLICATION/JSON; charset=utf-8", 200),
        ("text/html", 406),
        ("text/csv", 406),
        ("application/json;q=0", 406),
        ("application/json;q=0, */*", 406),
        ("nonsense", 406),
    ],
)
def test_accept(tianshui: Client, accept: str, status: int) -> None:
    for target in ("/v1/events", "/v1/events/tianshui-police-open-day", "/v1/campaigns/tianshui/snapshot"):
        response = tianshui.request(target, headers={"Accept": accept})
        assert response.status_code == status
        assert response.headers["vary"].startswith("Accept")


@pytest.mark.parametrize(
    ("target", "accept", "nearest"),
    [
        ("/v1/events", "text/csv", ["/v1/events.csv"]),
        ("/v1/events?limit=1", "Text/Calendar;charset=utf-8, text/csv;q=0.5", ["/v1/events.csv", "/v1/events.ics"]),
        ("/v1/outcomes", "text/csv;q=0, text/calendar", []),
        ("/v1/locations", "application/geo+json", ["/v1/locations.geojson"]),
        ("/v1/events", "text/html", []),
        ("/v1/campaigns", "text/csv", []),
    ],
)
def test_a_list_in_the_media_type_of_an_export_leads_to_it(
    tianshui: Client, target: str, accept: str, nearest: list[str]
) -> None:
    response = tianshui.request(target, headers={"Accept": accept})
    assert (response.status_code, response.json()["nearest"]) == (406, nearest)


@pytest.mark.parametrize(
    "target", ["/openapi.json", "/docs", "/docs/docs.js", "/docs/favicon-32x32.png", "/healthz", "/readyz", "/metrics"]
)
def test_what_has_one_type_whatever_the_client_accepts_is_not_negotiated(tianshui: Client, target: str) -> None:
    for accept in ("image/webp", "*/*;q=0", "nonsense"):
        response = tianshui.request(target, headers={"Accept": accept})
        assert response.status_code == 200
        assert "Accept" not in response.headers.get("vary", "").split(", ")


def test_a_header_may_come_in_several_lines(tianshui: Client) -> None:
    request = [("Accept", "text/html"), ("Accept", "application/json"), ("Accept-Language", "fr")]
    response = tianshui.request("/v1/events", headers=[*request, ("Accept-Language", "en")])
    assert response.status_code == 200
    assert response.headers["content-language"] == "en"


def test_data_that_cannot_be_read_are_a_503(tianshui_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "database.sqlite3"
    copy.write_bytes(tianshui_database.read_bytes())
    client = Client(create_app(Settings(data=copy)))
    os.truncate(copy, 4096)
    for path in ("/v1/events", "/v1/locations/maiji", "/v1/events?location=maji"):
        response = client.request(path)
        assert response.status_code == 503, path
        assert response.headers["retry-after"] == "5"
        assert response.json()["status"] == 503
    assert client.get("/healthz") == {"status": "alive"}


def test_vary_names_the_negotiated_headers(tianshui: Client) -> None:
    assert tianshui.request("/v1/events").headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert tianshui.request("/v1/events?lang=en").headers["vary"] == "Accept, Accept-Encoding"


def test_the_language_is_negotiated(both: Client) -> None:
    def language(target: str, accept: str | None = None) -> tuple[str, str]:
        response = both.request(target, headers={"Accept-Language": accept} if accept else {})
        return response.headers["content-language"], response.json()["meta"]["language"]

    assert language("/v1/events", "zh-CN,zh;q=0.9") == ("zh-Hans", "zh-Hans")
    assert language("/v1/events", "zh-HK") == ("zh-Hant", "zh-Hant")
    assert language("/v1/events?lang=en", "zh-CN") == ("en", "en")
    assert language("/v1/events?campaign=pingliang", "fr") == ("zh-Hans", "zh-Hans")
    assert language("/v1/events?campaign=tianshui") == ("zh-Hant", "zh-Hant")
    assert language("/v1/events/pingliang-safety-quiz") == ("zh-Hans", "zh-Hans")
    assert language("/v1/events/tianshui-police-open-day") == ("zh-Hant", "zh-Hant")


MODIFIED, LATER, BEFORE = (f"{day} Nov 2026 10:00:00 GMT" for day in ("Mon, 23", "Tue, 24", "Sun, 22"))


def conditions_of(**headers: str) -> Conditions:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return parse_headers(("http", None), b"/", [(b"host", b"a"), *raw])[1]


def test_if_none_match_and_if_modified_since() -> None:
    def has(last_modified: str | None = MODIFIED, **headers: str) -> bool:
        response = {"ETag": '"tag-br"'} | ({"Last-Modified": last_modified} if last_modified else {})
        conditions = conditions_of(**headers)
        assert conditions.is_plain
        return is_not_modified(conditions, response)

    assert has(if_none_match='"tag-br"')
    assert has(if_none_match='W/"tag-br"')
    assert has(if_none_match='"a", "tag-br" , "b"')
    assert has(if_none_match=" * ")
    assert not has(if_none_match='"tag"')
    assert not has(if_none_match="tag-br")
    assert has(if_modified_since=MODIFIED)
    assert has(if_modified_since="Mon, 23 Nov 2026 10:00:00 -0000")
    assert not has(if_modified_since=LATER)
    assert not has(if_modified_since="Mon, 23 Nov 2026 09:59:59 GMT")
    assert not has(if_modified_since="yesterday")
    assert not has(None, if_modified_since=MODIFIED)
    assert not has(if_none_match='"other"', if_modified_since=MODIFIED)
    assert not has()


def test_if_match_and_if_unmodified_since() -> None:
    def gets(last_modified: str | None = MODIFIED, **headers: str) -> bool:
        response = {"ETag": '"tag-br"'} | ({"Last-Modified": last_modified} if last_modified else {})
        conditions = conditions_of(**headers)
        assert not conditions.is_plain
        try:
            check_preconditions(conditions, response)
        except PreconditionFailed:
            return False
        return True

    assert gets(if_match='"tag-br"')
    assert gets(if_match='"a", "tag-br" , "b"')
    assert gets(if_match=" * ")
    assert gets(if_match='"tag-br"', if_unmodified_since=BEFORE)
    # As a proxy that compresses has changed it.
    assert gets(if_match='W/"tag-br"')
    assert not gets(if_match='"tag"', if_unmodified_since=LATER)
    assert not gets(if_match="tag-br")
    assert gets(if_unmodified_since=MODIFIED)
    assert gets(if_unmodified_since=LATER)
    assert gets(if_unmodified_since="yesterday")
    assert gets(None, if_unmodified_since=BEFORE)
    assert not gets(if_unmodified_since=BEFORE)


@pytest.mark.parametrize("target", ["/v1/events", "/v1/events/tianshui-police-open-day", "/v1/events.csv", "/docs"])
def test_a_failed_precondition_is_a_412(tianshui: Client, target: str) -> None:
    tag = tianshui.request(target).headers["etag"]
    for _ in range(2):
        # The second response comes from the cache, if it can be cached.
        assert tianshui.request(target, headers={"If-Match": tag}).status_code == 200
        assert tianshui.request(target, headers={"If-Match": tag, "If-None-Match": tag}).status_code == 304
        for headers in ({"If-Match": '"other"'}, {"If-Match": '"other"', "If-None-Match": tag}):
            failed = tianshui.request(target, headers=headers)
            assert failed.status_code == failed.json()["status"] == 412
            assert failed.json()["detail"].startswith("If-Match or If-Unmodified-Since does not hold;")
            assert failed.headers["cache-control"] == "no-store"
            assert "etag" not in failed.headers
    assert tianshui.request("/v1/events/none", headers={"If-Match": '"other"'}).status_code == 404


def test_errors_have_no_validators(tianshui: Client) -> None:
    for target, status in (("/v1/events?limit=-1", 422), ("/v1/events/none", 404), ("/nothing", 404)):
        response = tianshui.request(target, headers={"If-None-Match": "*"})
        assert response.status_code == status
        assert "etag" not in response.headers
        assert response.headers["cache-control"] == "no-store"
    since = tianshui.request("/v1/events").headers["last-modified"]
    assert tianshui.request("/v1/events", headers={"If-Modified-Since": since}).status_code == 304


def test_links_are_never_built_from_request_headers(tianshui: Client) -> None:
    plain = tianshui.request("/v1/events?limit=1")
    for headers in (
        {"Host": "evil.example"},
        {"Host": "evil.example:8000"},
        {"Host": "[::1]"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"},
    ):
        forged = tianshui.request("/v1/events?limit=1", headers=headers)
        assert forged.content == plain.content
        assert forged.headers["etag"] == plain.headers["etag"]
    assert plain.json()["links"]["self"] == f"{BASE}/v1/events?limit=1"


def test_links_are_built_from_the_public_base_url(tianshui_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGN_API_PUBLIC_BASE_URL", "https://data.example.org/api/")
    client = Client(create_app(Settings(data=tianshui_database)))
    page = client.get("/v1/events?limit=1")
    assert page["links"]["self"] == "https://data.example.org/api/v1/events?limit=1"
    assert page["links"]["next"].startswith("https://data.example.org/api/v1/events?limit=1&cursor=")
    document = client.get("/openapi.json")
    assert document["servers"][0]["url"] == "https://data.example.org/api"
    # Whoever runs the service has not said how to be reached.
    assert "contact" not in document["info"]
    policy = client.request("/docs").headers["content-security-policy"]
    assert "connect-src 'self' https://data.example.org:443;" in policy


def test_retired_ids(both: Client) -> None:
    gone = both.request("/v1/events/pingliang-cancelled-parade?lang=en")
    assert gone.status_code == 410
    assert gone.json()["detail"].startswith("The event 'pingliang-cancelled-parade' was withdrawn. ")
    assert "{" not in gone.json()["detail"]
    assert gone.headers["content-language"] == "en"
    chinese = both.request("/v1/events/pingliang-cancelled-parade")
    assert chinese.headers["content-language"] == "en"
    assert chinese.headers["vary"] == "Accept-Language"
    moved = both.request("/v1/events/pingliang-helmet-day?lang=en&include=evidence")
    assert moved.status_code == 308
    assert moved.headers["location"] == f"{BASE}/v1/events/pingliang-helmet-column?lang=en&include=evidence"
    assert both.request("/v1/locations/kongtong-urban-area").headers["location"] == f"{BASE}/v1/locations/kongtong"
    assert both.request("/v1/locations/pingliang-helmet-day").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v1/",
        "/v1/events/",
        "/v1/Events",
        "/v1//events",
        "//v1/events",
        "/v1/events/a/b",
        "/v1/events/%2e%2e%2f",
        "/v1/events/a%00b",
        "/v1/events/%FF%FE",
        "/v1/events/%E2%80%AE",
        "/docs/../app/main.py",
        "/docs/%2e%2e%2fmain.py",
        "/docs/LICENSE",
    ],
)
def test_odd_paths_are_not_found(tianshui: Client, path: str) -> None:
    response = tianshui.request(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["instance"].isascii()
    assert problem["status"] == 404


def test_the_nearest_path_is_suggested(tianshui: Client) -> None:
    assert tianshui.request("/v1/event").json()["nearest"][0] == "/v1/events"
    assert tianshui.request("/v1/events/maiji").json()["nearest"] == ["/v1/locations/maiji"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/events/", "/v1/events"),
        ("/v1/events//", "/v1/events"),
        ("/v1/search/", "/v1/search"),
        ("/v1/events/tianshui-police-open-day/", "/v1/events/tianshui-police-open-day"),
        ("/v1/locations/maiji/", "/v1/locations/maiji"),
        ("/v1/campaigns/tianshui/summary/", "/v1/campaigns/tianshui/summary"),
        ("/v1/events.csv/", "/v1/events.csv"),
        ("/docs/", "/docs"),
        ("/docs/docs.js/", "/docs/docs.js"),
        ("/openapi.json/", "/openapi.json"),
        ("/metrics/", "/metrics"),
        ("/V1/EVENTS", "/v1/events"),
        ("/v1/Events/tianshui-police-open-day", "/v1/events/tianshui-police-open-day"),
        ("//v1//locations/maiji", "/v1/locations/maiji"),
        # The collection is in the singular, or its version is missing, another or below something else.
        ("/v1/event/tianshui-police-open-day", "/v1/events/tianshui-police-open-day"),
        ("/v1/Event/tianshui-police-open-day/", "/v1/events/tianshui-police-open-day"),
        ("/v1/event/tianshui-police-open-day.ics", "/v1/events/tianshui-police-open-day.ics"),
        ("/v1/location/maiji", "/v1/locations/maiji"),
        ("/v1/campaign/tianshui/summary", "/v1/campaigns/tianshui/summary"),
        ("/events/tianshui-police-open-day/", "/events/tianshui-police-open-day"),
        ("/outcome/tianshui-works-created", "/v1/outcomes/tianshui-works-created"),
        ("/sources/tianshui-report", "/v1/sources/tianshui-report"),
        ("/api/v1/Locations/maiji", "/v1/locations/maiji"),
        ("/v2/events/tianshui-police-open-day", "/v1/events/tianshui-police-open-day"),
        ("/v1/campaigns/tianshui/events", "/v1/events"),
        ("/event.csv", "/v1/events.csv"),
        ("/search", "/v1/search"),
        # Other names of a collection, of a part of a record, and of what is not data.
        ("/v1/places", "/v1/locations"),
        ("/v1/places/maiji", "/v1/locations/maiji"),
        ("/place/maiji", "/v1/locations/maiji"),
        ("/v1/campaigns/tianshui/snapshots", "/v1/campaigns/tianshui/snapshot"),
        ("/campaign/tianshui/sumary/", "/v1/campaigns/tianshui/summary"),
        ("/swagger", "/docs"),
        ("/swagger-ui/index.html", "/docs"),
        ("/redoc", "/docs"),
        ("/api-docs", "/docs"),
        ("/swagger.json", "/openapi.json"),
        ("/openapi.yaml", "/openapi.json"),
        # Of what is not there, the nearest is the first.
        ("/event/tianshui-police-open-dya", "/v1/events/tianshui-police-open-day"),
        ("/v1/events/tianshui-police-open-dya/", "/v1/events/tianshui-police-open-day"),
        ("/v1/events/maiji/", "/v1/locations/maiji"),
        ("/v1/events.csb/", "/v1/events"),
    ],
)
def test_a_path_in_another_spelling_leads_to_the_right_one(both: Client, path: str, meant: str) -> None:
    # httpx would take //v1 for a host.
    response = both.request(f"{BASE}{path}")
    assert response.status_code == 404
    problem = response.json()
    assert problem["instance"] == path
    assert problem["nearest"][0] == meant
    assert len(problem["nearest"]) == len(set(problem["nearest"])) <= 4
    head = both.request(f"{BASE}{path}", "HEAD")
    assert (head.status_code, head.content) == (404, b"")
    assert both.request(f"{BASE}{path}", "OPTIONS").json()["nearest"][0] == meant


@pytest.mark.parametrize(
    "path",
    ["/index.html", "/about", "/v1/pillars", "/v1/organisations", "/v1/pillars/snapshot", "/" + "snapshot" * 900],
)
def test_nothing_unrelated_is_suggested(both: Client, path: str) -> None:
    assert both.request(path).json()["nearest"] == ["/docs"]


@pytest.mark.parametrize("id_", ["pingliang-cancelled-parade", "pingliang-helmet-day"])
def test_a_retired_record_with_a_slash_leads_to_its_path(both: Client, id_: str) -> None:
    assert both.request(f"/v1/events/{id_}/").json()["nearest"][0] == f"/v1/events/{id_}"


def test_a_search_for_the_nearest_path_that_fails_is_an_error_too(tianshui_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "database.sqlite3"
    copy.write_bytes(tianshui_database.read_bytes())
    client = Client(create_app(Settings(data=copy)))
    os.truncate(copy, 4096)
    assert client.request("/v1/locations/maiji/").status_code == 503
    assert client.request("/v1/events/").status_code == 404


def test_long_requests_are_refused(tianshui: Client) -> None:
    long = tianshui.request("/v1/events?cursor=" + "x" * 10_000)
    assert (long.status_code, long.json()["status"]) == (414, 414)
    large = tianshui.request("/v1/events", headers={"X-Large": "x" * 40_000})
    assert (large.status_code, large.json()["status"]) == (431, 431)


def test_json_is_utf8_and_unescaped(tianshui: Client) -> None:
    response = tianshui.request("/v1/events?limit=1")
    assert response.headers["content-type"] == "application/json"
    assert "人民公安從這裡走來" in response.content.decode("utf-8")
    assert json.dumps(response.json(), ensure_ascii=False, separators=(",", ":")) == response.text


def test_health(tianshui: Client) -> None:
    assert tianshui.get("/healthz") == {"status": "alive"}
    ready = tianshui.request("/readyz")
    assert ready.json()["version"] == tianshui.get("/v1/events")["meta"]["version"]
    assert ready.headers["cache-control"] == "no-store"


def test_a_defect_outside_the_framework_is_a_problem_too(
    tianshui_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(representation, "compress", fail)
    client = Client(create_app(Settings(data=tianshui_database)))
    response = client.request("/v1/events", headers={"Accept-Encoding": "br"})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text


def test_the_frameworks_own_errors_are_problems(tianshui_database: Path) -> None:
    app = create_app(Settings(data=tianshui_database))

    router = make_router()

    @router.get("/teapot")
    def brew() -> StaticPlan:
        raise HTTPException(418, "short and stout", {"X-Spout": "here"})

    app.router.routes.extend(router.routes)
    response = Client(app).request("/teapot")
    assert (response.status_code, response.headers["x-spout"]) == (418, "here")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "short and stout"


def test_a_defect_is_reported_without_its_details(tianshui_database: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(data=tianshui_database))
    app.state.context.database.close()
    app.state.context = replace(app.state.context, database=None)
    response = Client(app).request("/v1/events", headers={"X-Request-ID": "seen"})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"] == "seen"
    assert response.headers["access-control-allow-origin"] == "*"
    assert "NoneType" not in response.text
    assert "Traceback" not in response.text
    (record,) = caplog.records
    assert record.getMessage() == "request seen failed: GET '/v1/events'"
    assert record.exc_info is not None
