"""How connections end: half-closed clients get their responses, and no time counts in which the process stood still."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.serving import UNTRACED, running
from tests.wire import Served, Wire, serving, until

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
TARGETS = {
    "a list": b"/v1/events?lang=en",
    "a slow list": b"/openapi.json",
    "a search": b"/v1/search?q=%E5%85%AC%E5%AE%89",
    "an error": b"/v1/events/none",
    "a snapshot": b"/v1/campaigns/tianshui/snapshot",
    **{extension: b"/v1/events.%b?lang=en" % extension.encode() for extension in ("csv", "jsonl", "xlsx", "ics")},
}


def get(target: bytes, *lines: bytes, version: bytes = b"1.1") -> bytes:
    return b"\r\n".join((b"GET %b HTTP/%b" % (target, version), b"Host: example.org", *lines, b"", b""))


@pytest.fixture(scope="module")
def large(large_database: Path) -> Iterator[Served]:
    """A server of documents that exceed the buffers of sockets."""
    with serving(create_app(Settings(data=large_database, max_exports=1)), Protocol) as wire:
        yield wire


@pytest.fixture(scope="module")
def small(tianshui_database: Path) -> Iterator[Served]:
    """A server of the project's own data."""
    with serving(create_app(Settings(data=tianshui_database)), Protocol) as wire:
        yield wire


def status_and_body(received: bytes) -> tuple[bytes, bytes]:
    """Return the status line and the body of a last response, and check that it is whole."""
    while received.startswith(CONTINUE):
        received = received.removeprefix(CONTINUE)
    head, _, body = received.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    if b"transfer-encoding: chunked" in lines:
        assert body.endswith(b"\r\n0\r\n\r\n")
    return start, body


def check_half_closed(wire: Served, request: bytes, pause: float) -> None:
    """Compare the response to a client that closes its side after a pause with that to another."""
    with wire.connect() as connection:
        connection.send(request)
        start, body = status_and_body(connection.read_to_end())
    # Otherwise an export would be cached, or sent with the length that is known now.
    wire.app.forget()
    with wire.connect() as connection:
        connection.send(request)
        time.sleep(pause)
        connection.socket.shutdown(socket.SHUT_WR)
        halved_start, halved_body = status_and_body(connection.read_to_end())
    # A workbook has the time in it.
    assert (halved_start, len(halved_body)) == (start, len(body))


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
def test_a_half_closed_client_gets_the_whole_response(small: Served, name: str, version: bytes) -> None:
    for pause in (0, 0.01):
        small.app.forget()
        check_half_closed(small, get(TARGETS[name], b"Connection: close", version=version), pause)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_client_that_closes_its_side_during_an_export_gets_all_of_it(large: Served, name: str) -> None:
    check_half_closed(large, get(TARGETS[name]), 0.05)


def test_a_half_closed_client_gets_every_response_that_it_asked_for(small: Served) -> None:
    with small.connect() as connection:
        connection.send(get(TARGETS["csv"]) + get(TARGETS["a list"]) + get(TARGETS["xlsx"]))
        connection.socket.shutdown(socket.SHUT_WR)
        received = connection.read_to_end()
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 3
    head, _, body = received.rpartition(b"HTTP/1.1 200 OK\r\n")[2].partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(body) in head.split(b"\r\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_an_export_stops_when_a_half_closed_client_leaves(large: Served, name: str) -> None:
    with large.connect() as connection:
        connection.send(get(TARGETS[name]))
        connection.socket.shutdown(socket.SHUT_WR)
        time.sleep(0.05)
    with large.connect() as another:
        # Only one export is sent at a time.
        until(lambda: another.request(get(b"/v1/outcomes.csv?limit=x")).start == b"HTTP/1.1 422 Unprocessable Entity")
        until(lambda: another.request(get(TARGETS["csv"])).start == b"HTTP/1.1 200 OK")


def test_a_client_that_waits_to_send_content_is_not_waited_for(small: Served) -> None:
    waits = get(TARGETS["a list"], b"Expect: 100-continue", b"Content-Length: 10")
    with small.connect() as connection:
        received = connection.request(waits)
        assert received.start == b"HTTP/1.1 200 OK"
        assert b"connection: close" in received.headers
        # What comes instead of the content is not taken for it, and not for a request either.
        connection.send(get(TARGETS["a list"]))
        assert connection.is_over()


# A process that stands still.


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what waits in a socket is read from Linux")
def test_requests_that_came_while_the_process_stood_still_are_served(tianshui_database: Path, tmp_path: Path) -> None:
    settings = UNTRACED | {"CAMPAIGN_API_IDLE_TIMEOUT_SECONDS": "1", "CAMPAIGN_API_READ_TIMEOUT_SECONDS": "1.5"}
    request = get(b"/v1/campaigns")
    with running("--data", str(tianshui_database), cwd=tmp_path, settings=settings) as server, ExitStack() as stack:
        wire = Wire.of(server)
        for _ in range(3):
            idle, begun, silent = ([stack.enter_context(wire.connect()) for _ in range(20)] for _ in range(3))
            for connection in (*idle, *silent):
                assert connection.request(request).start == b"HTTP/1.1 200 OK"
            for connection in begun:
                connection.send(request[:20])
            time.sleep(0.3)
            os.kill(server.pid, signal.SIGSTOP)
            try:
                # What comes before it is interrupted would be read first.
                until(lambda: Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
                for connection in idle:
                    connection.send(request)
                for connection in begun:
                    connection.send(request[20:])
                time.sleep(3)
            finally:
                os.kill(server.pid, signal.SIGCONT)
            for connection in (*idle, *begun):
                assert connection.read_response(request).start == b"HTTP/1.1 200 OK"
            # They are ended later, as always.
            assert all(connection.is_over() for connection in silent)
