"""Headers that are not in the cache key change no byte of a response, nor of those that others get afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.wire import Connection, RawResponse, Served, serving

EVIL = "evil.example"

ODD = {
    "Host": (EVIL, f"{EVIL}:443", "", "127.0.0.1:1"),
    "X-Forwarded-Host": (EVIL, f"{EVIL}, another.example"),
    "X-Forwarded-Proto": ("https", "javascript"),
    "X-Forwarded-Scheme": ("https",),
    "X-Forwarded-Port": ("1337",),
    "X-Forwarded-For": ("203.0.113.7", "<script>"),
    "X-Forwarded-Prefix": (f"/{EVIL}", f"//{EVIL}"),
    "X-Forwarded-Server": (EVIL,),
    "X-Forwarded-Ssl": ("on",),
    "X-Scheme": ("https",),
    "X-Host": (EVIL,),
    "X-HTTP-Host-Override": (EVIL,),
    "Forwarded": (f"for=203.0.113.7;host={EVIL};proto=https",),
    "X-Original-URL": ("/docs", f"//{EVIL}"),
    "X-Rewrite-URL": ("/docs",),
    "X-Original-Host": (EVIL,),
    "X-HTTP-Method-Override": ("DELETE", "POST", "HEAD"),
    "X-Method-Override": ("DELETE",),
    "X-HTTP-Method": ("DELETE",),
    "X-Real-IP": ("127.0.0.1",),
    "X-Client-IP": ("127.0.0.1",),
    "True-Client-IP": ("127.0.0.1",),
    "X-Script-Name": (f"/{EVIL}",),
    "X-WAP-Profile": (f"http://{EVIL}/",),
    "X-Requested-With": ("XMLHttpRequest",),
    "Front-End-Https": ("on",),
    "Via": (f"1.1 {EVIL}",),
    "Origin": (f"https://{EVIL}", "null"),
    "Referer": (f"https://{EVIL}/",),
    "Cookie": ("lang=en; session=x",),
    "Authorization": ("Basic eDp4",),
    "User-Agent": ("Googlebot", "curl/8", "", "<script>"),
    # A single range is honoured by exports, and no cache stores the part as the whole.
    "Range": ("bytes=-9", "bytes=" + ",".join(f"{at}-{at}" for at in range(3000))),
    "If-Range": ('"x"',),
    "Cache-Control": ("no-cache", "no-store", "only-if-cached"),
    "Pragma": ("no-cache",),
    "Accept-Charset": ("utf-16",),
    "Accept-Datetime": ("Mon, 23 Nov 2020 10:00:00 GMT",),
    "Content-Type": ("text/html",),
    "DNT": ("1",),
    "Save-Data": ("on",),
    "Sec-Fetch-Site": ("cross-site",),
    "Sec-Fetch-Dest": ("document",),
    "Sec-CH-UA-Mobile": ("?1",),
    "Upgrade-Insecure-Requests": ("1",),
    "Purpose": ("prefetch",),
    "Max-Forwards": ("0",),
    "From": (f"x@{EVIL}",),
    "TE": ("trailers",),
    "traceparent": ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",),
    "tracestate": (f"x={EVIL}",),
    "baggage": (f"x={EVIL}",),
    "CF-Connecting-IP": ("203.0.113.7",),
    "Fastly-SSL": ("1",),
}

TARGETS = (
    *("/v1/events?limit=2", "/v1/events/tianshui-police-open-day", "/v1/search?q=maiji", "/docs", "/openapi.json"),
    *("/v1/events.csv", "/v1/events/none", "/v1/events/pingliang-helmet-day", "/nothing", "/healthz"),
    *("/campaigns/tianshui", "/events/none"),
)


@pytest.fixture(scope="module")
def wire(two_campaigns_database: Path) -> Iterator[Served]:
    """The service by its own protocol, without a public base URL."""
    with serving(create_app(Settings(data=two_campaigns_database)), Protocol) as wire:
        yield wire


@pytest.fixture
def connection(wire: Served) -> Iterator[Connection]:
    with wire.connect() as connection:
        yield connection


def send_request(connection: Connection, target: str, *headers: str, host: str = "usual.example") -> RawResponse:
    return connection.request("\r\n".join([f"GET {target} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode())


def request_with_header(connection: Connection, target: str, name: str, value: str) -> RawResponse:
    if name == "Host":
        return send_request(connection, target, host=value)
    return send_request(connection, target, f"{name}: {value}")


# The OpenAPI document takes long to make; it is requested with all headers at once below.
@pytest.mark.parametrize("target", [target for target in TARGETS if target != "/openapi.json"])
def test_no_response_depends_on_headers_that_vary_does_not_name(
    wire: Served, connection: Connection, target: str
) -> None:
    """Neither new responses nor cached ones, nor those first made for an odd request."""
    wire.app.forget()
    clean = send_request(connection, target)
    assert EVIL.encode() not in b"".join([*clean.headers, clean.body])
    assert b"usual.example" not in b"".join([*clean.headers, clean.body])
    for name, values in ODD.items():
        for value in values:
            wire.app.forget()
            assert request_with_header(connection, target, name, value) == clean, (name, value, "made")
            assert send_request(connection, target) == clean, (name, value, "afterwards")
            assert request_with_header(connection, target, name, value) == clean, (name, value, "cached")


def test_all_headers_at_once_change_nothing_either(wire: Served, connection: Connection) -> None:
    values_by_name = ODD | {"Host": (), "Range": ODD["Range"][:1]}
    lines = [f"{name}: {value}" for name, values in values_by_name.items() for value in values]
    for target in TARGETS:
        wire.app.forget()
        clean = send_request(connection, target)
        for _ in range(2):
            wire.app.forget()
            assert [send_request(connection, target, *lines, host=EVIL) for _ in range(2)] == [clean] * 2
            assert send_request(connection, target) == clean


def test_vary_names_what_a_response_depends_on(wire: Served, connection: Connection) -> None:
    """The headers that do change a response are in its `Vary`."""
    target = "/v1/events?limit=2"
    clean = send_request(connection, target)
    assert clean.header(b"vary") == b"Accept, Accept-Language, Accept-Encoding"
    for line in ("Accept-Language: en", "Accept-Encoding: br", "Accept: text/html"):
        assert send_request(connection, target, line) != clean
        assert send_request(connection, target) == clean
