"""Processes of the measured servers: start, stop, processor time and memory."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.tools.benchmarks.http_client import get

ROOT = Path(__file__).parents[3]

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = str(CORES[0]), str(CORES[-1])
"""The core of a server and the core of its clients, so that neither takes the other's time."""

ALL_CORES = ",".join(map(str, CORES))

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_STARTING_SECONDS = 120
_ENDING_SECONDS = 30
_POLL_SECONDS = 0.002
_IDLE_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 60


class ServerError(Exception):
    """A server does not start."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    pid: int
    started_seconds: float
    """From the start of the process to its first response."""

    def processor_seconds(self) -> float:
        """Return the processor time of all its processes, in user mode and in the kernel."""
        used = 0
        for pid in process_tree(self.pid):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used * _TICK_SECONDS

    def wait_until_idle(self) -> None:
        """Wait until it uses no processor time, a minute at most."""
        ends_at = time.perf_counter() + _LONGEST_WAIT_SECONDS
        before = self.processor_seconds()
        while time.perf_counter() < ends_at:
            time.sleep(_IDLE_SECONDS)
            now = self.processor_seconds()
            if now - before < 2 * _TICK_SECONDS:
                return
            before = now

    def memory_bytes(self) -> int:
        """Return the resident memory of its first process."""
        return memory(self.pid, "VmRSS")

    def peak_bytes(self) -> int:
        """Return the peak of the resident memory of its first process since the start or `reset_peak`."""
        return memory(self.pid, "VmHWM")

    def reset_peak(self) -> None:
        """Set the peak to what is resident now (proc(5), `clear_refs`)."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="utf-8")

    def kill(self) -> None:
        """End it at once, without waiting for responses in progress."""
        os.kill(self.pid, signal.SIGKILL)


def process_tree(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants that are still there."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread, or its whole process, may end while it is read.
        with suppress(OSError):
            for child in children.read_text(encoding="utf-8").split():
                yield from process_tree(int(child))


def memory(pid: int, field: str) -> int:
    """Return a field of a process's memory in bytes; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(f"{field}:")), 0)


def clean_environment() -> dict[str, str]:
    """Return the environment without the service's settings, a PYTHONPATH, and what forbids to keep bytecode.

    An installed service has bytecode; without it, a start would compile our modules and not those of the peers.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CAMPAIGN_API_") and name not in {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
    }


def free_port() -> int:
    """Return a free TCP port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def on_cores(cores: str, command: Sequence[str]) -> list[str]:
    """Return a command that runs on some of the machine's cores."""
    return ["taskset", "--cpu-list", cores, *command]


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    *,
    log: Path,
    cwd: Path = ROOT,
    ready: str = "/",
    cores: str = SERVER_CORE,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a server until the block ends, which begins when `ready` responds 200; raises ServerError if it does not."""
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            on_cores(cores, command),
            cwd=cwd,
            env=clean_environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, address + ready, started, log)
            yield Server(address, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()
            try:
                process.wait(_ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", url: str, started: float, log: Path) -> None:
    while True:
        with suppress(OSError):
            if get(url).status == 200:
                return
        if process.poll() is not None or time.perf_counter() - started > _STARTING_SECONDS:
            output = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise ServerError(f"no 200 at {url}:\n{output}")
        time.sleep(_POLL_SECONDS)
