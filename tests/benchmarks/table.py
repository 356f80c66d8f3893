"""The figures as one table, for people, and as JSON, for comparing one run with another."""

import importlib.metadata
import json
import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import CORES

_PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "sqlmodel", "sqlalchemy", "pydantic")


@dataclass(frozen=True)
class Row:
    """One comparison: our figure, the peer's, their ratio, and what the ratio is to be."""

    number: str
    what: str
    ours: float
    unit: str
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def goal(self) -> str:
        """The bound of the ratio, or of our own figure where there is no peer."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        figure = self.ours if self.ratio is None else self.ratio
        if self.at_least is not None:
            return figure >= self.at_least
        return figure <= self.at_most if self.at_most is not None else None


def faster(
    number: str, what: str, figures: Mapping[str, float], peer: str, at_least: float, *, unit: str = "/s"
) -> Row:
    """Compare how much `ours` and a peer do in a second; the ratio is to be at least so much."""
    ours, theirs = figures["ours"], figures[peer]
    return Row(number, what, ours, unit, theirs, peer, ours / theirs, at_least=at_least)


def costlier(number: str, what: str, ours: tuple[float, str], peer: tuple[float, str], at_most: float) -> Row:
    """Compare what something costs here, as a figure with its unit, and there, as a figure with its name."""
    return Row(number, what, *ours, *peer, ratio=ours[0] / peer[0], at_most=at_most)


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Lay the rows out as a table."""
    width = max(len(row.what) for row in rows)
    yield f"{'':5} {'what':{width}} {'ours':>16} {'peer':>16} {'':18} {'ratio':>8} {'goal':>8}  met"
    for row in rows:
        ours = f"{_short(row.ours)} {row.unit}"
        peer = f"{_short(row.peer)} {row.unit}" if row.peer is not None else ""
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        met = {True: "yes", False: "NO", None: ""}[row.met]
        compared = f"{ours:>16} {peer:>16} {row.peer_name:18} {ratio:>8} {row.goal:>8}  {met}"
        yield f"{row.number:5} {row.what:{width}} {compared}".rstrip()


def write(rows: Sequence[Row], versions: Mapping[str, str], run: Mapping[str, Any], file: Path) -> None:
    """Write the rows with what they were measured on: versions and facts of the machine, no names and no paths."""
    document = {
        "run": dict(run),
        "machine": {
            "cores": len(CORES),
            "machine": platform.machine(),
            "system": f"{platform.system()} {platform.release()}",
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        },
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{package: importlib.metadata.version(package) for package in _PACKAGES},
            **versions,
        },
        "rows": [asdict(row) | {"goal": row.goal, "met": row.met} for row in rows],
    }
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
