"""The measured rows, printed and written one by one."""

import importlib.metadata
import json
import os
import platform
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tools.benchmarks.checkouts import OTHER, OURS
from tests.tools.benchmarks.processes import CORES

_PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "sqlmodel", "sqlalchemy", "pydantic")
_WHAT_WIDTH = 48


@dataclass(frozen=True)
class Figure:
    """A measured value. Where no response came in time, `shown` says so and the value is the bound."""

    value: float
    unit: str
    shown: str = ""

    def __str__(self) -> str:
        return self.shown or f"{_short(self.value)} {self.unit}".rstrip()


@dataclass(frozen=True)
class Row:
    """One comparison: our figure, the peer's and the other checkout's, and the bound of the ratio to the peer."""

    number: str
    what: str
    ours: Figure
    peer: Figure | None = None
    peer_name: str = ""
    other: Figure | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Our figure divided by the peer's."""
        return self.ours.value / self.peer.value if self.peer else None

    @property
    def ratio_to_other(self) -> float | None:
        """Our figure divided by the other checkout's."""
        return self.ours.value / self.other.value if self.other and self.other.value else None

    @property
    def goal(self) -> str:
        """The bound of the ratio, or of our own figure where there is no peer."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        figure = self.ours.value if self.ratio is None else self.ratio
        if self.at_least is not None:
            return figure >= self.at_least
        return figure <= self.at_most if self.at_most is not None else None

    def line(self) -> str:
        """Return the row as a line of the table."""
        ratio, ratio_to_other = (
            f"{value:.2f}" if value is not None else "" for value in (self.ratio, self.ratio_to_other)
        )
        met = {True: "yes", False: "NO", None: ""}[self.met]
        return _line(
            self.number, self.what, self.ours, self.peer or "", self.peer_name, ratio, self.goal, met,
            self.other or "", ratio_to_other,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return the row for the results file."""
        figures = {"ours": self.ours, "peer": self.peer, "other": self.other}
        return {
            "number": self.number,
            "what": self.what,
            "unit": self.ours.unit,
            **{name: figure and figure.value for name, figure in figures.items()},
            "timed_out": [name for name, figure in figures.items() if figure and figure.shown],
            "peer_name": self.peer_name,
            "ratio": self.ratio,
            "goal": self.goal,
            "met": self.met,
            "ratio_to_other": self.ratio_to_other,
        }


def faster(number: str, what: str, figures: Mapping[str, Figure], peer: str, at_least: float) -> Row:
    """Return a row whose ratio must be at least a bound, such as of responses per second."""
    return Row(number, what, figures[OURS], figures[peer], peer, figures.get(OTHER), at_least=at_least)


def costlier(
    number: str, what: str, figures: Mapping[str, Figure], peer: tuple[str, Figure], at_most: float | None
) -> Row:
    """Return a row whose ratio to a named peer must be at most a bound, such as of seconds."""
    return Row(number, what, figures[OURS], peer[1], peer[0], figures.get(OTHER), at_most=at_most)


def without_peer(number: str, what: str, figures: Mapping[str, Figure], at_most: float | None = None) -> Row:
    """Return a row without a peer, whose own figure must be at most a bound."""
    return Row(number, what, figures[OURS], other=figures.get(OTHER), at_most=at_most)


class Report:
    """Prints rows and appends them to a file of JSON lines, as they are measured."""

    def __init__(self, file: Path, run: Mapping[str, Any]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self.missed = 0
        file.write_text(json.dumps(dict(run)) + "\n", encoding="utf-8")
        print(_line("", "what", "ours", "peer", "", "ratio", "goal", "met", "other", "ours/other"), flush=True)

    def add(self, row: Row) -> None:
        """Print and write a row."""
        print(row.line(), flush=True)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row.as_json(), ensure_ascii=False) + "\n")
        self.missed += row.met is False


def describe_machine() -> dict[str, Any]:
    """Return versions and facts of the machine, without names and paths."""
    return {
        "cores": len(CORES),
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{package: importlib.metadata.version(package) for package in _PACKAGES},
    }


def _line(*cells: object) -> str:
    number, what, ours, peer, peer_name, ratio, goal, met, other, ratio_to_other = map(str, cells)
    compared = f"{ours:>14} {peer:>14} {peer_name:18} {ratio:>8} {goal:>8} {met:3}"
    return f"{number:3} {what:{_WHAT_WIDTH}} {compared} {other:>14} {ratio_to_other:>10}".rstrip()


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
