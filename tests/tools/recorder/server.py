"""Building the databases of a checkout and serving them, with that checkout's own code."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

GENERATED_EVENTS = 500
_BUILD_SECONDS = 300
_START_SECONDS = 60

_GENERATE = """
import importlib, pathlib, sys
generating = importlib.import_module(sys.argv[1])
generating.write(generating.generate(int(sys.argv[2]), campaigns=2), pathlib.Path(sys.argv[3]))
"""


class Checkout:
    """A checkout of the project, whose `app` is run in processes of its own."""

    def __init__(self, root: Path, settings: Mapping[str, str]) -> None:
        self.root = root.resolve()
        cached = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_API_")}
        # The checkout is not ours to write into.
        self._environment = cached | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        self._settings = dict(settings)

    def build(self, name: str, folder: Path) -> Path:
        """Build one of DATABASES inside a folder; returns its file."""
        seeds = folder / f"{name}-seeds"
        if name == "generated":
            self._run("-c", _GENERATE, self._module_of_generating(), str(GENERATED_EVENTS), str(seeds))
        else:
            shutil.copytree(self.root / "seeds", seeds)
        if name == "both":
            shutil.copytree(self._find("pingliang/campaign.yaml"), seeds / "pingliang")
        output = folder / f"{name}.sqlite3"
        self._run("-m", "app", "build", "--seeds", str(seeds), "--output", str(output))
        return output

    @contextmanager
    def serve(self, data: Path) -> Iterator[int]:
        """Serve a database until the block ends; yields the port."""
        log = data.with_suffix(".log")
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", "--port", "0", "--data", str(data)],
                cwd=self.root,
                env=self._environment | {"PYTHONUNBUFFERED": "1"} | self._settings,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield _port(process, log)
        finally:
            process.terminate()
            process.wait(_START_SECONDS)

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_BUILD_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments[1:3])} failed in {self.root}:\n{done.stderr[-4000:]}")

    def _find(self, name: str) -> Path:
        """Return the folder of a file below `tests`, wherever it lies there."""
        found = sorted((self.root / "tests").rglob(name), key=lambda path: len(path.parts))
        if not found:
            raise SystemExit(f"there is no {name} in {self.root / 'tests'}")
        return found[0].parent

    def _module_of_generating(self) -> str:
        return ".".join(self._find("generating/__init__.py").relative_to(self.root).parts)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        found = re.search(r"running on http://127\.0\.0\.1:(\d+)", log.read_text())
        if found:
            return int(found[1])
        time.sleep(0.05)
    raise SystemExit(f"the server does not start:\n{log.read_text()[-4000:]}")
