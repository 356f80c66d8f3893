"""Whatever bytes come over a connection: each has its answer, none is a defect, and nothing of it comes back raw."""

import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.web.raw_requests import CLEAN, LIST, MARK, WRITTEN, Case, chunked, get
from tests.web.raw_targets import ASKED
from tests.web.wire import Connection, Heard, Served, Wire, serving

CASES = {f"{kind}: {name}": case for kind, cases in (WRITTEN | ASKED).items() for name, case in cases.items()}

HEALTH = get(b"/healthz")

COMMON = {
    b"access-control-allow-origin: *",
    b"x-content-type-options: nosniff",
    b"referrer-policy: no-referrer",
    b"cross-origin-resource-policy: cross-origin",
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'",
}
NEVER = (b"server", b"set-cookie", b"content-range", b"access-control-allow-credentials", b"upgrade", b"x-injected")
MAX_PROBLEM_BYTES = 32 * 1024
"""No request is answered with an error that is much larger than it."""


@pytest.fixture(scope="module")
def service(two_snapshot: Path) -> Iterator[Served]:
    """The service by its own protocol, with no address but that which it listens on."""
    with serving(create_app(Settings(data=two_snapshot)), Protocol, ws="none") as wire:
        yield wire


@pytest.fixture(autouse=True)
def sound(service: Served, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever was asked: the service goes on, and has nothing to report."""
    yield
    with service.connect() as connection:
        assert connection.ask(HEALTH).start == b"HTTP/1.1 200 OK"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info] == []


def check(heard: Heard, status: int, *, is_head: bool = False) -> None:
    """Hold an answer against what every answer must and must not have."""
    assert heard.start.startswith(b"HTTP/1.1 %d " % status), (heard.start, heard.body[:300])
    names = [line.partition(b":")[0] for line in heard.headers]
    assert set(heard.headers) >= COMMON
    assert not set(names) & set(NEVER)
    assert (b"location" in names) == (status == 308)
    assert (b"allow" in names) == (status in (204, 405))
    head = b"\n".join(heard.headers).lower()
    assert b"script" not in head.replace(b"default-src", b"")
    assert b"injected" not in head
    assert b"\r\nX-Injected" not in heard.body
    if status < 400:
        assert MARK not in heard.body
        return
    assert {b"content-type: application/problem+json", b"cache-control: no-store"} <= set(heard.headers)
    if is_head:
        assert heard.body == b""
        return
    assert int(heard.header(b"content-length")) == len(heard.body) < MAX_PROBLEM_BYTES
    problem = json.loads(heard.body)
    assert problem["status"] == status
    assert problem["instance"].isascii()
    assert MARK.decode() not in problem["instance"]
    assert len(problem["errors"]) <= 20


def hear_all(connection: Connection, case: Case) -> list[Heard]:
    """Read all answers of a case, and hold each against what it must be."""
    answers = [connection.hear(case.raw) for _ in case.statuses]
    for heard, status in zip(answers, case.statuses, strict=True):
        check(heard, status, is_head=case.raw.startswith(b"HEAD"))
    *others, last = (b"connection: close" in heard.headers for heard in answers)
    assert not any(others)
    assert last == case.closes
    return answers


def says_no_more(connection: Connection) -> bool:
    """Tell whether the server has closed, whatever it was sent that it did not read."""
    try:
        return connection.is_over()
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("name", CASES)
def test_each_request_has_its_answer(service: Wire, name: str) -> None:
    case = CASES[name]
    with service.connect() as connection:
        connection.send(case.raw)
        answers = hear_all(connection, case)
        if case.closes:
            assert connection.is_over()
        else:
            # A request that was read to its end is followed by any other, and the same is answered alike.
            connection.send(case.raw)
            assert hear_all(connection, case) == answers
            assert connection.ask(HEALTH).start == b"HTTP/1.1 200 OK"
    if case.like is not None:
        with service.connect() as connection:
            assert [connection.ask(case.like)] == answers


@pytest.mark.parametrize(
    "raw",
    [CLEAN, chunked(b"5\r\nhello\r\n0\r\n\r\n"), get(LIST, b"Content-Length: 5", body=b"hello")],
    ids=["plain", "chunks", "body"],
)
def test_a_request_may_be_cut_off_anywhere(service: Wire, raw: bytes) -> None:
    for place in range(1, len(raw)):
        with service.connect() as connection:
            connection.send(raw[:place])
    with service.connect() as connection:
        assert connection.ask(raw) == connection.ask(CLEAN)


@pytest.mark.parametrize(
    "requests",
    [
        [CLEAN],
        [get(b"/v1/events?lang=en&limit=4&date_from=2024-01-01&kind=event&kind=series")],
        [get(b"/docs/swagger-ui-bundle.js", b"Accept-Encoding: br")],
        [CLEAN, get(b"/v1/events?lang=en&limit=5&date_from=2024-01-01&kind=event&kind=series"), HEALTH, CLEAN],
    ],
)
def test_who_has_said_all_is_still_answered(service: Wire, requests: list[bytes]) -> None:
    with service.connect() as connection:
        connection.send(b"".join(requests))
        connection.socket.shutdown(socket.SHUT_WR)
        for raw in requests:
            assert connection.hear(raw).start == b"HTTP/1.1 200 OK"
        assert connection.is_over()


def test_what_was_answered_is_not_answered_again_for_its_bad_content(service: Wire) -> None:
    with service.connect() as connection:
        check(connection.ask(chunked(b"")), 200)
        connection.send(b"no chunk\r\n" + CLEAN)
        assert connection.is_over()


@pytest.mark.parametrize(
    "lines", [(b"Connection: Upgrade", b"Upgrade: h2c"), (b"Connection: Upgrade", b"Upgrade: websocket")]
)
def test_content_after_an_upgrade_is_no_request(service: Wire, lines: tuple[bytes, ...]) -> None:
    content = get(b"/nothing")
    with service.connect() as connection:
        connection.send(get(LIST, *lines, b"Content-Length: %d" % len(content)))
        connection.send(content)
        check(connection.hear(CLEAN), 200)
        assert says_no_more(connection)


def test_content_may_come_after_the_answer_that_did_not_wait_for_it(service: Wire) -> None:
    with service.connect() as connection:
        (expected,) = {connection.ask(CLEAN), connection.ask(CLEAN)}
        assert connection.ask(get(LIST, b"Expect: 100-continue", b"Content-Length: 5")) == expected
        connection.send(b"hello")
        assert connection.ask(CLEAN) == expected


def test_an_endless_trailer_is_not_read(service: Wire) -> None:
    with service.connect() as connection:
        check(connection.ask(chunked(b"0\r\n")), 200)
        connection.send(b"X-Trailer: " + b"x" * 1_000_000)
        assert connection.is_over()
