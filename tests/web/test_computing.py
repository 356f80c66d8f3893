"""Long questions hold nobody up, and nothing that was asked for is lost over them."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.web.computing import PATIENT
from tests.serving import Server, running
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
    settings = {"COVERAGE_PROCESS_CONFIG": ""}
    with running("--data", str(large_snapshot), cwd=tmp_path_factory.mktemp("served"), settings=settings) as server:
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
