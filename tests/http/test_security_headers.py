"""Headers for other origins and for security: in every kind of response, on every path through the server, once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.http.headers import transport_headers
from tests.serving import running
from tests.wire import RawResponse, Wire

ALWAYS = {
    b"access-control-allow-origin": b"*",
    b"timing-allow-origin": b"*",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-resource-policy": b"cross-origin",
    b"strict-transport-security": b"max-age=31536000",
}
NOTHING_MAY_RUN = b"default-src 'none'; frame-ancestors 'none'"
NEVER = (b"access-control-allow-credentials", b"server", b"x-powered-by", b"via")
CREDENTIALS = ("Origin: https://example.org", "Cookie: session=x", "Authorization: Basic eDp4")


def request(target: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/{version}", "Host: x", *CREDENTIALS, *headers, "", ""]).encode()


REQUESTED = {
    "a list": (200, request("/v1/events?limit=2")),
    "an encoded list": (200, request("/v1/events?limit=2", "Accept-Encoding: br")),
    "a head": (200, request("/v1/events?limit=2", method="HEAD")),
    "what it has": (304, request("/v1/events?limit=2", "If-None-Match: *")),
    "http 1.0": (200, request("/v1/events?limit=2", version="1.0")),
    "the last of a connection": (200, request("/v1/events?limit=2", "Connection: close")),
    "an export": (200, request("/v1/events.csv")),
    "a moved record": (308, request("/v1/events/pingliang-helmet-day")),
    "options": (204, request("/v1/events", method="OPTIONS")),
    "a preflight": (204, request("/v1/events", "Access-Control-Request-Method: GET", method="OPTIONS")),
    "a page": (200, request("/docs")),
    "a page of the explorer": (200, request("/", "Accept: text/html")),
    "a page of an error": (404, request("/nothing", "Accept: text/html")),
    "a script": (200, request("/docs/docs.js")),
    "a picture": (200, request("/docs/favicon-32x32.png")),
    "the description": (200, request("/openapi.json")),
    "metrics": (200, request("/metrics")),
    "health": (200, request("/healthz")),
    "nothing": (404, request("/nothing")),
    "no such record": (404, request("/v1/events/none")),
    "a withdrawn record": (410, request("/v1/events/pingliang-cancelled-parade")),
    "another method": (405, request("/v1/events", method="DELETE")),
    "another type": (406, request("/v1/events", "Accept: image/png")),
    "a bad query": (422, request("/v1/events?limit=-1")),
    "too long an address": (414, request(f"/v1/events?cursor={'x' * 9000}")),
    "too large headers": (431, request("/v1/events", f"X-Large: {'x' * 40_000}")),
    "no HTTP": (400, b"NONSENSE\r\n\r\n"),
}


@pytest.fixture(scope="module")
def wire(two_campaigns_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """A service that clients reach by https."""
    settings = {"CAMPAIGN_API_PUBLIC_BASE_URL": "https://data.example.org"}
    folder = tmp_path_factory.mktemp("served")
    with running("--data", str(two_campaigns_database), cwd=folder, settings=settings) as server:
        yield Wire.of(server)


def named(received: RawResponse) -> dict[bytes, bytes]:
    lines = [line.split(b": ", 1) for line in received.headers]
    assert Counter(name.lower() for name, _ in lines).most_common(1)[0][1] == 1
    return {name.lower(): value for name, value in lines}


@pytest.mark.parametrize("name", REQUESTED)
def test_every_response_has_them(wire: Wire, name: str) -> None:
    status, raw = REQUESTED[name]
    for _ in range(3):
        with wire.connect() as connection:
            received = connection.request(raw)
        headers = named(received)
        assert int(received.start.split()[1]) == status
        assert headers.items() >= ALWAYS.items()
        assert not headers.keys() & {*NEVER}
        policy = headers[b"content-security-policy"]
        if name.startswith("a page"):
            forms = b"none" if name == "a page" else b"self"
            assert policy.startswith(b"default-src 'none'; script-src 'self'; ")
            assert policy.endswith(b"base-uri 'none'; form-action '%b'; frame-ancestors 'none'" % forms)
            assert b"unsafe" not in policy
            assert headers[b"cross-origin-opener-policy"] == b"same-origin"
        else:
            assert policy == NOTHING_MAY_RUN
            assert b"cross-origin-opener-policy" not in headers


@pytest.mark.parametrize("scheme", [None, "http"])
def test_hsts_is_sent_only_where_the_public_url_is_https(scheme: str | None) -> None:
    assert transport_headers(scheme) == []
