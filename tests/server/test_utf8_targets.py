"""Targets with UTF-8 that the client did not percent-encode: the responses are those to the encoded ones."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.types import Message

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.wire import Connection, RawResponse, Served, serving

TARGETS = {
    "search": "/v1/search?q=公安",
    "list": "/v1/events?q=座談會&lang=en",
    "partly encoded": "/v1/events?q=%E5%85%AC安",
    "beyond the BMP": "/v1/events?q=𠮷野家",
    "export": "/v1/events.csv?q=公安",
    "name of a parameter": "/v1/events?類別=1",
    "value": "/v1/events?category=座谈会",
    "id": "/v1/events/天水",
    "format": "/v1/events.表格",
    "path": "/天水?q=公安",
    "asset": "/docs/文档.js",
    "page": "/docs?from=微信",
    "absolute form": "http://example.org/v1/events?q=公安",
    "latin": "/v1/events?q=é",
}
NOT_UTF8 = {
    "GBK": "/v1/events?q=公安".encode("gbk"),
    "Latin-1": "/v1/events?q=é".encode("latin-1"),
    "half a character": "/v1/events?q=公".encode()[:-1],
    "a surrogate": b"/v1/events?q=\xed\xa0\x80",
    "overlong": b"/v1/events?q=\xc0\xae",
    "path": b"/v1/events/\xff",
    "path after UTF-8": "/天水/".encode() + b"\x80",
}
LIST = b"/v1/events?lang=en&limit=3"


def get(target: bytes) -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: example.org\r\n\r\n" % target


def encoded(target: str) -> bytes:
    """Percent-encode what is not ASCII."""
    return quote(target, safe="".join(map(chr, range(0x21, 0x7F)))).encode()


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "application"])
def wire(request: pytest.FixtureRequest, two_campaigns_database: Path) -> Iterator[Served]:
    """The service with our protocol."""
    settings = Settings(data=two_campaigns_database, fast_path=request.param)
    with serving(create_app(settings), Protocol) as served:
        yield served


def alone(wire: Served, *pieces: bytes) -> RawResponse:
    with wire.connect() as connection:
        for piece in pieces:
            connection.send(piece)
        return connection.read_response(pieces[0])


@pytest.mark.parametrize("name", TARGETS)
def test_utf8_is_read_as_if_it_were_percent_encoded(wire: Served, name: str) -> None:
    raw, written = TARGETS[name].encode(), encoded(TARGETS[name])
    assert raw != written
    wire.app.forget()
    expected = alone(wire, get(written))
    assert expected.start.split()[1] in (b"200", b"404", b"422")
    assert [alone(wire, get(raw)) for _ in range(2)] == [expected] * 2
    # The other way round, from an empty cache.
    wire.app.forget()
    assert [alone(wire, get(target)) for target in (raw, written, raw)] == [expected] * 3


def test_it_shares_the_cached_response(wire: Served) -> None:
    wire.app.forget()
    for target in (TARGETS["search"].encode(), encoded(TARGETS["search"])) * 2:
        assert alone(wire, get(target)).start == b"HTTP/1.1 200 OK"
    cache = wire.app.state.context.cache
    assert (len(cache._entries), len(cache._found)) == (1, 1)


def test_it_may_arrive_in_any_pieces(wire: Served) -> None:
    raw = get("/v1/events?q=公安&lang=en".encode())
    expected = alone(wire, get(encoded("/v1/events?q=公安&lang=en")))
    for place in range(1, len(raw)):
        with wire.connect() as connection:
            send_in_two(wire, connection, raw, place)
            assert connection.read_response(raw) == expected, place


def send_in_two(wire: Served, connection: Connection, raw: bytes, place: int) -> None:
    """Send a request so that the server reads it in two pieces."""
    connection.send(raw[:place])
    read = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), wire.loop)
    read.result(10)
    connection.send(raw[place:])


def test_requests_ahead_have_targets_of_their_own(wire: Served) -> None:
    targets = [TARGETS["list"].encode(), LIST, "/天水".encode(), TARGETS["list"].encode()]
    with wire.connect() as connection:
        expected = [connection.request(get(target)) for target in targets]
    with wire.connect() as connection:
        connection.send(b"".join(map(get, targets)))
        assert [connection.read_response(get(target)) for target in targets] == expected


@pytest.mark.parametrize("name", NOT_UTF8)
def test_other_bytes_are_refused(wire: Served, name: str) -> None:
    raw = get(NOT_UTF8[name])
    for place in (None, raw.index(b" HTTP")):
        with wire.connect() as connection:
            if place is None:
                connection.send(raw)
            else:
                send_in_two(wire, connection, raw, place)
            received = connection.read_response(raw)
            assert received.start == b"HTTP/1.1 400 Bad Request"
            assert received.header(b"content-type") == b"application/problem+json"
            assert b"UTF-8" in received.body
            assert connection.is_over()


def test_headers_may_have_other_bytes(wire: Served) -> None:
    raw = b"GET %b HTTP/1.1\r\nHost: example.org\r\nX-Name: \xff\xe5\r\n\r\n" % LIST
    assert alone(wire, raw) == alone(wire, get(LIST))


def test_another_server_may_pass_such_bytes_on(two_campaigns_database: Path) -> None:
    app = create_app(Settings(data=two_campaigns_database))
    raw, written = (
        asyncio.run(call(app, query, path="/v1/search", raw_path=b"/v1/search"))
        for query in ("q=公安".encode(), b"q=%E5%85%AC%E5%AE%89")
    )
    assert raw == written
    assert raw[0] == 200
    cache = app.state.context.cache
    assert (len(cache._entries), len(cache._found)) == (1, 1)
    status, _ = asyncio.run(call(app, b"q=\xb9\xab", path="/v1/search", raw_path=b"/v1/search"))
    assert status == 422
    status, _ = asyncio.run(call(app, b"", path="/v1/events/\ufffd", raw_path=b"/v1/events/\xff"))
    assert status == 400


async def call(app: FastAPI, query: bytes, **more: object) -> tuple[int, bytes]:
    """Send a request over ASGI; returns the status and the body."""
    received: list[Message] = []

    async def send(message: Message) -> None:
        received.append(message)

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "query_string": query,
        "headers": [(b"host", b"example.org")],
        **more,
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    start, *bodies = received
    return start["status"], b"".join(message["body"] for message in bodies)
