"""One process replaces another on the same socket while clients send requests."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.endurance import IS_FULL
from tests.serving import UNTRACED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="sockets are handed over as systemd does"),
]

CLIENTS = 10

HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def serve(database: Path, listening: socket.socket, cwd: Path) -> "subprocess.Popen[str]":
    """Start the command on a listening socket; returns when it serves."""

    descriptor = listening.fileno()
    process = subprocess.Popen(
        [sys.executable, "-c", HAND_OVER, str(descriptor), "-m", "app", "--data", str(database)],
        cwd=cwd,
        env=os.environ | UNTRACED,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[descriptor],
    )
    assert process.stderr is not None
    log = ""
    for line in process.stderr:
        log += line
        if re.search(r"running on ", line):
            return process
    raise AssertionError(log)


def send_requests(port: int, over: threading.Event, responses: list[object]) -> None:
    """Send requests until `over` is set, on one connection as long as it stays open."""
    number = 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        while not over.is_set():
            number += 1
            connection.request("GET", f"/v1/events?limit={number % 200 + 1}")
            response = connection.getresponse()
            body = response.read()
            responses.append(response.status if body.endswith(b"}") else body)
    except Exception as error:
        responses.append(error)
    finally:
        connection.close()


def test_no_request_is_lost_when_another_process_replaces_it(tianshui_database: Path, tmp_path: Path) -> None:
    over = threading.Event()
    responses: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        serving = serve(tianshui_database, listening, tmp_path)
        clients = [threading.Thread(target=send_requests, args=(port, over, responses)) for _ in range(CLIENTS)]
        try:
            for client in clients:
                client.start()
            for _ in range(20 if IS_FULL else 2):
                successor = serve(tianshui_database, listening, tmp_path)
                serving, former = successor, serving
                former.terminate()
                assert former.wait(60) in (0, -signal.SIGTERM)
                close_log(former)
                time.sleep(0.2)
        finally:
            over.set()
            for client in clients:
                client.join()
            serving.terminate()
            serving.wait(60)
            close_log(serving)
    assert set(responses) == {200}
    assert len(responses) > 10 * CLIENTS


def close_log(process: "subprocess.Popen[str]") -> None:
    """Read the log to its end; fails on a traceback."""
    assert process.stderr is not None
    with process.stderr as log:
        lines = log.read()
    assert "Traceback" not in lines, lines


def test_after_a_kill_another_process_serves_on_the_same_socket(tianshui_database: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        first = serve(tianshui_database, listening, tmp_path)
        first.kill()
        first.wait()
        second = serve(tianshui_database, listening, tmp_path)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=30)
            connection.request("GET", "/v1/campaigns")
            assert connection.getresponse().status == 200
            connection.close()
        finally:
            second.terminate()
            for one in (first, second):
                one.wait(60)
                close_log(one)
