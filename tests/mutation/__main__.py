"""`python -m tests.mutation [--only MODULE…] [--jobs N]`: changes code in small ways; 1 unless enough are noticed."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.mutation.importing import import_ahead
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.report import read_explanations, share_killed, stale, survivors, table
from tests.mutation.scope import SUBJECTS
from tests.mutation.suite import Result, judge

REPORT = Path(".data/mutation/survivors.txt")

ENOUGH_PERCENT = 85
"""How many of a hundred mutants have to be noticed."""


def main() -> int:
    """Put the modules to the test; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="MODULE", help="modules, such as app/web/kept.py, or subjects")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many subjects are looked at at a time")
    options = parser.parse_args()
    known = {*SUBJECTS, *(module for subject in SUBJECTS.values() for module in subject.modules)}
    if unknown := {*(options.only or ())} - known:
        parser.error(f"not put to the test: {', '.join(sorted(unknown))}; one of: {', '.join(sorted(known))}")
    chosen = {name: _mutants(name, options.only) for name in SUBJECTS}
    # Those that take longest come first: for each mutant of what builds, there is something to be built.
    names = sorted(
        filter(chosen.get, chosen), key=lambda name: (SUBJECTS[name].builds, len(chosen[name])), reverse=True
    )
    explanations = read_explanations()
    import_ahead()
    with ProcessPoolExecutor(options.jobs, get_context("fork")) as jobs:
        judged = {name: jobs.submit(_judge, name, chosen[name]) for name in names}
        results = [result for name in SUBJECTS if name in judged for result in judged[name].result()]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join(survivors(results, explanations)), encoding="utf-8")
    print("\n".join(table(results, explanations)))
    for explanation in stale(results, explanations):
        print(f"explains nothing: {explanation.module}: {explanation.was}")
    print(f"the survivors are in {REPORT}")
    return 0 if share_killed(results) >= ENOUGH_PERCENT else 1


def _mutants(name: str, only: Sequence[str] | None) -> list[Mutant]:
    modules = [module for module in SUBJECTS[name].modules if only is None or {name, module} & {*only}]
    return [mutant for module in modules for mutant in mutants_of(module)]


def _judge(name: str, mutants: Sequence[Mutant]) -> list[Result]:
    print(f"{name}: {len(mutants)} mutants", flush=True)
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        return judge(SUBJECTS[name], mutants, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
