"""The access log: one line per request, whatever the client sends, and no harm from a slow or broken reader."""

import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.http.access_log import _MAX_TARGET_CHARACTERS, AccessLog, LogFields, _line
from app.main import create_app
from app.settings import Settings
from tests.client import Client
from tests.conftest import ROOT
from tests.serving import running
from tests.wire import SECONDS, Connection, Wire, until

EVENTS: LogFields = ("GET", "/v1/events", b"/v1/events", 200, 1, True)
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
LOGGED = {"CAMPAIGN_API_ACCESS_LOG": "true"}


def request(target: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {target} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


class Pipe:
    """A pipe, whose ends are closed once."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        self._open = {self.reading, self.writing}

    def close(self, *ends: int) -> None:
        for end in self._open & {*ends}:
            self._open.remove(end)
            os.close(end)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.close(pipe.reading, pipe.writing)


def add(log: AccessLog, fields: LogFields = EVENTS, traceparent: bytes | None = None) -> None:
    log.add(fields, b"x", traceparent, 0.001)


def written(log: AccessLog, pipe: Pipe) -> list[dict[str, Any]]:
    """Close a log and return its lines."""
    log.close()
    pipe.close(pipe.writing)
    with os.fdopen(os.dup(pipe.reading), "rb") as lines:
        return [json.loads(line) for line in lines.read().splitlines()]


def test_each_request_is_a_line(tianshui_database: Path, capfd: pytest.CaptureFixture[str]) -> None:
    app = create_app(Settings(data=tianshui_database, access_log=True))
    client = Client(app)
    body = client.request("/v1/events?limit=1", headers={"X-Request-ID": "first"}).content
    client.request("/v1/events?limit=1", headers={"X-Request-ID": "again"})
    client.request("/v1/events?limit=1", method="HEAD", headers={"X-Request-ID": "head"})
    client.request("/v1/events?limt=1", headers={"X-Request-ID": "wrong"})
    client.request("/v1/events", method="POST", headers={"X-Request-ID": "refused"})
    client.request("/v1/events/tianshui-police-open-day", headers={"X-Request-ID": "record"})
    client.request("/v1/events.csv", headers={"X-Request-ID": "document"})
    client.request("/nothing", headers={"X-Request-ID": "nothing"})
    app.state.context.log.close()
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    logged = [(line["id"], line["method"], line["route"], line["status"], line["cached"]) for line in lines]
    assert logged == [
        ("first", "GET", "/v1/events", 200, False),
        ("again", "GET", "/v1/events", 200, True),
        ("head", "HEAD", "/v1/events", 200, True),
        ("wrong", "GET", "/v1/events", 422, False),
        ("refused", "POST", None, 405, False),
        ("record", "GET", "/v1/events/{id}", 200, False),
        ("document", "GET", "/v1/events.csv", 200, False),
        ("nothing", "GET", None, 404, False),
    ]
    assert [line["bytes"] for line in lines[:3]] == [len(body), len(body), 0]
    assert {line["target"] for line in lines[:3]} == {"/v1/events?limit=1"}
    for line in lines:
        assert list(line) == ["time", "id", "ms", "method", "route", "target", "status", "bytes", "cached"]
        assert line["ms"] > 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_the_format_of_a_line() -> None:
    fields = ("X" * 21, "/v1/events", b"/v1/events?q=%E5", 200, 12, False)
    traceparent = f"00-{TRACE}-{PARENT}-01".encode()
    assert _line(1735689599.25, b"name", traceparent, 0.0015, fields) == (
        b'{"time":"2024-12-31T23:59:59.250Z","id":"name","ms":1.500,'
        b'"trace_id":"%b","parent_id":"%b",'
        b'"method":"%b","route":"/v1/events","target":"/v1/events?q=%%E5","status":200,"bytes":12,"cached":false}\n'
        % (TRACE.encode(), PARENT.encode(), b"X" * 20)
    )


def test_a_target_is_cut_only_beyond_the_limit(pipe: Pipe) -> None:
    log = AccessLog(pipe.writing)
    # With the quotes around it.
    fitting = b"/" * (_MAX_TARGET_CHARACTERS - 2)
    for target in (fitting, fitting + b"/", b"/" * 100_000):
        add(log, ("GET", None, target, 200, 0, False))
    beginning = "/" * (_MAX_TARGET_CHARACTERS // 6) + "…"
    assert [line["target"] for line in written(log, pipe)] == [fitting.decode(), beginning, beginning]


def test_no_client_can_forge_a_line(pipe: Pipe) -> None:
    forged = [b'/"}\n{"status":200}\r' + bytes([byte]) for byte in range(256)]
    log = AccessLog(pipe.writing)
    for target in forged:
        add(log, ("G\nET", None, target, 404, 0, False))
    log.close()
    pipe.close(pipe.writing)
    with os.fdopen(os.dup(pipe.reading), "rb") as log_file:
        lines = log_file.read().splitlines()
    assert [json.loads(line)["target"].encode("latin-1") for line in lines] == forged
    for line in lines:
        assert re.fullmatch(rb"[ -~]+", line)
        assert json.loads(line)["method"] == "G\nET"


@pytest.mark.parametrize("target", [b"/" + b"a" * 100_000, b"/" + b"\x00" * 100_000, b'"' * 1999, b"a" * 1998])
def test_a_line_is_never_longer_than_one_write_to_a_pipe(target: bytes, pipe: Pipe) -> None:
    log = AccessLog(pipe.writing)
    longest: LogFields = ("X" * 100_000, "/v1/campaigns/{id}/snapshot", target, 200, 2**63, True)
    log.add(longest, b"x" * 64, f"00-{TRACE}-{PARENT}-01".encode(), 1e9)
    log.close()
    line = os.read(pipe.reading, 1_000_000)
    assert len(line) < select.PIPE_BUF
    shown = json.loads(line)["target"].encode("latin-1", "replace")
    assert shown == target if len(target) == 1998 else (shown[-1:], target[:300]) == (b"?", shown[:300])


@pytest.mark.parametrize(
    ("traceparent", "is_valid"),
    [
        (f"00-{TRACE}-{PARENT}-01", True),
        (f"00-{TRACE}-{PARENT}-ff", True),
        (f"00-{TRACE}-{PARENT}-29", True),
        (f"00-{'0' * 31}1-{PARENT}-00", True),
        (f"00-{'0' * 32}-{PARENT}-01", False),
        (f"00-{TRACE}-{'0' * 16}-01", False),
        (f"00-{TRACE.upper()}-{PARENT}-01", False),
        (f"00-{TRACE}-{PARENT}-0", False),
        (f"00-{TRACE}-{PARENT}-01-more", False),
        (f"01-{TRACE}-{PARENT}-01", False),
        (f"ff-{TRACE}-{PARENT}-01", False),
        (f"00-{TRACE}-{PARENT}-0g", False),
        (f"00-{TRACE[:-1]}-{PARENT}-01", False),
        (f"00-{TRACE}-{PARENT}-01, 00-{TRACE}-{PARENT}-01", False),
        (f"00-{TRACE}-{PARENT}-01\n", False),
        ("", False),
        ('"', False),
    ],
)
def test_valid_trace_ids_are_logged(traceparent: str, is_valid: bool, pipe: Pipe) -> None:
    log = AccessLog(pipe.writing)
    add(log, EVENTS, traceparent.encode())
    (line,) = written(log, pipe)
    assert ("trace_id" in line, "parent_id" in line) == (is_valid, is_valid)
    if is_valid:
        assert traceparent.startswith(f"00-{line['trace_id']}-{line['parent_id']}-")


@pytest.mark.slow
def test_a_trace_changes_no_response(
    tianshui_database: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Cached responses included, by the real server."""
    header = f"traceparent: 00-{TRACE}-{PARENT}-01"
    arguments = ("--data", str(tianshui_database))
    with (
        running(*arguments, cwd=tmp_path, settings=LOGGED) as server,
        Wire.of(server).connect() as connection,
    ):
        plain = connection.request(request("/v1/events"))
        assert [connection.request(request("/v1/events", header)) for _ in range(3)] == [plain] * 3
        assert connection.request(request("/nothing", header)) == connection.request(request("/nothing"))
        twice = connection.request(request("/v1/events", header, header))
        assert twice == plain
        connection.send(b"NONSENSE\r\n\r\n")
        assert connection.read_response(b"").start == b"HTTP/1.1 400 Bad Request"
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    logged = [(line["status"], line["cached"], "trace_id" in line) for line in lines if line["route"] != "/readyz"]
    assert logged == [
        (200, False, False),
        *[(200, True, True)] * 3,
        (404, False, True),
        (404, False, False),
        (200, True, False),
        (400, False, False),
    ]
    assert {line["parent_id"] for line in lines if "trace_id" in line} == {PARENT}
    assert all(line["ms"] > 0 for line in lines if line["status"] != 400)


# Readers of the log.


@pytest.mark.parametrize(("given", "most"), [({"is_shared": True}, select.PIPE_BUF - 1), ({}, 1024 * 1024)])
def test_writes_to_a_shared_pipe_are_never_split(given: dict[str, bool], most: int) -> None:
    """A SOCK_SEQPACKET socket preserves the boundaries of writes."""
    lines = [*(b"x" * (number % 97) + b"\n" for number in range(400)), *[b"\n"] * 10_000]
    reading, writing = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with reading, writing:
        log = AccessLog(writing.fileno(), **given)
        assert log._write_all(b"".join(lines)) == sum(map(len, lines))
        writing.close()
        pieces = [*iter(lambda: reading.recv(1_000_000), b"")]
    assert b"".join(pieces).splitlines(keepends=True) == lines
    assert {piece[-1:] for piece in pieces} == {b"\n"}
    for piece, following in pairwise(pieces):
        assert len(piece) <= most < len(piece) + len(following.splitlines(keepends=True)[0])
    assert len(pieces[-1]) <= most


def test_the_thread_does_not_delay_shutdown(pipe: Pipe) -> None:
    before = {*threading.enumerate()}
    log = AccessLog(pipe.writing)
    add(log)
    (thread,) = {*threading.enumerate()} - before
    assert (thread.name, thread.daemon) == ("access log", True)
    log.close()
    assert not thread.is_alive()


def test_lines_beyond_the_queue_are_dropped_and_counted(pipe: Pipe) -> None:
    """The reader stalls, then reads again."""
    log = AccessLog(pipe.writing)
    added = 0
    while log.dropped < 1000:
        add(log)
        added += 1
        assert added < 100_000
    logged: list[dict[str, Any]] = []
    with os.fdopen(os.dup(pipe.reading), "rb") as lines:
        logged += [json.loads(lines.readline()) for _ in range(added - log.dropped + 1)]
    (dropped,) = (line for line in logged if "dropped" in line)
    assert dropped["dropped"] == log.dropped
    assert abs(datetime.now(UTC) - datetime.fromisoformat(dropped["time"])) < timedelta(minutes=1)
    add(log)
    assert [line["status"] for line in written(log, pipe)] == [200]


@pytest.mark.slow
def test_a_stalled_reader_does_not_delay_shutdown(pipe: Pipe) -> None:
    log = AccessLog(pipe.writing)
    for _ in range(2000):
        add(log)
    until(lambda: not select.select([], [pipe.writing], [], 0)[1])
    log.close()
    # Read all lines, so that the thread ends before its descriptor is closed.
    with os.fdopen(os.dup(pipe.reading), "rb") as lines:
        assert len([lines.readline() for _ in range(2000)]) == 2000


@pytest.mark.serial
def test_a_full_non_blocking_pipe_is_polled(pipe: Pipe) -> None:
    os.set_blocking(pipe.writing, False)
    log = AccessLog(pipe.writing)
    for _ in range(2000):
        add(log)
    until(lambda: not select.select([], [pipe.writing], [], 0)[1])
    spent = time.process_time()
    threading.Event().wait(1)
    assert time.process_time() - spent < 0.5
    with os.fdopen(os.dup(pipe.reading), "rb") as lines:
        assert {json.loads(lines.readline())["status"] for _ in range(2000)} == {200}
    log.close()
    assert log.dropped == 0


def test_a_full_non_blocking_pipe_does_not_delay_shutdown(pipe: Pipe) -> None:
    before = {*threading.enumerate()}
    os.set_blocking(pipe.writing, False)
    log = AccessLog(pipe.writing)
    for _ in range(2000):
        add(log)
    until(lambda: not select.select([], [pipe.writing], [], 0)[1])
    log.close()
    assert log.dropped > 0
    assert {*threading.enumerate()} <= before


def test_writing_resumes_when_a_pipe_has_a_reader_again(pipe: Pipe) -> None:
    pipe.close(pipe.reading)
    log = AccessLog(pipe.writing)
    for number in range(3):
        for _ in range(100):
            add(log)
        until(lambda lost=100 * (number + 1): log.dropped == lost)  # type: ignore[misc]
    # A new reader.
    again = Pipe()
    os.dup2(again.writing, pipe.writing)
    again.close(again.writing)
    add(log)
    log.close()
    pipe.close(pipe.writing)
    with os.fdopen(os.dup(again.reading), "rb") as lines:
        logged = [json.loads(line) for line in lines]
    again.close(again.reading)
    assert [line.get("status", line.get("dropped")) for line in logged] == [200, 300]


@pytest.fixture
def small_files() -> Iterator[Callable[[int], None]]:
    """Limits how large a file may become."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


LINE_BYTES = len(_line(0.0, b"x", None, 0.001, EVENTS))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("room", "is_shared"), [(0, False), (1, True), (3 * LINE_BYTES, False), (1000, True), (5000, False)]
)
def test_writing_resumes_when_a_full_disk_has_room_again(
    room: int, is_shared: bool, tmp_path: Path, small_files: Callable[[int], None]
) -> None:
    """Twice the file may not grow, usually in the middle of a line, and then may."""
    file = tmp_path / "log"
    is_torn = room % LINE_BYTES > 0
    with file.open("ab") as sink:
        log = AccessLog(sink.fileno(), is_shared=is_shared)
        small_files(room)
        for _ in range(100):
            add(log)
        until(lambda: log.dropped > 0)
        assert file.stat().st_size == room
        if is_torn:
            # Room for the end of the torn line.
            small_files(room + 1)
            until(lambda: file.stat().st_size == room + 1)
        small_files(1_000_000)
        until(lambda: b"dropped" in file.read_bytes())
        before = log.dropped
        small_files(file.stat().st_size)
        add(log)
        until(lambda: log.dropped == before + 1)
        small_files(1_000_000)
        until(lambda: file.read_bytes().count(b"dropped") == 2)
        add(log)
        log.close()
    lines = file.read_bytes().splitlines()
    torn = [line for line in lines if not line.endswith(b"}")]
    assert torn == ([file.read_bytes()[:room].splitlines()[-1]] if is_torn else [])
    logged = [json.loads(line) for line in lines if line not in torn]
    assert sum(line.get("dropped", 0) for line in logged) == log.dropped
    assert len([line for line in logged if "status" in line]) + log.dropped == 102


WRITER = """
import sys
from app.http import access_log

access_log._CLOSE_SECONDS = 60
log = access_log.AccessLog(1, is_shared=True)
for number in range(1000):
    log.add(("GET", None, b"/" + b"x" * (number % 700), 200, number, True), b"x", None, 0.0)
log.close()
sys.exit(log.dropped)
"""


def test_lines_of_several_processes_are_whole(pipe: Pipe) -> None:
    """Four processes write to one pipe faster than it is read."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER], stdout=pipe.writing, cwd=ROOT) for _ in range(4)]
    pipe.close(pipe.writing)
    with os.fdopen(os.dup(pipe.reading), "rb") as lines:
        sizes = [json.loads(line)["bytes"] for line in lines]
    assert [writer.wait(SECONDS) for writer in writers] == [0] * 4
    assert sorted(sizes) == sorted([*range(1000)] * 4)


def test_nothing_is_written_without_requests(pipe: Pipe) -> None:
    assert written(AccessLog(pipe.writing), pipe) == []


@contextmanager
def sink(kind: str) -> Iterator[int]:
    """Open a descriptor that takes nothing, or little."""
    reading, writing = os.pipe()
    full = os.open("/dev/full", os.O_WRONLY)
    if kind == "closed":
        os.close(reading)
    try:
        yield full if kind == "full" else writing
    finally:
        for descriptor in (writing, full, *(() if kind == "closed" else (reading,))):
            os.close(descriptor)


def metric(connection: Connection, name: str) -> float:
    body = connection.request(request("/metrics")).body.decode()
    (line,) = (line for line in body.splitlines() if line.startswith(f"{name} "))
    return float(line.split()[1])


@pytest.mark.serial
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
@pytest.mark.parametrize(("kind", "rounds"), [("unread", 110), ("closed", 3), ("full", 3)])
def test_the_service_runs_on_whatever_its_log_is_connected_to(
    kind: str, rounds: int, tianshui_database: Path, tmp_path: Path
) -> None:
    requested = request("/v1/events?limit=1").replace(b"GET", b"HEAD")
    with (
        sink(kind) as descriptor,
        running("--data", str(tianshui_database), cwd=tmp_path, settings=LOGGED, stdout=descriptor) as server,
        Wire.of(server).connect() as connection,
    ):
        expected = connection.request(requested)
        before = metric(connection, "process_resident_memory_bytes")
        for _ in range(rounds):
            connection.send(requested * 200)
            assert {connection.read_response(requested).start for _ in range(200)} == {expected.start}
        until(lambda: metric(connection, "campaign_api_log_lines_dropped_total") > 0)
        assert metric(connection, "process_resident_memory_bytes") - before < 40_000_000
        spent = metric(connection, "process_cpu_seconds_total")
        threading.Event().wait(1)
        assert metric(connection, "process_cpu_seconds_total") - spent < 0.5
        assert connection.request(requested) == expected
