"""Build a database of generated events: `python -m tests.tools.benchmarks.build_database EVENTS OUTPUT`."""

import json
import os
import sys
import threading
import time
from pathlib import Path

from app.build.pipeline import build_seeds
from tests.tools.benchmarks.processes import memory, process_tree
from tests.tools.generating import generate

_SAMPLE_SECONDS = 0.05


def main(events: int, output: Path) -> None:
    """Build, and print the seconds and the peak of the memory of all its processes as JSON."""
    peak, done = 0, threading.Event()

    def sample() -> None:
        nonlocal peak
        while not done.wait(_SAMPLE_SECONDS):
            peak = max(peak, sum(memory(pid, "VmRSS") for pid in process_tree(os.getpid())))

    sampler = threading.Thread(target=sample)
    sampler.start()
    started = time.perf_counter()
    try:
        built = build_seeds(
            generate(events), output, lambda step: print(f"          {step}", file=sys.stderr, flush=True)
        )
        seconds = time.perf_counter() - started
    finally:
        done.set()
        sampler.join()
    figures = {"seconds": seconds, "peak_bytes": peak, "file_bytes": built.path.stat().st_size}
    print(json.dumps({"events": events} | figures))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
