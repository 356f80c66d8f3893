"""Exports: how fast, with how much memory, and what others notice meanwhile."""

import http.client
import itertools
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.benchmarks.asking import UnequalError, ask_well
from tests.benchmarks.bench import Bench, Rows
from tests.benchmarks.processes import CLIENT_CORE, ROOT, SERVER_CORE, Server, on_cores
from tests.benchmarks.table import Row, costlier, faster
from tests.generating.words import GIVEN, SURNAMES

_FORMATS = {"jsonl": 0.5, "csv": 0.25, "geojson": 0.25}
_MEGABYTE = 1_000_000
_PIECE_BYTES = 1 << 18
_RATE = 100
_STARTING_SECONDS = 0.5
_MOST_OVER_IDLE = 32
_RAW_LOOP = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
sys.stdin.readline()
rows = database.execute("SELECT json FROM line ORDER BY number")
while batch := rows.fetchmany(500):
    sys.stdout.buffer.write("".join(f"{line}\\n" for line, in batch).encode())
"""


def measure_exports(bench: Bench) -> Rows:
    """Compare exports of all events with a raw loop over their lines, then look at memory and at other requests."""
    with bench.servers.ours(bench.large.ours) as server:
        for format_, at_least in _FORMATS.items():
            bench.progress(f"export as {format_}")
            path = f"/v1/events.{format_}?lang=zh-Hant"
            _check(server.address, path, bench.large.events, bench.large.lines)
            taken: dict[str, list[float]] = {"ours": [], "raw loop": []}
            for _ in range(bench.repeats):
                taken["ours"].append(_seconds(server.address, path))
                taken["raw loop"].append(_seconds_of_raw_loop(bench.large.lines))
            # Of events: a CSV has half the bytes of the JSON that it is made of, and GeoJSON has more.
            figures = {name: bench.large.events / statistics.median(seconds) for name, seconds in taken.items()}
            yield faster("5", f"export {format_}, events", figures, "raw loop", at_least)
        yield _memory(bench, server)
        bench.progress("other requests beside exports")
        quiet = waits(bench, server)
        with repeating(lambda: drain(server.address, "/v1/events.jsonl")):
            beside = waits(bench, server)
        yield costlier(
            "5", "p99 of a small answer during exports", (p99(beside), "ms"), (p99(quiet), "the same, quiet"), 3
        )


def measure_tail(bench: Bench) -> Rows:
    """Compare the slowest of a kept answer with the usual one, while others search and take everything away."""
    bench.progress("tail beside searches and exports")
    with bench.servers.ours(bench.large.ours) as server:
        # Hundreds of names by as many sizes of page: none is asked for twice, so that no answer was kept.
        names = (surname.zh_hant + given.zh_hant for surname, given in itertools.product(SURNAMES, GIVEN))
        asked = itertools.product(range(1, 101), [quote(name) for name in names])
        searches = (f"{server.address}/v1/search?limit={limit}&q={name}" for limit, name in asked)
        quiet = waits(bench, server)
        with (
            repeating(lambda: drain(server.address, "/v1/events.jsonl")),
            repeating(lambda: ask_well(next(searches))),
        ):
            found = waits(bench, server)
    usual = statistics.median(found) * 1000
    yield costlier("9", "p99 of a kept answer beside searches", (p99(found), "ms"), (usual, "its median"), 3)
    alone = statistics.median(quiet) * 1000
    yield Row("9", "that median", usual, "ms", alone, "the same, quiet", usual / alone)


def drain(address: str, path: str) -> int:
    """Take a document away to nowhere; gives how many bytes came after the headers."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=120) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(_PIECE_BYTES)
            if not piece:
                raise UnequalError(f"{path} was broken off")
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise UnequalError(f"{path} was answered {head[:200]!r}")
        total = len(body)
        while piece := connection.recv(_PIECE_BYTES):
            total += len(piece)
        return total


def _seconds(address: str, path: str) -> float:
    started = time.perf_counter()
    drain(address, path)
    return time.perf_counter() - started


def _seconds_of_raw_loop(lines: Path) -> float:
    command = on_cores(SERVER_CORE, [sys.executable, "-c", _RAW_LOOP, str(lines)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # To start is not a part of the loop.
        time.sleep(_STARTING_SECONDS)
        started = time.perf_counter()
        process.stdin.write(b"\n")
        process.stdin.flush()
        while os.read(process.stdout.fileno(), _PIECE_BYTES):
            pass
        seconds = time.perf_counter() - started
    if process.returncode:
        raise UnequalError("the raw loop failed")
    return seconds


def _check(address: str, path: str, events: int, lines: Path) -> None:
    """See that the document has every event, and that JSON lines are the very ones that the raw loop writes."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        total = response.getheader("X-Total-Count")
        if response.status != 200 or total != str(events):
            raise UnequalError(f"{path} answered {response.status} with {total} of {events} events")
        if ".jsonl" not in path:
            return
        with closing(sqlite3.connect(lines)) as database:
            for line, (wanted,) in zip(
                response, database.execute("SELECT json FROM line ORDER BY number"), strict=True
            ):
                if line.decode() != f"{wanted}\n":
                    raise UnequalError(f"{path} has another line than the raw loop: {line[:200]!r}")


def _memory(bench: Bench, server: Server) -> Row:
    bench.progress("memory of exports")
    server.forget_peak()
    idle = server.memory_bytes()
    for format_ in _FORMATS:
        drain(server.address, f"/v1/events.{format_}")
    over = (server.peak_bytes() - idle) / _MEGABYTE
    return Row("5", "peak memory over idle, exports", over, "MB", at_most=_MOST_OVER_IDLE)


def waits(bench: Bench, server: Server) -> list[float]:
    """Let a client in a process of its own ask for a small answer at a steady rate; gives the seconds it waited."""
    url = f"{server.address}/v1/events?limit=1"
    ask_well(url)
    seconds = bench.steady_seconds
    command = [sys.executable, "-m", "tests.benchmarks.steady", url, str(_RATE), str(seconds)]
    asked = subprocess.run(
        on_cores(CLIENT_CORE, command), cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=10 * seconds + 60
    )
    found: list[float] = json.loads(asked.stdout)
    return found


def p99(found: list[float]) -> float:
    """Give what one in a hundred waited longer than, milliseconds."""
    return statistics.quantiles(found, n=100)[98] * 1000


@contextmanager
def repeating(work: Callable[[], object]) -> Iterator[None]:
    """Do something over and over beside the block, and raise what went wrong with it."""
    ended, errors = threading.Event(), list[BaseException]()

    def repeat() -> None:
        try:
            while not ended.is_set():
                work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if errors:
        raise errors[0]
