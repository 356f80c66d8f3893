"""Metrics for Prometheus: the requests, connections, data and resource use of this process."""

import os
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from fastapi import Response

from app.http.context import ApiRequest, Context
from app.http.errors import NO_STORE
from app.http.metrics import BUCKETS_SECONDS
from app.http.plan import StaticPlan
from app.http.routing import make_router

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
    from prometheus_client import ProcessCollector, generate_latest, metrics_core  # noqa: PLC0415

    context = request.context
    families = [*_requests(metrics_core, context), *_numbers(metrics_core, context)]
    families += ProcessCollector(registry=None).collect()
    labels = {"process": str(os.getpid())} if context.settings.workers > 1 else {}
    for family in families:
        family.documentation = family.documentation.rstrip(".") + "."
        family.samples = [sample._replace(labels={**sample.labels, **labels}) for sample in family.samples]
    headers = {**NO_STORE, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    return StaticPlan(headers, generate_latest(_Collector(families)))


class _Collector:
    """Hands over metrics that were collected already."""

    def __init__(self, families: Sequence[Any]) -> None:
        self._families = families

    def collect(self) -> Sequence[Any]:
        """Return the metrics, in the order of the page."""
        return self._families


def _requests(core: Any, context: Context) -> Iterator[Any]:
    """Return the metrics of requests by route; `core` is `prometheus_client.metrics_core`."""
    counts = core.CounterMetricFamily(
        "campaign_api_requests",
        f"Requests by the template of their path, `{_NO_ROUTE}` where there is none",
        labels=("route", "method", "status"),
    )
    for route, method, status, count in context.metrics.requests.counts():
        counts.add_metric((route or _NO_ROUTE, method, str(status)), count)
    yield counts
    times = core.HistogramMetricFamily(
        "campaign_api_request_duration_seconds",
        "Seconds from the headers of a request to the end of its response",
        labels=("route",),
    )
    bounds = (*(str(bound) for bound in BUCKETS_SECONDS), "+Inf")
    for route, series in context.metrics.requests.times().items():
        *buckets, seconds = series
        times.add_metric((route or _NO_ROUTE,), list(zip(bounds, accumulate(buckets), strict=True)), sum_value=seconds)
    yield times


def _numbers(core: Any, context: Context) -> Iterator[Any]:
    """Return the metrics that are one number each."""

    def counter(name: str, documentation: str, value: float) -> Any:
        return core.CounterMetricFamily(f"campaign_api_{name}", documentation, value=value)

    def gauge(name: str, documentation: str, value: float) -> Any:
        return core.GaugeMetricFamily(f"campaign_api_{name}", documentation, value=value)

    metrics, connections = context.metrics, context.metrics.connections
    yield counter("cache_hits", "Requests served from the response cache", metrics.cache_hits)
    yield counter("cache_misses", "Requests that were not in the response cache", metrics.cache_misses)
    yield gauge("cache_bytes", "Estimated memory of the response cache, bytes", context.cache.size)
    yield counter("query_timeouts", "Queries that took longer than the timeout", metrics.query_timeouts)
    lost = "Lines of the access log that were not written because its reader was too slow or gone"
    yield counter("log_lines_dropped", lost, 0 if context.log is None else context.log.dropped)
    yield gauge("connections_open", "Open connections", connections.open)
    yield counter("connections_refused", "Connections refused because of the limit", connections.refused)
    yield counter("connections_timed_out", "Connections closed because their clients were slow", connections.timed_out)
    yield counter("connections_displaced", "Idle connections closed to admit others", connections.displaced)
    database, status = context.database, context.reload_status
    served = "The version of the data that is served, always 1"
    info = core.GaugeMetricFamily("campaign_api_database_info", served, labels=("version",))
    info.add_metric((database.version,), 1)
    yield info
    modified = "When that version was put in place, seconds since the epoch"
    yield gauge("database_modified_timestamp_seconds", modified, database.modified)
    age = time.monotonic() - status.loaded_at
    yield gauge("database_age_seconds", "Seconds since that version was loaded", age)
    stale = "1 where the file at the data's path is not the one that is served, else 0"
    yield gauge("database_stale", stale, int(status.stale_reason is not None))
    yield counter("reloads", "Times that another version of the data replaced the one served", status.reloads)
    yield counter("reloads_refused", "Files that were refused as invalid", status.refusals)
