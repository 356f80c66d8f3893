"""Any bytes over a connection get an exact response, are no defect, and are never reflected raw."""

import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.server.raw_requests import CLEAN, LIST, MARK, WRITTEN, Case, chunked, get
from tests.server.raw_targets import TARGET_CASES
from tests.wire import Connection, RawResponse, Served, Wire, serving

CASES = {f"{kind}: {name}": case for kind, cases in (WRITTEN | TARGET_CASES).items() for name, case in cases.items()}

HEALTH = get(b"/healthz")

COMMON = {
    b"access-control-allow-origin: *",
    b"timing-allow-origin: *",
    b"x-content-type-options: nosniff",
    b"referrer-policy: no-referrer",
    b"cross-origin-resource-policy: cross-origin",
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'",
}
NEVER = (b"server", b"set-cookie", b"content-range", b"access-control-allow-credentials", b"upgrade", b"x-injected")
MAX_PROBLEM_BYTES = 32 * 1024
"""The largest error response."""


@pytest.fixture(scope="module")
def service(two_campaigns_database: Path) -> Iterator[Served]:
    """The service with our protocol and without a public base URL."""
    with serving(create_app(Settings(data=two_campaigns_database)), Protocol, ws="none") as wire:
        yield wire


@pytest.fixture(autouse=True)
def no_errors(service: Served, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check after each test that the service responds and has logged no error."""
    yield
    with service.connect() as connection:
        assert connection.request(HEALTH).start == b"HTTP/1.1 200 OK"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []


def check(received: RawResponse, status: int, *, is_head: bool = False) -> None:
    """Check the headers and bodies that every response must and must not have."""
    assert received.start.startswith(b"HTTP/1.1 %d " % status), (received.start, received.body[:300])
    names = [line.partition(b":")[0] for line in received.headers]
    assert set(received.headers) >= COMMON
    assert not set(names) & set(NEVER)
    assert (b"location" in names) == (status == 308)
    assert (b"allow" in names) == (status in (204, 405))
    head = b"\n".join(received.headers).lower()
    # Links repeat the query, percent-encoded.
    assert b"<script" not in head
    assert b"injected" not in head
    assert b"\r\nX-Injected" not in received.body
    if status < 400:
        assert MARK not in received.body
        return
    assert {b"content-type: application/problem+json", b"cache-control: no-store"} <= set(received.headers)
    if is_head:
        assert received.body == b""
        return
    assert int(received.header(b"content-length")) == len(received.body) < MAX_PROBLEM_BYTES
    problem = json.loads(received.body)
    assert problem["status"] == status
    assert problem["instance"].isascii()
    assert MARK.decode() not in problem["instance"]
    assert len(problem["errors"]) <= 20


def read_all(connection: Connection, case: Case) -> list[RawResponse]:
    """Read and check all responses of a case."""
    responses = [connection.read_response(case.raw) for _ in case.statuses]
    for received, status in zip(responses, case.statuses, strict=True):
        check(received, status, is_head=case.raw.startswith(b"HEAD"))
    *others, last = (b"connection: close" in received.headers for received in responses)
    assert not any(others)
    assert last == case.closes
    return responses


def is_closed(connection: Connection) -> bool:
    """Return whether the server has closed the connection, with or without a reset."""
    try:
        return connection.is_over()
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("name", CASES)
def test_each_case(service: Wire, name: str) -> None:
    case = CASES[name]
    with service.connect() as connection:
        connection.send(case.raw)
        responses = read_all(connection, case)
        if case.closes:
            assert connection.is_over()
        else:
            # The connection goes on, and the same request gets the same responses.
            connection.send(case.raw)
            assert read_all(connection, case) == responses
            assert connection.request(HEALTH).start == b"HTTP/1.1 200 OK"
    if case.like is not None:
        with service.connect() as connection:
            assert [connection.request(case.like)] == responses


@pytest.mark.parametrize(
    "raw",
    [CLEAN, chunked(b"5\r\nhello\r\n0\r\n\r\n"), get(LIST, b"Content-Length: 5", body=b"hello")],
    ids=["plain", "chunks", "body"],
)
def test_a_connection_can_be_closed_inside_a_request(service: Wire, raw: bytes) -> None:
    for place in range(1, len(raw)):
        with service.connect() as connection:
            connection.send(raw[:place])
    with service.connect() as connection:
        assert connection.request(raw) == connection.request(CLEAN)


@pytest.mark.parametrize(
    "requests",
    [
        [CLEAN],
        [get(b"/v1/events?lang=en&limit=4&date_from=2024-01-01&kind=event&kind=series")],
        [get(b"/docs/swagger-ui-bundle.js", b"Accept-Encoding: br")],
        [CLEAN, get(b"/v1/events?lang=en&limit=5&date_from=2024-01-01&kind=event&kind=series"), HEALTH, CLEAN],
    ],
)
def test_a_half_closed_connection_gets_its_responses(service: Wire, requests: list[bytes]) -> None:
    with service.connect() as connection:
        connection.send(b"".join(requests))
        connection.socket.shutdown(socket.SHUT_WR)
        for raw in requests:
            assert connection.read_response(raw).start == b"HTTP/1.1 200 OK"
        assert connection.is_over()


def test_bad_content_after_the_response_gets_no_second_one(service: Wire) -> None:
    with service.connect() as connection:
        check(connection.request(chunked(b"")), 200)
        connection.send(b"no chunk\r\n" + CLEAN)
        assert connection.is_over()


@pytest.mark.parametrize(
    "lines", [(b"Connection: Upgrade", b"Upgrade: h2c"), (b"Connection: Upgrade", b"Upgrade: websocket")]
)
def test_content_after_an_upgrade_is_no_request(service: Wire, lines: tuple[bytes, ...]) -> None:
    content = get(b"/nothing")
    with service.connect() as connection:
        connection.send(get(LIST, *lines, b"Content-Length: %d" % len(content)))
        connection.send(content)
        check(connection.read_response(CLEAN), 200)
        assert is_closed(connection)


def test_content_may_come_after_the_response(service: Wire) -> None:
    with service.connect() as connection:
        (expected,) = {connection.request(CLEAN), connection.request(CLEAN)}
        assert connection.request(get(LIST, b"Content-Length: 5")) == expected
        connection.send(b"hello")
        assert connection.request(CLEAN) == expected


def test_an_endless_trailer_is_not_read(service: Wire) -> None:
    with service.connect() as connection:
        check(connection.request(chunked(b"0\r\n")), 200)
        connection.send(b"X-Trailer: " + b"x" * 1_000_000)
        assert connection.is_over()
