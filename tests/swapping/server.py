"""A real server whose file is replaced, and its log."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.serving import NO_TLS, UNTRACED

BASE = "http://campaigns.test"
"""The public base URL, so that all servers of a version send the same bytes."""

SECONDS = 60
"""How long a test waits for anything."""


@dataclass(frozen=True)
class Watched:
    """A running server, the file that it serves, and its log."""

    address: str
    pid: int
    path: Path
    log: Path
    logged_bytes: int = 0
    """How much of the log is skipped."""

    def put(self, good: Path) -> None:
        """Replace the served file by a copy of another."""
        beside = self.path.with_name(".coming")
        shutil.copyfile(good, beside)
        beside.replace(self.path)

    def hang_up(self) -> None:
        """Send SIGHUP."""
        os.kill(self.pid, signal.SIGHUP)

    def ready(self) -> dict[str, Any]:
        """Return the document of `/readyz`."""
        response = httpx.get(f"{self.address}/readyz", timeout=SECONDS, verify=NO_TLS)
        assert response.status_code in (200, 503), response.text
        document: dict[str, Any] = response.json()
        return document

    def lines(self, word: str) -> list[str]:
        """Return the lines of the log that contain a text."""
        log = self.log.read_bytes()[self.logged_bytes :].decode()
        return [line for line in log.splitlines() if word in line]

    def descriptors(self) -> int:
        """Count the open file descriptors of the process."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def resident_bytes(self) -> int:
        """Return the resident memory of the process."""
        (line,) = (one for one in Path(f"/proc/{self.pid}/status").read_text().splitlines() if "VmRSS" in one)
        return int(line.split()[1]) * 1024


def wait_until(is_so: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait until a condition is true."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "the condition never became true"
        time.sleep(0.005)


@contextmanager
def watched(
    database: Path,
    folder: Path,
    *more: str,
    settings: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> Iterator[Watched]:
    """Serve a copy of a database, alone in a folder, until the block ends; the command runs behind `prefix`."""
    data = folder / "data"
    data.mkdir()
    path, log = data / "served.sqlite3", folder / "log"
    shutil.copyfile(database, path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_API_")}
    environment |= UNTRACED | {"PYTHONUNBUFFERED": "1", "CAMPAIGN_API_PUBLIC_BASE_URL": BASE}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "app", "--port", "0", "--data", str(path), *more],
            env=environment | dict(settings or {}),
            stderr=errors,
        )
    try:
        wait_until(lambda: "running on" in log.read_text(encoding="utf-8") or process.poll() is not None)
        address = re.search(r"running on (http://\S+)", log.read_text(encoding="utf-8"))
        assert address, log.read_text(encoding="utf-8")
        with httpx.Client(transport=httpx.HTTPTransport(verify=NO_TLS, retries=8)) as client:
            assert client.get(f"{address[1]}/healthz", timeout=SECONDS).status_code == 200
        yield Watched(address[1], process.pid, path, log)
        assert process.poll() is None, "the server ended unexpectedly"
    finally:
        process.terminate()
        process.wait(SECONDS)
