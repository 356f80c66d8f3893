"""What may befall the file while it is served: the last good version goes on or says that it cannot, nothing else."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.db.checksum import append_checksum
from app.db.database import VERIFIED_AT_ONCE_BYTES
from tests.swapping.load import TARGETS, Answers
from tests.swapping.server import SECONDS, Watched, wait_until, watched

PLAIN = {"Accept-Encoding": "identity"}
SEAL_BYTES = 89
FEW = TARGETS[::5]


@pytest.fixture(scope="module")
def running(tianshui_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tianshui_snapshot, tmp_path_factory.mktemp("damaged")) as server:
        yield server


@pytest.fixture
def server(running: Watched, tianshui_snapshot: Path) -> Watched:
    """A server that serves a new copy of the first version, whatever befell it before, and has kept nothing."""
    for left in running.path.parent.iterdir():
        if left.is_dir():
            left.rmdir()
        else:
            left.unlink()
    server = replace(running, logged_bytes=running.log.stat().st_size)
    server.put(tianshui_snapshot)
    server.hang_up()
    wait_until(lambda: bool(server.lines(" is served after ")))
    return replace(running, logged_bytes=running.log.stat().st_size)


def ask(server: Watched, answers: Answers, targets: tuple[str, ...] = FEW) -> list[int]:
    """Ask for several things, each on a connection of its own; gives the statuses: of a 200 every byte is known."""
    statuses = []
    for target in targets:
        answer = httpx.get(server.address + target, headers=PLAIN, timeout=SECONDS)
        statuses.append(answer.status_code)
        if answer.status_code == 200:
            assert answer.content == answers[target][answer.headers["etag"].encode()].body, target
        else:
            assert answer.status_code == 503, (target, answer.text)
            assert answer.headers["retry-after"] == "5"
            assert str(server.path.parent) not in answer.text
            assert answer.json()["status"] == 503
    return statuses


def overwrite(path: Path, content: bytes) -> None:
    """Write in the file that is there, and not in another in its place."""
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


def put_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


ELSEWHERE: Mapping[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "moved away": lambda path: path.rename(path.with_name("elsewhere")),
    "a folder": put_folder,
    "a dangling link": put_link,
}


@pytest.mark.parametrize("do", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_file_that_is_gone_is_served_on(server: Watched, answers: Answers, do: Callable[[Path], object]) -> None:
    before = server.ready()
    assert (before["verified"], before["stale"], before["stale_reason"]) == (True, False, None)
    do(server.path)
    left = sorted(server.path.parent.iterdir())
    wait_until(lambda: bool(server.ready()["stale"]))
    assert ask(server, answers) == [200] * len(FEW)
    assert server.ready() == before | {"stale": True, "stale_reason": server.ready()["stale_reason"]}
    assert str(server.path.parent) not in server.ready()["stale_reason"]
    (line,) = server.lines(f"{server.path}: ")
    assert f"version {before['version']} is served on" in line
    assert sorted(server.path.parent.iterdir()) == left


@pytest.mark.parametrize("kind", ["empty", "truncated", "text", "flipped", "foreign", "newer"])
def test_a_bad_file_in_its_place_is_refused_once(
    server: Watched, answers: Answers, bad: Mapping[str, Path], reworded_snapshot: Path, kind: str
) -> None:
    before = server.ready()
    server.put(bad[kind])
    server.hang_up()
    wait_until(lambda: bool(server.lines("refused: ")))
    for _ in range(3):
        server.hang_up()
        assert ask(server, answers) == [200] * len(FEW)
    ready = server.ready()
    assert (ready["version"], ready["stale"]) == (before["version"], True)
    assert ready["stale_reason"].startswith("what lies there now ")
    assert len(server.lines(f"{server.path}: ")) == 1
    assert server.path.read_bytes() == bad[kind].read_bytes()
    server.put(reworded_snapshot)
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
def test_a_file_that_is_written_in_is_answered_from_no_more(
    server: Watched, answers: Answers, reworded_snapshot: Path, do: Callable[[Path, Path], None]
) -> None:
    kept, *others = FEW
    version = server.ready()["version"]
    assert ask(server, answers, (kept,)) == [200]
    do(server.path, reworded_snapshot)
    # What was kept before is good; of the rest nothing is told, not even that there is nothing.
    assert ask(server, answers, (kept,)) == [200]
    assert ask(server, answers, tuple(others)) == [503] * len(others)
    for path in ("/v1/events/nothing", "/v1/events?location=nowhere", "/v1/events/maiji", "/readyz"):
        assert httpx.get(server.address + path).status_code == 503, path
    assert httpx.get(f"{server.address}/healthz").status_code == 200
    wait_until(lambda: len(server.lines(f"{server.path}: ")) == 2)
    assert ask(server, answers) == [200] + [503] * len(others)
    damaged, refused = server.lines(f"{server.path}: ")
    assert "the file that is served was written in, and is " in damaged
    assert "refused: what lies there now " in refused
    assert server.lines("Traceback") == []
    assert list(server.path.parent.iterdir()) == [server.path]

    server.put(reworded_snapshot)
    server.hang_up()
    wait_until(lambda: server.ready()["status"] == "ready")
    assert ask(server, answers) == [200] * len(FEW)
    assert server.ready()["version"] != version


def test_another_version_that_is_written_over_it_is_served_when_it_is_whole(
    server: Watched, answers: Answers, reworded_snapshot: Path
) -> None:
    ask(server, answers)
    version, inode = server.ready()["version"], server.path.stat().st_ino
    content = reworded_snapshot.read_bytes()
    with server.path.open("r+b") as file:
        for start in range(0, len(content), 100_000):
            file.write(content[start : start + 100_000])
            file.flush()
            server.hang_up()
            ask(server, answers, FEW[:3])
        file.truncate()
    server.hang_up()
    wait_until(lambda: server.ready()["status"] == "ready")
    assert ask(server, answers) == [200] * len(FEW)
    assert server.ready()["version"] != version
    assert not server.ready()["stale"]
    assert server.path.stat().st_ino == inode


def test_a_touch_does_no_harm(server: Watched, answers: Answers) -> None:
    before = server.ready()
    os.utime(server.path)
    wait_until(lambda: 503 not in ask(server, answers))
    assert server.ready() == before
    assert server.lines(f"{server.path}: ") == []


def test_a_document_that_is_being_sent_is_broken_off(large_snapshot: Path, tmp_path: Path) -> None:
    with watched(large_snapshot, tmp_path) as server:
        whole = httpx.get(f"{server.address}/v1/events.jsonl?lang=en", headers=PLAIN, timeout=SECONDS).content
        with httpx.stream("GET", f"{server.address}/v1/events.jsonl?lang=en", headers=PLAIN, timeout=SECONDS) as answer:
            received = answer.iter_raw()
            begun = next(received)
            with server.path.open("r+b") as file:
                file.seek(-SEAL_BYTES, os.SEEK_END)
                file.write(b"C")
            with pytest.raises(httpx.RemoteProtocolError):
                list(received)
        assert whole.startswith(begun)


def test_a_document_that_is_being_sent_holds_its_version_and_nothing_else_does(
    large_snapshot: Path, tianshui_snapshot: Path, tmp_path: Path
) -> None:
    with watched(large_snapshot, tmp_path) as server:
        target = f"{server.address}/v1/events.jsonl?lang=en"
        whole = httpx.get(target, headers=PLAIN, timeout=SECONDS).content
        before = server.ready()["version"]
        descriptors = server.descriptors()
        with httpx.stream("GET", target, headers=PLAIN, timeout=SECONDS) as answer:
            received = answer.iter_raw()
            begun = next(received)
            server.put(tianshui_snapshot)
            server.hang_up()
            wait_until(lambda: server.ready()["version"] != before)
            assert httpx.get(target, headers=PLAIN).text.count("\n") == 13
            # Both are open now, each many times.
            assert server.descriptors() > descriptors + 20
            begun += b"".join(received)
        assert begun == whole
        wait_until(lambda: server.descriptors() <= descriptors)


def make_large(snapshot: Path, folder: Path) -> Path:
    """Make a whole snapshot that is too large to be verified while one waits."""
    large = folder / "large.sqlite3"
    shutil.copyfile(snapshot, large)
    os.truncate(large, large.stat().st_size - SEAL_BYTES)
    os.truncate(large, VERIFIED_AT_ONCE_BYTES)
    append_checksum(large)
    return large


def test_a_large_file_is_verified_after_the_start(
    tianshui_snapshot: Path, reworded_snapshot: Path, answers: Answers, tmp_path: Path
) -> None:
    large = make_large(tianshui_snapshot, tmp_path)
    with watched(large, tmp_path) as server:
        wait_until(lambda: bool(server.ready()["verified"]))
        assert ask(server, answers) == [200] * len(FEW)
        other = make_large(reworded_snapshot, tmp_path)
        version = server.ready()["version"]
        server.put(other)
        server.hang_up()
        wait_until(lambda: server.ready()["version"] != version)
        assert server.ready()["verified"]
        flip_last(other)
        server.put(other)
        server.hang_up()
        wait_until(lambda: bool(server.lines("refused: ")))
        assert ask(server, answers) == [200] * len(FEW)


def test_a_large_file_that_was_damaged_before_the_start_is_found_out(
    tianshui_snapshot: Path, answers: Answers, tmp_path: Path
) -> None:
    large = make_large(tianshui_snapshot, tmp_path)
    flip_last(large)
    with watched(large, tmp_path) as server:
        wait_until(lambda: server.ready()["status"] == 503)
        wait_until(lambda: bool(server.lines("is damaged")))
        # What was made of it before is forgotten.
        assert ask(server, answers) == [503] * len(FEW)


def flip_last(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(VERIFIED_AT_ONCE_BYTES - 1)
        file.write(b"\1")


def test_a_service_without_a_file_is_not_begun(bad: Mapping[str, Path], tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="is damaged: its bytes are not those"), watched(bad["flipped"], tmp_path):
        pass
