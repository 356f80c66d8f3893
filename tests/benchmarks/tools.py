"""What is measured with and against: `wrk` and nginx of Debian, and Datasette in an environment of its own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_INSTALLING_SECONDS = 600


@dataclass(frozen=True)
class Tools:
    """Where the tools are, and which they are."""

    wrk: str
    nginx: str
    datasette: str
    versions: dict[str, str]


def find_tools(folder: Path, progress: Callable[[str], None]) -> Tools:
    """Find the tools, and install those that are missing: Debian's for the machine, Datasette into the folder."""
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
        # The loop and the parser that make uvicorn fast, as we have them ourselves.
        _run(str(datasette.with_name("python")), "-m", "pip", "install", "datasette~=0.65.0", "uvloop", "httptools")
    wrk, nginx = _find("wrk"), _find("nginx")
    assert wrk is not None
    assert nginx is not None
    return Tools(
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
    # Debian has servers where only an administrator's shell looks.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _run(*command: str) -> str:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=_INSTALLING_SECONDS, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _version(*command: str) -> str:
    # wrk tells its version and then fails, for want of something to ask.
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "?"
