"""`python -m tests.mutation [--only MODULE…]`: changes the code in small ways; 1 unless tests notice enough of them."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.mutation.importing import import_ahead
from tests.mutation.mutants import mutants_of
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
    only = parser.parse_args().only
    explanations = read_explanations()
    results: list[Result] = []
    import_ahead()
    for name, subject in SUBJECTS.items():
        modules = [module for module in subject.modules if only is None or {name, module} & {*only}]
        mutants = [mutant for module in modules for mutant in mutants_of(module)]
        if mutants:
            print(f"{name}: {len(mutants)} mutants", flush=True)
            with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
                results += judge(subject, mutants, Path(folder))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join(survivors(results, explanations)), encoding="utf-8")
    print("\n".join(table(results, explanations)))
    for explanation in stale(results, explanations):
        print(f"explains nothing: {explanation.module}: {explanation.was}")
    print(f"the survivors are in {REPORT}")
    return 0 if share_killed(results) >= ENOUGH_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
