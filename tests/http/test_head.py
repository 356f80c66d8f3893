"""HEAD in each encoding: the headers of GET, no body, no export rendered, and the connection stays open."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.wire import Connection, RawResponse, Served, serving, until

ENCODINGS = ("identity", "br", "gzip", "zstd")
FORMATS = ("csv", "xlsx", "geojson", "ics", "jsonl", "jsonld")
FEW = "lang=en&date_from=2019-03-01&date_to=2019-03-03"
DOCUMENTS = (
    *product((f"/v1/events.{extension}?{FEW}" for extension in FORMATS), ENCODINGS),
    *product(("/v1/locations.geojson?kind=province", "/v1/outcomes.csv?scope=campaign"), ENCODINGS),
    *product(("/v1/campaigns/safe-winter/snapshot",), ("identity", "br")),
)
"""Documents that are streamed, most of them small: whether one is made does not depend on its size."""
OTHERS = (
    *("/v1/events", "/v1/events?limit=200", "/v1/sources", "/v1/search?q=%E5%85%AC%E5%AE%89"),
    *(
        "/v1/campaigns/safe-winter",
        "/v1/campaigns/safe-winter/summary",
        "/v1/locations/maiji",
        "/openapi.json",
        "/docs",
        "/campaigns/safe-winter",
        "/explorer/0/main.js",
    ),
    *("/v1/events/none", "/v1/events?limit=0", "/v1/events.doc", "/nothing"),
)
SMALL_BUFFER = 4096


@pytest.fixture(scope="module", params=[Protocol, HttpToolsProtocol], ids=["fast path", "application"])
def wire(request: pytest.FixtureRequest, large_database: Path) -> Iterator[Served]:
    """A server that makes one document at a time."""
    protocol: Any = request.param
    with serving(create_app(Settings(data=large_database, max_exports=1)), protocol) as wire:
        yield wire


def request_of(target: str, encoding: str, method: str = "HEAD") -> bytes:
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()


def comparable(received: RawResponse) -> tuple[bytes, list[bytes]]:
    """Return the status and the headers, but for how the length of a body is reported, which HEAD may leave out."""
    framing = (b"transfer-encoding:", b"content-length:")
    return received.start, sorted(line for line in received.headers if not line.lower().startswith(framing))


@contextmanager
def no_document_can_be_made(wire: Served) -> Iterator[None]:
    """Let a client that reads nothing hold the one document that can be made, until the block ends."""
    with wire.connect(receive_bytes=SMALL_BUFFER) as holder, wire.connect() as other:
        holder.send(request_of("/v1/events.jsonl?lang=en", "identity", "GET"))
        # Too large to be cached.
        busy = request_of("/v1/events.jsonl?lang=en&sort=-date", "identity", "GET")
        # The response has started, so the client holds the document: another one may not take its place.
        assert holder.socket.recv(12) == b"HTTP/1.1 200"
        yield
        assert b" 503 " in other.request(busy).start
        holder.reset()
    with wire.connect() as other:
        until(lambda: b" 200 " in other.request(busy).start)


@pytest.fixture
def connection(wire: Served) -> Iterator[Connection]:
    with wire.connect() as connection:
        yield connection


def test_no_document_is_made(wire: Served, connection: Connection) -> None:
    expected = {
        (target, encoding): comparable(connection.request(request_of(target, encoding, "GET")))
        for target, encoding in DOCUMENTS
    }
    with no_document_can_be_made(wire):
        for (target, encoding), headers in expected.items():
            # The next response on the connection shows that no byte of a body came.
            for _ in range(2):
                assert comparable(connection.request(request_of(target, encoding))) == headers, (target, encoding)
            has_it = next(line for line in headers[1] if line.lower().startswith(b"etag: "))[6:]
            condition = b"If-None-Match: " + has_it + b"\r\n\r\n"
            again = connection.request(request_of(target, encoding)[:-2] + condition)
            assert again.start == b"HTTP/1.1 304 Not Modified"


def test_many_heads_at_once_are_served_in_order(wire: Served, connection: Connection) -> None:
    requests = [request_of(target, encoding) for target, encoding in DOCUMENTS]
    alone = [connection.request(request) for request in requests]
    with no_document_can_be_made(wire):
        connection.send(b"".join(requests))
        assert [connection.read_response(request) for request in requests] == alone


@pytest.mark.parametrize("target", OTHERS)
def test_what_is_not_a_document_has_the_same_headers(wire: Served, connection: Connection, target: str) -> None:
    for encoding in ENCODINGS:
        for method in ("HEAD", "GET", "HEAD", "HEAD"):
            if method == "HEAD":
                head = connection.request(request_of(target, encoding))
                assert head.body == b""
            else:
                got = connection.request(request_of(target, encoding, "GET"))
                assert got.body
                assert replace(got, body=b"") == head
        assert replace(got, body=b"") == head
