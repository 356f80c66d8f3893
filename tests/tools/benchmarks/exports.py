"""Row 5: the speed and memory of exports, and the latency of other requests meanwhile."""

import http.client
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tests.tools.benchmarks.bench import Bench, Rows
from tests.tools.benchmarks.checkouts import OURS
from tests.tools.benchmarks.download import PIECE_BYTES, download
from tests.tools.benchmarks.http_client import MismatchError
from tests.tools.benchmarks.latency import measure_latency, repeating
from tests.tools.benchmarks.processes import ROOT, SERVER_CORE, Server, on_cores
from tests.tools.benchmarks.table import Figure, costlier, faster, without_peer

_FORMATS = {"jsonl": 0.5, "csv": 0.25, "geojson": 0.25}
_MEGABYTE = 1_000_000
_STARTING_SECONDS = 0.5
_TIMEOUT_SECONDS = 600
_MAX_MEGABYTES_OVER_IDLE = 32
_RAW_LOOP = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
sys.stdin.readline()
rows = database.execute("SELECT json FROM line ORDER BY number")
while batch := rows.fetchmany(500):
    sys.stdout.buffer.write("".join(f"{line}\\n" for line, in batch).encode())
"""


def measure_exports(bench: Bench) -> Rows:
    """Compare exports of all events with a raw loop over their lines, then measure memory and latency."""
    with bench.services(bench.large) as services:
        for format_, at_least in _FORMATS.items():
            bench.progress(f"export as {format_}")
            figures = _rates(bench, services, f"/v1/events.{format_}?lang=zh-Hant")
            yield faster("5", f"export {format_}, events", figures, "raw loop", at_least)
        bench.progress("memory of exports")
        memory = {name: Figure(_megabytes_over_idle(server), "MB") for name, server in services.items()}
        yield without_peer("5", "peak memory over idle, exports", memory, _MAX_MEGABYTES_OVER_IDLE)
        quiet, busy = {}, {}
        for name, server in services.items():
            bench.progress(f"latency during exports ({name})")
            quiet[name] = measure_latency(server, bench.steady_seconds).p99
            with repeating(partial(download, server.address, "/v1/events.jsonl")):
                busy[name] = measure_latency(server, bench.steady_seconds).p99
        yield costlier("5", "p99 of a cached response during exports", busy, ("the same, quiet", quiet[OURS]), 3)


def _rates(bench: Bench, services: dict[str, Server], path: str) -> dict[str, Figure]:
    """Return the exported events per second, measured in alternation.

    Events, not bytes: a CSV has half the bytes of the JSON that it is made of, and GeoJSON has more.
    """
    events, lines = bench.large.events, bench.large.lines
    for name, server in services.items():
        _check(server.address, path, events, lines if name == OURS and ".jsonl" in path else None)
    seconds: dict[str, list[float]] = {name: [] for name in (*services, "raw loop")}
    for _ in range(bench.repeats):
        for name, server in services.items():
            started = time.perf_counter()
            download(server.address, path)
            seconds[name].append(time.perf_counter() - started)
        seconds["raw loop"].append(_seconds_of_raw_loop(lines))
    return {name: Figure(events / statistics.median(taken), "/s") for name, taken in seconds.items()}


def _seconds_of_raw_loop(lines: Path) -> float:
    command = on_cores(SERVER_CORE, [sys.executable, "-c", _RAW_LOOP, str(lines)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # The start of the interpreter is not a part of the loop.
        time.sleep(_STARTING_SECONDS)
        started = time.perf_counter()
        process.stdin.write(b"\n")
        process.stdin.flush()
        while os.read(process.stdout.fileno(), PIECE_BYTES):
            pass
        seconds = time.perf_counter() - started
    if process.returncode:
        raise MismatchError("the raw loop failed")
    return seconds


def _check(address: str, path: str, events: int, lines: Path | None) -> None:
    """Raise MismatchError unless the document has every event, and, given `lines`, exactly those lines."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        total = response.getheader("X-Total-Count")
        if response.status != 200 or total != str(events):
            raise MismatchError(f"{path} responded {response.status} with {total} of {events} events")
        if lines is None:
            return
        with closing(sqlite3.connect(lines)) as database:
            for line, (wanted,) in zip(
                response, database.execute("SELECT json FROM line ORDER BY number"), strict=True
            ):
                if line.decode() != f"{wanted}\n":
                    raise MismatchError(f"{path} has another line than the raw loop: {line[:200]!r}")


def _megabytes_over_idle(server: Server) -> float:
    server.reset_peak()
    idle = server.memory_bytes()
    for format_ in _FORMATS:
        download(server.address, f"/v1/events.{format_}")
    return (server.peak_bytes() - idle) / _MEGABYTE
