"""Streams: flat in memory, stopped when the client leaves, cut off when they fail.

The first half tests the response alone, over ASGI; the second a real process with thousands of events.
"""

import asyncio
import contextlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
from starlette.types import Message, Scope

from app.http.cache import ResponseCache
from app.http.errors import Problem
from app.http.plan import Stream
from app.http.ranges import ACCEPT_RANGES, negotiate_range
from app.http.request_key import parse_scope
from app.http.streaming import MAX_WHOLE_BYTES, MAX_WORKERS, StreamResponse
from app.main import create_app
from app.settings import Settings
from tests.conftest import LARGE
from tests.serving import NO_TLS, UNTRACED, Server, running

EXTENSIONS = ("csv", "jsonl", "geojson", "xlsx", "ics", "jsonld")
PLAIN = {"Accept-Encoding": "identity"}
MEGABYTE = 1024 * 1024
SLOW_READERS = 3 * MAX_WORKERS

# The response alone.


class Work:
    """A body that records how far it was made, by which threads, and whether it was closed."""

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


SOCKET = {"scheme": "http", "server": None}


def scope(**changes: Any) -> Scope:
    headers = [(b"accept-encoding", b"identity")]
    return {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "path": "/",
        "query_string": b"",
        **SOCKET,
        "headers": headers,
        **changes,
    }


def encoded(encoding: str, *others: tuple[bytes, bytes]) -> Scope:
    return scope(headers=[(b"accept-encoding", encoding.encode()), *others])


class Listener:
    """A client over ASGI that records messages, and leaves after some of them."""

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


BEYOND = b"x" * (MAX_WHOLE_BYTES + 1)
"""A piece with which a body is too large to be made whole before it is sent."""


def response(work: Work, scope: Scope, cache: ResponseCache | None = None, *, is_head: bool = False) -> StreamResponse:
    stream = Stream({"ETag": '"tag"', "Content-Type": "text/plain", **ACCEPT_RANGES}, work.pieces)
    key, conditions = negotiate_range(scope["method"], *parse_scope(scope))
    return StreamResponse(stream, key, conditions, cache or ResponseCache(0), is_head=is_head)


def send_stream(
    work: Work,
    requested: Scope,
    leaves_after: int | None = None,
    cache: ResponseCache | None = None,
    *,
    is_head: bool = False,
) -> Listener:
    async def listen() -> Listener:
        listener = Listener(leaves_after)
        await response(work, requested, cache, is_head=is_head)(requested, listener.receive, listener.send)
        return listener

    return asyncio.run(listen())


def test_pieces_are_made_by_other_threads_and_sent_one_by_one() -> None:
    work = Work(BEYOND, b"", b"two")
    received = send_stream(work, scope())
    assert [message.get("body") for message in received.messages] == [None, BEYOND, b"two", b""]
    assert [message.get("more_body", False) for message in received.messages] == [False, True, True, False]
    assert work.closed
    assert threading.get_ident() not in work.threads


@pytest.mark.parametrize("steps", [(), (b"",), (b"", b"", b"late")])
def test_a_body_may_be_empty_or_late(steps: tuple[bytes, ...]) -> None:
    received = send_stream(Work(*steps), scope())
    assert received.messages[0]["status"] == 200
    assert received.body == b"".join(steps)
    assert received.ended


@pytest.mark.parametrize("is_head", [True, False])
def test_a_stream_is_not_started_for_head_or_304(is_head: bool) -> None:
    work = Work(b"one")
    condition = () if is_head else ((b"if-none-match", b'"tag-br"'),)
    received = send_stream(work, encoded("br", *condition), is_head=is_head)
    assert work.done == 0
    assert received.body == b""
    assert received.ended
    assert received.messages[0]["status"] == (200 if is_head else 304)


@pytest.mark.parametrize("encoding", ["identity", "br", "gzip", "zstd"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_stream_stops_when_the_client_leaves(encoding: str, version: str) -> None:
    noise = [os.urandom(MEGABYTE) for _ in range(30)]
    work = Work(*noise)
    send_stream(work, {**encoded(encoding), "http_version": version}, leaves_after=2)
    assert work.closed
    # HTTP/1.0 needs the length first, so all of it is made once.
    made = len(noise) if version == "1.0" else 0
    assert made < work.done < made + len(noise)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_client_that_leaves_before_the_first_bytes_is_noticed(version: str) -> None:
    started = threading.Event()

    def go_on() -> bytes:
        started.set()
        time.sleep(0.01)
        return b""

    async def listen() -> tuple[Work, Listener]:
        listener = Listener()
        work = Work(*[go_on] * 1000)
        answering = asyncio.create_task(
            response(work, scope())(scope(http_version=version), listener.receive, listener.send)
        )
        await asyncio.to_thread(started.wait)
        listener.leave()
        await answering
        return work, listener

    work, listener = asyncio.run(listen())
    assert work.closed
    assert work.done < 100
    assert listener.messages == []


def test_a_stream_is_closed_when_no_thread_runs_it() -> None:
    """A running generator cannot be closed: the response waits for the piece that is being made."""
    started = threading.Event()

    def slowly() -> bytes:
        started.set()
        time.sleep(0.2)
        return b"late"

    async def leave() -> Work:
        listener = Listener()
        work = Work(BEYOND, slowly, b"two")
        answering = asyncio.create_task(response(work, scope())(scope(), listener.receive, listener.send))
        await asyncio.to_thread(started.wait)
        listener.leave()
        await answering
        assert not listener.ended
        return work

    work = asyncio.run(leave())
    assert work.closed
    assert work.done == 2


@pytest.mark.parametrize("before", [(), (b"",), (b"small",), (BEYOND,)], ids=["none", "empty", "small", "large"])
@pytest.mark.parametrize("encoding", ["identity", "br"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_error_is_raised_as_it_is_and_the_response_stays_incomplete(
    before: tuple[bytes, ...], encoding: str, version: str
) -> None:
    async def listen() -> tuple[Work, Listener]:
        listener = Listener()
        work = Work(*before, KeyError("lost"), b"never")
        with pytest.raises(KeyError, match="lost"):
            await response(work, encoded(encoding))(
                {**encoded(encoding), "http_version": version}, listener.receive, listener.send
            )
        return work, listener

    work, listener = asyncio.run(listen())
    assert work.closed
    assert work.done == len(before) + 1
    started = before == (BEYOND,) and encoding == "identity" and version == "1.1"
    assert [message["type"] for message in listener.messages] == (
        ["http.response.start", "http.response.body"] if started else []
    )
    assert not started or not listener.ended


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_http_1_0_gets_a_content_length(encoding: str) -> None:
    pieces = [os.urandom(MEGABYTE) for _ in range(3)]
    work, cache = Work(*pieces), ResponseCache(0)
    # The length is known the second time.
    for made in (2 * len(pieces), 3 * len(pieces)):
        received = send_stream(work, {**encoded(encoding), "http_version": "1.0"}, cache=cache)
        assert work.done == made
        assert received.headers["content-length"] == str(len(received.body))
        plain = brotli.decompress(received.body) if encoding == "br" else received.body
        assert plain == b"".join(pieces)
    assert send_stream(Work(), scope(http_version="1.0")).headers["content-length"] == "0"


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_a_body_that_is_small_enough_as_it_is_sent_has_a_length_and_is_cached(encoding: str) -> None:
    cache = ResponseCache(10 * MEGABYTE)
    work = Work(BEYOND[:-2], b"x") if encoding == "identity" else Work(BEYOND, BEYOND)
    received = send_stream(work, encoded(encoding), cache=cache)
    assert received.headers["content-length"] == str(len(received.body))
    entry = cache.get('"tag"')
    assert entry is not None
    assert entry.representations[encoding].body == received.body
    assert cache.size > len(received.body)


def test_a_larger_body_is_not_cached_and_its_length_is_known_once_it_was_made() -> None:
    cache, work = ResponseCache(10 * MEGABYTE), Work(BEYOND[:-1], b"xx")
    assert "content-length" not in send_stream(work, scope(), cache=cache, is_head=True).headers
    assert "content-length" not in send_stream(work, scope(), cache=cache).headers
    assert cache.size == 0
    for is_head in (True, False):
        received = send_stream(work, scope(), cache=cache, is_head=is_head)
        assert received.headers["content-length"] == str(MAX_WHOLE_BYTES + 2)
        assert received.body == (b"" if is_head else BEYOND + b"x")
    # The length is that of one encoding.
    assert "content-length" not in send_stream(work, encoded("br"), cache=cache, is_head=True).headers


def test_a_length_is_not_remembered_of_a_body_that_was_cut_off() -> None:
    cache = ResponseCache(0)
    with pytest.raises(KeyError):
        send_stream(Work(BEYOND, KeyError()), scope(), cache=cache)
    send_stream(Work(BEYOND, BEYOND), scope(), leaves_after=2, cache=cache)
    assert cache.length_of('"tag"') is None


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 0), (0, 2 * MEGABYTE), (MEGABYTE - 1, MEGABYTE + 7), (MEGABYTE, MEGABYTE), (3 * MEGABYTE - 1, None)],
)
def test_a_part_of_a_stream_is_made_in_threads_and_no_further(first: int, last: int | None) -> None:
    pieces = [os.urandom(MEGABYTE), b"", os.urandom(MEGABYTE), os.urandom(MEGABYTE)]
    whole = b"".join(pieces)
    cache = ResponseCache(0)
    range_ = (b"range", f"bytes={first}-{'' if last is None else last}".encode())
    end = len(whole) if last is None else last + 1
    needed = sum(1 for number in range(len(pieces)) if len(b"".join(pieces[:number])) < end)
    # The first time the length is unknown, so all of it is made before.
    for made in (len(pieces) + needed, needed):
        work = Work(*pieces)
        received = send_stream(work, encoded("br", range_), cache=cache)
        assert received.messages[0]["status"] == 206
        assert received.body == whole[first:end]
        assert received.headers["content-range"] == f"bytes {first}-{end - 1}/{len(whole)}"
        assert received.headers["content-length"] == str(end - first)
        assert "content-encoding" not in received.headers
        assert work.done == made
        assert work.closed
        assert threading.get_ident() not in work.threads


@pytest.mark.parametrize("content", [(), (b"small",), (BEYOND,)], ids=["empty", "small", "large"])
def test_a_part_that_begins_at_the_end_of_a_stream_is_refused(content: tuple[bytes, ...]) -> None:
    size = len(b"".join(content))
    cache = ResponseCache(0)
    for _ in range(2):
        with pytest.raises(Problem) as refused:
            send_stream(Work(*content), encoded("identity", (b"range", b"bytes=%d-" % size)), cache=cache)
        assert refused.value.status == 416
        assert refused.value.headers == {"Content-Range": f"bytes */{size}"}


def test_the_number_of_streams_being_made_is_bounded() -> None:
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
        listeners = [Listener() for _ in range(3 * MAX_WORKERS)]
        responses = (response(Work(*[take_part] * 5), scope())(scope(), one.receive, one.send) for one in listeners)
        await asyncio.gather(*responses)
        return listeners

    assert [listener.body for listener in asyncio.run(all_at_once())] == [b"xxxxx"] * 3 * MAX_WORKERS
    assert most == MAX_WORKERS


# The real process.

looks_inside = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into the process by Linux's /proc")


UNCACHED = UNTRACED | {"CAMPAIGN_API_CACHE_BYTES": "0"}
"""The settings of servers that make even a small export for each client."""


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's temporary files."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def server(large_database: Path, temporary: Path) -> Iterator[Server]:
    """A server that sends as many exports at once as the tests need."""
    settings = UNCACHED | {"TMPDIR": str(temporary), "CAMPAIGN_API_MAX_EXPORTS": str(SLOW_READERS + 1)}
    with running("--data", str(large_database), cwd=large_database.parent, settings=settings) as server:
        # Modules that are imported at the first use do not count as memory of an export.
        for extension in EXTENSIONS:
            target = f"{server.address}/v1/events.{extension}?lang=en&category=symposium"
            assert httpx.get(target, headers={"Accept-Encoding": "br"}).status_code == 200
        yield server


@pytest.fixture(scope="module")
def narrow(large_database: Path, temporary: Path) -> Iterator[Server]:
    """A server that sends one export at a time."""
    settings = UNCACHED | {"TMPDIR": str(temporary), "CAMPAIGN_API_MAX_EXPORTS": "1"}
    with running("--data", str(large_database), cwd=large_database.parent, settings=settings) as server:
        yield server


def is_busy(server: Server) -> bool:
    """Return whether as many exports are being sent as can be."""
    response = httpx.get(f"{server.address}/v1/outcomes.csv", verify=NO_TLS)
    if response.status_code == 200:
        return False
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert response.headers["content-type"] == "application/problem+json"
    return True


def is_whole(response: httpx.Response, extension: str) -> bool:
    """Return whether all events are in a document, except the undated in a calendar."""
    total, left_out = (int(response.headers[name]) for name in ("x-total-count", "x-undated-excluded"))
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


def rests(pid: int) -> bool:
    """Return whether a process does next to nothing for half a second."""
    before = seconds_of_work(pid)
    time.sleep(0.5)
    return seconds_of_work(pid) - before < 0.05


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "the condition never became true"
        time.sleep(0.02)


@contextmanager
def connected(
    server: Server, target: str, version: str = "1.1", receive_bytes: int = 65_536, line: str = "Connection: close"
) -> Iterator[socket.socket]:
    """Send a request, and read nothing of its response."""
    host, port = server.address.removeprefix("http://").split(":")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(30)
        connection.connect((host, int(port)))
        connection.sendall(f"GET {target} HTTP/{version}\r\nHost: x\r\n{line}\r\n\r\n".encode())
        yield connection


def read_to_the_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(MEGABYTE), b""))


@pytest.mark.serial
@looks_inside
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_memory_stays_flat(server: Server, extension: str) -> None:
    before = megabytes(server.pid, "VmRSS")
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")
    received = 0
    with httpx.stream("GET", f"{server.address}/v1/events.{extension}?lang=en", headers=PLAIN, timeout=60) as response:
        assert is_whole(response, extension)
        for piece in response.iter_raw():
            received += len(piece)
    # A workbook is compressed: its records are nine times as large.
    assert received > MEGABYTE * (0.9 if extension == "xlsx" else 3)
    # The records alone would be 7 megabytes as text, and several times that as objects.
    assert megabytes(server.pid, "VmHWM") - before < 6


@pytest.mark.slow
def test_every_record_arrives_once_and_in_order(server: Server) -> None:
    target = f"{server.address}/v1/events.jsonl?lang=en"
    plain = httpx.get(target, headers=PLAIN, timeout=60)
    numbers = [line.partition('","')[0] for line in plain.text.splitlines()]
    assert len(set(numbers)) == len(numbers) == int(plain.headers["x-total-count"]) == LARGE
    for encoding in ("br", "gzip", "zstd"):
        assert httpx.get(target, headers={"Accept-Encoding": encoding}, timeout=60).content == plain.content


@pytest.mark.serial
@looks_inside
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_an_export_stops_when_its_client_leaves(narrow: Server, temporary: Path, extension: str) -> None:
    with connected(narrow, f"/v1/events.{extension}?lang=en") as connection:
        if extension == "xlsx":
            wait_until(lambda: any(temporary.iterdir()))
        else:
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200 OK\r\n")
        assert is_busy(narrow)
    wait_until(lambda: not is_busy(narrow))
    wait_until(lambda: not any(temporary.iterdir()))
    assert open_files(narrow.pid, temporary) == 0
    before = seconds_of_work(narrow.pid)
    time.sleep(0.5)
    assert seconds_of_work(narrow.pid) - before < 0.2


@pytest.mark.serial
@looks_inside
def test_memory_is_returned_after_broken_exports(large_database: Path, tmp_path: Path) -> None:
    with running("--data", str(large_database), cwd=tmp_path, settings=UNCACHED) as server:
        idle = megabytes(server.pid, "VmRSS")
        for extension, encoding in product(EXTENSIONS, ("identity", "br", "zstd", "gzip")):
            with contextlib.ExitStack() as stack:
                target = f"/v1/events.{extension}?lang=en"
                for _ in range(4):
                    stack.enter_context(connected(server, target, line=f"Accept-Encoding: {encoding}"))
                # Some are broken off before their first byte, as workbooks and compressed ones have it late.
                time.sleep(0.5)
        wait_until(lambda: rests(server.pid))
        # About 29, also after several rounds; 4 at a time each hold up to MAX_WHOLE_BYTES before they send.
        assert megabytes(server.pid, "VmRSS") - idle < 40


@pytest.mark.slow
@pytest.mark.parametrize(
    "extensions", [("csv", "geojson"), pytest.param(("xlsx", "ics", "jsonld"), marks=pytest.mark.slow)]
)
def test_others_are_served_during_exports(server: Server, extensions: Sequence[str]) -> None:
    def take(extension: str) -> int:
        return len(httpx.get(f"{server.address}/v1/events.{extension}?lang=en", timeout=60).content)

    responses_meanwhile = 0
    with ThreadPoolExecutor(MAX_WORKERS + 1) as pool, httpx.Client(base_url=server.address, timeout=60) as client:
        exports = [pool.submit(take, extension) for extension in extensions]
        while not all(export.done() for export in exports):
            assert client.get("/v1/events?limit=1&lang=en").status_code == 200
            responses_meanwhile += 1
        assert all(export.result() > 100_000 for export in exports)
    assert responses_meanwhile > 10


@pytest.mark.serial
@looks_inside
def test_slow_readers_do_not_block_others(server: Server) -> None:
    before = megabytes(server.pid, "VmRSS")
    with contextlib.ExitStack() as stack:
        target = "/v1/events.jsonl?lang=en"
        readers = [stack.enter_context(connected(server, target)) for _ in range(SLOW_READERS)]
        for reader in readers:
            assert reader.recv(100)
        response = httpx.get(f"{server.address}/v1/events.csv?lang=en", timeout=60)
        assert response.content.count(b"\r\n") == int(response.headers["x-total-count"]) + 1
        # Each waits for its reader; rendered ahead they would take 7 MB each.
        assert megabytes(server.pid, "VmRSS") - before < 4 * len(readers)
        with connected(server, target) as last:
            assert last.recv(100)
            assert is_busy(server)
            assert httpx.head(f"{server.address}/v1/outcomes.csv").status_code == 200
            assert httpx.get(f"{server.address}/v1/outcomes").status_code == 200
    wait_until(lambda: not is_busy(server))


@pytest.mark.slow
@looks_inside
def test_an_http_1_0_client_gets_the_whole_export(server: Server, temporary: Path) -> None:
    with connected(server, "/v1/events.csv?lang=en", version="1.0") as connection:
        head, _, body = read_to_the_end(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert f"content-length: {len(body)}\r\n".encode() in head.lower()
    assert b"connection: close" in head.lower()
    assert body == httpx.get(f"{server.address}/v1/events.csv?lang=en", timeout=60).content
    assert open_files(server.pid, temporary) == 0


@pytest.mark.serial
@looks_inside
def test_head_and_304_cost_little(server: Server) -> None:
    before = seconds_of_work(server.pid)
    for extension in EXTENSIONS:
        head = httpx.head(f"{server.address}/v1/events.{extension}?lang=en")
        assert is_whole(head, extension)
        fresh = {"If-None-Match": head.headers["etag"]}
        assert httpx.get(f"{server.address}/v1/events.{extension}?lang=en", headers=fresh).status_code == 304
    assert seconds_of_work(server.pid) - before < 0.5


# Failing half-way.


@pytest.mark.slow
def test_a_failing_export_is_cut_off_and_logged_once(
    large_database: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy = tmp_path / "database.sqlite3"
    shutil.copy(large_database, copy)
    app = create_app(Settings(data=copy))

    async def listen() -> Listener:
        listener = Listener()

        async def send(message: Message) -> None:
            if len(listener.messages) == 1:
                os.truncate(copy, 8192)
            await listener.send(message)

        requested = scope(path="/v1/events.jsonl", raw_path=b"/v1/events.jsonl", query_string=b"lang=en")
        named = {"scheme": "http", "server": ("127.0.0.1", 8000), "headers": [(b"host", b"example.org")]}
        await app({**requested, **named}, listener.receive, send)
        return listener

    received = asyncio.run(listen())
    assert received.messages[0]["status"] == 200
    assert 0 < received.body.count(b"\n") < LARGE
    assert not received.ended
    (record,) = caplog.records
    assert record.getMessage().endswith("failed: GET '/v1/events.jsonl'")


@pytest.mark.slow
@looks_inside
@pytest.mark.parametrize("extension", ["jsonl", pytest.param("geojson", marks=pytest.mark.slow)])
def test_a_client_sees_that_an_export_was_cut_off(large_database: Path, tmp_path: Path, extension: str) -> None:
    copy = tmp_path / "database.sqlite3"
    shutil.copy(large_database, copy)
    with running("--data", str(copy), cwd=tmp_path, settings=UNTRACED) as server:
        with connected(server, f"/v1/events.{extension}?lang=en") as connection:
            started = connection.recv(10_000)
            assert b"transfer-encoding: chunked" in started
            os.truncate(copy, 8192)
            rest = read_to_the_end(connection)
        assert not (started + rest).endswith(b"\r\n0\r\n\r\n")
        with httpx.Client(base_url=server.address) as client:
            assert client.get("/healthz").status_code == 200
            unreadable = client.get(f"/v1/events.{extension}?lang=en")
            assert unreadable.status_code == 503
            assert unreadable.headers["content-type"] == "application/problem+json"
