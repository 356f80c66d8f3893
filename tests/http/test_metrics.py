"""Metrics: exactly in Prometheus' text format, correct, and of a number that no client can increase."""

import os
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from app.http.metrics import BUCKETS_SECONDS, ConnectionCounts, Metrics, RequestCounts
from app.main import ROUTES, create_app
from app.settings import Settings
from tests.client import Client
from tests.serving import running
from tests.wire import Wire, until

SAMPLE = re.compile(
    r'([a-z_]+)(?:\{((?:[a-z]+="[^"\\\n]*",?)+)\})? (-?[0-9]+(?:\.[0-9]+)?(?:e[+-][0-9]+)?|[+-]Inf|NaN)'
)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Exposed:
    """The metrics of one response."""

    types: dict[str, str] = field(default_factory=dict)
    samples: dict[str, dict[frozenset[tuple[str, str]], float]] = field(default_factory=lambda: defaultdict(dict))

    def value(self, name: str, **labels: str) -> float:
        """Return the value of the sample with exactly these labels."""
        return self.samples[name][frozenset(labels.items())]

    def total(self, name: str, **labels: str) -> float:
        """Add up the samples that have these labels among theirs."""
        return sum(value for own, value in self.samples[name].items() if labels.items() <= own)


def read(text: str) -> Exposed:
    """Read the text format strictly: help, then type, then the samples of each metric, and nothing twice."""
    exposed = Exposed()
    assert text.endswith("\n")
    name = type_ = ""
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            assert name in exposed.types or name == "", "no type"
            name, help_ = line.removeprefix("# HELP ").split(" ", 1)
            assert name not in exposed.types
            assert help_.endswith(".")
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2] == name
            type_ = exposed.types[name] = line.split(" ")[3]
            assert type_ in ("counter", "gauge", "histogram")
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            suffixes = ("_bucket", "_sum", "_count") if type_ == "histogram" else ("",)
            assert sample[1] in [name + suffix for suffix in suffixes]
            pairs = [tuple(pair.split("=", 1)) for pair in re.findall(r'[a-z]+="[^"]*"', sample[2] or "")]
            labels = {key: value.strip('"') for key, value in pairs}
            assert len(labels) == len(pairs)
            assert frozenset(labels.items()) not in exposed.samples[sample[1]]
            exposed.samples[sample[1]][frozenset(labels.items())] = float(sample[3])
    return exposed


def metrics_of(client: Client) -> Exposed:
    response = client.request("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"] == MEDIA_TYPE
    assert response.headers["cache-control"] == "no-store"
    return read(response.text)


@pytest.fixture
def client(tianshui_database: Path) -> Client:
    return Client(create_app(Settings(data=tianshui_database)))


def test_requests_are_counted_by_route_method_and_status(client: Client) -> None:
    for target in ("/v1/events", "/v1/events", "/v1/events?limit=-1", "/v1/events/tianshui-police-open-day"):
        client.request(target)
    client.request("/v1/events.csv")
    client.request("/v1/events", "HEAD")
    client.request("/v1/events", "OPTIONS")
    client.request("/v1/events", "DELETE")
    client.request("/v1/event")
    exposed = metrics_of(client)
    assert exposed.samples["campaign_api_requests_total"] == {
        frozenset({"route": route, "method": method, "status": status}.items()): count
        for route, method, status, count in (
            ("/v1/events", "GET", "200", 2),
            ("/v1/events", "GET", "422", 1),
            ("/v1/events/{id}", "GET", "200", 1),
            ("/v1/events.csv", "GET", "200", 1),
            ("/v1/events", "HEAD", "200", 1),
            ("none", "OPTIONS", "204", 1),
            ("none", "other", "405", 1),
            ("none", "GET", "404", 1),
        )
    }
    assert exposed.value("campaign_api_cache_hits_total") == 2
    # The request for the metrics is one of them.
    assert exposed.value("campaign_api_cache_misses_total") == 6
    assert exposed.value("campaign_api_cache_bytes") > 0
    again = metrics_of(client)
    assert again.value("campaign_api_requests_total", route="/metrics", method="GET", status="200") == 1


def test_durations_are_by_route(client: Client) -> None:
    for target in ("/v1/events", "/v1/events?limit=-1", "/v1/locations", "/nothing"):
        client.request(target)
    exposed = metrics_of(client)
    name = "campaign_api_request_duration_seconds"
    assert exposed.types[name] == "histogram"
    for route in ("/v1/events", "/v1/locations", "none"):
        bounds = [f"{bound}" for bound in BUCKETS_SECONDS] + ["+Inf"]
        counts = [exposed.value(f"{name}_bucket", route=route, le=bound) for bound in bounds]
        assert counts == sorted(counts)
        assert counts[-1] == exposed.value(f"{name}_count", route=route)
        assert counts[-1] == exposed.total("campaign_api_requests_total", route=route)
        assert 0 < exposed.value(f"{name}_sum", route=route) < 10


def test_bounds_of_buckets_are_inclusive() -> None:
    requests = RequestCounts()
    times = [0.0, 0.0005, 0.00051, 10, 10.01]
    for seconds in times:
        requests.add("/", "GET", 200, seconds)
        requests.add("/", "GET", 404, seconds)
    *counts, total = requests.times()["/"]
    assert counts == [4, 2, *[0] * 11, 2, 2]
    assert total == pytest.approx(2 * sum(times))
    assert list(requests.counts()) == [("/", "GET", 200, 5), ("/", "GET", 404, 5)]


def test_no_client_can_make_another_series(client: Client) -> None:
    client.request("/nothing")
    client.request("/nothing", "PUT")
    before = metrics_of(client)
    for number in range(50):
        client.request(f"/nothing/{number}")
        client.request("/nothing", f"MADE-UP-{number}")
        client.request(f'/v1/events/x"}}{number}')
    after = metrics_of(client)
    added = {
        frozenset({"route": "/metrics", "method": "GET", "status": "200"}.items()): 1,
        frozenset({"route": "/v1/events/{id}", "method": "GET", "status": "404"}.items()): 50,
    }
    counted = "campaign_api_requests_total"
    assert after.samples[counted].keys() == before.samples[counted].keys() | added.keys()
    assert after.value(counted, route="none", method="GET", status="404") == 51
    assert after.value(counted, route="none", method="other", status="405") == 51


def test_every_metric_is_named_by_convention(client: Client) -> None:
    exposed = metrics_of(client)
    for name, type_ in exposed.types.items():
        assert name.startswith(("campaign_api_", "process_"))
        assert name.endswith("_total") == (type_ == "counter")
    assert {
        *("campaign_api_requests_total", "campaign_api_request_duration_seconds", "campaign_api_cache_bytes"),
        *("campaign_api_cache_hits_total", "campaign_api_cache_misses_total"),
        *("campaign_api_query_timeouts_total", "campaign_api_log_lines_dropped_total"),
        *("campaign_api_connections_open", "campaign_api_connections_refused_total"),
        *("campaign_api_connections_timed_out_total", "campaign_api_connections_displaced_total"),
        "campaign_api_database_info",
        *("campaign_api_database_modified_timestamp_seconds", "campaign_api_database_age_seconds"),
        *("campaign_api_database_stale", "campaign_api_reloads_total", "campaign_api_reloads_refused_total"),
        *("process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"),
        *("process_start_time_seconds", "process_virtual_memory_bytes", "process_max_fds"),
    } == exposed.types.keys()
    version = client.get("/readyz")["version"]
    assert exposed.value("campaign_api_database_info", version=version) == 1
    assert exposed.value("campaign_api_database_stale") == 0


def test_counters_of_other_parts_are_shown(tianshui_database: Path) -> None:
    app = create_app(Settings(data=tianshui_database))
    metrics: Metrics = app.state.context.metrics
    metrics.connections = ConnectionCounts(open=3, refused=5, timed_out=7, displaced=9)
    metrics.query_timeouts = 11
    exposed = metrics_of(Client(app))
    assert exposed.value("campaign_api_connections_open") == 3
    assert exposed.value("campaign_api_connections_refused_total") == 5
    assert exposed.value("campaign_api_connections_timed_out_total") == 7
    assert exposed.value("campaign_api_connections_displaced_total") == 9
    assert exposed.value("campaign_api_query_timeouts_total") == 11


def test_the_endpoint_is_like_any_other(client: Client) -> None:
    assert client.request("/metrics?name=x").status_code == 200
    head = client.request("/metrics", "HEAD")
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", MEDIA_TYPE)
    assert client.request("/metrics", "POST").status_code == 405
    document = client.get("/openapi.json")["paths"]["/metrics"]["get"]
    assert list(document["responses"]["200"]["content"]) == ["text/plain"]
    assert read(document["responses"]["200"]["content"]["text/plain"]["example"]).types


def test_with_several_workers_each_sample_has_its_process(tianshui_database: Path) -> None:
    exposed = metrics_of(Client(create_app(Settings(data=tianshui_database, workers=2))))
    assert exposed.samples
    for samples in exposed.samples.values():
        assert {dict(labels)["process"] for labels in samples} == {str(os.getpid())}


# A real server.


@pytest.mark.slow
def test_a_process_describes_itself(tianshui_database: Path, tmp_path: Path) -> None:
    requested = b"GET /v1/events?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n"
    with running("--data", str(tianshui_database), cwd=tmp_path) as server:
        with Wire.of(server).connect() as connection:
            for _ in range(10):
                connection.request(requested)
            connection.send(b"NONSENSE\r\n\r\n")
            assert connection.read_response(b"").start == b"HTTP/1.1 400 Bad Request"
        exposed = read(httpx.get(f"{server.address}/metrics").text)
        proc = Path(f"/proc/{server.pid}")
        descriptors = len(list((proc / "fd").iterdir()))
    assert exposed.value("campaign_api_requests_total", route="/v1/events", method="GET", status="200") == 10
    assert exposed.value("campaign_api_requests_total", route="none", method="other", status="400") == 1
    assert exposed.value("campaign_api_cache_hits_total") == 9
    assert exposed.value("campaign_api_request_duration_seconds_count", route="/v1/events") == 10
    assert abs(exposed.value("process_open_fds") - descriptors) < 5
    assert 20_000_000 < exposed.value("process_resident_memory_bytes") < 500_000_000
    assert 0 < exposed.value("process_cpu_seconds_total") < 100


@pytest.mark.slow
def test_the_version_of_the_data_is_shown(
    tianshui_database: Path, two_campaigns_database: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copy(tianshui_database, tmp_path / "data.sqlite3"))

    def put(file: Path) -> None:
        Path(shutil.copy(file, tmp_path / "new")).rename(data)

    with running("--data", str(data), cwd=tmp_path) as server, httpx.Client(base_url=server.address) as client:

        def now() -> Exposed:
            return read(client.get("/metrics").text)

        (before,) = now().samples["campaign_api_database_info"]
        put(Path(__file__))
        until(lambda: now().value("campaign_api_reloads_refused_total") == 1)
        assert now().value("campaign_api_database_stale") == 1
        put(two_campaigns_database)
        until(lambda: now().value("campaign_api_reloads_total") == 1)
        (after,) = now().samples["campaign_api_database_info"]
        assert after != before
        assert now().value("campaign_api_database_stale") == 0
        assert now().total("campaign_api_requests_total", route="/metrics") > 3


def test_every_route_has_a_template() -> None:
    assert all(re.fullmatch(r"/[a-z0-9/.{}_-]*", route.path) for route in ROUTES)
