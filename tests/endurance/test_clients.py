"""Slow clients, and many clients."""

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
from tests.wire import Wire

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into the process by Linux's /proc"),
]

MAX_MEGABYTES = 150


@contextmanager
def beside(*command: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a module as a process until the block ends."""
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


def test_others_are_served_while_500_clients_are_slow(tianshui_database: Path, tmp_path: Path) -> None:
    seconds = 60 if IS_FULL else 5
    with running("--data", str(tianshui_database), cwd=tmp_path, settings=UNTRACED, begin=allow_few_files) as server:
        wire = Wire.of(server)
        with beside("tests.endurance.slow_clients", port_of(server), "500", str(seconds + 30)):
            time.sleep(5)
            responding = [probe(wire, number) for number in range(seconds * 10)]
        assert sum(responding) >= 0.99 * len(responding)
        assert megabytes(server.pid, "VmHWM") < MAX_MEGABYTES


def probe(wire: Wire, number: int) -> bool:
    """Send one request on a connection of its own; returns whether it was served."""
    time.sleep(0.1)
    raw = f"GET /v1/events?limit={number % 200 + 1} HTTP/1.1\r\nHost: example.org\r\n\r\n".encode()
    try:
        with wire.connect() as connection:
            response = connection.request(raw)
    except (OSError, AssertionError):
        return False
    return response.start == b"HTTP/1.1 200 OK"


def test_each_of_many_clients_gets_a_response_or_a_503(tianshui_database: Path, tmp_path: Path) -> None:
    seconds = 60 if IS_FULL else 5
    with running("--data", str(tianshui_database), cwd=tmp_path, settings=UNTRACED) as server:
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
                statuses = json.loads(crowd.stdout.read() or "{}")
        finally:
            done.set()
            watcher.join()
    assert {"cached 200", "rendered 200"} <= set(statuses) <= {"cached 200", "rendered 200", "rendered 503"}, statuses
    assert peak < MAX_MEGABYTES


def megabytes(pid: int, what: str) -> float:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 1024
