"""Slow queries block no other client, time out, and are bounded in number."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.http.executor import SLOW_READERS
from tests.serving import UNTRACED, Server, running
from tests.wire import Connection, Wire

pytestmark = pytest.mark.slow

ROUNDS = 4
SLOW_AT_ONCE = 4 * SLOW_READERS


def request(target: str) -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def slow_request(number: int) -> bytes:
    """Return a slow request that is not cached: a common word, a window of its own, four facets."""
    window = f"date_from=19{50 + number % 50}-01-{1 + number // 50:02}"
    return request(f"/v1/events?q=%E5%85%AC%E5%AE%89&{window}&facet=location&facet=organiser&facet=pillar&lang=en")


@pytest.fixture(scope="module")
def server(large_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running("--data", str(large_database), cwd=tmp_path_factory.mktemp("served"), settings=UNTRACED) as server:
        yield server


def is_answered(connection: Connection) -> bool:
    return bool(select.select([connection.socket], [], [], 0)[0])


def test_others_are_served_before_slow_queries(server: Server) -> None:
    wire = Wire.of(server)
    over = threading.Event()

    def export() -> None:
        while not over.is_set():
            response = httpx.get(f"{server.address}/v1/events.csv?lang=en", timeout=60)
            assert response.status_code == 200

    exporting = threading.Thread(target=export)
    exporting.start()
    try:
        with wire.connect() as other:
            for round_ in range(ROUNDS):
                requests = [slow_request(round_ * SLOW_AT_ONCE + number) for number in range(SLOW_AT_ONCE)]
                with ExitStack() as stack:
                    connections = [stack.enter_context(wire.connect()) for _ in requests]
                    for connection, slow in zip(connections, requests, strict=True):
                        connection.send(slow)
                    for target in ("/healthz", "/readyz", "/v1/events?limit=1", "/v1/locations/maiji"):
                        assert other.request(request(target)).start == b"HTTP/1.1 200 OK"
                    waiting = [connection for connection in connections if not is_answered(connection)]
                    assert waiting, "all slow queries were answered first"
                    for connection, slow in zip(connections, requests, strict=True):
                        assert connection.read_response(slow).start == b"HTTP/1.1 200 OK"
    finally:
        over.set()
        exporting.join()


def test_a_client_that_leaves_a_slow_query_affects_no_other(server: Server) -> None:
    wire = Wire.of(server)
    slow = slow_request(900)
    with wire.connect() as staying:
        with ExitStack() as stack:
            leaving = [stack.enter_context(wire.connect()) for _ in range(5)]
            for one in leaving:
                one.send(slow)
            staying.send(slow)
            for one in leaving:
                one.socket.shutdown(socket.SHUT_RDWR)
        response = staying.read_response(slow)
        assert response.start == b"HTTP/1.1 200 OK"
        assert staying.request(slow) == response


def test_a_query_that_takes_too_long_is_a_503(large_database: Path, tmp_path: Path) -> None:
    short = UNTRACED | {"CAMPAIGN_API_QUERY_TIMEOUT_SECONDS": "0.001"}
    with running("--data", str(large_database), cwd=tmp_path, settings=short) as server:
        wire = Wire.of(server)
        with wire.connect() as connection:
            for number in range(3):
                response = connection.request(slow_request(number))
                assert response.start == b"HTTP/1.1 503 Service Unavailable"
                assert response.header(b"retry-after") == b"5"
                assert b"The query takes longer than 0.001 seconds; request less, or retry later." in response.body
            assert connection.request(request("/v1/events?limit=1")).start == b"HTTP/1.1 200 OK"
            counted = connection.request(request("/metrics")).body
    assert b"\ncampaign_api_query_timeouts_total 3.0\n" in counted


def test_too_many_slow_queries_are_refused(large_database: Path, tmp_path: Path) -> None:
    narrow = UNTRACED | {"CAMPAIGN_API_MAX_QUEUED_QUERIES": "2"}
    with running("--data", str(large_database), cwd=tmp_path, settings=narrow) as server, ExitStack() as stack:
        wire = Wire.of(server)
        requests = [slow_request(number) for number in range(12)]
        connections = [stack.enter_context(wire.connect()) for _ in requests]
        for connection, slow in zip(connections, requests, strict=True):
            connection.send(slow)
        responses = [connection.read_response(slow) for connection, slow in zip(connections, requests, strict=True)]
        assert {response.start.split()[1] for response in responses} == {b"200", b"503"}
        refused = [response for response in responses if b" 503 " in response.start]
        assert all(b"Too many slow queries are waiting; retry later." in one.body for one in refused)
        assert all(one.header(b"retry-after") == b"5" for one in refused)
        # They are served later.
        assert [connection.request(slow).start for connection, slow in zip(connections, requests, strict=True)] == [
            b"HTTP/1.1 200 OK"
        ] * 12


def test_an_export_that_starts_too_slowly_is_a_503(large_database: Path, tmp_path: Path) -> None:
    short = UNTRACED | {"CAMPAIGN_API_QUERY_TIMEOUT_SECONDS": "1e-5"}
    with (
        running("--data", str(large_database), cwd=tmp_path, settings=short) as server,
        Wire.of(server).connect() as connection,
    ):
        response = connection.request(request("/v1/events.jsonl?lang=en&sort=category,-title"))
        assert response.start == b"HTTP/1.1 503 Service Unavailable"
        assert response.header(b"content-type") == b"application/problem+json"
