"""The programs that measure and are measured: Debian's `wrk` and nginx, and Datasette in its own environment."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tools.benchmarks.progress import Progress

_INSTALLING_SECONDS = 600


@dataclass(frozen=True)
class Programs:
    """Paths and versions of the programs."""

    wrk: str
    nginx: str
    datasette: str
    versions: dict[str, str]


def find_programs(folder: Path, progress: Progress) -> Programs:
    """Find the programs and install those that are missing: Debian packages, and Datasette into the folder."""
    missing = [name for name in ("wrk", "nginx") if _find(name) is None]
    if missing:
        progress(f"installing {' and '.join(missing)}")
        rights = [] if os.geteuid() == 0 else ["sudo"]
        _run(*rights, "apt-get", "update")
        _run(*rights, "apt-get", "install", "--yes", "--no-install-recommends", *missing)
    datasette = folder / "datasette" / "bin" / "datasette"
    if not datasette.is_file():
        progress("installing Datasette")
        _run(sys.executable, "-m", "venv", "--clear", str(folder / "datasette"))
        # The event loop and the parser that make uvicorn fast; our own service has them too.
        _run(str(datasette.with_name("python")), "-m", "pip", "install", "datasette~=0.65.0", "uvloop", "httptools")
    wrk, nginx = _find("wrk"), _find("nginx")
    assert wrk is not None
    assert nginx is not None
    return Programs(
        wrk,
        nginx,
        str(datasette),
        {
            "wrk": _version(wrk, "-v"),
            "nginx": _version(nginx, "-v"),
            "datasette": _version(str(datasette), "--version"),
        },
    )


def _find(name: str) -> str | None:
    # Debian installs servers outside of the PATH of most users.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _run(*command: str) -> str:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=_INSTALLING_SECONDS, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _version(*command: str) -> str:
    # wrk prints its version and then fails because it has no URL.
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "?"
