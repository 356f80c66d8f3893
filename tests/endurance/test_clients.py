"""Clients that are slow, and very many clients."""

import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.endurance import IS_FULL
from tests.serving import UNTRACED, Server, running
from tests.web.wire import Wire

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into the process by Linux's /proc")

MOST_MEGABYTES = 150
PROBE_SECONDS = 0.25


@contextmanager
def beside(*command: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a module of ours as a process of its own until the block ends."""
    process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def port_of(server: Server) -> str:
    return server.address.rpartition(":")[2]


def allow_few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def test_others_are_answered_while_five_hundred_clients_are_slow(tianshui_snapshot: Path, tmp_path: Path) -> None:
    seconds = 60 if IS_FULL else 5
    with running("--data", str(tianshui_snapshot), cwd=tmp_path, settings=UNTRACED, begin=allow_few_files) as server:
        wire = Wire.of(server)
        with beside("tests.endurance.slow_clients", port_of(server), "500", str(seconds + 30)):
            time.sleep(5)
            took = [probe(wire, number) for number in range(seconds * 10)]
        in_time = sum(one is not None and one < PROBE_SECONDS for one in took)
        assert in_time >= 0.99 * len(took), sorted(took, key=lambda one: one or 99)[-10:]
        assert megabytes(server.pid, "VmHWM") < MOST_MEGABYTES


def probe(wire: Wire, number: int) -> float | None:
    """Ask once, on a connection of one's own; gives the seconds that it took, None if there was no answer."""
    time.sleep(0.1)
    raw = f"GET /v1/events?limit={number % 200 + 1} HTTP/1.1\r\nHost: example.org\r\n\r\n".encode()
    began_at = time.perf_counter()
    try:
        with wire.connect() as connection:
            answer = connection.ask(raw)
    except (OSError, AssertionError):
        return None
    return time.perf_counter() - began_at if answer.start == b"HTTP/1.1 200 OK" else None


def test_a_crowd_is_answered_or_told_to_come_again(tianshui_snapshot: Path, tmp_path: Path) -> None:
    seconds = 60 if IS_FULL else 5
    with running("--data", str(tianshui_snapshot), cwd=tmp_path, settings=UNTRACED) as server:
        peak, done = 0.0, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.1):
                peak = max(peak, megabytes(server.pid, "VmRSS"))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            with beside("tests.endurance.crowd", port_of(server), "400", str(seconds)) as crowd:
                assert crowd.stdout is not None
                told = json.loads(crowd.stdout.read() or "{}")
        finally:
            done.set()
            watcher.join()
    assert set(told) <= {"kept 200", "found 200", "found 503"}, told
    assert told["kept 200"] > 1000
    assert told["found 200"] > 1000
    assert peak < MOST_MEGABYTES


def megabytes(pid: int, what: str) -> float:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 1024
