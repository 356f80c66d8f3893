"""Checkouts of this project: the one that the benchmark is part of, and another one to compare with."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.tools.benchmarks.processes import ROOT, clean_environment

OURS, OTHER = "ours", "other"

NOT_CACHED = {"cache_bytes": "0"}
"""The setting that turns the response cache off."""

_OLD_NAMES = {"cache_bytes": "kept_bytes"}
_BUILD_MODULES = {
    "tests/tools/benchmarks/build_database.py": "tests.tools.benchmarks.build_database",
    "tests/benchmarks/building.py": "tests.benchmarks.building",
}
_LIST_SETTINGS = "import json; from app.settings import Settings; print(json.dumps(list(Settings.model_fields)))"


@dataclass(frozen=True)
class Checkout:
    """A source tree with the interpreter that runs it."""

    name: str
    root: Path = ROOT
    python: str = sys.executable

    def serve(self, port: int, database: Path) -> list[str]:
        """Return the command that serves a database; it must run in `root`."""
        return [self.python, "-m", "app", "--port", str(port), "--data", str(database)]

    def build(self, events: int, database: Path) -> list[str]:
        """Return the command that builds a database of generated events; it must run in `root`.

        It prints `seconds` and `peak_bytes` as JSON.
        """
        module = next(name for file, name in _BUILD_MODULES.items() if (self.root / file).is_file())
        return [self.python, "-m", module, str(events), str(database)]

    def script(self, file: Path, *arguments: str) -> list[str]:
        """Return the command that runs one of our scripts with this checkout's `app`."""
        # -P keeps the script's own folder out of sys.path.
        return ["env", f"PYTHONPATH={self.root}", self.python, "-P", str(file), *arguments]

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return settings as environment variables, by the names that they have in this checkout."""
        names = {name: name if name in self._settings else _OLD_NAMES.get(name, name) for name in settings}
        return {f"CAMPAIGN_API_{names[name].upper()}": value for name, value in settings.items()}

    @cached_property
    def _settings(self) -> Sequence[str]:
        result = subprocess.run(
            [self.python, "-c", _LIST_SETTINGS],
            cwd=self.root,
            check=True,
            stdout=subprocess.PIPE,
            env=clean_environment(),
        )
        names: list[str] = json.loads(result.stdout)
        return names
