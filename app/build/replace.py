"""Replacing a file as a whole or not at all, by one build at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class BuildError(Exception):
    """The database could not be built, for a reason outside the seeds; says why in one line."""


@contextmanager
def working_files(output: Path) -> Iterator[tuple[Path, Path]]:
    """Provide two empty files beside `output`, locked against other builds: one to load into, one to finish.

    Files that a killed build left behind are reused. Both are removed at the end, unless the finished one has been
    moved. Raises BuildError while another build has them.
    """
    finished = output.with_name(f".{output.name}.building")
    loading = output.with_name(f".{output.name}.loading")
    # SQLite would apply the journal of a killed build to what the next one writes.
    journals = (output.with_name(f"{loading.name}-journal"), output.with_name(f"{finished.name}-journal"))
    with _lock(finished, output) as lock:
        try:
            _remove(loading, *journals)
            lock.truncate(0)
            yield loading, finished
        finally:
            # Once it has been moved into place, or removed, files of these names are another build's.
            if _is_at(lock, finished):
                try:
                    _remove(loading, *journals)
                finally:
                    finished.unlink()


def replace_file(finished: Path, output: Path) -> None:
    """Move a finished file to `output`; after a power cut there is the old file or the new one."""
    sync(finished)
    finished.replace(output)
    sync(output.parent)


def sync(path: Path) -> None:
    """Write a file or a folder's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(file: Path, output: Path) -> BinaryIO:
    """Open and lock a file; raises BuildError when another build has it."""
    while True:
        lock = file.open("ab")  # not "wb", which would empty the file of a running build
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise BuildError(f"{output}: another build of it is running") from error
        # Between opening and locking, another build may have moved this very file into place.
        if _is_at(lock, file):
            return lock
        lock.close()


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _is_at(file: BinaryIO, path: Path) -> bool:
    return path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino
