"""Our protocol and uvicorn's send the same bytes, for any request and any number of them."""

import contextlib
import logging
import select
import threading
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.db import connections as reading
from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.serving import UNTRACED, running
from tests.tracing import traced
from tests.wire import SECONDS, Connection, RawResponse, Served, Wire, serving

ENCODINGS = ("identity", "br", "gzip", "zstd")

PUBLIC = "https://data.example.org"


def request(target: str, *headers: str, method: str = "GET", version: str = "1.1", body: str = "") -> bytes:
    lines = [f"{method} {target} HTTP/{version}", "Host: example.org", *headers, "", body]
    return "\r\n".join(lines).encode()


HEALTH = request("/healthz", "X-Request-ID: named")

# Placeholders for values that only a response has.
TAG, TAG_BR, SINCE, PAST = "{tag}", "{tag-br}", "{since}", "Mon, 23 Nov 2020 10:00:00 GMT"

LIST = "/v1/events?lang=en&limit=3"
LARGE = "/v1/events?limit=200&include=translations&include=evidence"

REQUESTS: dict[str, bytes] = {
    **{
        f"{target} {encoding}": request(target, f"Accept-Encoding: {encoding}")
        for target, encoding in product(
            (
                *(LIST, LARGE, "/v1/events/tianshui-police-open-day", "/v1/events?location=maiji&facet=kind"),
                *("/v1/search?q=maiji", "/v1/campaigns/tianshui/summary", "/docs", "/docs/docs.js", "/openapi.json"),
                *("/docs/favicon-32x32.png", "/v1/events.csv?lang=en", "/v1/campaigns/tianshui/snapshot"),
                *("/healthz", "/nothing", "/v1/events/none", "/v1/events?limit=-1", "/v1/events/pingliang-helmet-day"),
            ),
            ENCODINGS,
        )
    },
    **{
        f"if none match {tag} {encoding}": request(LIST, f"If-None-Match: {tag}", f"Accept-Encoding: {encoding}")
        for tag, encoding in product(
            (TAG, TAG_BR, f"W/{TAG}", f'"a", {TAG}, "b"', "*", '"other"', "unquoted", ""), ("identity", "br")
        )
    },
    "if none match twice": request(LIST, 'If-None-Match: "other"', f"If-None-Match: {TAG}"),
    "if modified since": request(LIST, f"If-Modified-Since: {SINCE}"),
    "if modified since the past": request(LIST, f"If-Modified-Since: {PAST}"),
    "if modified since nonsense": request(LIST, "If-Modified-Since: yesterday"),
    **{
        f"if match {tag} {encoding}": request(LIST, f"If-Match: {tag}", f"Accept-Encoding: {encoding}")
        for tag, encoding in product((TAG, TAG_BR, f"W/{TAG}", "*", '"other"', ""), ("identity", "br"))
    },
    "if unmodified since": request(LIST, f"If-Unmodified-Since: {SINCE}"),
    "if unmodified since the past": request(LIST, f"If-Unmodified-Since: {PAST}"),
    "all conditions": request(LIST, f"If-Match: {TAG}", f"If-None-Match: {TAG}", f"If-Unmodified-Since: {PAST}"),
    "both conditions": request(LIST, 'If-None-Match: "other"', f"If-Modified-Since: {SINCE}"),
    "a condition on what is not there": request("/v1/events/none", "If-None-Match: *"),
    "head": request(LIST, method="HEAD"),
    "head br": request(LIST, "Accept-Encoding: br", method="HEAD"),
    "head of what it has": request(LIST, f"If-None-Match: {TAG}", method="HEAD"),
    "head of nothing": request("/v1/events/none", method="HEAD"),
    "head of an export": request("/v1/events.csv", method="HEAD"),
    "range": request(LIST, "Range: bytes=0-9"),
    "request id": request(LIST, "X-Request-ID: named"),
    "request id of nothing": request("/v1/events/none", "X-Request-ID: named"),
    "request id and what it has": request(LIST, "X-Request-ID: named", "If-None-Match: *"),
    "bad request id": request(LIST, "X-Request-ID: <script>"),
    "empty request id": request(LIST, "X-Request-ID: "),
    "two request ids": request(LIST, "X-Request-ID: one", "X-Request-ID: two"),
    **{
        f"accept {accept}": request(LIST, f"Accept: {accept}")
        for accept in ("*/*", "application/json", "text/html", "", "text/html, application/json;q=0.1", "nonsense")
    },
    "accept in two lines": request(LIST, "Accept: text/html", "accept: application/json"),
    "languages": request("/v1/events?limit=1", "Accept-Language: fr", "Accept-Language: en;q=0.3"),
    "encodings in two lines": request(LIST, "Accept-Encoding: gzip;q=0.1", "ACCEPT-ENCODING: br"),
    "no encoding fits": request(LIST, "Accept-Encoding: identity;q=0"),
    "close": request(LIST, "Connection: close"),
    "close br": request(LIST, "Connection: close", "Accept-Encoding: br"),
    "keep alive": request(LIST, "Connection: keep-alive"),
    "http 1.0": request(LIST, version="1.0"),
    "http 1.0 keep alive": request(LIST, "Connection: keep-alive", version="1.0"),
    "http 1.0 head": request(LIST, method="HEAD", version="1.0"),
    "http 1.0 export": request("/v1/events.csv", version="1.0"),
    "body": request(LIST, "Content-Length: 5", body="hello"),
    "empty body": request(LIST, "Content-Length: 0"),
    "chunked body": request(LIST, "Transfer-Encoding: chunked", body="5\r\nhello\r\n0\r\n\r\n"),
    "body that looks like a request": request(
        LIST, "Content-Length: 34", body="GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n\r"
    ),
    "expect": request(LIST, "Expect: 100-continue", "Content-Length: 0"),
    "expect without a body": request(LIST, "Expect: 100-continue"),
    "upgrade without connection": request(LIST, "Upgrade: h2c"),
    "absolute": request(f"http://example.org{LIST}"),
    "absolute elsewhere": request(f"http://evil.example{LIST}"),
    "fragment": request(f"{LIST}#fragment"),
    "double slashes": request("/v1//events?lang=en&limit=3"),
    "slashes first": request("//v1/events?lang=en&limit=3"),
    "trailing question mark": request("/v1/events?"),
    "two question marks": request("/v1/events??limit=3"),
    "percent-encoded path": request("/v1/%65vents?lang=en&limit=3"),
    "percent-encoded question mark": request("/v1/events%3Flang=en&limit=3"),
    "dots": request("/v1/../v1/events?lang=en&limit=3"),
    "too long a target": request("/v1/events?cursor=" + "x" * 9000),
    "as long a target as may be": request("/v1/events?" + "&" * 8000),
    "too large headers": request(LIST, f"X-Large: {'x' * 40_000}"),
    "many headers": request(LIST, *(f"X-{number}: {number}" for number in range(500))),
    "folded spaces": request(LIST, "Accept-Encoding:    br   "),
    "odd names": request(LIST, "aCCEPT-eNCODING: br"),
    "another host": request(LIST).replace(b"example.org", b"evil.example"),
    "no host": b"GET /v1/events?lang=en&limit=3 HTTP/1.1\r\n\r\n",
    "options": request("/v1/events", method="OPTIONS"),
    "post": request(LIST, "Content-Length: 3", method="POST", body="x=1"),
    "delete": request(LIST, method="DELETE"),
}


@pytest.fixture(scope="module")
def ours(two_campaigns_database: Path) -> Iterator[Served]:
    """The service with our protocol."""
    with serving(create_app(Settings(data=two_campaigns_database, public_base_url=PUBLIC)), Protocol) as wire:
        yield wire


@pytest.fixture(scope="module")
def usual(two_campaigns_database: Path) -> Iterator[Served]:
    """The service with uvicorn's protocol."""
    with serving(create_app(Settings(data=two_campaigns_database, public_base_url=PUBLIC)), HttpToolsProtocol) as wire:
        yield wire


@pytest.fixture
def empty_caches(ours: Served, usual: Served) -> None:
    for wire in (ours, usual):
        wire.app.forget()


@pytest.fixture(scope="module")
def values(two_campaigns_database: Path) -> dict[str, str]:
    """The values of the placeholders."""
    client = Client(create_app(Settings(data=two_campaigns_database, public_base_url=PUBLIC)))
    plain, compressed = (
        client.request(LIST, headers={"Accept-Encoding": encoding}).headers for encoding in ENCODINGS[:2]
    )
    return {TAG: plain["etag"], TAG_BR: compressed["etag"], SINCE: plain["last-modified"]}


def filled(raw: bytes, values: dict[str, str]) -> bytes:
    for name, value in values.items():
        raw = raw.replace(name.encode(), value.encode())
    return raw


def alone(wire: Wire, raw: bytes) -> tuple[RawResponse, bool]:
    """Send a request on a connection of its own; returns also whether the connection stays open."""
    with wire.connect() as connection:
        received = connection.request(raw)
        if b"connection: close" in received.headers:
            assert connection.is_over()
            return received, False
        return received, connection.request(HEALTH).start == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("name", REQUESTS)
def test_both_protocols_send_the_same_bytes_each_time(
    ours: Wire, usual: Wire, values: dict[str, str], name: str, empty_caches: None
) -> None:
    raw = filled(REQUESTS[name], values)
    for wire in (usual, ours):
        # The length of a large export is known once it has been made as a whole.
        alone(wire, raw)
    expected = alone(usual, raw)
    assert expected[0].start.startswith(b"HTTP/1.1 ")
    for wire in (usual, ours, ours, usual, ours):
        assert alone(wire, raw) == expected
    if expected[1]:
        with ours.connect() as connection:
            assert [connection.request(raw) for _ in range(3)] == [expected[0]] * 3


def test_cached_responses_do_not_reach_the_application(
    ours: Served, values: dict[str, str], empty_caches: None
) -> None:
    for name, raw in REQUESTS.items():
        if name.startswith(
            ("/v1/events?l", "/v1/search", "/docs", "/openapi", "if none match {", "head br", "request id")
        ):
            alone(ours, filled(raw, values))
    for name, raw in REQUESTS.items():
        if name in (f"{LIST} br", "if none match {tag} br", "head br", "request id", "/docs identity"):
            before = ours.app.count
            with ours.connect() as connection:
                connection.request(filled(raw, values))
                connection.request(filled(raw, values))
            assert ours.app.count == before, name
    for name in ("close", "http 1.0", "body", "empty body", "expect", "upgrade without connection", "post"):
        before = ours.app.count
        with ours.connect() as connection:
            connection.request(filled(REQUESTS[name], values))
        assert ours.app.count == before + 1, name


def test_quickly_rendered_responses_do_not_reach_the_application(ours: Served, empty_caches: None) -> None:
    detail = "/v1/events/tianshui-police-open-day"
    for method, target in product(("GET", "HEAD"), (LIST, detail, f"{detail}?lang=en", "/v1/campaigns/tianshui")):
        ours.app.forget()
        before = ours.app.count
        assert alone(ours, request(target, method=method))[0].start == b"HTTP/1.1 200 OK"
        assert ours.app.count == before, target


@pytest.mark.parametrize("target", ["/readyz", "/v1/events.csv", LARGE, LIST, "/v1/search?q=maiji"])
@pytest.mark.parametrize("encoding", ["identity", "br"])
@pytest.mark.usefixtures("empty_caches")
def test_no_query_of_a_successful_response_runs_twice(
    ours: Served, usual: Served, target: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine a query may exceed the inline budget, and would run again in a thread.
    monkeypatch.setattr(reading, "INLINE_BUDGET_SECONDS", SECONDS)
    done = []
    for wire in (usual, ours):
        context = wire.app.state.context
        database, metrics = context.database, context.metrics
        database.results.clear()
        before = metrics.cache_hits, metrics.cache_misses
        readers = (database.inline_reader, *database.slow_readers.readers, *database.streaming_readers.readers)
        for reader in readers:
            reader._changed_texts.clear()
        with traced(*readers) as statements:
            with wire.connect() as connection:
                received = connection.request(request(target, f"Accept-Encoding: {encoding}"))
            counted = metrics.cache_hits - before[0], metrics.cache_misses - before[1]
            done.append((received, sorted(statements), counted))
    assert done[0] == done[1]
    assert done[0][2] == (0, 1)


@pytest.mark.parametrize(
    "target", ["/v1/events/none", "/v1/events?location=none", "/v1/events/pingliang-helmet-day", "/v1/events?cursor=x"]
)
def test_no_query_of_a_refused_request_runs_twice(ours: Served, usual: Served, target: str) -> None:
    done = []
    for wire in (usual, ours):
        with traced(wire.app.state.context.database.inline_reader) as statements, wire.connect() as connection:
            done.append((connection.request(request(target)), sorted(statements)))
    assert done[0] == done[1]


# Many requests on one connection.

CACHED, OTHER_CACHED = request(LIST, "X-Request-ID: named"), request("/docs", "Accept-Encoding: br")


def uncached(number: int) -> bytes:
    """Return a request that is not cached."""
    return request(f"/v1/events?limit={number % 200 + 1}&lang=en&date_from=2024-01-{number // 200 + 1:02}")


def respond(wire: Wire, *requests: bytes) -> list[RawResponse]:
    with wire.connect() as connection:
        return [connection.request(raw) for raw in requests]


def one_by_one(wire: Wire, requests: Sequence[bytes]) -> list[RawResponse]:
    return [alone(wire, raw)[0] for raw in requests]


SEQUENCES = {
    "cached, cached": [CACHED, OTHER_CACHED],
    "the same twice": [CACHED, CACHED],
    "cached, uncached": [CACHED, uncached(0)],
    "uncached, cached": [uncached(1), CACHED],
    "uncached, cached, uncached, cached, cached": [uncached(2), CACHED, uncached(3), OTHER_CACHED, CACHED],
    "an export before a cached one": [request("/v1/events.jsonl"), CACHED, OTHER_CACHED],
    "a cached one before an export": [CACHED, request("/v1/events.jsonl"), CACHED],
    "a body before a cached one": [request(LIST, "Content-Length: 5", body="hello"), CACHED],
    "a body after a cached one": [CACHED, request(LIST, "Content-Length: 5", body="hello"), CACHED],
    "a chunked body between": [CACHED, REQUESTS["chunked body"], OTHER_CACHED, uncached(4)],
    "an error between": [CACHED, request("/nothing"), request(LIST, method="POST"), CACHED],
    "heads between": [request(LIST, method="HEAD"), CACHED, request("/docs", method="HEAD"), uncached(5)],
    "304 between": [CACHED, request(LIST, "If-None-Match: *"), CACHED, request("/docs", "If-None-Match: *")],
    "the last closes": [CACHED, uncached(6), request(LIST, "Connection: close")],
    "fifty": [raw for number in range(7, 32) for raw in (CACHED if number % 2 else OTHER_CACHED, uncached(number))],
    "two hundred of one": [CACHED] * 200,
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_responses_come_in_the_order_of_their_requests(ours: Wire, usual: Wire, name: str, empty_caches: None) -> None:
    requests = SEQUENCES[name]
    expected = one_by_one(usual, requests)
    respond(ours, CACHED, OTHER_CACHED)
    for wire in (ours, usual, ours):
        with wire.connect() as connection:
            connection.send(b"".join(requests))
            assert [connection.read_response(raw) for raw in requests] == expected
            if name == "the last closes":
                assert connection.is_over()
            else:
                assert connection.request(HEALTH).start == b"HTTP/1.1 200 OK"


def wait_for_its_turn(watch: Connection) -> None:
    """Wait until the server has read what another connection sent."""
    for _ in range(2):
        watch.request(HEALTH)


@pytest.mark.parametrize(
    "requests",
    [
        [CACHED, OTHER_CACHED],
        [CACHED, request("/nothing"), CACHED],
        [request(LIST, "Content-Length: 5", body="hello"), CACHED],
        [CACHED, REQUESTS["chunked body"], CACHED],
        [b"\r\n" + CACHED, b"\r\n\r\n" + CACHED],
    ],
)
def test_requests_can_be_split_at_any_byte(ours: Wire, requests: list[bytes], empty_caches: None) -> None:
    expected = respond(ours, *requests)
    raw = b"".join(requests)
    with ours.connect() as watch, ours.connect() as connection:
        for place in range(len(raw) + 1):
            connection.send(raw[:place])
            wait_for_its_turn(watch)
            connection.send(raw[place:])
            assert [connection.read_response(one) for one in requests] == expected, place


def test_a_request_can_come_byte_by_byte(ours: Wire, empty_caches: None) -> None:
    (expected,) = respond(ours, CACHED)
    with ours.connect() as watch, ours.connect() as connection:
        for byte in CACHED + CACHED:
            connection.send(bytes([byte]))
            wait_for_its_turn(watch)
        assert [connection.read_response(CACHED), connection.read_response(CACHED)] == [expected, expected]


def test_a_request_that_begins_like_a_known_one_is_another(ours: Wire, usual: Wire, empty_caches: None) -> None:
    """A request is recognised by all of its bytes."""
    known = request(LIST)
    others = [
        known[:-2] + b"If-None-Match: *\r\n\r\n",
        known[:-2] + b"Content-Length: 5\r\n\r\nhello",
        known[:-2] + b"Accept-Encoding: br\r\n\r\n",
        known.replace(b"limit=3", b"limit=4"),
        known + known,
    ]
    expected = [one_by_one(usual, [other]) for other in others[:-1]]
    with ours.connect() as watch, ours.connect() as connection:
        (plain,) = {connection.request(known) for _ in range(3)}
        for other, (received,) in zip(others[:-1], expected, strict=True):
            assert connection.request(other) == received
            assert connection.request(known) == plain
            # First the bytes that a known request begins with too, then the rest.
            connection.send(other[: len(known) - 2])
            wait_for_its_turn(watch)
            connection.send(other[len(known) - 2 :])
            assert connection.read_response(other) == received
        connection.send(others[-1])
        assert [connection.read_response(known), connection.read_response(known)] == [plain, plain]


def test_a_known_request_in_content_is_not_served(ours: Wire, empty_caches: None) -> None:
    known = request(LIST)
    with ours.connect() as watch, ours.connect() as connection:
        (expected,) = {connection.request(known) for _ in range(3)}
        posted = request("/v1/events", f"Content-Length: {len(known)}", method="POST")
        connection.send(posted)
        wait_for_its_turn(watch)
        connection.send(known)
        assert connection.read_response(posted).start == b"HTTP/1.1 405 Method Not Allowed"
        assert connection.request(known) == expected


def test_a_known_request_inside_a_header_is_not_served(ours: Wire, empty_caches: None) -> None:
    known = request(LIST)
    with ours.connect() as watch, ours.connect() as connection:
        for _ in range(3):
            connection.request(known)
        connection.send(b"GET /docs HTTP/1.1\r\nX-Odd: ")
        wait_for_its_turn(watch)
        connection.send(known)
        received = connection.read_response(known)
        assert received.header(b"content-type") == b"text/html; charset=utf-8"


def test_a_bad_request_gets_a_400_after_the_responses_before_it(ours: Wire, empty_caches: None) -> None:
    (expected,) = respond(ours, CACHED)
    with ours.connect() as connection:
        connection.send(CACHED + b"NONSENSE\r\n\r\n")
        assert connection.read_response(CACHED) == expected
        assert connection._until(b"\r\n") == b"HTTP/1.1 400 Bad Request"


# Clients that send ahead, and clients that leave.


@pytest.mark.slow
def test_the_idle_timeout_does_not_cut_off_a_response(large_database: Path) -> None:
    """The idle timeout does not apply while a response is under way."""
    app = create_app(Settings(data=large_database, public_base_url=PUBLIC, idle_timeout_seconds=1))
    export = request("/v1/events.jsonl?lang=en")
    with serving(app, Protocol) as wire, wire.connect(receive_bytes=65_536) as connection:
        (cached,) = {connection.request(CACHED), connection.request(CACHED)}
        connection.send(CACHED + export)
        assert connection.read_response(CACHED) == cached
        # Longer than the idle timeout.
        threading.Event().wait(2.5)
        assert connection.read_response(export).body.count(b"\n{") > 4000


@pytest.mark.parametrize(
    ("raw", "most"),
    [(CACHED, 200), (request(LARGE), 50), (uncached(99), 50), (request("/v1/events.jsonl"), 1), (CACHED[:20], 50)],
)
def test_a_reset_connection_does_no_harm(
    ours: Wire, raw: bytes, most: int, caplog: pytest.LogCaptureFixture, empty_caches: None
) -> None:
    (expected,) = respond(ours, CACHED)
    for times in {1, min(3, most), most}:
        with ours.connect() as connection:
            connection.send(raw * times)
            connection.reset()
    assert respond(ours, CACHED, CACHED) == [expected] * 2
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks into the process by Linux's /proc")
def test_a_client_that_sends_and_reads_nothing_is_not_read_from(two_campaigns_database: Path, tmp_path: Path) -> None:
    large = request(LARGE, "X-Request-ID: named")
    with (
        running("--data", str(two_campaigns_database), cwd=tmp_path, settings=UNTRACED) as server,
        Wire.of(server).connect(receive_bytes=16_384) as connection,
    ):
        (expected,) = {connection.request(large) for _ in range(3)}
        assert len(expected.body) > 100_000
        before = resident_megabytes(server.pid)
        connection.socket.setblocking(False)
        sent = 0
        # The server has stopped reading when there is no room for a whole second.
        while select.select([], [connection.socket], [], 1)[1]:
            with contextlib.suppress(BlockingIOError):
                sent += connection.socket.send((large * 200)[sent % len(large) :])
            assert sent < 50_000_000
        requested = sent // len(large)
        assert requested * len(expected.body) > 1_000_000_000
        assert resident_megabytes(server.pid) - before < 100
        others = Wire.of(server)
        assert respond(others, large, HEALTH)[0] == expected
        connection.socket.settimeout(SECONDS)
        assert [connection.read_response(large) for _ in range(100)] == [expected] * 100
        connection.reset()
        assert respond(others, large) == [expected]


def resident_megabytes(pid: int) -> float:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def test_concurrent_clients_each_get_their_own_responses(ours: Wire, usual: Wire, empty_caches: None) -> None:
    requests = [CACHED, OTHER_CACHED, *(uncached(number) for number in range(200, 230)), request(LARGE)]
    expected = one_by_one(usual, requests)
    wrong: list[object] = []

    def send_request(first: int) -> None:
        order = requests[first:] + requests[:first]
        responses = expected[first:] + expected[:first]
        with ours.connect() as connection:
            for raw, response in zip(order * 2, responses * 2, strict=True):
                if connection.request(raw) != response:
                    wrong.append(raw)
            connection.send(b"".join(order))
            wrong.extend(
                raw for raw, response in zip(order, responses, strict=True) if connection.read_response(raw) != response
            )
        wrong.append(None)

    threads = [threading.Thread(target=send_request, args=(3 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [None] * 8
