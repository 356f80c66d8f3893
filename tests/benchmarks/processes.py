"""Processes of the servers that are measured: running one until a block ends, and what it has used so far."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.asking import ask

ROOT = Path(__file__).parents[2]

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = str(CORES[0]), str(CORES[-1])
"""Where a server runs, and where whoever asks it does, so that neither takes the other's time."""

ALL_CORES = ",".join(map(str, CORES))

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_STARTING_SECONDS = 120
_ENDING_SECONDS = 30
_POLL_SECONDS = 0.002


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    pid: int
    started_seconds: float
    """From the start of the process to its first answer."""

    def pids(self) -> list[int]:
        """Give the server's processes, its own first."""
        return list(tree_of(self.pid))

    def processor_seconds(self) -> float:
        """Tell how much processor time all its processes have used, in user mode and for it in the kernel."""
        used = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used * _TICK_SECONDS

    def memory_bytes(self) -> int:
        """Tell how much memory of its own process is resident."""
        return memory(self.pid, "VmRSS")

    def peak_bytes(self) -> int:
        """Tell how much memory of its own process was resident at most since the start or `forget_peak`."""
        return memory(self.pid, "VmHWM")

    def forget_peak(self) -> None:
        """Begin anew with what is resident now (proc(5), `clear_refs`)."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="utf-8")


def tree_of(pid: int) -> Iterator[int]:
    """Give a process and all that it started, as far as they are still there."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread, or its whole process, may end while it is looked at.
        with suppress(OSError):
            for child in children.read_text(encoding="utf-8").split():
                yield from tree_of(int(child))


def memory(pid: int, field: str) -> int:
    """Read a figure of a process's memory, bytes; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(f"{field}:")), 0)


def free_port() -> int:
    """Find a TCP port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def on_cores(cores: str, command: Sequence[str]) -> list[str]:
    """Make a command run on some of the machine's cores."""
    return ["taskset", "--cpu-list", cores, *command]


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    *,
    log: Path,
    ready: str = "/",
    cores: str = SERVER_CORE,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a server until the block ends; gives it as soon as it answers at `ready` with a 200."""
    address = f"http://127.0.0.1:{port}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_API_")}
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            on_cores(cores, command),
            cwd=ROOT,
            env=inherited | dict(environment or {}),
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
            if ask(url).status == 200:
                return
        if process.poll() is not None or time.perf_counter() - started > _STARTING_SECONDS:
            told = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise SystemExit(f"a server that was to be measured does not answer 200 at {url}:\n{told}")
        time.sleep(_POLL_SECONDS)
