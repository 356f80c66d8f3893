"""Databases that all worker processes of a test run share."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """Return a database of this test run; the first process that needs it builds it, the others wait.

    `build` gets the path; it must put the file in place as a whole, as the real build does.
    """
    # pytest-xdist gives each worker a folder below that of the run.
    folder = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    path = folder / name / "database.sqlite3"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            build(path)
    return path
