"""Connections: how many, how slow, and how they end."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx
import pytest

from app.http.metrics import ConnectionCounts
from app.main import create_app
from app.server.connections import Connections
from app.server.protocol import Protocol
from app.settings import Settings
from tests.conftest import ROOT
from tests.web.wire import SECONDS, Served, serving, until

GET = b"GET /v1/campaigns HTTP/1.1\r\nHost: example.org\r\n\r\n"
EXPORT = b"GET /v1/events.jsonl?lang=en HTTP/1.1\r\nHost: example.org\r\n\r\n"


@dataclass(eq=False)
class Given:
    """A connection as `Connections` sees it."""

    active_at: float = 0.0
    is_waited_for: bool = True
    is_asking: bool = False
    unsent_bytes: int = 0
    end: str = ""

    def look(self) -> int:
        return self.unsent_bytes

    def give_up(self) -> None:
        self.end = "given up"

    def drop(self) -> None:
        self.end = "dropped"


def connections_of(most: int = 1000, **limits: float) -> Connections:
    return Connections(Settings.model_validate({"max_connections": most, **limits}), 0, ConnectionCounts())


def test_of_too_many_the_one_gives_way_that_did_nothing_for_the_longest_time() -> None:
    connections = connections_of(3)
    early, late, busy = Given(active_at=1), Given(active_at=5), Given(active_at=0, is_waited_for=False)
    assert all(connections.admit(one) for one in (busy, late, early))
    assert connections.admit(Given(active_at=6))
    assert [one.end for one in (busy, late, early)] == ["", "", "dropped"]
    assert connections.admit(Given(active_at=7))
    assert [one.end for one in (busy, late)] == ["", "dropped"]
    assert connections._counts == ConnectionCounts(open=5, displaced=2)


def test_where_all_are_busy_a_further_one_is_refused_until_one_has_ended() -> None:
    connections = connections_of(2)
    busy = [Given(is_waited_for=False) for _ in range(2)]
    assert all(connections.admit(one) for one in busy)
    further = Given()
    assert not connections.admit(further)
    assert (connections._counts, further.end) == (ConnectionCounts(open=3, refused=1), "")
    connections.leave(busy[0])
    assert connections.admit(Given())
    connections.leave(further)
    assert connections._counts.open == 2


def test_of_very_many_that_are_refused_the_first_do_not_hear_it() -> None:
    connections = connections_of(1)
    connections.admit(Given(is_waited_for=False))
    refused = [Given() for _ in range(100)]
    assert not any(connections.admit(one) for one in refused)
    assert [one.end for one in refused] == ["dropped"] * 36 + [""] * 64
    assert (len(connections._refused), connections._counts.refused) == (64, 100)


def test_among_very_many_busy_ones_an_idle_one_is_found_in_time() -> None:
    connections = connections_of(1000)
    busy = [Given(is_waited_for=False) for _ in range(999)]
    idle = Given()
    assert all(connections.admit(one) for one in (*busy, idle))
    further = 0
    while not connections.admit(Given(is_waited_for=False)):
        further += 1
    assert idle.end == "dropped"
    assert further < 20


def test_each_kind_of_slowness_has_its_own_limit() -> None:
    connections = connections_of(idle_seconds=5, request_seconds=10, stalled_seconds=20)
    idle, asking, stalled = Given(), Given(is_asking=True), Given(unsent_bytes=1)
    answered = Given(is_waited_for=False)
    every = (idle, asking, stalled, answered)
    for one in every:
        connections.admit(one)
    for now, ended in ((5, 0), (6, 1), (10, 1), (11, 2), (20, 2), (21, 3), (1e6, 3)):
        connections._look(now)
        for one in every:
            if one.end:
                connections.leave(one)
        assert [bool(one.end) for one in every] == [place < ended for place in range(4)], now
    assert connections._counts.timed_out == 3


def test_of_what_waits_for_slow_clients_the_slowest_is_dropped_until_it_is_not_too_much() -> None:
    connections = connections_of(unsent_bytes=100)
    slow = [Given(active_at=10 - place, unsent_bytes=40) for place in range(5)]
    for one in slow:
        connections.admit(one)
    connections._look(10)
    assert [one.end for one in slow] == ["", "", "dropped", "dropped", "dropped"]


# Real ones.


@pytest.fixture(scope="module")
def hasty(two_snapshot: Path) -> Iterator[Served]:
    """A server that waits for nobody."""
    settings = Settings(data=two_snapshot, max_connections=8, idle_seconds=1, request_seconds=1.5, stalled_seconds=1.5)
    with serving(create_app(settings), Protocol) as wire:
        yield wire


@pytest.mark.parametrize("beginning", [b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: example.org\r\nX: "])
def test_a_request_that_does_not_come_to_its_end_is_a_408(hasty: Served, beginning: bytes) -> None:
    with hasty.connect() as connection:
        connection.send(beginning)
        answer = connection.hear_end()
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"\r\nconnection: close\r\n" in answer
    assert b"\r\nx-request-id: " in answer
    assert b'"status":408' in answer


def test_a_request_that_comes_drop_by_drop_is_a_408_too(hasty: Served) -> None:
    with hasty.connect() as connection:
        connection.send(GET[:-2])
        connection.socket.settimeout(0.1)
        answer = b""
        for _ in range(100):
            try:
                connection.send(b"X: 1\r\n")
                answer += connection.socket.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                pass
            break
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_does_not_come_costs_no_more_than_the_answer(hasty: Served) -> None:
    with hasty.connect() as connection:
        connection.send(b"POST /v1/events HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1000000\r\n\r\nx")
        answer = connection.hear_end()
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_who_connects_and_says_nothing_is_closed_without_a_word(hasty: Served) -> None:
    with hasty.connect() as connection:
        assert connection.hear_end() == b""


def test_who_asks_in_time_stays(hasty: Served) -> None:
    with hasty.connect() as connection:
        for _ in range(5):
            assert connection.ask(GET).start == b"HTTP/1.1 200 OK"
            Event().wait(0.5)
        assert connection.is_over()


def test_more_than_there_may_be_displace_those_that_do_nothing(hasty: Served) -> None:
    with hasty.connect() as first:
        assert first.ask(GET).start == b"HTTP/1.1 200 OK"
        others = [hasty.connect() for _ in range(8)]
        for other in others:
            assert other.__enter__().ask(GET).start == b"HTTP/1.1 200 OK"
        for other in others:
            other.__exit__(None, None, None)
        with pytest.raises((ConnectionError, AssertionError)):
            first.ask(GET)


def test_who_takes_an_answer_slowly_but_steadily_gets_all_of_it(large_snapshot: Path) -> None:
    settings = Settings(data=large_snapshot, idle_seconds=1, stalled_seconds=1)
    with (
        serving(create_app(settings), Protocol) as wire,
        wire.connect() as quick,
        wire.connect(receive_bytes=16_384) as slow,
    ):
        expected = quick.ask(EXPORT)
        slow.send(EXPORT)
        for _ in range(15):
            slow._rest += slow.socket.recv(400_000)
            Event().wait(0.2)
        assert slow.hear(EXPORT) == expected


def test_who_takes_nothing_of_an_answer_is_dropped(large_snapshot: Path) -> None:
    settings = Settings(data=large_snapshot, idle_seconds=1, stalled_seconds=1)
    with serving(create_app(settings), Protocol) as wire, wire.connect(receive_bytes=16_384) as stalled:
        stalled.send(EXPORT)
        deadline = Event()
        for _ in range(100):
            if wire.app.state.context.metrics.connections.timed_out:
                break
            deadline.wait(0.1)
        assert wire.app.state.context.metrics.connections.timed_out == 1
        with pytest.raises((ConnectionError, AssertionError)):
            stalled.hear(EXPORT)


def test_what_is_no_http_is_told_after_an_answer_of_any_length(large_snapshot: Path) -> None:
    with serving(create_app(Settings(data=large_snapshot)), Protocol) as wire, wire.connect() as connection:
        alone = connection.ask(EXPORT)
        connection.send(EXPORT + GET + b"NONSENSE\r\n\r\n")
        assert connection.hear(EXPORT) == alone
        assert connection.hear(GET).start == b"HTTP/1.1 200 OK"
        assert connection.hear_end().startswith(b"HTTP/1.1 400 ")


def test_what_clients_do_wrong_fills_no_log(hasty: Served, caplog: pytest.LogCaptureFixture) -> None:
    for raw in (
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"\x16\x03\x01",
    ):
        with hasty.connect() as connection:
            connection.send(raw)
            assert connection.socket.recv(12).startswith(b"HTTP/1.1 ")
    assert not caplog.records


def test_what_clients_do_wrong_is_not_told_by_the_command_either(tianshui_snapshot: Path, tmp_path: Path) -> None:
    """Which lets uvicorn set up its own log."""
    told = tmp_path / "told"
    command = (sys.executable, "-m", "app", "--port", "0", "--data", str(tianshui_snapshot))
    with told.open("wb") as sink, subprocess.Popen(command, cwd=ROOT, stderr=sink) as process:
        try:
            until(lambda: "running on" in told.read_text())
            address = httpx.URL(re.findall(r"running on (\S+)", told.read_text())[0])
            with socket.create_connection((address.host, address.port or 0), SECONDS) as connection:
                connection.sendall(b"NONSENSE\r\n\r\n")
                assert connection.recv(12) == b"HTTP/1.1 400"
        finally:
            process.terminate()
            process.wait(SECONDS)
    assert "WARNING" not in told.read_text()
