"""Counters of requests and connections of this process, which `app.endpoints.metrics` describes."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

BUCKETS_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The inclusive upper bounds of the histogram's buckets."""

_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_OTHER = "other"
"""The label of every other method; clients can make up any number of them."""


@dataclass
class ConnectionCounts:
    """The connections of this process: open now, and ended by the limits of `app.server.connections`."""

    open: int = 0
    refused: int = 0
    timed_out: int = 0
    displaced: int = 0


class RequestCounts:
    """How many requests ended, and how long they took, by route, method and status."""

    def __init__(self) -> None:
        self._series: dict[tuple[str | None, str, int], list[float]] = {}

    def add(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request; `route` is the template of its path, None where there is none."""
        series = self._series.get((route, method, status))
        if series is None:
            known = method if method in _METHODS else _OTHER
            series = self._series.setdefault((route, known, status), [0] * (len(BUCKETS_SECONDS) + 2))
        series[bisect_left(BUCKETS_SECONDS, seconds)] += 1
        series[-1] += seconds

    def counts(self) -> Iterable[tuple[str | None, str, int, int]]:
        """Return route, method, status and number of requests."""
        return ((*key, int(sum(series[:-1]))) for key, series in self._series.items())

    def times(self) -> dict[str | None, list[float]]:
        """Return for each route the number of requests in each bucket, then the sum of their seconds."""
        times: dict[str | None, list[float]] = {}
        for (route, _, _), series in self._series.items():
            before = times.get(route)
            times[route] = series if before is None else [sum(both) for both in zip(before, series, strict=True)]
        return times


@dataclass
class Metrics:
    """The counters of this process since its start."""

    requests: RequestCounts = field(default_factory=RequestCounts)
    connections: ConnectionCounts = field(default_factory=ConnectionCounts)
    cache_hits: int = 0
    cache_misses: int = 0
    query_timeouts: int = 0
