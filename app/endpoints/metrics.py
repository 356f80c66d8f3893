"""Metrics, as Prometheus reads them: what this process has answered, what it serves, and what it takes."""

import os
import time
from collections.abc import Iterator
from itertools import chain

from fastapi import Request, Response

from app.http.context import Context, context_of
from app.http.errors import NO_STORE
from app.http.exposition import MEDIA_TYPE, Metric, buckets, counter, exposed, gauge
from app.http.metrics import Requests
from app.http.params import Params, ParamsReader
from app.http.process import process_metrics
from app.http.routing import make_router

router = make_router("health", dependencies=[ParamsReader(Params)])

_NO_ROUTE = "none"
"""What stands for the route of a request that has none."""

_EXAMPLE = """\
# HELP campaign_api_snapshot_swaps_total How often another version of the data was taken up.
# TYPE campaign_api_snapshot_swaps_total counter
campaign_api_snapshot_swaps_total 2
"""


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Metrics of the process that answers.",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        }
    },
    summary="Give metrics to Prometheus",
)
async def read_metrics(request: Request) -> Response:
    """Give what is counted in the process that answers, in Prometheus' text format, version 0.0.4.

    Where several processes answer, every sample says by its label `process` which of them it is of.
    """
    context = context_of(request)
    labels = {"process": str(os.getpid())} if context.settings.workers > 1 else {}
    metrics = chain(_of_requests(context), _of_connections(context), _of_data(context), process_metrics())
    return Response(exposed(metrics, labels), media_type=MEDIA_TYPE, headers=NO_STORE)


def _of_requests(context: Context) -> Iterator[Metric]:
    metrics, log = context.metrics, context.log
    yield _counted(metrics.requests)
    yield _timed(metrics.requests)
    hits = "Requests that were answered with what was kept."
    yield counter("campaign_api_kept_answers_hits_total", hits, metrics.kept_hits)
    misses = "Requests that were looked for among what is kept, and not found."
    yield counter("campaign_api_kept_answers_misses_total", misses, metrics.kept_misses)
    kept = "What the answers that are kept are reckoned to take, bytes."
    yield gauge("campaign_api_kept_bytes", kept, context.kept.size)
    interrupted = "Questions to the data that took too long, and were given up."
    yield counter("campaign_api_questions_interrupted_total", interrupted, metrics.questions_interrupted)
    dropped = "Lines of the access log that were not written, since its sink was slow or took none."
    yield counter("campaign_api_log_lines_dropped_total", dropped, 0 if log is None else log.dropped)


def _counted(requests: Requests) -> Metric:
    described = f"Requests that ended, by the template of their path, `{_NO_ROUTE}` where there is none."
    samples = [
        ("", {"route": route or _NO_ROUTE, "method": method, "status": str(status)}, count)
        for route, method, status, count in requests.counts()
    ]
    return Metric("campaign_api_requests_total", "counter", described, samples)


def _timed(requests: Requests) -> Metric:
    described = "How long requests took, from their headers to the end of their answers, seconds."
    samples = chain.from_iterable(
        buckets({"route": route or _NO_ROUTE}, times) for route, times in requests.times().items()
    )
    return Metric("campaign_api_request_duration_seconds", "histogram", described, samples)


def _of_connections(context: Context) -> Iterator[Metric]:
    connections = context.metrics.connections
    yield gauge("campaign_api_connections_open", "Connections that are open.", connections.open)
    refused = "Connections that were not let in, because as many were open as may be."
    yield counter("campaign_api_connections_refused_total", refused, connections.refused)
    slow = "Connections that were closed, because their clients were too slow."
    yield counter("campaign_api_connections_closed_slow_total", slow, connections.timed_out)
    displaced = "Connections that did nothing and had to give their place to others."
    yield counter("campaign_api_connections_displaced_total", displaced, connections.displaced)


def _of_data(context: Context) -> Iterator[Metric]:
    snapshot, succession = context.snapshot, context.succession
    version = "The version of the data that is served, always 1."
    yield gauge("campaign_api_snapshot_info", version, 1, {"version": snapshot.version})
    modified = "When that version came to be here, seconds since the epoch."
    yield gauge("campaign_api_snapshot_modified_timestamp_seconds", modified, snapshot.modified)
    age = "For how long it has been served, seconds."
    yield gauge("campaign_api_snapshot_age_seconds", age, time.monotonic() - succession.loaded_at)
    stale = "Whether what lies at the place of the data is not what is served, 1 or 0."
    yield gauge("campaign_api_snapshot_stale", stale, int(succession.stale_reason is not None))
    swaps = "How often another version of the data was taken up."
    yield counter("campaign_api_snapshot_swaps_total", swaps, succession.swaps)
    refused = "Files that were not taken up in its place, because they were no good."
    yield counter("campaign_api_snapshots_refused_total", refused, succession.refusals)
