import json
import os
import threading
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from app.web.access_log import AccessLog
from tests.asking import Client

EVENTS = b"/v1/events"


def test_each_request_is_a_line(tianshui_snapshot: Path, capfd: pytest.CaptureFixture[str]) -> None:
    app = create_app(Settings(data=tianshui_snapshot, access_log=True))
    client = Client(app)
    body = client.ask("/v1/events?limit=1", headers={"X-Request-ID": "first"}).content
    client.ask("/v1/events?limit=1", headers={"X-Request-ID": "again"})
    client.ask("/v1/events?limit=1", method="HEAD", headers={"X-Request-ID": "head"})
    client.ask("/v1/events?limt=1", headers={"X-Request-ID": "wrong"})
    client.ask("/v1/events", method="POST", headers={"X-Request-ID": "refused"})
    app.state.context.log.close()
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    told = [(line["id"], line["method"], line["status"], line["kept"]) for line in lines]
    assert told == [
        ("first", "GET", 200, False),
        ("again", "GET", 200, True),
        ("head", "HEAD", 200, True),
        ("wrong", "GET", 422, False),
        ("refused", "POST", 405, False),
    ]
    assert [line["bytes"] for line in lines[:3]] == [len(body), len(body), 0]
    assert {line["target"] for line in lines[:3]} == {"/v1/events?limit=1"}
    assert all(line["ms"] > 0 and line["time"].endswith("Z") for line in lines)


def test_no_client_can_forge_a_line() -> None:
    reading, writing = os.pipe()
    log = AccessLog(writing)
    forged = b'/"}\n{"status":200}\r\x00\xff'
    log.note(b"GET", forged, 404, name=b"x", size=0, seconds=0.001, kept=False)
    log.close()
    os.close(writing)
    with os.fdopen(reading, "rb") as lines:
        (line,) = lines.read().splitlines()
    assert json.loads(line)["target"].encode("latin-1") == forged


def test_what_a_slow_sink_cannot_take_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.access_log._MOST_WAITING", 10)
    monkeypatch.setattr("app.web.access_log._BATCH_SECONDS", 60)
    reading, writing = os.pipe()
    log = AccessLog(writing)
    for _ in range(25):
        log.note(b"GET", EVENTS, 200, name=b"x", size=1, seconds=0.0, kept=True)
    closing = threading.Thread(target=log.close)
    closing.start()
    with os.fdopen(reading, "rb") as lines:
        told = [json.loads(lines.readline()) for _ in range(11)]
    closing.join()
    os.close(writing)
    assert told[-1]["dropped"] == 15
    assert {line["target"] for line in told[:10]} == {EVENTS.decode()}


def test_nothing_is_written_where_nothing_was_asked() -> None:
    reading, writing = os.pipe()
    AccessLog(writing).close()
    os.close(writing)
    with os.fdopen(reading, "rb") as lines:
        assert lines.read() == b""
