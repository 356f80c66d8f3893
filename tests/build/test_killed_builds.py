"""Builds as processes of their own that are killed, stopped or run out of room at any moment."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from app.build.__main__ import main
from app.build.pipeline import build
from app.db.database import open_database
from tests.build.conftest import SNAPSHOT
from tests.conftest import ROOT, SEEDS
from tests.serving import UNTRACED

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("TEST_KILLS", "8"))
"""How many builds are killed."""

MOMENTS = ("reading", "creating tables", "events: ", "compacting")
"""The beginnings of the lines after which builds are killed."""

MOMENT_SECONDS = 0.1
"""How long after such a line, at most."""

POINTS = 20
"""At how many sizes of its files a build runs out of room."""

TIMEOUT_SECONDS = 120
"""After which what should have happened is taken not to happen any more."""


@pytest.fixture(scope="module")
def versions(tianshui_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A database of other seeds, and that of the project's own, as files are."""
    folder = tmp_path_factory.mktemp("versions")
    seeds = Path(shutil.copytree(SEEDS, folder / "seeds"))
    events = seeds / "tianshui" / "events.yaml"
    text = events.read_text(encoding="utf-8")
    events.write_text(text.replace("en: Police–Media Symposium", "en: Symposium with the Media"), encoding="utf-8")
    old = build(seeds, folder / SNAPSHOT).path.read_bytes()
    new = tianshui_database.read_bytes()
    assert old != new
    return old, new


def put(content: bytes, folder: Path) -> None:
    """Put a database into a folder, as a build does."""
    (folder.parent / "next").write_bytes(content)
    (folder.parent / "next").replace(folder / SNAPSHOT)


@pytest.fixture
def served(versions: tuple[bytes, bytes], tmp_path: Path) -> Path:
    """A folder with the old version in it and nothing else."""
    folder = tmp_path / "served"
    folder.mkdir()
    put(versions[0], folder)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class Building(NamedTuple):
    """A process that builds, and what it tells."""

    process: subprocess.Popen[bytes]
    printed: Path

    def lines(self) -> list[str]:
        return self.printed.read_text(encoding="utf-8").splitlines()

    def wait_for(self, *starts: str) -> str:
        """Wait for a line that begins in one of these ways."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            for line in self.lines():
                if line.startswith(starts):
                    return line
            time.sleep(0.002)
        raise AssertionError(f"none of {starts} in {self.lines()}")


def reset_signals() -> None:
    """Let a process hear what the tests were perhaps started to ignore, as what runs in the background is."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def running(served: Path, *words: str) -> Iterator[Building]:
    """Start a command that builds the project's seeds, in a group of its own; kill what is left of it at the end."""
    printed = served.parent / "printed"
    with printed.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *words, "--seeds", str(SEEDS), "--output", str(served / SNAPSHOT)],
            cwd=ROOT,
            env=os.environ | UNTRACED,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            preexec_fn=reset_signals,  # noqa: PLW1509 - it does no more than to set signals
        )
    with process:
        try:
            yield Building(process, printed)
        finally:
            process.kill()


def test_a_build_that_is_killed_at_any_moment_leaves_one_version_or_the_other(
    versions: tuple[bytes, bytes], served: Path
) -> None:
    old, new = versions
    chance = random.Random(KILLS)  # noqa: S311 - the same each time
    left: set[str] = set()
    for number in range(KILLS):
        put(old, served)
        with running(served, "app.build", "build") as build_:
            build_.wait_for(MOMENTS[number % len(MOMENTS)])
            time.sleep(chance.random() * MOMENT_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(build_.process.pid, signal.SIGKILL) if number % 2 else build_.process.kill()
            assert build_.process.wait(TIMEOUT_SECONDS) in (0, -signal.SIGKILL)
        assert (served / SNAPSHOT).read_bytes() in versions
        open_database(served / SNAPSHOT).close()
        left.update(names(served))
    assert len(left) > 1, "no build was killed while it wrote"
    put(old, served)
    with running(served, "app.build", "build") as build_:
        assert build_.process.wait(TIMEOUT_SECONDS) == 0
    assert (served / SNAPSHOT).read_bytes() == new
    assert names(served) == [SNAPSHOT]


Stop = Callable[[subprocess.Popen[bytes]], None]


def stopped(versions: tuple[bytes, bytes], served: Path, moment: str, stop: Stop, *words: str) -> tuple[int, list[str]]:
    """Stop a build at a moment; gives its exit status and what it told. One that was done already is done again."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        put(versions[0], served)
        with running(served, *words) as build_:
            build_.wait_for(moment)
            stop(build_.process)
            status = build_.process.wait(TIMEOUT_SECONDS)
            lines = build_.lines()
        assert (served / SNAPSHOT).read_bytes() in versions
        assert names(served) == [SNAPSHOT]
        if "has version" not in lines[-1]:
            return status, lines
    raise AssertionError("each build was done before it was stopped")


STOPPED = "stopped by {}; the database is replaced as a whole or not at all"


@pytest.mark.parametrize(
    ("moment", "number"), [("reading", signal.SIGINT), ("creating tables", signal.SIGHUP), ("events: ", signal.SIGTERM)]
)
def test_a_build_that_is_stopped_puts_all_away(
    versions: tuple[bytes, bytes], served: Path, moment: str, number: signal.Signals
) -> None:
    status, lines = stopped(versions, served, moment, lambda process: process.send_signal(number), "app", "build")
    assert status == 128 + number
    assert lines[-1] == STOPPED.format(number.name)
    assert not any("Traceback" in line for line in lines)


def build_in_a_fork(folder: Path, prepare: Callable[[], object] = lambda: None) -> tuple[int, list[str]]:
    """Build in a process that is prepared so; gives its exit status and what it told."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 99
        try:
            prepare()
            with open(writing, "w", encoding="utf-8") as errors, redirect_stderr(errors):
                status = main(["build", "--seeds", str(SEEDS), "--output", str(folder / SNAPSHOT)])
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading, encoding="utf-8") as printed:
        lines = printed.read().splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), lines


class Trap:
    """Stops this process when it is collected, which is where no error is let out, and can be stopped by an error."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            Trap()
        else:
            os.kill(os.getpid(), signal.SIGTERM)


def test_a_build_that_is_stopped_where_no_error_is_let_out_is_stopped(
    versions: tuple[bytes, bytes], served: Path
) -> None:
    status, lines = build_in_a_fork(served, Trap)
    assert status == 128 + signal.SIGTERM
    assert lines[-1] == STOPPED.format("SIGTERM")
    assert not any("Traceback" in line or "has version" in line for line in lines)
    assert (served / SNAPSHOT).read_bytes() == versions[0]
    assert names(served) == [SNAPSHOT]


def end_input(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()


def test_a_build_for_another_process_stops_with_it(versions: tuple[bytes, bytes], served: Path) -> None:
    words = ("app.build", "build", "--while-stdin-is-open")
    status, lines = stopped(versions, served, "creating tables", end_input, *words)
    assert status == 128 + signal.SIGTERM
    assert lines[-1] == STOPPED.format("SIGTERM")


def test_a_server_that_is_killed_leaves_no_build_behind(served: Path) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    last = ""
    while not last.startswith("stopped by") and time.monotonic() < deadline:  # it may have been done already
        (served / SNAPSHOT).unlink(missing_ok=True)
        with running(served, "app", "serve", "--port", "0") as server:
            server.wait_for("reading")
            server.process.kill()
            last = server.wait_for("stopped by", str(served))
        assert set(names(served)) <= {SNAPSHOT}
    assert last == STOPPED.format("SIGTERM")


# A disk without room.


def assert_without_room(folder: Path, old: bytes, prepare: Callable[[], object] = lambda: None) -> None:
    status, lines = build_in_a_fork(folder, prepare)
    assert status == 1, lines
    assert lines[-1].startswith(f"{folder / SNAPSHOT}: cannot be written: ")
    assert sum("cannot be written" in line for line in lines) == 1
    assert not any("Traceback" in line for line in lines)
    assert (folder / SNAPSHOT).read_bytes() == old
    assert names(folder) == [SNAPSHOT]


@pytest.mark.parametrize("point", range(POINTS))
def test_a_build_that_can_make_no_large_file_leaves_the_old_version(
    versions: tuple[bytes, bytes], served: Path, point: int
) -> None:
    old, new = versions
    largest_bytes = len(new) * point // POINTS
    limits = (largest_bytes, largest_bytes)
    assert_without_room(served, old, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, where one can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not shutil.which("mount") or mount(disk, "size=16m", "-t", "tmpfs", "none"):
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def mount(disk: Path, options: str, *words: str) -> int:
    return subprocess.run(["mount", "-o", options, *words, str(disk)], check=False, capture_output=True).returncode


def test_a_build_on_a_full_disk_leaves_the_old_version(versions: tuple[bytes, bytes], small_disk: Path) -> None:
    """What is loaded and what it is compacted into are both on the disk for a while."""
    old, new = versions
    (small_disk / SNAPSHOT).write_bytes(old)
    for point in range(POINTS):
        assert mount(small_disk, f"remount,size={len(old) + 8192 + 2 * len(new) * point // POINTS}") == 0
        assert_without_room(small_disk, old)
    assert mount(small_disk, "remount,size=16m") == 0
    assert build_in_a_fork(small_disk)[0] == 0
    assert (small_disk / SNAPSHOT).read_bytes() == new
    assert names(small_disk) == [SNAPSHOT]
