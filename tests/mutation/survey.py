"""What is known of the tests before anything is changed: how long each takes, and which lines it runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.mutants import Mutant

_BASE_SECONDS = 20.0
_TIMES_AS_LONG = 5
"""How much longer than usual tests may take before it is noticed that they do not end."""

_MOST_SECONDS = 90.0
"""How long the tests of one mutant take at most; those that come last are left out."""


@dataclass
class Survey:
    """The tests of a subject."""

    seconds: dict[str, float] = field(default_factory=dict)
    """How long each takes."""
    shares: dict[str, bool] = field(default_factory=dict)
    """Whether it needs something that is made for its module."""
    runs: Mapping[tuple[str, int], set[str]] = field(default_factory=dict)
    """Those that run a line of a module."""
    before: frozenset[tuple[str, int]] = frozenset()
    """The lines that run before any: when their module is imported, or what all tests share is made."""
    snapshots: dict[str, Path] = field(default_factory=dict)
    """The files that all share, by the name of the fixture."""
    failed: list[str] = field(default_factory=list)

    def of(self, mutant: Mutant) -> list[str]:
        """Give the tests that run what a mutant changes, or else its function; the quick ones first."""
        found = self._that_run(mutant.module, mutant.line, mutant.line + mutant.was.count("\n"))
        found = found or self._that_run(mutant.module, mutant.first_line, mutant.last_line)
        return self._in_time(self._order(found))

    def all(self) -> list[str]:
        """Give all tests, the quick ones first."""
        return self._in_time(self._order(self.shares))

    def limit(self, tests: Iterable[str]) -> float:
        """Tell how long tests may take, seconds."""
        return _BASE_SECONDS + _TIMES_AS_LONG * sum(self.seconds[test] for test in tests)

    def _that_run(self, module: str, first: int, last: int) -> set[str]:
        return set().union(*(self.runs.get((module, line), set()) for line in range(first, last + 1)))

    def _order(self, tests: Iterable[str]) -> list[str]:
        """Put the quick ones first; those that share something by modules, as it is made once.

        To a case of a test the time of its quicker cases is added, or a test of many could take all there is.
        """
        of_file: defaultdict[str, float] = defaultdict(float)
        for test in tests:
            of_file[_file(test)] += self.seconds[test]
        places: dict[str, tuple[float, str, float]] = {}
        of_function: defaultdict[str, float] = defaultdict(float)
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            of_function[_function(test)] += self.seconds[test]
            shared = (of_file[_file(test)], _file(test)) if self.shares[test] else (0.0, "")
            places[test] = (*shared, of_function[_function(test)])
        return sorted(places, key=places.__getitem__)

    def _in_time(self, tests: Sequence[str]) -> list[str]:
        chosen: list[str] = []
        taken = 0.0
        for test in tests:
            taken += self.seconds[test]
            if chosen and taken > _MOST_SECONDS:
                break
            chosen.append(test)
        return chosen


def _file(test: str) -> str:
    return test.partition("::")[0]


def _function(test: str) -> str:
    return test.partition("[")[0]
