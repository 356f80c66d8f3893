"""The server's own protocol and uvicorn's: whatever is asked, and however often, both say the same to the byte."""

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
from tests.asking import Client
from tests.serving import UNTRACED, running
from tests.storage.plans import traced
from tests.web.wire import SECONDS, Connection, Heard, Served, Wire, serving

ENCODINGS = ("identity", "br", "gzip", "zstd")

PUBLIC = "https://data.example.org"


def request(target: str, *headers: str, method: str = "GET", version: str = "1.1", body: str = "") -> bytes:
    lines = [f"{method} {target} HTTP/{version}", "Host: example.org", *headers, "", body]
    return "\r\n".join(lines).encode()


HEALTH = request("/healthz", "X-Request-ID: named")

# What is asked in place of these, only the answer tells.
TAG, TAG_BR, SINCE, PAST = "{tag}", "{tag-br}", "{since}", "Mon, 23 Nov 2020 10:00:00 GMT"

LIST = "/v1/events?lang=en&limit=3"
LARGE = "/v1/events?limit=200&include=translations&include=evidence"

ASKED: dict[str, bytes] = {
    **{
        f"{target} {encoding}": request(target, f"Accept-Encoding: {encoding}")
        for target, encoding in product(
            (
                *(LIST, LARGE, "/v1/events/tianshui-police-open-day", "/v1/events?location=maiji&facet=kind"),
                *("/v1/search?q=maiji", "/v1/campaigns/tianshui/summary", "/docs", "/docs/docs.js", "/openapi.json"),
                *("/docs/favicon-32x32.png", "/v1/events.csv?lang=en", "/v1/campaigns/tianshui/snapshot"),
                *("/healthz", "/nothing", "/v1/events/none", "/v1/events?limit=0", "/v1/events/pingliang-helmet-day"),
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
def ours(two_snapshot: Path) -> Iterator[Served]:
    """The service by its own protocol."""
    with serving(create_app(Settings(data=two_snapshot, public_base_url=PUBLIC)), Protocol) as wire:
        yield wire


@pytest.fixture(scope="module")
def usual(two_snapshot: Path) -> Iterator[Served]:
    """The service by uvicorn's protocol."""
    with serving(create_app(Settings(data=two_snapshot, public_base_url=PUBLIC)), HttpToolsProtocol) as wire:
        yield wire


@pytest.fixture
def forgetful(ours: Served, usual: Served) -> None:
    for wire in (ours, usual):
        wire.app.forget()


@pytest.fixture(scope="module")
def told(two_snapshot: Path) -> dict[str, str]:
    """What stands in place of what only the answer tells."""
    client = Client(create_app(Settings(data=two_snapshot, public_base_url=PUBLIC)))
    plain, compressed = (client.ask(LIST, headers={"Accept-Encoding": encoding}).headers for encoding in ENCODINGS[:2])
    return {TAG: plain["etag"], TAG_BR: compressed["etag"], SINCE: plain["last-modified"]}


def filled(raw: bytes, told: dict[str, str]) -> bytes:
    for name, value in told.items():
        raw = raw.replace(name.encode(), value.encode())
    return raw


def alone(wire: Wire, raw: bytes) -> tuple[Heard, bool]:
    """Ask on a connection of its own; tells too whether something else can be asked on it afterwards."""
    with wire.connect() as connection:
        heard = connection.ask(raw)
        if b"connection: close" in heard.headers:
            assert connection.is_over()
            return heard, False
        return heard, connection.ask(HEALTH).start == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_is_the_same_by_either_protocol_and_each_time(
    ours: Wire, usual: Wire, told: dict[str, str], name: str, forgetful: None
) -> None:
    raw = filled(ASKED[name], told)
    expected = alone(usual, raw)
    assert expected[0].start.startswith(b"HTTP/1.1 ")
    for wire in (usual, ours, ours, usual, ours):
        assert alone(wire, raw) == expected
    if expected[1]:
        with ours.connect() as connection:
            assert [connection.ask(raw) for _ in range(3)] == [expected[0]] * 3


def test_what_is_kept_is_answered_where_it_is_read(ours: Served, told: dict[str, str], forgetful: None) -> None:
    for name, raw in ASKED.items():
        if name.startswith(
            ("/v1/events?l", "/v1/search", "/docs", "/openapi", "if none match {", "head br", "request id")
        ):
            alone(ours, filled(raw, told))
    for name, raw in ASKED.items():
        if name in (f"{LIST} br", "if none match {tag} br", "head br", "request id", "/docs identity"):
            before = ours.app.asked
            with ours.connect() as connection:
                connection.ask(filled(raw, told))
                connection.ask(filled(raw, told))
            assert ours.app.asked == before, name
    for name in ("close", "http 1.0", "body", "empty body", "expect", "upgrade without connection", "post"):
        before = ours.app.asked
        with ours.connect() as connection:
            connection.ask(filled(ASKED[name], told))
        assert ours.app.asked == before + 1, name


def test_what_is_quickly_made_is_answered_where_it_is_read(ours: Served, forgetful: None) -> None:
    detail = "/v1/events/tianshui-police-open-day"
    for method, target in product(("GET", "HEAD"), (LIST, detail, f"{detail}?lang=en", "/v1/campaigns/tianshui")):
        ours.app.forget()
        before = ours.app.asked
        assert alone(ours, request(target, method=method))[0].start == b"HTTP/1.1 200 OK"
        # After it `alone` asks whether the process is alive: by a response of the framework's.
        assert ours.app.asked == before + 1, target


@pytest.mark.parametrize(
    "target",
    [
        *("/v1/events/none", "/v1/events?location=none", "/v1/events/pingliang-helmet-day", "/nothing", "/readyz"),
        *("/v1/events.csv", "/v1/campaigns/tianshui/snapshot", LARGE, LIST, "/v1/search?q=maiji", "/openapi.json"),
    ],
)
@pytest.mark.parametrize("encoding", ["identity", "br", "identity;q=0"])
@pytest.mark.usefixtures("forgetful")
def test_nothing_is_asked_twice_of_the_data_by_either_protocol(
    ours: Served, usual: Served, target: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What takes too long in haste is asked again without, as a busy machine may have it.
    monkeypatch.setattr(reading, "INLINE_BUDGET_SECONDS", SECONDS)
    done = []
    for wire in (usual, ours):
        context = wire.app.state.context
        snapshot, metrics = context.snapshot, context.metrics
        snapshot.counted._made.clear()
        before = metrics.kept_hits, metrics.kept_misses
        readers = (snapshot.reader, *snapshot.patient.every, *snapshot.streams.every)
        for reader in readers:
            reader._respelled.clear()
        with traced(*readers) as asked:
            with wire.connect() as connection:
                heard = connection.ask(request(target, f"Accept-Encoding: {encoding}"))
            counted = metrics.kept_hits - before[0], metrics.kept_misses - before[1]
            done.append((heard, sorted(asked), counted))
    assert done[0] == done[1]
    assert done[0][2] == (0, 1)


# Many requests on one connection.

KEPT, OTHER_KEPT = request(LIST, "X-Request-ID: named"), request("/docs", "Accept-Encoding: br")


def computed(number: int) -> bytes:
    """Ask for what nobody asked for before."""
    return request(f"/v1/events?limit={number % 200 + 1}&lang=en&date_from=2024-01-{number // 200 + 1:02}")


def keep(wire: Wire, *requests: bytes) -> list[Heard]:
    with wire.connect() as connection:
        return [connection.ask(raw) for raw in requests]


def one_by_one(wire: Wire, requests: Sequence[bytes]) -> list[Heard]:
    return [alone(wire, raw)[0] for raw in requests]


SEQUENCES = {
    "kept, kept": [KEPT, OTHER_KEPT],
    "the same twice": [KEPT, KEPT],
    "kept, computed": [KEPT, computed(0)],
    "computed, kept": [computed(1), KEPT],
    "computed, kept, computed, kept, kept": [computed(2), KEPT, computed(3), OTHER_KEPT, KEPT],
    "an export before what is kept": [request("/v1/events.jsonl"), KEPT, OTHER_KEPT],
    "what is kept before an export": [KEPT, request("/v1/events.jsonl"), KEPT],
    "a body before what is kept": [request(LIST, "Content-Length: 5", body="hello"), KEPT],
    "a body after what is kept": [KEPT, request(LIST, "Content-Length: 5", body="hello"), KEPT],
    "a chunked body between": [KEPT, ASKED["chunked body"], OTHER_KEPT, computed(4)],
    "an error between": [KEPT, request("/nothing"), request(LIST, method="POST"), KEPT],
    "heads between": [request(LIST, method="HEAD"), KEPT, request("/docs", method="HEAD"), computed(5)],
    "what it has between": [KEPT, request(LIST, "If-None-Match: *"), KEPT, request("/docs", "If-None-Match: *")],
    "the last closes": [KEPT, computed(6), request(LIST, "Connection: close")],
    "fifty": [raw for number in range(7, 32) for raw in (KEPT if number % 2 else OTHER_KEPT, computed(number))],
    "two hundred of one": [KEPT] * 200,
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_answers_come_in_the_order_of_their_requests(ours: Wire, usual: Wire, name: str, forgetful: None) -> None:
    requests = SEQUENCES[name]
    expected = one_by_one(usual, requests)
    keep(ours, KEPT, OTHER_KEPT)
    for wire in (ours, usual, ours):
        with wire.connect() as connection:
            connection.send(b"".join(requests))
            assert [connection.hear(raw) for raw in requests] == expected
            if name == "the last closes":
                assert connection.is_over()
            else:
                assert connection.ask(HEALTH).start == b"HTTP/1.1 200 OK"


def wait_for_its_turn(watch: Connection) -> None:
    """Wait until the server has read what was sent to it: it answers one connection after another."""
    for _ in range(2):
        watch.ask(HEALTH)


@pytest.mark.parametrize(
    "requests",
    [
        [KEPT, OTHER_KEPT],
        [KEPT, request("/nothing"), KEPT],
        [request(LIST, "Content-Length: 5", body="hello"), KEPT],
        [KEPT, ASKED["chunked body"], KEPT],
        [b"\r\n" + KEPT, b"\r\n\r\n" + KEPT],
    ],
)
def test_requests_may_be_cut_anywhere(ours: Wire, requests: list[bytes], forgetful: None) -> None:
    expected = keep(ours, *requests)
    raw = b"".join(requests)
    with ours.connect() as watch, ours.connect() as connection:
        for place in range(len(raw) + 1):
            connection.send(raw[:place])
            wait_for_its_turn(watch)
            connection.send(raw[place:])
            assert [connection.hear(one) for one in requests] == expected, place


def test_a_request_may_come_byte_by_byte(ours: Wire, forgetful: None) -> None:
    (expected,) = keep(ours, KEPT)
    with ours.connect() as watch, ours.connect() as connection:
        for byte in KEPT + KEPT:
            connection.send(bytes([byte]))
            wait_for_its_turn(watch)
        assert [connection.hear(KEPT), connection.hear(KEPT)] == [expected, expected]


def test_what_begins_like_a_known_request_is_another(ours: Wire, usual: Wire, forgetful: None) -> None:
    """A request that was read before is known by its bytes, and by all of them."""
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
        (plain,) = {connection.ask(known) for _ in range(3)}
        for other, (heard,) in zip(others[:-1], expected, strict=True):
            assert connection.ask(other) == heard
            assert connection.ask(known) == plain
            # The bytes of a known request first, and then more of it.
            connection.send(other[: len(known) - 2])
            wait_for_its_turn(watch)
            connection.send(other[len(known) - 2 :])
            assert connection.hear(other) == heard
        connection.send(others[-1])
        assert [connection.hear(known), connection.hear(known)] == [plain, plain]


def test_a_known_request_inside_a_body_is_none(ours: Wire, forgetful: None) -> None:
    known = request(LIST)
    with ours.connect() as watch, ours.connect() as connection:
        (expected,) = {connection.ask(known) for _ in range(3)}
        posted = request("/v1/events", f"Content-Length: {len(known)}", method="POST")
        connection.send(posted)
        wait_for_its_turn(watch)
        connection.send(known)
        assert connection.hear(posted).start == b"HTTP/1.1 405 Method Not Allowed"
        assert connection.ask(known) == expected


def test_a_known_request_in_the_midst_of_a_header_is_none(ours: Wire, forgetful: None) -> None:
    known = request(LIST)
    with ours.connect() as watch, ours.connect() as connection:
        for _ in range(3):
            connection.ask(known)
        connection.send(b"GET /docs HTTP/1.1\r\nX-Odd: ")
        wait_for_its_turn(watch)
        connection.send(known)
        heard = connection.hear(known)
        assert heard.header(b"content-type") == b"text/html; charset=utf-8"


def test_what_is_no_http_is_told_after_what_is(ours: Wire, forgetful: None) -> None:
    (expected,) = keep(ours, KEPT)
    with ours.connect() as connection:
        connection.send(KEPT + b"NONSENSE\r\n\r\n")
        assert connection.hear(KEPT) == expected
        assert connection._until(b"\r\n") == b"HTTP/1.1 400 Bad Request"


# Clients that do not wait, and clients that go.


def test_an_answer_under_way_is_not_cut_off_by_one_that_was_written_at_once(large_snapshot: Path) -> None:
    """The clock of an idle connection is stopped by whatever is asked next, in the same breath too."""
    app = create_app(Settings(data=large_snapshot, public_base_url=PUBLIC, idle_seconds=1))
    export = request("/v1/events.jsonl?lang=en")
    with serving(app, Protocol) as wire, wire.connect(receive_bytes=65_536) as connection:
        (kept,) = {connection.ask(KEPT), connection.ask(KEPT)}
        connection.send(KEPT + export)
        assert connection.hear(KEPT) == kept
        # The client does something else for longer than an idle connection is kept.
        threading.Event().wait(2.5)
        assert connection.hear(export).body.count(b"\n{") > 4000


def test_an_idle_connection_is_closed_and_a_busy_one_is_not(two_snapshot: Path) -> None:
    app = create_app(Settings(data=two_snapshot, public_base_url=PUBLIC, idle_seconds=1))
    with serving(app, Protocol) as wire, wire.connect() as connection:
        for _ in range(4):
            assert connection.ask(KEPT).start == b"HTTP/1.1 200 OK"
            threading.Event().wait(0.5)
        assert connection.ask(KEPT).start == b"HTTP/1.1 200 OK"
        assert connection.is_over()


@pytest.mark.parametrize(
    ("raw", "most"),
    [(KEPT, 200), (request(LARGE), 50), (computed(99), 50), (request("/v1/events.jsonl"), 1), (KEPT[:20], 50)],
)
def test_a_client_that_breaks_off_does_no_harm(
    ours: Wire, raw: bytes, most: int, caplog: pytest.LogCaptureFixture, forgetful: None
) -> None:
    (expected,) = keep(ours, KEPT)
    for times in {1, min(3, most), most}:
        with ours.connect() as connection:
            connection.send(raw * times)
            connection.reset()
    assert keep(ours, KEPT, KEPT) == [expected] * 2
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks into the process by Linux's /proc")
def test_who_asks_on_and_reads_nothing_is_read_no_more(two_snapshot: Path, tmp_path: Path) -> None:
    large = request(LARGE, "X-Request-ID: named")
    with (
        running("--data", str(two_snapshot), cwd=tmp_path, settings=UNTRACED) as server,
        Wire.of(server).connect(receive_bytes=16_384) as connection,
    ):
        (expected,) = {connection.ask(large) for _ in range(3)}
        assert len(expected.body) > 100_000
        before = resident_megabytes(server.pid)
        connection.socket.setblocking(False)
        sent = 0
        # Nobody reads any more when there is no room for a whole second.
        while select.select([], [connection.socket], [], 1)[1]:
            with contextlib.suppress(BlockingIOError):
                sent += connection.socket.send((large * 200)[sent % len(large) :])
            assert sent < 50_000_000
        asked = sent // len(large)
        assert asked * len(expected.body) > 1_000_000_000
        assert resident_megabytes(server.pid) - before < 100
        others = Wire.of(server)
        assert keep(others, large, HEALTH)[0] == expected
        connection.socket.settimeout(SECONDS)
        assert [connection.hear(large) for _ in range(100)] == [expected] * 100
        connection.reset()
        assert keep(others, large) == [expected]


def resident_megabytes(pid: int) -> float:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def test_many_clients_at_once_each_get_their_own(ours: Wire, usual: Wire, forgetful: None) -> None:
    requests = [KEPT, OTHER_KEPT, *(computed(number) for number in range(200, 230)), request(LARGE)]
    expected = one_by_one(usual, requests)
    wrong: list[object] = []

    def ask(first: int) -> None:
        order = requests[first:] + requests[:first]
        answers = expected[first:] + expected[:first]
        with ours.connect() as connection:
            for raw, answer in zip(order * 2, answers * 2, strict=True):
                if connection.ask(raw) != answer:
                    wrong.append(raw)
            connection.send(b"".join(order))
            wrong.extend(raw for raw, answer in zip(order, answers, strict=True) if connection.hear(raw) != answer)
        wrong.append(None)

    threads = [threading.Thread(target=ask, args=(3 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [None] * 8
