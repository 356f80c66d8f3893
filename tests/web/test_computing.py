"""Long questions hold nobody up, and nothing that was asked for is lost over them."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.http.executor import PATIENT
from tests.serving import UNTRACED, Server, running
from tests.web.wire import Connection, Wire

ROUNDS = 4
LONG_AT_ONCE = 4 * PATIENT


def request(target: str) -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def long_question(number: int) -> bytes:
    """Ask what nobody asked before: a common word in a window of its own, counted in every way."""
    window = f"date_from=19{50 + number % 50}-01-{1 + number // 50:02}"
    return request(f"/v1/events?q=%E5%85%AC%E5%AE%89&{window}&facet=location&facet=organiser&facet=pillar&lang=en")


@pytest.fixture(scope="module")
def server(large_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running("--data", str(large_snapshot), cwd=tmp_path_factory.mktemp("served"), settings=UNTRACED) as server:
        yield server


def is_answered(connection: Connection) -> bool:
    return bool(select.select([connection.socket], [], [], 0)[0])


def test_others_are_answered_before_the_long_questions(server: Server) -> None:
    wire = Wire.of(server)
    over = threading.Event()

    def export() -> None:
        while not over.is_set():
            answer = httpx.get(f"{server.address}/v1/events.csv?lang=en", timeout=60)
            assert answer.status_code == 200

    exporting = threading.Thread(target=export)
    exporting.start()
    try:
        with wire.connect() as other:
            for round_ in range(ROUNDS):
                questions = [long_question(round_ * LONG_AT_ONCE + number) for number in range(LONG_AT_ONCE)]
                with ExitStack() as stack:
                    askers = [stack.enter_context(wire.connect()) for _ in questions]
                    for asker, question in zip(askers, questions, strict=True):
                        asker.send(question)
                    for target in ("/healthz", "/readyz", "/v1/events?limit=1", "/v1/locations/maiji"):
                        assert other.ask(request(target)).start == b"HTTP/1.1 200 OK"
                    waiting = [asker for asker in askers if not is_answered(asker)]
                    assert waiting, "all long questions were answered first"
                    for asker, question in zip(askers, questions, strict=True):
                        assert asker.hear(question).start == b"HTTP/1.1 200 OK"
    finally:
        over.set()
        exporting.join()


def test_whoever_leaves_a_long_question_leaves_the_rest_alone(server: Server) -> None:
    wire = Wire.of(server)
    question = long_question(900)
    with wire.connect() as patient:
        with ExitStack() as stack:
            leaving = [stack.enter_context(wire.connect()) for _ in range(5)]
            for one in leaving:
                one.send(question)
            patient.send(question)
            for one in leaving:
                one.socket.shutdown(socket.SHUT_RDWR)
        answer = patient.hear(question)
        assert answer.start == b"HTTP/1.1 200 OK"
        assert patient.ask(question) == answer


def test_what_takes_too_long_is_given_up_and_the_rest_goes_on(large_snapshot: Path, tmp_path: Path) -> None:
    impatient = UNTRACED | {"CAMPAIGN_API_QUESTION_SECONDS": "0.001"}
    with running("--data", str(large_snapshot), cwd=tmp_path, settings=impatient) as server:
        wire = Wire.of(server)
        with wire.connect() as connection:
            for number in range(3):
                answer = connection.ask(long_question(number))
                assert answer.start == b"HTTP/1.1 503 Service Unavailable"
                assert answer.header(b"retry-after") == b"5"
                assert b"To find this takes longer than 0.001 seconds; ask for less" in answer.body
            assert connection.ask(request("/v1/events?limit=1")).start == b"HTTP/1.1 200 OK"
            counted = connection.ask(request("/metrics")).body
    assert b"\ncampaign_api_questions_interrupted_total 3\n" in counted


def test_of_too_many_long_questions_some_are_told_to_come_again(large_snapshot: Path, tmp_path: Path) -> None:
    narrow = UNTRACED | {"CAMPAIGN_API_MAX_WAITING": "2"}
    with running("--data", str(large_snapshot), cwd=tmp_path, settings=narrow) as server, ExitStack() as stack:
        wire = Wire.of(server)
        questions = [long_question(number) for number in range(12)]
        askers = [stack.enter_context(wire.connect()) for _ in questions]
        for asker, question in zip(askers, questions, strict=True):
            asker.send(question)
        answers = [asker.hear(question) for asker, question in zip(askers, questions, strict=True)]
        assert {answer.start.split()[1] for answer in answers} == {b"200", b"503"}
        refused = [answer for answer in answers if b" 503 " in answer.start]
        assert all(b"As many long questions wait for their answers as can at once" in one.body for one in refused)
        assert all(one.header(b"retry-after") == b"5" for one in refused)
        # They are told so for now, and not for ever.
        assert [asker.ask(question).start for asker, question in zip(askers, questions, strict=True)] == [
            b"HTTP/1.1 200 OK"
        ] * 12


def test_an_export_whose_first_records_take_too_long_is_given_up(large_snapshot: Path, tmp_path: Path) -> None:
    impatient = UNTRACED | {"CAMPAIGN_API_QUESTION_SECONDS": "0.001"}
    with (
        running("--data", str(large_snapshot), cwd=tmp_path, settings=impatient) as server,
        Wire.of(server).connect() as connection,
    ):
        answer = connection.ask(request("/v1/events.jsonl?lang=en&sort=category,-title"))
        assert answer.start == b"HTTP/1.1 503 Service Unavailable"
        assert answer.header(b"content-type") == b"application/problem+json"
