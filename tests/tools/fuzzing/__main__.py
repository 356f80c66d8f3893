"""`python -m tests.tools.fuzzing [--long]`: run Schemathesis against a real server; exits 1 on a failure."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import CAMPAIGNS, ROOT, SEEDS
from tests.serving import served


@dataclass(frozen=True)
class Run:
    """One run of Schemathesis. Without a seed it generates the same cases each time."""

    seed: int | None
    examples: int
    """The number of generated cases per operation."""
    cases: int
    """The minimum number of cases of the whole run."""

    def options(self) -> list[str]:
        """Return the command's options. Phases that do not depend on the seed are left out where there is one."""
        if self.seed is None:
            return ["--generation-deterministic", "--max-examples", str(self.examples)]
        return ["--phases", "fuzzing,stateful", "--seed", str(self.seed), "--max-examples", str(self.examples)]


SHORT = (Run(None, examples=100, cases=4000),)
LONG = (Run(None, examples=500, cases=10_000), *(Run(seed, examples=200, cases=3000) for seed in (1, 2, 3)))


def main() -> int:
    """Make the runs; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.fuzzing", description=__doc__)
    parser.add_argument("--long", action="store_true", help="10,000 cases, and three times 3,000 of other seeds")
    runs = LONG if parser.parse_args().long else SHORT
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(shutil.copytree(SEEDS, Path(folder) / "seeds"))
        # It has withdrawn and merged ids.
        shutil.copytree(CAMPAIGNS / "pingliang", seeds / "pingliang")
        with served("--seeds", str(seeds), cwd=Path(folder)) as address:
            failed = [line for run in runs for line in _failures(run, address, Path(folder) / "report.json")]
    print("\n".join(failed) or "no failure")
    return 1 if failed else 0


def _failures(run: Run, address: str, report: Path) -> Iterator[str]:
    """Make one run; yields its failures."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / ".ci" / "schemathesis.toml"), "run"),
        *("--checks", "all", *run.options(), "--report-json-path", str(report), f"{address}/openapi.json"),
    ]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    results = json.loads(report.read_text())
    cases = results["test_cases"]
    print(f"{cases['generated']} cases in {results['running_time']:.0f} s")
    if status != 0 or cases["with_failures"] or cases["errored"] or results["errors"]:
        yield f"schemathesis found {cases['unique_failures']} failures"
    if cases["generated"] < run.cases:
        yield f"{cases['generated']} cases are fewer than {run.cases}"


if __name__ == "__main__":
    sys.exit(main())
