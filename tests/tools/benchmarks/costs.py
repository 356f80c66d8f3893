"""Rows 6 to 8 and 10: start, memory, processor time, build, and what a front end loads."""

import json
import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial

from tests.tools.benchmarks.bench import Bench, Rows
from tests.tools.benchmarks.checkouts import NOT_CACHED, OURS
from tests.tools.benchmarks.http_client import get_ok
from tests.tools.benchmarks.load import Load, Target
from tests.tools.benchmarks.processes import ALL_CORES, Server
from tests.tools.benchmarks.table import Figure, costlier, without_peer

_MEGABYTE = 1_000_000
_SETTLING_REQUESTS = 20
_BUILD_SECONDS_PER_MILLION = 900
_BUILD_MEGABYTES = 1000
_EMPTY = "empty FastAPI"


def measure_start(bench: Bench) -> Rows:
    """Compare the time to the first response and the memory with those of an empty FastAPI application."""
    bench.progress("start")
    starts: dict[str, tuple[Callable[[], AbstractContextManager[Server]], str]] = {
        checkout.name: (
            partial(bench.servers.service, checkout, bench.large.databases[checkout.name], cores=ALL_CORES),
            "/v1/events?limit=1",
        )
        for checkout in bench.checkouts
    }
    starts[_EMPTY] = (bench.servers.empty, "/")
    milliseconds: dict[str, list[float]] = {name: [] for name in starts}
    megabytes: dict[str, list[float]] = {name: [] for name in starts}
    # The first round reads files from the disk and compiles modules.
    for round_ in range(bench.load.rounds + 2):
        for name, (start, path) in starts.items():
            seconds, resident = _start(start, path)
            if round_:
                milliseconds[name].append(seconds * 1000)
                megabytes[name].append(resident / _MEGABYTE)
    first = {name: Figure(statistics.median(found), "ms") for name, found in milliseconds.items()}
    yield costlier("6", "start to first response", first, (_EMPTY, first[_EMPTY]), 1.8)
    idle = {name: Figure(statistics.median(found), "MB") for name, found in megabytes.items()}
    yield costlier("6", "memory after the first responses", idle, (_EMPTY, idle[_EMPTY]), 1.5)


def _start(start: Callable[[], AbstractContextManager[Server]], path: str) -> tuple[float, int]:
    with start() as server:
        for _ in range(_SETTLING_REQUESTS):
            get_ok(server.address + path)
        return server.started_seconds, server.memory_bytes()


def measure_processor(bench: Bench) -> Rows:
    """Compare the processor time of a request with two workers and with one, and with an access log and without."""
    for what, cached in (("cached", {}), ("uncached", NOT_CACHED)):
        bench.progress(f"processor time, {what}")
        variants = {
            "one": {**cached, "workers": "1"},
            "two": {**cached, "workers": "2"},
            "log": {**cached, "workers": "1", "access_log": "true"},
        }
        with ExitStack() as stack:
            services = {
                variant: stack.enter_context(bench.services(bench.middle, settings, cores=ALL_CORES))
                for variant, settings in variants.items()
            }
            costs: dict[tuple[str, str], list[float]] = {}
            for _ in range(bench.load.rounds):
                for variant, by_checkout in services.items():
                    for name, server in by_checkout.items():
                        costs.setdefault((variant, name), []).append(_processor_microseconds(bench.load, server))
        one, two, log = (
            {
                checkout.name: Figure(statistics.median(costs[variant, checkout.name]), "µs")
                for checkout in bench.checkouts
            }
            for variant in variants
        )
        yield costlier("7", f"processor time, two workers, {what}", two, ("one worker", one[OURS]), 1.1)
        yield costlier("7", f"processor time, access log, {what}", log, ("no log", one[OURS]), 1.1)


def _processor_microseconds(load: Load, server: Server) -> float:
    target = Target(server, "/v1/events?limit=20")
    get_ok(target.url)
    before = server.processor_seconds()
    responses = replace(load, connections=16).once(target).responses
    return (server.processor_seconds() - before) / responses * 1_000_000


def measure_build(bench: Bench) -> Rows:
    """Check that the build's time is in proportion to the events and its memory is bounded."""
    large = bench.large
    most = _BUILD_SECONDS_PER_MILLION * large.events / 1_000_000
    seconds = {name: Figure(build.seconds, "s") for name, build in large.builds.items()}
    yield without_peer("8", f"build of {large.events:,} events", seconds, most)
    peak = {name: Figure(build.peak_bytes / _MEGABYTE, "MB") for name, build in large.builds.items()}
    yield without_peer("8", "memory of that build", peak, _BUILD_MEGABYTES)
    size = {name: Figure(file.stat().st_size / 1000 / large.events, "kB") for name, file in large.databases.items()}
    yield without_peer("8", "database, per event", size)


def measure_front_end(bench: Bench) -> Rows:
    """Count what a page loads that shows everything: its first view, then all pages of the events."""
    bench.progress("what a front end loads")
    first = [
        "/v1/campaigns",
        "/v1/campaigns/safe-winter/summary",
        "/v1/events?limit=20&facet=category&facet=pillar&facet=location",
        "/v1/locations.geojson",
    ]
    with bench.services(bench.middle) as services:
        view = {name: [_brotli_bytes(server.address + path) for path in first] for name, server in services.items()}
        pages = {name: _sizes_of_pages(server) for name, server in services.items()}
    events = f"all {bench.middle.events:,} events"
    for what, sizes in (("first view", view), (events, pages)):
        yield without_peer(
            "10", f"{what}, brotli", {name: Figure(sum(found) / 1000, "kB") for name, found in sizes.items()}
        )
        yield without_peer(
            "10", f"{what}, round trips", {name: Figure(len(found), "") for name, found in sizes.items()}
        )


def _sizes_of_pages(server: Server) -> list[int]:
    address: str | None = f"{server.address}/v1/events?limit=200"
    sizes = []
    while address is not None:
        sizes.append(_brotli_bytes(address))
        address = json.loads(get_ok(address).body)["links"]["next"]
    return sizes


def _brotli_bytes(url: str) -> int:
    return len(get_ok(url, {"Accept-Encoding": "br"}).body)
