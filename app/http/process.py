"""What the operating system tells of this process, by the names that every Prometheus client has for it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from app.http.exposition import Metric, counter, gauge

_PROC = Path("/proc")
_START_TICKS, _RESIDENT_PAGES = 19, 21
"""Where these are in `/proc/self/stat` after the name of the program, see proc(5)."""


def process_metrics() -> Iterator[Metric]:
    """Give processor time, and on Linux memory, open files and the start too."""
    yield counter("process_cpu_seconds_total", "Processor time, of user and system, seconds.", time.process_time())
    if not (_PROC / "self" / "stat").exists():
        return
    told = (_PROC / "self" / "stat").read_text().rpartition(")")[2].split()
    resident = int(told[_RESIDENT_PAGES]) * os.sysconf("SC_PAGE_SIZE")
    started_at = _booted_at() + int(told[_START_TICKS]) / os.sysconf("SC_CLK_TCK")
    yield gauge("process_resident_memory_bytes", "Resident memory, bytes.", resident)
    yield gauge("process_open_fds", "Open file descriptors.", len(os.listdir(_PROC / "self" / "fd")))
    yield gauge("process_start_time_seconds", "When the process started, seconds since the epoch.", started_at)


def _booted_at() -> int:
    (line,) = (line for line in (_PROC / "stat").read_text().splitlines() if line.startswith("btime "))
    return int(line.split()[1])
