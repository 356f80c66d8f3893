"""The latency of a cached response at a fixed request rate, and row 9: the same while others search and export."""

import itertools
import json
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from tests.tools.benchmarks.bench import Bench, Rows
from tests.tools.benchmarks.checkouts import OURS
from tests.tools.benchmarks.download import download
from tests.tools.benchmarks.http_client import get_ok
from tests.tools.benchmarks.processes import CLIENT_CORE, ROOT, Server, on_cores
from tests.tools.benchmarks.table import Figure, costlier
from tests.tools.generating.words import GIVEN, SURNAMES

_RATE = 100


@dataclass(frozen=True)
class Latency:
    """The waits of a client."""

    seconds: list[float]
    too_slow: bool
    """Whether the client gave up; the longest waits are then lower bounds."""

    @property
    def p99(self) -> Figure:
        """The wait that one response in a hundred exceeds."""
        return self._figure(statistics.quantiles(self.seconds, n=100)[98])

    @property
    def median(self) -> Figure:
        """The usual wait."""
        return self._figure(statistics.median(self.seconds))

    def _figure(self, seconds: float) -> Figure:
        milliseconds = seconds * 1000
        return Figure(milliseconds, "ms", f"> {milliseconds:,.0f} ms" if self.too_slow else "")


def measure_latency(server: Server, seconds: float) -> Latency:
    """Let a client in its own process request a small cached response at a fixed rate."""
    url = f"{server.address}/v1/events?limit=1"
    get_ok(url)
    command = [sys.executable, "-m", "tests.tools.benchmarks.paced_client", url, str(_RATE), str(seconds)]
    done = subprocess.run(
        on_cores(CLIENT_CORE, command), cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=seconds + 60
    )
    found = json.loads(done.stdout)
    return Latency(found["waits"], found["too_slow"])


def measure_tail(bench: Bench) -> Rows:
    """Compare the p99 of a cached response with its median while others search and export."""
    quiet: dict[str, Latency] = {}
    busy: dict[str, Latency] = {}
    with bench.services(bench.large) as services:
        for name, server in services.items():
            bench.progress(f"latency during searches and exports ({name})")
            quiet[name] = measure_latency(server, bench.steady_seconds)
            searches = _searches(server.address)
            with (
                repeating(partial(download, server.address, "/v1/events.jsonl")),
                repeating(partial(_get_next, searches)),
            ):
                busy[name] = measure_latency(server, bench.steady_seconds)
    p99 = {name: latency.p99 for name, latency in busy.items()}
    median = {name: latency.median for name, latency in busy.items()}
    yield costlier("9", "p99 of a cached response during searches", p99, ("its median", busy[OURS].median), 3)
    yield costlier("9", "that median", median, ("the same, quiet", quiet[OURS].median), None)


def _searches(address: str) -> Iterator[str]:
    """Yield hundreds of names by as many page sizes: none is repeated, so no response is cached."""
    names = [quote(surname.zh_hant + given.zh_hant) for surname, given in itertools.product(SURNAMES, GIVEN)]
    return (f"{address}/v1/search?limit={limit}&q={name}" for limit, name in itertools.product(range(1, 101), names))


def _get_next(urls: Iterator[str]) -> None:
    get_ok(next(urls))


@contextmanager
def repeating(work: Callable[[], object]) -> Iterator[None]:
    """Repeat something in a thread during the block, and raise its error afterwards."""
    done, errors = threading.Event(), list[BaseException]()

    def repeat() -> None:
        try:
            while not done.is_set():
                work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    if errors:
        raise errors[0]
