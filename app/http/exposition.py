"""Metrics as Prometheus reads them: its text format, version 0.0.4."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from app.http.metrics import BUCKETS_SECONDS

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    """A metric with its samples; no text in it is a client's."""

    name: str
    type: str
    """`counter`, `gauge` or `histogram`."""
    help: str
    samples: Iterable[tuple[str, Labels, float]]
    """What is added to the name, the labels, and the value."""


def counter(name: str, help_: str, value: float) -> Metric:
    """Make a metric of a number that only grows; by convention its name ends with `_total`."""
    return Metric(name, "counter", help_, [("", {}, value)])


def gauge(name: str, help_: str, value: float, labels: Labels | None = None) -> Metric:
    """Make a metric of a number that goes up and down."""
    return Metric(name, "gauge", help_, [("", labels or {}, value)])


def buckets(labels: Labels, times: list[float]) -> Iterable[tuple[str, Labels, float]]:
    """Give the samples of a histogram, from how many took how long and the sum of their seconds."""
    *counts, seconds = times
    bounds = [f"{bound}" for bound in BUCKETS_SECONDS] + ["+Inf"]
    cumulated = list(accumulate(counts))
    for bound, count in zip(bounds, cumulated, strict=True):
        yield "_bucket", {**labels, "le": bound}, count
    yield "_sum", labels, seconds
    yield "_count", labels, cumulated[-1]


def exposed(metrics: Iterable[Metric], labels: Labels) -> bytes:
    """Write metrics; every sample has the labels too."""
    return "".join(line for metric in metrics for line in _lines(metric, labels)).encode()


def _lines(metric: Metric, labels: Labels) -> Iterable[str]:
    yield f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.type}\n"
    for suffix, own, value in metric.samples:
        named = ",".join(f'{name}="{value}"' for name, value in {**own, **labels}.items())
        yield f"{metric.name}{suffix}{f'{{{named}}}' if named else ''} {value}\n"
