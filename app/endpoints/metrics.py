"""Metrics for Prometheus: the requests, connections, data and resource use of this process."""

import os
import time
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from fastapi import Response

from app.http.context import Context
from app.http.errors import NO_STORE
from app.http.metrics import BUCKETS_SECONDS
from app.http.plan import StaticPlan
from app.http.request import ApiRequest
from app.http.routing import make_router

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

router = make_router("health")

_NO_ROUTE = "none"
"""The label of requests whose path has no route."""

_EXAMPLE = """\
# HELP campaign_api_reloads_total Times that another version of the data replaced the one served.
# TYPE campaign_api_reloads_total counter
campaign_api_reloads_total 2.0
"""


@router.get(
    "/metrics",
    response_class=Response,
    response_model=None,
    responses={
        200: {
            "description": "Metrics of the process that responds.",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        }
    },
    summary="Return metrics for Prometheus",
)
def read_metrics(request: ApiRequest) -> StaticPlan:
    """Return the metrics of the process that responds, in Prometheus' text format, version 0.0.4.

    With several workers each sample has the process id as the label `process`.
    """
    # prometheus-client is loaded by the first request, which many processes never receive.
    from prometheus_client import generate_latest  # noqa: PLC0415

    context = request.context
    labels = {"process": str(os.getpid())} if context.settings.workers > 1 else {}
    headers = {**NO_STORE, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    return StaticPlan(headers, generate_latest(_Collector(context, labels)))


class _Collector:
    """Collects all metrics of the process; every sample has `labels` too."""

    def __init__(self, context: Context, labels: Mapping[str, str]) -> None:
        self._context = context
        self._labels = labels

    def collect(self) -> "Iterator[Metric]":
        """Return the metrics, in the order of the page."""
        from prometheus_client import ProcessCollector  # noqa: PLC0415

        own = (*_requests(self._context), *_connections(self._context), *_data(self._context))
        for metric in (*own, *ProcessCollector(registry=None).collect()):
            metric.documentation = metric.documentation.rstrip(".") + "."
            metric.samples = [sample._replace(labels={**sample.labels, **self._labels}) for sample in metric.samples]
            yield metric


def _requests(context: Context) -> "Iterator[Metric]":
    from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily  # noqa: PLC0415

    metrics, log = context.metrics, context.log
    counts = CounterMetricFamily(
        "campaign_api_requests",
        f"Requests by the template of their path, `{_NO_ROUTE}` where there is none",
        labels=("route", "method", "status"),
    )
    for route, method, status, count in metrics.requests.counts():
        counts.add_metric((route or _NO_ROUTE, method, str(status)), count)
    yield counts
    times = HistogramMetricFamily(
        "campaign_api_request_duration_seconds",
        "Seconds from the headers of a request to the end of its response",
        labels=("route",),
    )
    bounds = (*(str(bound) for bound in BUCKETS_SECONDS), "+Inf")
    for route, series in metrics.requests.times().items():
        *buckets, seconds = series
        times.add_metric((route or _NO_ROUTE,), list(zip(bounds, accumulate(buckets), strict=True)), sum_value=seconds)
    yield times
    yield _counter("cache_hits", "Requests served from the response cache", metrics.cache_hits)
    yield _counter("cache_misses", "Requests that were not in the response cache", metrics.cache_misses)
    yield _gauge("cache_bytes", "Estimated memory of the response cache, bytes", context.cache.size)
    yield _counter("query_timeouts", "Queries that took longer than the timeout", metrics.query_timeouts)
    yield _counter(
        "log_lines_dropped",
        "Lines of the access log that were not written because its reader was too slow or gone",
        0 if log is None else log.dropped,
    )


def _connections(context: Context) -> "Iterator[Metric]":
    connections = context.metrics.connections
    yield _gauge("connections_open", "Open connections", connections.open)
    yield _counter("connections_refused", "Connections refused because of the limit", connections.refused)
    yield _counter("connections_timed_out", "Connections closed because their clients were slow", connections.timed_out)
    yield _counter("connections_displaced", "Idle connections closed to admit others", connections.displaced)


def _data(context: Context) -> "Iterator[Metric]":
    database, status = context.database, context.reload_status
    yield _gauge("database_info", "The version of the data that is served, always 1", 1, version=database.version)
    modified = "When that version was put in place, seconds since the epoch"
    yield _gauge("database_modified_timestamp_seconds", modified, database.modified)
    age = time.monotonic() - status.loaded_at
    yield _gauge("database_age_seconds", "Seconds since that version was loaded", age)
    stale = "1 where the file at the data's path is not the one that is served, else 0"
    yield _gauge("database_stale", stale, int(status.stale_reason is not None))
    yield _counter("reloads", "Times that another version of the data replaced the one served", status.reloads)
    yield _counter("reloads_refused", "Files that were refused as invalid", status.refusals)


def _counter(name: str, documentation: str, value: float) -> "Metric":
    from prometheus_client.metrics_core import CounterMetricFamily  # noqa: PLC0415

    return CounterMetricFamily(f"campaign_api_{name}", documentation, value=value)


def _gauge(name: str, documentation: str, value: float, **labels: str) -> "Metric":
    from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415

    family = GaugeMetricFamily(f"campaign_api_{name}", documentation, labels=tuple(labels))
    family.add_metric(tuple(labels.values()), value)
    return family
