"""The addresses that the service listens on: the same with one worker as with several, and links that work."""

import errno
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import pytest

from app.db.database import open_database
from app.http.context import ApiRequest, make_context
from app.http.request_key import RequestKey
from app.server.listening import bind
from app.settings import Settings
from tests.conftest import ROOT
from tests.serving import NO_TLS, UNTRACED, running


def has_ipv6() -> bool:
    try:
        with closing(socket.create_server(("::1", 0), family=socket.AF_INET6)):
            return True
    except OSError:
        return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@contextmanager
def bound(host: str, port: int = 0) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(one) for one in bind(host, port)]


@needs_ipv6
@pytest.mark.parametrize("host", ["::", "0::0"])
def test_the_unspecified_address_of_ipv6_means_ipv4_too(host: str) -> None:
    with bound(host) as (listening,):
        listening.listen()
        port = listening.getsockname()[1]
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, port), 10).close()


@needs_ipv6
def test_an_address_of_ipv6_is_that_address_alone() -> None:
    with bound("::1") as (listening,):
        listening.listen()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", listening.getsockname()[1]), 10)


def test_all_addresses_of_a_name_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = (socket.SOCK_STREAM, 6, "")
    found = [
        (socket.AF_INET, *stream, ("127.0.0.1", 0)),
        (socket.AF_INET, *stream, ("192.0.2.1", 0)),
        (socket.AF_INET, *stream, ("127.0.0.1", 0)),
        (socket.AF_INET, *stream, ("127.0.0.2", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with bound("name") as sockets:
        addresses = [one.getsockname() for one in sockets]
    # One that this machine does not have is left out.
    assert [address for address, _ in addresses] == ["127.0.0.1", "127.0.0.2"]
    assert len({port for _, port in addresses}) == 1


def test_a_port_that_another_listens_on_is_not_bound() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match=r"in use") as refused:
        bind("127.0.0.1", other.getsockname()[1])
    assert refused.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize(
    ("server", "origin"),
    [
        (("127.0.0.1", 8000), "http://127.0.0.1:8000"),
        (("127.0.0.1", 80), "http://127.0.0.1"),
        (("::1", 8000), "http://[::1]:8000"),
        (("::ffff:127.0.0.1", 8000), "http://127.0.0.1:8000"),
        (("fe80::1%eth0", 8000), "http://[fe80::1]:8000"),
        (None, "http://127.0.0.1"),
    ],
)
def test_links_are_of_the_socket_s_address(
    tianshui_database: Path, server: tuple[str, int] | None, origin: str
) -> None:
    with closing(open_database(tianshui_database)) as database:
        context = make_context(database, Settings(data=tianshui_database), lambda *_: b"")
        key = RequestKey(("http", server), b"/v1/events", None, None, None)
        assert ApiRequest(context, key, "/v1/events", b"").origin == origin


@pytest.mark.slow
@needs_ipv6
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("host", ["::", "::1"])
def test_one_worker_listens_where_several_do(tianshui_database: Path, tmp_path: Path, workers: str, host: str) -> None:
    arguments = ("--data", str(tianshui_database), "--host", host, "--workers", workers)
    with running(*arguments, cwd=tmp_path, settings=UNTRACED) as server:
        assert server.address.startswith(f"http://[{host}]:")
        port = httpx.URL(server.address).port
        with httpx.Client(transport=httpx.HTTPTransport(verify=NO_TLS, retries=8)) as client:
            for reached in ("[::1]", "127.0.0.1") if host == "::" else ("[::1]",):
                origin = f"http://{reached}:{port}"
                page = client.get(f"{origin}/v1/events?limit=1").json()
                assert page["links"]["self"] == f"{origin}/v1/events?limit=1"
                assert page["links"]["next"].startswith(f"{origin}/v1/events?")


# Workers that are slow to start.

SLOW_IMPORT = """
import sys, time
if "--multiprocessing-fork" in sys.argv:
    time.sleep({seconds})
"""


def log_of_workers(database: Path, folder: Path, seconds: float, timeout: str | None) -> str:
    """Serve with two workers that take long to be imported, until they serve or one is replaced; return the log."""
    (folder / "sitecustomize.py").write_text(SLOW_IMPORT.format(seconds=seconds))
    settings = {"PYTHONPATH": f"{folder}:{ROOT}", **UNTRACED}
    if timeout is not None:
        settings["CAMPAIGN_API_WORKER_TIMEOUT_SECONDS"] = timeout
    command = [sys.executable, "-m", "app", "--port", "0", "--workers", "2", "--data", str(database)]
    log = ""
    with subprocess.Popen(command, cwd=folder, env=settings, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            log += line
            if "died" in line or log.count("startup complete") == 2:
                break
        process.send_signal(signal.SIGTERM)
        log += process.stderr.read()
    return log


@pytest.mark.slow
def test_a_worker_that_is_slow_to_start_is_waited_for(tianshui_database: Path, tmp_path: Path) -> None:
    # By default uvicorn replaces a worker after 5 seconds, again and again.
    log = log_of_workers(tianshui_database, tmp_path, 6, None)
    assert log.count("startup complete") == 2
    assert "died" not in log


@pytest.mark.slow
def test_a_worker_that_does_not_start_in_time_is_replaced(tianshui_database: Path, tmp_path: Path) -> None:
    log = log_of_workers(tianshui_database, tmp_path, 4, "1")
    assert re.search(r"Child process \[\d+\] died", log)
