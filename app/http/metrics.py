"""What is counted of requests and connections, for who operates the service; how it is shown is not decided here."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

BUCKETS_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""The upper bounds, inclusive, by which times are told apart."""

_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_OTHER = "other"
"""What stands for every method that there is not, since a client can make up any number of them."""


@dataclass
class ConnectionCounts:
    """The connections of this process."""

    open: int = 0
    """How many are open now."""
    refused: int = 0
    """How many were not let in, because there were enough."""
    timed_out: int = 0
    """How many were closed, because their clients were too slow."""
    displaced: int = 0
    """How many had to give their place to others while nothing was asked on them."""


class Requests:
    """How many requests ended, and how long they took, by route, method and status."""

    def __init__(self) -> None:
        self._series: dict[tuple[str | None, str, int], list[float]] = {}

    def note(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Note that a request ended; `route` is the template of its path, None where there is none."""
        series = self._series.get((route, method, status))
        if series is None:
            known = method if method in _METHODS else _OTHER
            series = self._series.setdefault((route, known, status), [0] * (len(BUCKETS_SECONDS) + 2))
        series[bisect_left(BUCKETS_SECONDS, seconds)] += 1
        series[-1] += seconds

    def counts(self) -> Iterable[tuple[str | None, str, int, int]]:
        """Give route, method, status and how many requests there were."""
        return ((*key, int(sum(series[:-1]))) for key, series in self._series.items())

    def times(self) -> dict[str | None, list[float]]:
        """Give for each route how many requests took no longer than each of the bounds, and all; last their sum."""
        times: dict[str | None, list[float]] = {}
        for (route, _, _), series in self._series.items():
            before = times.get(route)
            times[route] = series if before is None else [sum(both) for both in zip(before, series, strict=True)]
        return times


@dataclass
class Metrics:
    """All that is counted in this process, from its start to its end."""

    requests: Requests = field(default_factory=Requests)
    connections: ConnectionCounts = field(default_factory=ConnectionCounts)
    kept_hits: int = 0
    """How many requests were answered with what was kept."""
    kept_misses: int = 0
    """How many were looked for there and not found."""
    questions_interrupted: int = 0
    """How many questions to the data took too long, and were given up."""
