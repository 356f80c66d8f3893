"""What running the service costs: starting, memory, processor time, building, and what a front end loads."""

import json
import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

from tests.benchmarks.asking import ask_well
from tests.benchmarks.bench import Bench, Rows
from tests.benchmarks.load import Load, Target
from tests.benchmarks.processes import ALL_CORES, Server
from tests.benchmarks.servers import NOT_KEPT
from tests.benchmarks.table import Row, costlier

_MEGABYTE = 1_000_000
_SETTLING_REQUESTS = 20
_BUILD_SECONDS_A_MILLION = 900
_BUILD_MEGABYTES = 1000


def measure_start(bench: Bench) -> Rows:
    """Compare the start and the memory with those of an empty FastAPI application."""
    bench.progress("start")
    started = {
        "ours": (lambda: bench.servers.ours(bench.large.ours, cores=ALL_CORES), "/v1/events?limit=1"),
        "empty FastAPI": (bench.servers.empty, "/"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in started}
    idle: dict[str, list[int]] = {name: [] for name in started}
    # The first round finds what nobody has read from the disk or compiled yet.
    for round_ in range(bench.load.rounds + 2):
        for name, (start, path) in started.items():
            first, resident = _start(start, path)
            if round_:
                seconds[name].append(first)
                idle[name].append(resident)
    first, least = (statistics.median(seconds[name]) for name in started)
    yield costlier("6", "start to first answer", (first * 1000, "ms"), (least * 1000, "empty FastAPI"), 1.5)
    ours, empty = (statistics.median(idle[name]) / _MEGABYTE for name in started)
    yield costlier("6", "memory after the first answers", (ours, "MB"), (empty, "empty FastAPI"), 1.3)


def _start(start: Callable[[], AbstractContextManager[Server]], path: str) -> tuple[float, int]:
    with start() as server:
        for _ in range(_SETTLING_REQUESTS):
            ask_well(server.address + path)
        return server.started_seconds, server.memory_bytes()


def measure_processor(bench: Bench) -> Rows:
    """Compare the processor time a request of two workers with one's, and with an access log with that without."""
    for what, kept in (("kept", {}), ("not kept", NOT_KEPT)):
        bench.progress(f"processor time, {what}")
        settings = {
            "one": {**kept, "CAMPAIGN_API_WORKERS": "1"},
            "two": {**kept, "CAMPAIGN_API_WORKERS": "2"},
            "log": {**kept, "CAMPAIGN_API_WORKERS": "1", "CAMPAIGN_API_ACCESS_LOG": "1"},
        }
        with ExitStack() as stack:
            servers = {
                name: stack.enter_context(bench.servers.ours(bench.middle.ours, given, cores=ALL_CORES))
                for name, given in settings.items()
            }
            costs: dict[str, list[float]] = {name: [] for name in servers}
            for _ in range(bench.load.rounds):
                for name, server in servers.items():
                    costs[name].append(_processor_microseconds(bench.load, server))
        one, two, log = (statistics.median(costs[name]) for name in servers)
        yield costlier("7", f"processor time, two workers, {what}", (two, "µs"), (one, "one worker"), 1.1)
        yield costlier("7", f"processor time, access log, {what}", (log, "µs"), (one, "no log"), 1.1)


def _processor_microseconds(load: Load, server: Server) -> float:
    target = Target(f"{server.address}/v1/events?limit=20")
    ask_well(target.url)
    before = server.processor_seconds()
    answered, _ = replace(load, connections=16).once(target)
    return (server.processor_seconds() - before) / answered * 1_000_000


def measure_build(bench: Bench) -> Rows:
    """Hold the build against what it may take: time in proportion to the events, memory whatever their number."""
    large = bench.large
    most = _BUILD_SECONDS_A_MILLION * large.events / 1_000_000
    yield Row("8", f"build of {large.events:,} events", large.build_seconds, "s", at_most=most)
    peak = large.build_peak_bytes / _MEGABYTE
    yield Row("8", "memory of that build", peak, "MB", at_most=_BUILD_MEGABYTES)


def measure_front_end(bench: Bench) -> Rows:
    """Count what a page loads that shows everything: its first view, then all pages of the events."""
    bench.progress("what a front end loads")
    with bench.servers.ours(bench.middle.ours) as server:
        first = [
            "/v1/campaigns",
            "/v1/campaigns/safe-winter/summary",
            "/v1/events?limit=20&facet=category&facet=pillar&facet=location",
            "/v1/locations.geojson",
        ]
        sizes = [_brotli_bytes(server.address + path) for path in first]
        yield Row("10", "first view, brotli", sum(sizes) / 1000, "kB")
        yield Row("10", "first view, round trips", len(sizes), "")
        address: str | None = f"{server.address}/v1/events?limit=200"
        sizes = []
        while address is not None:
            sizes.append(_brotli_bytes(address))
            address = json.loads(ask_well(address).body)["links"]["next"]
        yield Row("10", f"all {bench.middle.events:,} events, brotli", sum(sizes) / 1000, "kB")
        yield Row("10", f"all {bench.middle.events:,} events, round trips", len(sizes), "")


def _brotli_bytes(url: str) -> int:
    return len(ask_well(url, {"Accept-Encoding": "br"}).body)
