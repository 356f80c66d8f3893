"""One process takes over from another while clients ask."""

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

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sockets are handed over as systemd does")

CLIENTS = 10

HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def serve(snapshot: Path, listening: socket.socket, cwd: Path) -> "subprocess.Popen[str]":
    """Start the command on a socket that listens already; gives it once it answers."""

    descriptor = listening.fileno()
    process = subprocess.Popen(
        [sys.executable, "-c", HAND_OVER, str(descriptor), "-m", "app", "--data", str(snapshot)],
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


def ask_on(port: int, over: threading.Event, told: list[object]) -> None:
    """Ask again and again until it is over, as a client does that keeps its connection as long as it may."""
    number = 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        while not over.is_set():
            number += 1
            connection.request("GET", f"/v1/events?limit={number % 200 + 1}")
            answer = connection.getresponse()
            body = answer.read()
            told.append(answer.status if body.endswith(b"}") else body)
    except Exception as error:
        told.append(error)
    finally:
        connection.close()


def test_no_request_is_lost_when_another_process_takes_over(tianshui_snapshot: Path, tmp_path: Path) -> None:
    over = threading.Event()
    told: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        serving = serve(tianshui_snapshot, listening, tmp_path)
        clients = [threading.Thread(target=ask_on, args=(port, over, told)) for _ in range(CLIENTS)]
        try:
            for client in clients:
                client.start()
            for _ in range(20 if IS_FULL else 2):
                successor = serve(tianshui_snapshot, listening, tmp_path)
                serving, former = successor, serving
                former.terminate()
                assert former.wait(20) in (0, -signal.SIGTERM)
                close_log(former)
                time.sleep(0.2)
        finally:
            over.set()
            for client in clients:
                client.join()
            serving.terminate()
            serving.wait(20)
            close_log(serving)
    assert set(told) == {200}
    assert len(told) > 1000


def close_log(process: "subprocess.Popen[str]") -> None:
    """Read the log to its end: nothing went wrong."""
    assert process.stderr is not None
    with process.stderr as log:
        lines = log.read()
    assert "Traceback" not in lines, lines


def test_after_a_kill_it_answers_again_at_once(tianshui_snapshot: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        first = serve(tianshui_snapshot, listening, tmp_path)
        first.kill()
        began_at = time.perf_counter()
        first.wait()
        second = serve(tianshui_snapshot, listening, tmp_path)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=30)
            connection.request("GET", "/v1/campaigns")
            assert connection.getresponse().status == 200
            took = time.perf_counter() - began_at
            connection.close()
        finally:
            second.terminate()
            for one in (first, second):
                one.wait(20)
                close_log(one)
    # It is one second where nothing else goes on.
    assert took < 5
