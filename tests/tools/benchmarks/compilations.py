"""Row 12: the cost of list requests that all differ, so that most need a query that was not compiled before."""

import json
import statistics
import subprocess
from pathlib import Path

from tests.tools.benchmarks.bench import Bench, Rows
from tests.tools.benchmarks.processes import SERVER_CORE, clean_environment, on_cores
from tests.tools.benchmarks.table import Figure, without_peer

_SCRIPT = Path(__file__).with_name("list_requests.py")
_TIMEOUT_SECONDS = 60
_MEGABYTE = 1_000_000


def measure_compilations(bench: Bench) -> Rows:
    """Report the processor time of random list requests with few events, and how much memory they leave used."""
    median, p95, grown = {}, {}, {}
    requests = 0
    for checkout in bench.checkouts:
        bench.progress(f"random list requests ({checkout.name})")
        command = checkout.script(_SCRIPT, str(bench.small.databases[checkout.name]))
        done = subprocess.run(
            on_cores(SERVER_CORE, command),
            cwd=checkout.root,
            env=clean_environment(),
            check=True,
            stdout=subprocess.PIPE,
            timeout=_TIMEOUT_SECONDS,
        )
        found = json.loads(done.stdout)
        requests = len(found["milliseconds"])
        median[checkout.name] = Figure(statistics.median(found["milliseconds"]), "ms")
        p95[checkout.name] = Figure(statistics.quantiles(found["milliseconds"], n=20)[18], "ms")
        grown[checkout.name] = Figure(found["grown_bytes"] / _MEGABYTE, "MB")
    yield without_peer("12", f"{requests} random list requests, median", median)
    yield without_peer("12", f"{requests} random list requests, p95", p95)
    yield without_peer("12", f"{requests} random list requests, memory", grown)
