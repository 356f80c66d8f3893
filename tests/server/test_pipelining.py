"""Clients that send requests ahead: responses in order, one request at a time, and other clients in between."""

import asyncio
import itertools
import os
import random
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http.metrics import RequestCounts
from app.http.plan import Stream
from app.languages import Language
from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.serving import running
from tests.wire import SECONDS, Connection, RawResponse, Served, Wire, serving, until

PUBLIC = "https://data.example.org"
AHEAD_BYTES = 80_000
"""How much a client sends ahead: more than one read from a socket."""

MAX_BUFFERED_BYTES = 1024 * 1024
"""More than one read from a socket, and far less than what a client sends in the slow test."""


def request(target: str, *headers: str, method: str = "GET", content: str = "") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: example.org", *headers, "", content]).encode()


LIST = "/v1/events?lang=en&limit=3"
CACHED = request(LIST, "X-Request-ID: named")
OTHER = request("/v1/sources?lang=en")
BAD = b"NONSENSE\r\n\r\n"


def rendered(number: int) -> bytes:
    """Return one of many requests that are not cached yet."""
    return request(f"/v1/events?lang=en&limit={number % 200 + 1}&date_from=2024-01-{number // 200 + 1:02}")


EXPORT = request("/v1/events.csv?lang=en")
"""An export that is made before all other requests: HEAD has its length only then."""
SNAPSHOT = request("/v1/campaigns/tianshui/snapshot?lang=en")
"""So is this: it is too large to be made whole, and its length is known once it has been sent."""

MIXTURE = [
    *(CACHED, rendered(0), rendered(30), request("/docs", "Accept-Encoding: br"), request("/nothing")),
    *(request("/v1/events?limit=-1"), EXPORT, request("/v1/outcomes.jsonl?lang=en")),
    *(request(LIST, method="HEAD"), request("/v1/events.csv?lang=en", method="HEAD"), request(LIST, method="POST")),
    *(request(LIST, "If-None-Match: *"), request(LIST, "If-Match: *"), request("/v1/events", method="OPTIONS")),
    request(LIST, "Content-Length: 9", content="GET / HTT"),
    request(LIST, "Transfer-Encoding: chunked", content="6\r\n\r\n\r\nab\r\n0\r\nX-Trailer: y\r\n\r\n"),
    *(request("/v1/search?q=maiji&lang=en"), SNAPSHOT, b"\r\n" + CACHED),
]

AHEAD = {
    "cached": [CACHED],
    "rendered": [rendered(number) for number in range(1000)],
    "errors": [request("/v1/events?limit=-1"), request("/nothing"), request(LIST, method="POST")],
    "exports among them": [CACHED, request("/v1/outcomes.csv?lang=en"), *map(rendered, range(1, 6))],
    "content": [request(LIST, "Content-Length: 5", content="hello")],
}


def ahead(name: str) -> list[bytes]:
    """Return as many requests as a client sends ahead."""
    sizes = itertools.accumulate(map(len, itertools.cycle(AHEAD[name])))
    count = next(number for number, size in enumerate(sizes, 1) if size >= AHEAD_BYTES)
    return list(itertools.islice(itertools.cycle(AHEAD[name]), count))


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "application"])
def ours(request: pytest.FixtureRequest, two_campaigns_database: Path) -> Iterator[Served]:
    """The service with our protocol."""
    settings = Settings(data=two_campaigns_database, public_base_url=PUBLIC, fast_path=request.param)
    with serving(create_app(settings), Protocol) as wire, wire.connect() as connection:
        connection.request(EXPORT)
        connection.request(SNAPSHOT)
        yield wire


@pytest.fixture(scope="module")
def expected(two_campaigns_database: Path) -> dict[bytes, RawResponse]:
    """The responses to single requests, by uvicorn's protocol."""
    settings = Settings(data=two_campaigns_database, public_base_url=PUBLIC)
    requests = {*MIXTURE, *(raw for name in AHEAD for raw in ahead(name))}
    with serving(create_app(settings), HttpToolsProtocol) as wire, wire.connect() as connection:
        connection.request(EXPORT)
        connection.request(SNAPSHOT)
        return {raw: connection.request(raw) for raw in requests}


class Observer(RequestCounts):
    """Records in which order requests end, and how many bytes all connections hold then that are not parsed."""

    def __init__(self, wire: Served) -> None:
        super().__init__()
        self.routes: list[str | None] = []
        self.max_buffered_bytes = 0
        self._wire = wire
        self._counts = wire.app.state.context.metrics

    def __enter__(self) -> "Observer":
        self._before, self._counts.requests = self._counts.requests, self
        return self

    def __exit__(self, *_: object) -> None:
        self._counts.requests = self._before

    def add(self, route: str | None, method: str, status: int, seconds: float) -> None:
        super().add(route, method, status, seconds)
        self.routes.append(route)
        buffered = 0
        for connection in self._wire.server.server_state.connections:
            assert isinstance(connection, Protocol)
            buffered += len(connection._buffer._bytes)
        self.max_buffered_bytes = max(self.max_buffered_bytes, buffered)


def read_all(connection: Connection, requests: Sequence[bytes]) -> list[RawResponse]:
    return [connection.read_response(raw) for raw in requests]


@pytest.mark.slow
@pytest.mark.parametrize("name", AHEAD)
def test_other_clients_are_served_between_requests_sent_ahead(
    ours: Served, expected: dict[bytes, RawResponse], name: str
) -> None:
    requests = ahead(name)
    with ours.connect() as first, ours.connect() as second, Observer(ours) as observer:
        assert first.request(CACHED) == expected[CACHED]
        sending = threading.Thread(target=first.send, args=(b"".join(requests),))
        with ours.stopped():
            sending.start()
            # Where the sockets do not hold all of it, the rest follows.
            sending.join(0.5)
            second.send(OTHER)
        assert second.read_response(OTHER).start == b"HTTP/1.1 200 OK"
        assert read_all(first, requests) == [expected[raw] for raw in requests]
        sending.join()
        assert first.request(CACHED) == expected[CACHED]
    # The second client sent its request after all of the first one's; one read from the socket has a third of these.
    assert observer.routes.index("/v1/sources") < len(requests) / 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cached", "exports among them"])
def test_buffered_bytes_are_bounded(ours: Served, expected: dict[bytes, RawResponse], name: str) -> None:
    requests = ahead(name) * 20
    with ours.connect() as connection, Observer(ours) as observer:
        sending = threading.Thread(target=connection.send, args=(b"".join(requests),))
        sending.start()
        for raw in requests:
            assert connection.read_response(raw) == expected[raw]
        sending.join()
    assert 0 < observer.max_buffered_bytes < MAX_BUFFERED_BYTES


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 9))])
def test_random_pipelines_are_served_as_one_by_one(ours: Served, expected: dict[bytes, RawResponse], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(83):
        requests = chance.choices(MIXTURE, k=chance.randint(1, 8))
        whole = b"".join(requests)
        cuts = sorted(chance.randint(0, len(whole)) for _ in range(chance.randint(0, 6)))
        with ours.connect() as connection:
            for start, end in itertools.pairwise([0, *cuts, len(whole)]):
                connection.send(whole[start:end])
            assert read_all(connection, requests) == [expected[raw] for raw in requests], whole


def test_a_half_closed_connection_gets_all_responses(ours: Served, expected: dict[bytes, RawResponse]) -> None:
    for count in range(1, len(MIXTURE) + 1):
        requests = [*MIXTURE[:count], CACHED]
        with ours.connect() as connection:
            connection.send(b"".join(requests))
            connection.socket.shutdown(socket.SHUT_WR)
            assert [one.body for one in read_all(connection, requests)] == [expected[raw].body for raw in requests]
            assert connection.is_over()


@pytest.mark.slow
@pytest.mark.parametrize("name", AHEAD)
def test_a_half_closed_connection_gets_the_responses_to_many_requests(
    ours: Served, expected: dict[bytes, RawResponse], name: str
) -> None:
    requests = [*ahead(name), CACHED]
    with ours.connect() as connection:

        def send() -> None:
            connection.send(b"".join(requests))
            connection.socket.shutdown(socket.SHUT_WR)

        sending = threading.Thread(target=send)
        sending.start()
        *received, last = read_all(connection, requests)
        assert received == [expected[raw] for raw in requests[:-1]]
        # The last one may have `Connection: close`.
        assert last.body == expected[CACHED].body
        sending.join()
        assert connection.is_over()


@pytest.fixture
def may_go_on() -> Iterator[threading.Event]:
    """What a thread of the server waits for; a test that fails before it sets this delays no other."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, len(MIXTURE)])
@pytest.mark.parametrize("leaves", [False, True])
def test_an_export_that_is_being_prepared_goes_on_when_its_client_closes_its_side_alone(
    ours: Served, expected: dict[bytes, RawResponse], may_go_on: threading.Event, count: int, leaves: bool
) -> None:
    # The export must not be cached by the test before.
    ours.app.forget()
    with ours.connect() as connection:
        connection.request(EXPORT)
        connection.request(SNAPSHOT)
    before, context = MIXTURE[:count], ours.app.state.context

    def prepare() -> Stream:
        may_go_on.wait(SECONDS)
        return Stream({"ETag": '"tag"', "Content-Type": "text/csv"}, lambda: (piece for piece in [b"late"]))

    # The request joins this run, whose key is the same.
    key = ("export", f"{PUBLIC}/v1/locations.csv?lang=en", Language("en"))
    asyncio.run_coroutine_threadsafe(context.executor.run(key, prepare), ours.loop)
    until(lambda: context.executor.is_running(key))
    with ours.connect() as connection:
        with ours.stopped():
            connection.send(b"".join([*before, request("/v1/locations.csv?lang=en")]))
            connection.socket.shutdown(socket.SHUT_WR)
        assert read_all(connection, before) == [expected[raw] for raw in before]
        assert connection._until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
        counts = context.metrics.connections
        if leaves:
            open_before = counts.open
            connection.socket.close()
            until(lambda: counts.open < open_before)
        may_go_on.set()
        if not leaves:
            response = connection.read_response(CACHED)
            # There may have been another probe.
            assert response.start.removeprefix(b"HTTP/1.1 100 Continue ") == b"HTTP/1.1 200 OK"
            assert response.body == b"late"
            assert b"connection: close" in response.headers
            assert connection.is_over()
    until(lambda: not context.executor.is_running(key))


@pytest.mark.parametrize("place", range(0, len(MIXTURE), 3))
def test_a_bad_request_in_a_pipeline_ends_it(ours: Served, expected: dict[bytes, RawResponse], place: int) -> None:
    before = MIXTURE[:place]
    with ours.connect() as connection:
        connection.send(b"".join([*before, BAD, *MIXTURE]))
        assert read_all(connection, before) == [expected[raw] for raw in before]
        bad = connection.read_response(BAD)
        assert bad.start == b"HTTP/1.1 400 Bad Request"
        assert bad.header(b"connection") == b"close"
        assert connection.is_over()


@pytest.mark.parametrize("after", [[], [CACHED], [CACHED] * 4000], ids=["nothing", "one", "500 kB"])
@pytest.mark.parametrize("last", [CACHED, rendered(2), request("/nothing"), request("/v1/events.csv?lang=en")])
def test_nothing_after_connection_close_is_served(ours: Served, last: bytes, after: list[bytes]) -> None:
    closing = last.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    requests = [CACHED, rendered(3), closing]
    with ours.connect() as connection:
        sending = threading.Thread(target=send_quietly, args=(connection, b"".join([*requests, *after])))
        sending.start()
        received = read_all(connection, requests)
        sending.join()
        alone = [request_alone(ours, raw) for raw in (CACHED, rendered(3), last)]
        assert [(one.start, one.body) for one in received] == [(one.start, one.body) for one in alone]
        assert received[-1].header(b"connection") == b"close"
        assert connection.has_ended()


def request_alone(wire: Wire, raw: bytes) -> RawResponse:
    """Return the response to a request on a connection of its own."""
    with wire.connect() as connection:
        return connection.request(raw)


@pytest.mark.slow
def test_a_slow_reader_gets_all_responses_in_order(ours: Served, expected: dict[bytes, RawResponse]) -> None:
    requests = MIXTURE * 20
    with ours.connect(receive_bytes=4096) as connection:
        sending = threading.Thread(target=connection.send, args=(b"".join(requests),))
        sending.start()
        for number, raw in enumerate(requests):
            if number % 40 == 0:
                threading.Event().wait(0.05)
            assert connection.read_response(raw) == expected[raw], number
        sending.join()


@pytest.mark.slow
@pytest.mark.parametrize("fast_path", ["true", "false"])
def test_a_shutdown_in_a_pipeline_ends_it_after_a_response(
    two_campaigns_database: Path, tmp_path: Path, fast_path: str
) -> None:
    settings = {"CAMPAIGN_API_FAST_PATH": fast_path, "CAMPAIGN_API_PUBLIC_BASE_URL": PUBLIC}
    requests = [CACHED, rendered(1), request("/v1/outcomes.csv?lang=en"), request("/nothing")] * 2000
    with running("--data", str(two_campaigns_database), cwd=tmp_path, settings=settings) as server:
        with Wire.of(server).connect() as connection:
            alone = {raw: request_alone(Wire.of(server), raw) for raw in requests[:4]}
            sending = threading.Thread(target=send_quietly, args=(connection, b"".join(requests)))
            sending.start()
            received = read_all(connection, requests[:50])
            os.kill(server.pid, signal.SIGTERM)
            while not connection.has_ended():
                received.append(connection.read_response(requests[len(received)]))
            sending.join()
        assert len(received) < len(requests)
        assert [one.body for one in received] == [alone[raw].body for raw in requests[: len(received)]]


def send_quietly(connection: Connection, data: bytes) -> None:
    """Send bytes that the server may not read to the end."""
    try:
        connection.send(data)
    except OSError:
        return
