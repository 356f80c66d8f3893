"""Answers of any length: flat in memory, over when the client leaves, broken off when they fail.

The first half is the answer by itself, over ASGI; the second a real process with thousands of events.
"""

import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
from starlette.types import ASGIApp, Message, Scope

from app.http.cache import read_headers
from app.http.context import ASKED
from app.http.middleware import HEAD_ONLY
from app.http.streaming import MAX_AT_WORK, StreamedResponse
from app.main import create_app
from app.settings import Settings
from tests.conftest import LARGE
from tests.serving import UNTRACED, Server, running

EXTENSIONS = ("csv", "jsonl", "geojson", "xlsx", "ics", "jsonld")
PLAIN = {"Accept-Encoding": "identity"}
MEGABYTE = 1024 * 1024
SLOW_READERS = 3 * MAX_AT_WORK

# The answer by itself.


class Work:
    """A body that says what becomes of it."""

    def __init__(self, *steps: bytes | Exception | Callable[[], bytes]) -> None:
        self.done = 0
        self.closed = False
        self.threads: set[int] = set()
        self._steps = steps

    def pieces(self) -> Generator[bytes, None, None]:
        try:
            for step in self._steps:
                self.threads.add(threading.get_ident())
                self.done += 1
                if isinstance(step, Exception):
                    raise step
                yield step if isinstance(step, bytes) else step()
        finally:
            self.closed = True


def scope(**changes: Any) -> Scope:
    headers = [(b"accept-encoding", b"identity")]
    plain = {"type": "http", "method": "GET", "http_version": "1.1", "path": "/", "headers": headers}
    asked = {**plain, **changes}
    return {**asked, ASKED: read_headers("base", b"/", asked["headers"])}


def encoded(encoding: str, *others: tuple[bytes, bytes]) -> Scope:
    return scope(headers=[(b"accept-encoding", encoding.encode()), *others])


class Listener:
    """A client over ASGI that hears messages, and leaves after some of them."""

    def __init__(self, leaves_after: int | None = None) -> None:
        self.messages: list[Message] = []
        self._left = asyncio.Event()
        self._leaves_after = leaves_after

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.messages.append(message)
        if self._leaves_after is not None and len(self.messages) >= self._leaves_after:
            self.leave()

    def leave(self) -> None:
        self._left.set()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)

    @property
    def headers(self) -> dict[str, str]:
        (start,) = (message for message in self.messages if message["type"] == "http.response.start")
        return {name.decode(): value.decode() for name, value in start["headers"]}

    @property
    def ended(self) -> bool:
        return self.messages[-1]["type"] == "http.response.body" and not self.messages[-1].get("more_body")


def response(work: Work, *, compresses: bool = True) -> StreamedResponse:
    headers = {"ETag": '"tag"', "Vary": "Accept"}
    return StreamedResponse(work.pieces(), "text/plain", headers, compresses=compresses)


def hear(app: ASGIApp, asked: Scope, leaves_after: int | None = None) -> Listener:
    async def listen() -> Listener:
        listener = Listener(leaves_after)
        await app(asked, listener.receive, listener.send)
        return listener

    return asyncio.run(listen())


def test_pieces_are_sent_as_they_are_made_and_by_other_threads() -> None:
    work = Work(b"one", b"", b"two")
    heard = hear(response(work), scope())
    assert [message.get("body") for message in heard.messages] == [None, b"one", b"two", b""]
    assert [message.get("more_body", False) for message in heard.messages] == [False, True, True, False]
    assert work.closed
    assert threading.get_ident() not in work.threads


@pytest.mark.parametrize("steps", [(), (b"",), (b"", b"", b"late")])
def test_a_body_may_be_empty_or_late(steps: tuple[bytes, ...]) -> None:
    heard = hear(response(Work(*steps)), scope())
    assert heard.messages[0]["status"] == 200
    assert heard.body == b"".join(steps)
    assert heard.ended


@pytest.mark.parametrize("asked", [scope(**{HEAD_ONLY: True}), encoded("br", (b"if-none-match", b'"tag-br"'))])
def test_nothing_is_made_for_a_head_or_for_what_the_client_has(asked: Scope) -> None:
    work = Work(b"one")
    heard = hear(response(work), asked)
    assert work.done == 0
    assert heard.body == b""
    assert heard.ended
    assert heard.messages[0]["status"] == (200 if HEAD_ONLY in asked else 304)


@pytest.mark.parametrize("encoding", ["identity", "br", "gzip", "zstd"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_nothing_is_made_once_the_client_has_left(encoding: str, version: str) -> None:
    noise = [os.urandom(MEGABYTE) for _ in range(30)]
    work = Work(*noise)
    hear(response(work), {**encoded(encoding), "http_version": version}, leaves_after=2)
    assert work.closed
    # The length of all is the first thing that HTTP/1.0 has to be told.
    assert work.done == len(noise) if version == "1.0" else work.done < len(noise)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_client_that_leaves_before_the_first_bytes_is_noticed(version: str) -> None:
    begun = threading.Event()

    def go_on() -> bytes:
        begun.set()
        time.sleep(0.01)
        return b""

    async def listen() -> tuple[Work, Listener]:
        listener = Listener()
        work = Work(*[go_on] * 1000)
        answering = asyncio.create_task(response(work)(scope(http_version=version), listener.receive, listener.send))
        await asyncio.to_thread(begun.wait)
        listener.leave()
        await answering
        return work, listener

    work, listener = asyncio.run(listen())
    assert work.closed
    assert work.done < 100
    assert listener.messages == []


def test_it_is_closed_only_when_no_thread_is_at_it() -> None:
    """A generator that runs cannot be closed: whoever leaves waits for the piece that is made."""
    started = threading.Event()

    def slowly() -> bytes:
        started.set()
        time.sleep(0.2)
        return b"late"

    async def leave() -> Work:
        listener = Listener()
        work = Work(b"one", slowly, b"two")
        answering = asyncio.create_task(response(work)(scope(), listener.receive, listener.send))
        await asyncio.to_thread(started.wait)
        listener.leave()
        await answering
        assert not listener.ended
        return work

    work = asyncio.run(leave())
    assert work.closed
    assert work.done == 2


@pytest.mark.parametrize("before", [(), (b"",), (b"begun",)])
@pytest.mark.parametrize("encoding", ["identity", "br"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_what_fails_is_raised_as_itself_and_nothing_is_ended(
    before: tuple[bytes, ...], encoding: str, version: str
) -> None:
    async def listen() -> tuple[Work, Listener]:
        listener = Listener()
        work = Work(*before, KeyError("lost"), b"never")
        with pytest.raises(KeyError, match="lost"):
            await response(work)({**encoded(encoding), "http_version": version}, listener.receive, listener.send)
        return work, listener

    work, listener = asyncio.run(listen())
    assert work.closed
    assert work.done == len(before) + 1
    begun = before == (b"begun",) and encoding == "identity" and version == "1.1"
    assert [message["type"] for message in listener.messages] == (
        ["http.response.start", "http.response.body"] if begun else []
    )
    assert not begun or not listener.ended


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_a_client_of_http_1_0_is_told_the_length(encoding: str) -> None:
    pieces = [b"some text " * 1000] * 5
    heard = hear(response(Work(*pieces)), {**encoded(encoding), "http_version": "1.0"})
    assert heard.headers["content-length"] == str(len(heard.body))
    plain = brotli.decompress(heard.body) if encoding == "br" else heard.body
    assert plain == b"".join(pieces)
    assert hear(response(Work()), scope(http_version="1.0")).headers["content-length"] == "0"
    assert "content-length" not in hear(response(Work(*pieces)), scope()).headers


def test_no_more_than_some_are_worked_on_at_once() -> None:
    at_work: set[object] = set()
    most = 0

    def take_part() -> bytes:
        nonlocal most
        me = object()
        at_work.add(me)
        most = max(most, len(at_work))
        time.sleep(0.005)
        at_work.remove(me)
        return b"x"

    async def all_at_once() -> list[Listener]:
        listeners = [Listener() for _ in range(3 * MAX_AT_WORK)]
        answers = (response(Work(*[take_part] * 5))(scope(), one.receive, one.send) for one in listeners)
        await asyncio.gather(*answers)
        return listeners

    assert [listener.body for listener in asyncio.run(all_at_once())] == [b"xxxxx"] * 3 * MAX_AT_WORK
    assert most == MAX_AT_WORK


# The real process.

looks_inside = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into the process by Linux's /proc")


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server puts what it needs for a while."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def server(large_snapshot: Path, temporary: Path) -> Iterator[Server]:
    """A server that sends as many documents at once as the tests ask for."""
    settings = UNTRACED | {"TMPDIR": str(temporary), "CAMPAIGN_API_MAX_STREAMS": str(SLOW_READERS + 1)}
    with running("--data", str(large_snapshot), cwd=large_snapshot.parent, settings=settings) as server:
        # What is loaded at the first use is no part of what an export needs.
        for extension in EXTENSIONS:
            target = f"{server.address}/v1/events.{extension}?lang=en&category=symposium"
            assert httpx.get(target, headers={"Accept-Encoding": "br"}).status_code == 200
        yield server


@pytest.fixture(scope="module")
def narrow(large_snapshot: Path, temporary: Path) -> Iterator[Server]:
    """A server that sends one document at a time."""
    settings = UNTRACED | {"TMPDIR": str(temporary), "CAMPAIGN_API_MAX_STREAMS": "1"}
    with running("--data", str(large_snapshot), cwd=large_snapshot.parent, settings=settings) as server:
        yield server


def is_busy(server: Server) -> bool:
    """Tell whether as many documents are being sent as can be."""
    answer = httpx.get(f"{server.address}/v1/outcomes.csv")
    if answer.status_code == 200:
        return False
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    return True


def is_whole(answer: httpx.Response, extension: str) -> bool:
    """Tell whether all events are to be in a document, but for the undated in a calendar."""
    total, left_out = (int(answer.headers[name]) for name in ("x-total-count", "x-undated-excluded"))
    assert (left_out > 0) == (extension == "ics")
    return total + left_out == LARGE


def megabytes(pid: int, what: str) -> float:
    """Read how much memory a process has (`VmRSS`), or had at most (`VmHWM`)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(what)


def open_files(pid: int, path: Path) -> int:
    """Count the descriptors that a process has for a file, or for what is in a folder, deleted or not."""
    count = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += str(link.readlink()).startswith(str(path))
    return count


def seconds_of_work(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@contextmanager
def connected(
    server: Server, target: str, version: str = "1.1", receive_bytes: int = 65_536
) -> Iterator[socket.socket]:
    """Ask for something, and read nothing of the answer."""
    host, port = server.address.removeprefix("http://").split(":")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(30)
        connection.connect((host, int(port)))
        connection.sendall(f"GET {target} HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        yield connection


def read_to_the_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(MEGABYTE), b""))


@looks_inside
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_memory_stays_flat(server: Server, extension: str) -> None:
    before = megabytes(server.pid, "VmRSS")
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")
    received = 0
    with httpx.stream("GET", f"{server.address}/v1/events.{extension}?lang=en", headers=PLAIN, timeout=60) as answer:
        assert is_whole(answer, extension)
        for piece in answer.iter_raw():
            received += len(piece)
    # A workbook is compressed: its records are nine times as large.
    assert received > MEGABYTE * (0.9 if extension == "xlsx" else 3)
    # The records alone would be 7 megabytes as text, and several times that as objects.
    assert megabytes(server.pid, "VmHWM") - before < 6


def test_every_record_arrives_once_and_in_order(server: Server) -> None:
    target = f"{server.address}/v1/events.jsonl?lang=en"
    plain = httpx.get(target, headers=PLAIN, timeout=60)
    numbers = [line.partition('","')[0] for line in plain.text.splitlines()]
    assert len(set(numbers)) == len(numbers) == int(plain.headers["x-total-count"]) == LARGE
    for encoding in ("br", "gzip", "zstd"):
        assert httpx.get(target, headers={"Accept-Encoding": encoding}, timeout=60).content == plain.content


@looks_inside
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_client_that_leaves_stops_the_work(narrow: Server, temporary: Path, extension: str) -> None:
    with connected(narrow, f"/v1/events.{extension}?lang=en") as connection:
        if extension == "xlsx":
            wait_until(lambda: any(temporary.iterdir()))
        else:
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200 OK\r\n")
        assert is_busy(narrow)
    wait_until(lambda: not is_busy(narrow), seconds=3)
    wait_until(lambda: not any(temporary.iterdir()), seconds=3)
    assert open_files(narrow.pid, temporary) == 0
    before = seconds_of_work(narrow.pid)
    time.sleep(0.5)
    assert seconds_of_work(narrow.pid) - before < 0.2


def test_others_are_answered_meanwhile(server: Server) -> None:
    def take(extension: str) -> int:
        return len(httpx.get(f"{server.address}/v1/events.{extension}?lang=en", timeout=60).content)

    waits = []
    with ThreadPoolExecutor(MAX_AT_WORK + 1) as pool, httpx.Client(base_url=server.address, timeout=60) as client:
        exports = [pool.submit(take, extension) for extension in ("csv", "xlsx", "geojson", "ics", "jsonld")]
        while not all(export.done() for export in exports):
            start = time.perf_counter()
            assert client.get("/v1/events?limit=1&lang=en").status_code == 200
            waits.append(time.perf_counter() - start)
        assert all(export.result() > 100_000 for export in exports)
    assert len(waits) > 10
    assert statistics.median(waits) < 0.5


@looks_inside
def test_slow_readers_hold_nobody_up(server: Server) -> None:
    before = megabytes(server.pid, "VmRSS")
    with contextlib.ExitStack() as stack:
        target = "/v1/events.jsonl?lang=en"
        readers = [stack.enter_context(connected(server, target)) for _ in range(SLOW_READERS)]
        for reader in readers:
            assert reader.recv(100)
        answer = httpx.get(f"{server.address}/v1/events.csv?lang=en", timeout=60)
        assert answer.content.count(b"\r\n") == int(answer.headers["x-total-count"]) + 1
        # All wait for their readers, and none is read ahead of its own: they would be 7 megabytes each.
        assert megabytes(server.pid, "VmRSS") - before < 4 * len(readers)
        with connected(server, target) as last:
            assert last.recv(100)
            assert is_busy(server)
            assert httpx.head(f"{server.address}/v1/outcomes.csv").status_code == 200
            assert httpx.get(f"{server.address}/v1/outcomes").status_code == 200
    wait_until(lambda: not is_busy(server))


@looks_inside
def test_a_client_of_http_1_0_can_take_it_all(server: Server, temporary: Path) -> None:
    with connected(server, "/v1/events.csv?lang=en", version="1.0") as connection:
        head, _, body = read_to_the_end(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert f"content-length: {len(body)}\r\n".encode() in head.lower()
    assert b"connection: close" in head.lower()
    assert body == httpx.get(f"{server.address}/v1/events.csv?lang=en", timeout=60).content
    assert open_files(server.pid, temporary) == 0


@looks_inside
def test_a_head_costs_nothing_whatever_the_size(server: Server) -> None:
    before = seconds_of_work(server.pid)
    for extension in EXTENSIONS:
        head = httpx.head(f"{server.address}/v1/events.{extension}?lang=en")
        assert is_whole(head, extension)
        fresh = {"If-None-Match": head.headers["etag"]}
        assert httpx.get(f"{server.address}/v1/events.{extension}?lang=en", headers=fresh).status_code == 304
    assert seconds_of_work(server.pid) - before < 0.5


# When it fails half-way.


def test_what_fails_half_way_is_broken_off_and_told_once(
    large_snapshot: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy = tmp_path / "snapshot.sqlite3"
    shutil.copy(large_snapshot, copy)
    app = create_app(Settings(data=copy))

    async def listen() -> Listener:
        listener = Listener()

        async def send(message: Message) -> None:
            if len(listener.messages) == 1:
                os.truncate(copy, 8192)
            await listener.send(message)

        asked = scope(path="/v1/events.jsonl", raw_path=b"/v1/events.jsonl", query_string=b"lang=en")
        named = {"scheme": "http", "server": ("127.0.0.1", 8000), "headers": [(b"host", b"example.org")]}
        await app({**asked, **named}, listener.receive, send)
        return listener

    heard = asyncio.run(listen())
    assert heard.messages[0]["status"] == 200
    assert 0 < heard.body.count(b"\n") < LARGE
    assert not heard.ended
    (record,) = caplog.records
    assert record.getMessage().endswith("failed: GET '/v1/events.jsonl'")


@looks_inside
@pytest.mark.parametrize("extension", ["jsonl", "geojson"])
def test_a_client_sees_that_it_was_broken_off(large_snapshot: Path, tmp_path: Path, extension: str) -> None:
    copy = tmp_path / "snapshot.sqlite3"
    shutil.copy(large_snapshot, copy)
    with running("--data", str(copy), cwd=tmp_path, settings=UNTRACED) as server:
        with connected(server, f"/v1/events.{extension}?lang=en") as connection:
            begun = connection.recv(10_000)
            assert b"transfer-encoding: chunked" in begun
            os.truncate(copy, 8192)
            rest = read_to_the_end(connection)
        assert not (begun + rest).endswith(b"\r\n0\r\n\r\n")
        with httpx.Client(base_url=server.address) as client:
            assert client.get("/healthz").status_code == 200
            unreadable = client.get(f"/v1/events.{extension}?lang=en")
            assert unreadable.status_code == 503
            assert unreadable.headers["content-type"] == "application/problem+json"
