"""A real server whose file changes under it, and what its operator sees of that."""

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

from tests.serving import UNTRACED

BASE = "http://campaigns.test"
"""What links begin with, so that each server of a version gives the same bytes."""

SECONDS = 20
"""How long anything may be waited for."""


@dataclass(frozen=True)
class Watched:
    """A running server, the file that it serves, and its log."""

    address: str
    pid: int
    path: Path
    log: Path
    logged_bytes: int = 0
    """How much of the log is of no concern."""

    def put(self, good: Path) -> None:
        """Move a copy of a file into the place of the one that is served."""
        beside = self.path.with_name(".coming")
        shutil.copyfile(good, beside)
        beside.replace(self.path)

    def hang_up(self) -> None:
        """Tell the server that there is something new."""
        os.kill(self.pid, signal.SIGHUP)

    def ready(self) -> dict[str, Any]:
        """Ask what is served; that is nothing where the answer is a 503."""
        answer = httpx.get(f"{self.address}/readyz", timeout=SECONDS)
        assert answer.status_code in (200, 503), answer.text
        document: dict[str, Any] = answer.json()
        return document

    def lines(self, word: str) -> list[str]:
        """Give the lines of the log that have a word in them."""
        log = self.log.read_bytes()[self.logged_bytes :].decode()
        return [line for line in log.splitlines() if word in line]

    def descriptors(self) -> int:
        """Count what the process has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def resident_bytes(self) -> int:
        """Tell how much memory the process has."""
        (line,) = (one for one in Path(f"/proc/{self.pid}/status").read_text().splitlines() if "VmRSS" in one)
        return int(line.split()[1]) * 1024


def wait_until(is_so: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait for something to come true; what never does is an error."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.005)


@contextmanager
def watched(
    snapshot: Path,
    folder: Path,
    *more: str,
    settings: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> Iterator[Watched]:
    """Serve a copy of a snapshot, by itself in a folder, until the block ends; the command is run by a `prefix`."""
    data = folder / "data"
    data.mkdir()
    path, log = data / "served.sqlite3", folder / "log"
    shutil.copyfile(snapshot, path)
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
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            assert client.get(f"{address[1]}/healthz", timeout=SECONDS).status_code == 200
        yield Watched(address[1], process.pid, path, log)
        assert process.poll() is None, "the server ended by itself"
    finally:
        process.terminate()
        process.wait(SECONDS)
