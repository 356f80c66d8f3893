"""`python -m tests.benchmarks [--quick]`: measures everything and prints one table; 1 when a goal is not met."""

import argparse
import os
import sys
import time
from pathlib import Path

from tests.benchmarks import answers, costs, exports
from tests.benchmarks.bench import Bench
from tests.benchmarks.data import make_data
from tests.benchmarks.load import Load
from tests.benchmarks.processes import CLIENT_CORE, ROOT
from tests.benchmarks.servers import Servers
from tests.benchmarks.table import Row, lines, write
from tests.benchmarks.tools import find_tools

MEASURES = {
    1: answers.measure_kept,
    3: answers.measure_peers,
    4: answers.measure_growth,
    5: exports.measure_exports,
    6: costs.measure_start,
    7: costs.measure_processor,
    8: costs.measure_build,
    9: exports.measure_tail,
    10: costs.measure_front_end,
}
"""By the number of the first row that each gives."""

_MIDDLE = 10_000
_QUIET_LOAD = 0.5


def main() -> int:
    """Measure, print and write; gives the exit status."""
    options = _parser().parse_args()
    started = time.perf_counter()

    def progress(line: str) -> None:
        print(f"{time.perf_counter() - started:5.0f} s  {line}", file=sys.stderr, flush=True)

    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    busy = os.getloadavg()[0]
    if busy > _QUIET_LOAD:
        progress(f"the machine is busy (its load is {busy:.1f}): the figures will tell of others too")
    tools = find_tools(folder, progress)
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    events = options.events or (_MIDDLE if options.quick else 1_000_000)
    servers = Servers(folder, tools)
    data = {size: make_data(folder, size, servers, progress) for size in sorted({10, min(events, _MIDDLE), events})}
    bench = Bench(
        servers,
        small=data[10],
        middle=data[min(events, _MIDDLE)],
        large=data[events],
        load=Load(tools.wrk, connections=8, seconds=1 if options.quick else 3, rounds=2 if options.quick else 5),
        steady_seconds=3 if options.quick else 30,
        repeats=3,
        progress=progress,
    )
    rows: list[Row] = []
    for number, measure in MEASURES.items():
        if not options.only or number in options.only:
            rows.extend(measure(bench))
    print("\n".join(lines(rows)))
    if options.json:
        seconds = round(time.perf_counter() - started)
        run = {"events": events, "quick": options.quick, "load_before": busy, "seconds": seconds}
        write(rows, tools.versions, run, options.json)
    return 1 if any(row.met is False for row in rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the service beside peers.")
    parser.add_argument("--quick", action="store_true", help="10,000 events and short rounds: three minutes")
    parser.add_argument("--events", type=int, metavar="N", help="how many events are many [default: 1,000,000]")
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="PATH",
        default=ROOT / ".data" / "benchmarks",
        help="where data and peers are made and kept [default: .data/benchmarks]",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--only", type=int, nargs="+", choices=MEASURES, metavar="NUMBER", help="measure just what begins with these"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
