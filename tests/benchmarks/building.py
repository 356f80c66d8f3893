"""Building a snapshot of generated events: `python -m tests.benchmarks.building EVENTS OUTPUT` prints what it took."""

import json
import os
import sys
import threading
import time
from pathlib import Path

from app.build.pipeline import build_seeds
from tests.benchmarks.processes import memory, tree_of
from tests.generating import generate

_SAMPLE_SECONDS = 0.05


def main(events: int, output: Path) -> None:
    """Build, and print the seconds that it took and the most memory that all its processes had at once."""
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(_SAMPLE_SECONDS):
            peak = max(peak, sum(memory(pid, "VmRSS") for pid in tree_of(os.getpid())))

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    try:
        built = build_seeds(generate(events), output)
        seconds = time.perf_counter() - started
    finally:
        done.set()
        watcher.join()
    figures = {"seconds": seconds, "peak_bytes": peak, "file_bytes": built.path.stat().st_size}
    print(json.dumps({"events": events} | figures))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
