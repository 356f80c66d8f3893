"""A hostile environment: a full disk, read-only folders, a wrong clock, few file descriptors."""

import os
import resource
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from tests.conftest import LARGE
from tests.swapping.load import TARGETS, ResponsesByVersion
from tests.swapping.server import SECONDS, Watched, wait_until, watched

pytestmark = pytest.mark.slow

PLAIN = {"Accept-Encoding": "identity"}
THIRTY_YEARS = 30 * 365.25 * 86400

SHIFT = """
import time
unshifted = time.time
time.time = lambda: unshifted() + float({shift})
"""

sets_limits = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="sets the limits of a process by Linux's call"
)


def request_all(server: Watched, responses: ResponsesByVersion, *, encoding: str = "identity") -> dict[str, str]:
    """Request everything and check each response; returns the Last-Modified of each."""
    modified: dict[str, str] = {}
    with httpx.Client(base_url=server.address, headers={"Accept-Encoding": encoding}, timeout=SECONDS) as client:
        for target in TARGETS:
            response = client.get(target)
            assert response.status_code == 200, (target, response.text)
            etag = response.headers["etag"].replace(f"-{encoding}", "").encode()
            assert response.content == responses[target][etag].body, target
            modified[target] = response.headers["last-modified"]
    return modified


def get_by_http_1_0(server: Watched, target: str) -> bytes:
    """Get a document whose length is reported before it."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
        response = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = response.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"content-length: {len(body)}\r\n".encode() in head.lower()
    return body


@sets_limits
def test_a_full_disk_makes_no_difference(
    responses: ResponsesByVersion, tianshui_database: Path, reworded_database: Path, tmp_path: Path
) -> None:
    with watched(tianshui_database, tmp_path) as server:
        # From now on not a byte can be written to any file, the log included.
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, 0))
        request_all(server, responses)
        request_all(server, responses, encoding="br")
        whole = {known.body for known in responses["/v1/events.csv?lang=en"].values()}
        assert get_by_http_1_0(server, "/v1/events.csv?lang=en") in whole
        before = server.ready()["version"]
        server.put(reworded_database)
        server.hang_up()
        wait_until(lambda: server.ready()["version"] != before)
        request_all(server, responses)
        assert httpx.get(f"{server.address}/v1/nothing").status_code == 404


@sets_limits
def test_a_workbook_on_a_full_disk_is_a_503(large_database: Path, tmp_path: Path) -> None:
    with watched(large_database, tmp_path) as server:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, 0))
        for _ in range(2):
            unavailable = httpx.get(f"{server.address}/v1/events.xlsx?lang=en", timeout=SECONDS)
            assert (unavailable.status_code, unavailable.headers["retry-after"]) == (503, "5")
            assert unavailable.headers["content-type"] == "application/problem+json"
            table = httpx.get(f"{server.address}/v1/events.csv?lang=en", headers=PLAIN, timeout=SECONDS)
            assert table.content.count(b"\r\n") == LARGE + 1


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Remove the write permissions of a folder and its files."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


# Root may write wherever it likes, unless it gives that up.
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner") if os.geteuid() == 0 else ()


def test_the_service_needs_no_writable_folder(
    responses: ResponsesByVersion, tianshui_database: Path, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    nowhere.chmod(0o555)
    settings = {"TMPDIR": str(nowhere), "HOME": str(nowhere), "PYTHONDONTWRITEBYTECODE": "1"}
    with watched(tianshui_database, tmp_path, settings=settings, prefix=WITHOUT_RIGHTS) as server:
        with read_only(server.path.parent):
            assert is_forbidden(server.path.parent)
            request_all(server, responses)
            request_all(server, responses, encoding="gzip")
            assert list(server.path.parent.iterdir()) == [server.path]
        assert list(nowhere.iterdir()) == []


def is_forbidden(folder: Path) -> bool:
    """Return whether what runs as the server does cannot write in a folder."""
    return subprocess.run([*WITHOUT_RIGHTS, "touch", folder / "x"], capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("shift", [THIRTY_YEARS, -THIRTY_YEARS], ids=["later", "earlier"])
def test_the_clock_makes_no_difference(
    responses: ResponsesByVersion, tianshui_database: Path, tmp_path: Path, shift: float
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SHIFT.format(shift=shift), encoding="utf-8")
    with watched(tianshui_database, tmp_path, settings={"PYTHONPATH": str(tmp_path)}) as server:
        modified = request_all(server, responses)
        assert modified == request_all(server, responses)
        date = parsedate_to_datetime(httpx.get(f"{server.address}/healthz").headers["date"])
        true = server.path.stat().st_mtime
        assert abs(date.timestamp() - true - shift) < 86400
        assert {parsedate_to_datetime(one).timestamp() for one in modified.values()} == {int(true)}


@sets_limits
def test_a_version_that_cannot_be_opened_yet_is_loaded_later(
    responses: ResponsesByVersion, tianshui_database: Path, reworded_database: Path, tmp_path: Path
) -> None:
    with watched(tianshui_database, tmp_path) as server:
        before = server.ready()["version"]
        soft, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (server.descriptors() + 10, hard))
        server.put(reworded_database)
        wait_until(lambda: bool(server.lines("raise the limit on file descriptors")))
        request_all(server, responses)
        assert server.ready()["version"] == before
        assert server.ready()["stale"]
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (soft, hard))
        wait_until(lambda: server.ready()["version"] != before)
        request_all(server, responses)
        assert len(server.lines(f"{server.path}: ")) == 2
