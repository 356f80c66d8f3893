"""Row 11: what another client notices while clients send pipelined requests.

The clients run in a process of their own, so that only the server is shared with the client that is measured.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from tests.tools.benchmarks.bench import Bench, Rows
from tests.tools.benchmarks.download import PIECE_BYTES
from tests.tools.benchmarks.http_client import get_ok
from tests.tools.benchmarks.latency import measure_latency
from tests.tools.benchmarks.processes import Server
from tests.tools.benchmarks.table import Figure, without_peer

_PATH = "/v1/events?limit=1&lang=en"
_SENT_BYTES = 234_000
_SECONDS = 4
_BEGIN_AFTER_SECONDS = 0.5
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Scenario:
    """Clients that each send 234 kB of pipelined requests, once or until the end."""

    what: str
    clients: int
    repeats: bool = False
    renders: bool = False
    """Whether each request is another one, and so not cached."""


_SCENARIOS = (
    Scenario("one client, 234 kB", 1),
    Scenario("one client, 234 kB that is not cached", 1, renders=True),
    Scenario(f"one client, {_SECONDS} s", 1, repeats=True),
    Scenario("100 clients, 234 kB each", 100),
)


def measure_pipelining(bench: Bench) -> Rows:
    """Report the p99 of a cached response to another client and the server's peak memory."""
    for scenario in _SCENARIOS:
        p99, peak = {}, {}
        for checkout in bench.checkouts:
            bench.progress(f"pipelining: {scenario.what} ({checkout.name})")
            with bench.servers.service(checkout, bench.middle.databases[checkout.name]) as server:
                get_ok(server.address + _PATH)
                server.reset_peak()
                with pipelining(server, scenario):
                    p99[checkout.name] = measure_latency(server, _SECONDS).p99
                peak[checkout.name] = Figure(server.peak_bytes() / _MEGABYTE, "MB")
                # It may have work for a minute.
                server.kill()
        yield without_peer("11", f"p99 beside pipelining: {scenario.what}", p99)
        yield without_peer("11", f"peak memory, pipelining: {scenario.what}", peak)


@contextmanager
def pipelining(server: Server, scenario: Scenario) -> Iterator[None]:
    """Run the clients of a scenario in another process until the block ends."""
    words = [server.address, str(_SCENARIOS.index(scenario))]
    clients = subprocess.Popen([sys.executable, "-m", "tests.tools.benchmarks.pipelining", *words])
    try:
        yield
    finally:
        clients.kill()
        clients.wait()


async def _run(address: str, scenario: Scenario) -> None:
    await asyncio.gather(*(_send_and_read(address, scenario) for _ in range(scenario.clients)))


async def _send_and_read(address: str, scenario: Scenario) -> None:
    parts = urlsplit(address)
    pipelined = b"".join(_requests(parts.netloc, scenario))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)

    async def send() -> None:
        writer.write(pipelined)
        await writer.drain()
        while scenario.repeats:
            writer.write(pipelined)
            await writer.drain()

    sender = asyncio.create_task(send())
    # A server may drop a connection with too many requests.
    with suppress(ConnectionError):
        while await reader.read(PIECE_BYTES):
            pass
    sender.cancel()


def _requests(host: str, scenario: Scenario) -> Iterator[bytes]:
    size, day = 0, date(1900, 1, 1)
    while size < _SENT_BYTES:
        target = f"{_PATH}&date_to={day}" if scenario.renders else _PATH
        request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        size, day = size + len(request), day + timedelta(1)
        yield request


if __name__ == "__main__":
    # The measurement has started by then.
    time.sleep(_BEGIN_AFTER_SECONDS)
    asyncio.run(_run(sys.argv[1], _SCENARIOS[int(sys.argv[2])]))
