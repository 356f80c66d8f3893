"""A file that is moved, damaged or overwritten while it is served: the last version goes on, or it is a 503."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.db.checksum import append_checksum
from app.db.database import VERIFY_ON_OPEN_BYTES
from tests.swapping.load import TARGETS, ResponsesByVersion
from tests.swapping.server import SECONDS, Watched, wait_until, watched

pytestmark = pytest.mark.slow

PLAIN = {"Accept-Encoding": "identity"}
CHECKSUM_BYTES = 89
FEW = TARGETS[::5]


@pytest.fixture(scope="module")
def running(tianshui_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tianshui_database, tmp_path_factory.mktemp("damaged")) as server:
        yield server


@pytest.fixture
def server(running: Watched, tianshui_database: Path) -> Watched:
    """A server that serves a new copy of the first version, with an empty cache."""
    for left in running.path.parent.iterdir():
        if left.is_dir():
            left.rmdir()
        else:
            left.unlink()
    server = replace(running, logged_bytes=running.log.stat().st_size)
    server.put(tianshui_database)
    server.hang_up()
    # A line about another version may still come from the test before.
    with closing(sqlite3.connect(tianshui_database)) as connection:
        ((version,),) = connection.execute("SELECT version FROM data_version")
    wait_until(lambda: bool(server.lines(f": serving version {version}")))
    return replace(running, logged_bytes=running.log.stat().st_size)


def send_request(server: Watched, responses: ResponsesByVersion, targets: tuple[str, ...] = FEW) -> list[int]:
    """Send several requests and return their statuses; each 200 has the known bytes."""
    statuses = []
    for target in targets:
        response = httpx.get(server.address + target, headers=PLAIN, timeout=SECONDS)
        statuses.append(response.status_code)
        if response.status_code == 200:
            assert response.content == responses[target][response.headers["etag"].encode()].body, target
        else:
            assert response.status_code == 503, (target, response.text)
            assert response.headers["retry-after"] == "5"
            assert str(server.path.parent) not in response.text
            assert response.json()["status"] == 503
    return statuses


def overwrite(path: Path, content: bytes) -> None:
    """Write to the existing file, not to another in its place."""
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()


def flip(path: Path) -> None:
    """Change one byte in the middle of the text of a record."""
    with path.open("r+b") as file:
        content = file.read()
        place = content.index("Police–Media Symposium".encode())
        file.seek(place)
        file.write(b"p")


def put_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def put_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def put_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


ELSEWHERE: Mapping[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "moved away": lambda path: path.rename(path.with_name("elsewhere")),
    "a folder": put_folder,
    "a FIFO": put_fifo,
    "a dangling link": put_link,
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_missing_file_is_still_served(server: Watched, responses: ResponsesByVersion, name: str) -> None:
    do = ELSEWHERE[name]
    before = server.ready()
    assert (before["verified"], before["stale"], before["stale_reason"]) == (True, False, None)
    do(server.path)
    left = sorted(server.path.parent.iterdir())
    wait_until(lambda: bool(server.ready()["stale"]))
    assert send_request(server, responses) == [200] * len(FEW)
    assert server.ready() == before | {"stale": True, "stale_reason": server.ready()["stale_reason"]}
    assert str(server.path.parent) not in server.ready()["stale_reason"]
    (line,) = server.lines(f"{server.path}: ")
    assert name in line or not name.startswith(("a folder", "a FIFO"))
    assert f"still serving version {before['version']}" in line
    assert sorted(server.path.parent.iterdir()) == left


@pytest.mark.parametrize("kind", ["empty", "truncated", "text", "flipped", "foreign", "newer"])
def test_a_bad_file_in_its_place_is_refused_once(
    server: Watched, responses: ResponsesByVersion, bad: Mapping[str, Path], reworded_database: Path, kind: str
) -> None:
    before = server.ready()
    server.put(bad[kind])
    server.hang_up()
    wait_until(lambda: bool(server.lines("refused: ")))
    for _ in range(3):
        server.hang_up()
        assert send_request(server, responses) == [200] * len(FEW)
    ready = server.ready()
    assert (ready["version"], ready["stale"]) == (before["version"], True)
    assert ready["stale_reason"].startswith("the new file ")
    assert len(server.lines(f"{server.path}: ")) == 1
    assert server.path.read_bytes() == bad[kind].read_bytes()
    server.put(reworded_database)
    server.hang_up()
    wait_until(lambda: not server.ready()["stale"])
    assert server.ready()["version"] != before["version"]
    assert list(server.path.parent.iterdir()) == [server.path]


def mixed(one: bytes, other: bytes) -> bytes:
    return one[: len(one) // 2] + other[len(one) // 2 :]


IN_PLACE: Mapping[str, Callable[[Path, Path], None]] = {
    "emptied": lambda path, _: os.truncate(path, 0),
    "cut": lambda path, _: os.truncate(path, 100_000),
    "one byte": lambda path, _: flip(path),
    "noise": lambda path, _: overwrite(path, os.urandom(path.stat().st_size)),
    "zeros": lambda path, _: overwrite(path, bytes(path.stat().st_size)),
    "half of another": lambda path, other: overwrite(path, mixed(other.read_bytes(), path.read_bytes())),
    "longer": lambda path, _: overwrite(path, path.read_bytes() + bytes(8192)),
}


@pytest.mark.parametrize("do", IN_PLACE.values(), ids=IN_PLACE)
def test_a_file_that_was_written_to_is_not_used(
    server: Watched, responses: ResponsesByVersion, reworded_database: Path, do: Callable[[Path, Path], None]
) -> None:
    cached, *others = FEW
    version = server.ready()["version"]
    assert send_request(server, responses, (cached,)) == [200]
    do(server.path, reworded_database)
    # Cached responses are still sent; the rest is a 503, even for what does not exist.
    assert send_request(server, responses, (cached,)) == [200]
    assert send_request(server, responses, tuple(others)) == [503] * len(others)
    for path in ("/v1/events/nothing", "/v1/events?location=nowhere", "/v1/events/maiji", "/readyz"):
        assert httpx.get(server.address + path).status_code == 503, path
    assert httpx.get(f"{server.address}/healthz").status_code == 200
    wait_until(lambda: len(server.lines(f"{server.path}: ")) == 2)
    assert send_request(server, responses) == [200] + [503] * len(others)
    damaged, refused = server.lines(f"{server.path}: ")
    assert "the file that is served was written to, and is " in damaged
    assert "refused: the new file " in refused
    # No version is served whole, whatever happens to the file.
    server.path.unlink()
    wait_until(lambda: len(server.lines(f"{server.path}: ")) == 3)
    for line in server.lines(f"{server.path}: "):
        assert line.endswith("; responses that are not cached are 503")
    assert server.lines("Traceback") == []
    assert list(server.path.parent.iterdir()) == []

    server.put(reworded_database)
    server.hang_up()
    wait_until(lambda: server.ready()["status"] == "ready")
    assert send_request(server, responses) == [200] * len(FEW)
    assert server.ready()["version"] != version


def test_a_version_written_over_the_file_is_served_once_complete(
    server: Watched, responses: ResponsesByVersion, reworded_database: Path
) -> None:
    send_request(server, responses)
    version, inode = server.ready()["version"], server.path.stat().st_ino
    content = reworded_database.read_bytes()
    with server.path.open("r+b") as file:
        for start in range(0, len(content), 100_000):
            file.write(content[start : start + 100_000])
            file.flush()
            server.hang_up()
            send_request(server, responses, FEW[:3])
        file.truncate()
    server.hang_up()
    wait_until(lambda: server.ready()["status"] == "ready")
    assert send_request(server, responses) == [200] * len(FEW)
    assert server.ready()["version"] != version
    assert not server.ready()["stale"]
    assert server.path.stat().st_ino == inode


def test_a_touched_file_is_still_served(server: Watched, responses: ResponsesByVersion) -> None:
    before = server.ready()
    for _ in range(20):
        os.utime(server.path)
        assert send_request(server, responses) == [200] * len(FEW)
        assert server.ready() == before
    assert server.lines("") == []


def test_exports_go_on_when_their_file_is_touched(large_database: Path, tmp_path: Path) -> None:
    with watched(large_database, tmp_path) as started:
        target = f"{started.address}/v1/events.jsonl?lang=en"
        whole = httpx.get(target, headers=PLAIN, timeout=SECONDS).content
        server = replace(started, logged_bytes=started.log.stat().st_size)
        with httpx.stream("GET", target, headers=PLAIN, timeout=SECONDS) as response:
            received = b""
            for piece in response.iter_raw(100_000):
                received += piece
                os.utime(server.path)
        assert received == whole
        assert server.lines("") == []


def test_an_export_from_a_damaged_file_is_cut_off(large_database: Path, tmp_path: Path) -> None:
    with watched(large_database, tmp_path) as server:
        whole = httpx.get(f"{server.address}/v1/events.jsonl?lang=en", headers=PLAIN, timeout=SECONDS).content
        with httpx.stream(
            "GET", f"{server.address}/v1/events.jsonl?lang=en", headers=PLAIN, timeout=SECONDS
        ) as response:
            received = response.iter_raw()
            started = next(received)
            with server.path.open("r+b") as file:
                file.seek(-CHECKSUM_BYTES, os.SEEK_END)
                file.write(b"C")
            with pytest.raises(httpx.RemoteProtocolError):
                list(received)
        assert whole.startswith(started)
        assert server.lines("Traceback") == []
        wait_until(lambda: len(server.lines("failed: GET '/v1/events.jsonl'")) == 1)


def test_an_export_holds_its_version_open(large_database: Path, tianshui_database: Path, tmp_path: Path) -> None:
    with watched(large_database, tmp_path) as server:
        target = f"{server.address}/v1/events.jsonl?lang=en"
        whole = httpx.get(target, headers=PLAIN, timeout=SECONDS).content
        before = server.ready()["version"]
        descriptors = server.descriptors()
        with httpx.stream("GET", target, headers=PLAIN, timeout=SECONDS) as response:
            received = response.iter_raw()
            started = next(received)
            server.put(tianshui_database)
            server.hang_up()
            wait_until(lambda: server.ready()["version"] != before)
            assert httpx.get(target, headers=PLAIN).text.count("\n") == 13
            # Both files are open now, each many times.
            assert server.descriptors() > descriptors + 20
            started += b"".join(received)
        assert started == whole
        wait_until(lambda: server.descriptors() <= descriptors)


def make_large(database: Path, folder: Path) -> Path:
    """Make a valid database that is too large to be verified at the start."""
    large = folder / "large.sqlite3"
    shutil.copyfile(database, large)
    os.truncate(large, large.stat().st_size - CHECKSUM_BYTES)
    os.truncate(large, VERIFY_ON_OPEN_BYTES)
    append_checksum(large)
    return large


def test_a_large_file_is_verified_after_the_start(
    tianshui_database: Path, reworded_database: Path, responses: ResponsesByVersion, tmp_path: Path
) -> None:
    large = make_large(tianshui_database, tmp_path)
    with watched(large, tmp_path) as server:
        wait_until(lambda: bool(server.ready()["verified"]))
        assert send_request(server, responses) == [200] * len(FEW)
        other = make_large(reworded_database, tmp_path)
        version = server.ready()["version"]
        server.put(other)
        server.hang_up()
        wait_until(lambda: server.ready()["version"] != version)
        assert server.ready()["verified"]
        flip_last(other)
        server.put(other)
        server.hang_up()
        wait_until(lambda: bool(server.lines("refused: ")))
        assert send_request(server, responses) == [200] * len(FEW)


def test_damage_of_a_large_file_is_found_after_the_start(
    tianshui_database: Path, responses: ResponsesByVersion, tmp_path: Path
) -> None:
    large = make_large(tianshui_database, tmp_path)
    flip_last(large)
    with watched(large, tmp_path) as server:
        wait_until(lambda: server.ready()["status"] == 503)
        wait_until(lambda: bool(server.lines("is damaged")))
        # The cache was emptied.
        assert send_request(server, responses) == [503] * len(FEW)


def flip_last(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(VERIFY_ON_OPEN_BYTES - 1)
        file.write(b"\1")


def test_a_damaged_file_is_not_served(bad: Mapping[str, Path], tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="is damaged: its bytes do not match"), watched(bad["flipped"], tmp_path):
        pass
