"""`python -m tests.tools.benchmarks [--quick]`: measure everything; exits 1 when a goal is missed or a row fails."""

import argparse
import datetime
import os
import sys
from pathlib import Path

from tests.tools.benchmarks import cached, compilations, costs, exports, latency, pipelining, uncached
from tests.tools.benchmarks.bench import Bench
from tests.tools.benchmarks.checkouts import OTHER, OURS, Checkout
from tests.tools.benchmarks.datasets import make_dataset
from tests.tools.benchmarks.http_client import MismatchError
from tests.tools.benchmarks.load import Load
from tests.tools.benchmarks.processes import CLIENT_CORE, ROOT, ServerError
from tests.tools.benchmarks.programs import find_programs
from tests.tools.benchmarks.progress import Progress
from tests.tools.benchmarks.servers import Servers
from tests.tools.benchmarks.table import Report, describe_machine

MEASURES = {
    1: cached.measure_cached,
    3: uncached.measure_peers,
    4: uncached.measure_growth,
    5: exports.measure_exports,
    6: costs.measure_start,
    7: costs.measure_processor,
    8: costs.measure_build,
    9: latency.measure_tail,
    10: costs.measure_front_end,
    11: pipelining.measure_pipelining,
    12: compilations.measure_compilations,
}
"""By the number of the first row of each."""

_MIDDLE = 10_000
_QUIET_LOAD = 0.5


def main() -> int:
    """Measure, print and write; returns the exit status."""
    options = _parser().parse_args()
    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with Progress() as progress:
        load = os.getloadavg()[0]
        if load > _QUIET_LOAD:
            progress(f"the machine is busy (load {load:.1f}): the figures include the effects of other work")
        progress("looking for wrk, nginx and Datasette")
        programs = find_programs(folder, progress)
        os.sched_setaffinity(0, {int(CLIENT_CORE)})
        bench = _prepare(options, Servers(folder, programs), progress)
        now = datetime.datetime.now(datetime.UTC)
        file = options.output or folder / f"rows-{now:%Y%m%dT%H%M%SZ}.jsonl"
        run = {"events": bench.large.events, "quick": options.quick, "load_before": load}
        report = Report(file, run | describe_machine() | programs.versions)
        failed = 0
        for number, measure in MEASURES.items():
            if options.only and number not in options.only:
                continue
            try:
                for row in measure(bench):
                    report.add(row)
            except (MismatchError, ServerError, OSError) as error:
                failed += 1
                progress(f"the rows from {number} on failed: {error}")
        progress(f"done; the rows are in {file}")
    return 1 if report.missed or failed else 0


def _prepare(options: argparse.Namespace, servers: Servers, progress: Progress) -> Bench:
    checkouts = [Checkout(OURS)]
    if options.beside:
        checkouts.append(Checkout(OTHER, options.beside.resolve(), options.python))
    events = options.events or (_MIDDLE if options.quick else 1_000_000)
    middle = min(events, _MIDDLE)
    datasets = {
        size: make_dataset(servers.folder, size, checkouts, servers, progress) for size in sorted({10, middle, events})
    }
    return Bench(
        checkouts,
        servers,
        small=datasets[10],
        middle=datasets[middle],
        large=datasets[events],
        load=Load(
            servers.programs.wrk, connections=8, seconds=1 if options.quick else 3, rounds=2 if options.quick else 5
        ),
        steady_seconds=3 if options.quick else 30,
        repeats=3,
        progress=progress,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.benchmarks", description="Measure the service beside its peers."
    )
    parser.add_argument("--quick", action="store_true", help="10,000 events and short rounds: three minutes")
    parser.add_argument(
        "--events", type=int, metavar="N", help="events of the large dataset [default: 1,000,000; 10,000 with --quick]"
    )
    parser.add_argument("--beside", type=Path, metavar="PATH", help="also measure another checkout of this project")
    parser.add_argument(
        "--python", metavar="PATH", default=sys.executable, help="the other checkout's interpreter [default: this one]"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="PATH",
        default=ROOT / ".data" / "benchmarks",
        help="where datasets, Datasette and results are stored [default: .data/benchmarks]",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="the file of the rows [default: rows-TIME.jsonl in the folder]"
    )
    parser.add_argument(
        "--only", type=int, nargs="+", choices=MEASURES, metavar="NUMBER", help="measure only what begins at these rows"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
