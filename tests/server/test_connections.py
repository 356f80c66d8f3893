"""The limits of connections: how many, how slow, and how they end."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from app.http.metrics import ConnectionCounts
from app.main import create_app
from app.server.connections import Connections
from app.server.protocol import Protocol
from app.settings import Settings
from tests.conftest import ROOT
from tests.wire import SECONDS, Served, serving, until

GET = b"GET /v1/campaigns HTTP/1.1\r\nHost: example.org\r\n\r\n"
EXPORT = b"GET /v1/events.jsonl?lang=en HTTP/1.1\r\nHost: example.org\r\n\r\n"


@dataclass(eq=False)
class FakeConnection:
    """A connection as `Connections` sees it."""

    active_at: float = 0.0
    is_waiting_for_client: bool = True
    is_reading: bool = False
    unsent_bytes: int = 0
    has_input: bool = False
    end: str = ""

    def check_progress(self) -> int:
        return self.unsent_bytes

    def time_out(self) -> bool:
        self.end = "" if self.has_input else "timed out"
        return not self.has_input

    def drop(self) -> None:
        self.end = "dropped"


def connections_of(limit: int = 1000, **limits: float) -> Any:
    """Return limits that take a FakeConnection."""
    return Connections(Settings.model_validate({"max_connections": limit, **limits}), 0, ConnectionCounts())


def test_one_connection_too_many_replaces_the_idlest() -> None:
    connections = connections_of(3)
    idlest, late, busy = (
        FakeConnection(active_at=1),
        FakeConnection(active_at=5),
        FakeConnection(active_at=0, is_waiting_for_client=False),
    )
    assert all(connections.admit(one) for one in (busy, late, idlest))
    assert connections.admit(FakeConnection(active_at=6))
    assert [one.end for one in (busy, late, idlest)] == ["", "", "dropped"]
    assert connections.admit(FakeConnection(active_at=7))
    assert [one.end for one in (busy, late)] == ["", "dropped"]
    assert connections._counts == ConnectionCounts(open=5, displaced=2)


def test_where_all_are_busy_another_is_refused_until_one_ends() -> None:
    connections = connections_of(2)
    busy = [FakeConnection(is_waiting_for_client=False) for _ in range(2)]
    assert all(connections.admit(one) for one in busy)
    further = FakeConnection()
    assert not connections.admit(further)
    assert (connections._counts, further.end) == (ConnectionCounts(open=3, refused=1), "")
    connections.release(busy[0])
    assert connections.admit(FakeConnection())
    connections.release(further)
    assert connections._counts.open == 2


def test_the_number_of_refused_connections_is_bounded() -> None:
    connections = connections_of(1)
    connections.admit(FakeConnection(is_waiting_for_client=False))
    refused = [FakeConnection() for _ in range(100)]
    assert not any(connections.admit(one) for one in refused)
    assert [one.end for one in refused] == ["dropped"] * 36 + [""] * 64
    assert (len(connections._refused), connections._counts.refused) == (64, 100)


def test_a_connection_with_a_request_to_read_is_neither_displaced_nor_timed_out() -> None:
    connections = connections_of(2)
    waiting, idle = FakeConnection(active_at=0, has_input=True), FakeConnection(active_at=5)
    assert all(connections.admit(one) for one in (waiting, idle))
    assert connections.admit(FakeConnection(active_at=6))
    assert (waiting.end, idle.end) == ("", "dropped")
    connections._check(1e6)
    assert waiting.end == ""
    assert connections._counts.timed_out == 1


def test_time_in_which_the_process_stood_still_does_not_count() -> None:
    connections = connections_of(idle_timeout_seconds=5)
    before, after = FakeConnection(active_at=100), FakeConnection(active_at=3700)
    assert all(connections.admit(one) for one in (before, after))
    connections._postpone(3600, 3702)
    # No one becomes active later than now.
    assert (before.active_at, after.active_at) == (3700, 3702)
    connections._check(3704)
    assert (before.end, after.end) == ("", "")
    connections._check(3706)
    assert (before.end, after.end) == ("timed out", "")


def test_an_idle_connection_is_found_among_many_busy_ones() -> None:
    connections = connections_of(1000)
    busy = [FakeConnection(is_waiting_for_client=False) for _ in range(999)]
    idle = FakeConnection()
    assert all(connections.admit(one) for one in (*busy, idle))
    further = 0
    while not connections.admit(FakeConnection(is_waiting_for_client=False)):
        further += 1
    assert idle.end == "dropped"
    assert further < 20


def test_each_timeout_applies_in_its_state() -> None:
    connections = connections_of(idle_timeout_seconds=5, read_timeout_seconds=10, write_timeout_seconds=20)
    idle, reading, stalled = FakeConnection(), FakeConnection(is_reading=True), FakeConnection(unsent_bytes=1)
    responding = FakeConnection(is_waiting_for_client=False)
    every = (idle, reading, stalled, responding)
    for one in every:
        connections.admit(one)
    for now, ended in ((5, 0), (6, 1), (10, 1), (11, 2), (20, 2), (21, 3), (1e6, 3)):
        connections._check(now)
        for one in every:
            if one.end:
                connections.release(one)
        assert [bool(one.end) for one in every] == [place < ended for place in range(4)], now
    assert connections._counts.timed_out == 3


def test_the_slowest_clients_are_dropped_until_the_buffers_are_small_enough() -> None:
    connections = connections_of(unsent_bytes=100)
    slow = [FakeConnection(active_at=10 - place, unsent_bytes=40) for place in range(5)]
    for one in slow:
        connections.admit(one)
    connections._check(10)
    assert [one.end for one in slow] == ["", "", "dropped", "dropped", "dropped"]


# Real connections.


@pytest.fixture(scope="module")
def short_timeouts(two_campaigns_database: Path) -> Iterator[Served]:
    """A server with short timeouts."""
    settings = Settings(
        data=two_campaigns_database,
        max_connections=8,
        idle_timeout_seconds=2,
        read_timeout_seconds=1.5,
        write_timeout_seconds=1.5,
    )
    with serving(create_app(settings), Protocol) as wire:
        yield wire


def test_an_incomplete_request_is_a_408(short_timeouts: Served) -> None:
    beginnings = (b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: example.org\r\nX: ")
    with ExitStack() as stack:
        connections = [stack.enter_context(short_timeouts.connect()) for _ in beginnings]
        for connection, beginning in zip(connections, beginnings, strict=True):
            connection.send(beginning)
        responses = [connection.read_to_end() for connection in connections]
    for response in responses:
        assert response.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert b"\r\nconnection: close\r\n" in response
        assert b"\r\nx-request-id: " in response
        assert b'"status":408' in response


@pytest.mark.slow
def test_a_request_that_comes_drop_by_drop_is_a_408(short_timeouts: Served) -> None:
    with short_timeouts.connect() as connection:
        connection.send(GET[:-2])
        connection.socket.settimeout(0.1)
        response = b""
        for _ in range(600):
            try:
                connection.send(b"X: 1\r\n")
                response += connection.socket.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                pass
            break
    assert response.startswith(b"HTTP/1.1 408 ")


@pytest.mark.slow
def test_a_connection_that_sends_no_whole_request_is_closed(short_timeouts: Served) -> None:
    with (
        short_timeouts.connect() as used,
        short_timeouts.connect() as silent,
        short_timeouts.connect() as without_content,
    ):
        assert used.request(GET).start == b"HTTP/1.1 200 OK"
        without_content.send(b"POST /v1/events HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1000000\r\n\r\nx")
        response = without_content.read_to_end()
        assert silent.read_to_end() == b""
        assert used.is_over()
    assert response.startswith(b"HTTP/1.1 405 ")
    assert response.count(b"HTTP/1.1 ") == 1


@pytest.mark.slow
def test_a_connection_stays_while_it_is_used(short_timeouts: Served) -> None:
    with short_timeouts.connect() as connection:
        for _ in range(6):
            assert connection.request(GET).start == b"HTTP/1.1 200 OK"
            Event().wait(0.4)


def test_new_connections_displace_idle_ones(short_timeouts: Served) -> None:
    with short_timeouts.connect() as first:
        assert first.request(GET).start == b"HTTP/1.1 200 OK"
        others = [short_timeouts.connect() for _ in range(8)]
        for other in others:
            assert other.__enter__().request(GET).start == b"HTTP/1.1 200 OK"
        for other in others:
            other.__exit__(None, None, None)
        with pytest.raises((ConnectionError, AssertionError)):
            first.request(GET)


@pytest.mark.slow
def test_a_slow_but_steady_reader_gets_the_whole_response(large_database: Path) -> None:
    settings = Settings(data=large_database, idle_timeout_seconds=1, write_timeout_seconds=1)
    with (
        serving(create_app(settings), Protocol) as wire,
        wire.connect() as quick,
        wire.connect(receive_bytes=16_384) as slow,
    ):
        # Once it has been made as a whole, its length is known.
        quick.request(EXPORT)
        expected = quick.request(EXPORT)
        slow.send(EXPORT)
        for _ in range(15):
            slow._rest += slow.socket.recv(400_000)
            Event().wait(0.2)
        assert slow.read_response(EXPORT) == expected


@pytest.mark.slow
def test_a_client_that_reads_nothing_is_dropped(large_database: Path) -> None:
    settings = Settings(data=large_database, idle_timeout_seconds=1, write_timeout_seconds=1)
    with serving(create_app(settings), Protocol) as wire, wire.connect(receive_bytes=16_384) as stalled:
        stalled.send(EXPORT)
        until(lambda: bool(wire.app.state.context.metrics.connections.timed_out))
        assert wire.app.state.context.metrics.connections.timed_out == 1
        with pytest.raises((ConnectionError, AssertionError)):
            stalled.read_response(EXPORT)


@pytest.mark.slow
def test_a_client_that_reads_a_few_bytes_now_and_then_is_dropped(large_database: Path) -> None:
    settings = Settings(data=large_database, idle_timeout_seconds=1, write_timeout_seconds=5, max_exports=1)
    with (
        serving(create_app(settings), Protocol) as wire,
        # With small segments the system acknowledges every few hundred bytes that the client reads.
        wire.connect(receive_bytes=4096, segment_bytes=536) as dripping,
    ):
        counts = wire.app.state.context.metrics.connections
        dripping.send(EXPORT)
        for _ in range(10 * SECONDS):
            if counts.timed_out:
                break
            with suppress(ConnectionError):
                dripping.socket.recv(250)
            Event().wait(0.1)
        assert counts.timed_out == 1
        with wire.connect() as next_:
            until(lambda: next_.request(EXPORT).start == b"HTTP/1.1 200 OK")


def test_a_bad_request_after_an_export_gets_a_400_in_order(large_database: Path) -> None:
    with serving(create_app(Settings(data=large_database)), Protocol) as wire, wire.connect() as connection:
        # Once it has been made as a whole, its length is known.
        connection.request(EXPORT)
        alone = connection.request(EXPORT)
        connection.send(EXPORT + GET + b"NONSENSE\r\n\r\n")
        assert connection.read_response(EXPORT) == alone
        assert connection.read_response(GET).start == b"HTTP/1.1 200 OK"
        assert connection.read_to_end().startswith(b"HTTP/1.1 400 ")


def test_bad_requests_are_not_logged(short_timeouts: Served, caplog: pytest.LogCaptureFixture) -> None:
    for raw in (
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"\x16\x03\x01",
    ):
        with short_timeouts.connect() as connection:
            connection.send(raw)
            assert connection.socket.recv(12).startswith(b"HTTP/1.1 ")
    assert not caplog.records


@pytest.mark.slow
def test_bad_requests_are_not_logged_by_the_command(tianshui_database: Path, tmp_path: Path) -> None:
    """The command lets uvicorn configure its own log."""
    log = tmp_path / "log"
    command = (sys.executable, "-m", "app", "--port", "0", "--data", str(tianshui_database))
    with log.open("wb") as sink, subprocess.Popen(command, cwd=ROOT, stderr=sink) as process:
        try:
            until(lambda: "running on" in log.read_text())
            address = httpx.URL(re.findall(r"running on (\S+)", log.read_text())[0])
            with socket.create_connection((address.host, address.port or 0), SECONDS) as connection:
                connection.sendall(b"NONSENSE\r\n\r\n")
                assert connection.recv(12) == b"HTTP/1.1 400"
        finally:
            process.terminate()
            process.wait(SECONDS)
    assert "WARNING" not in log.read_text()
