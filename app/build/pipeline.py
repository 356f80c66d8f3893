"""Building a snapshot: check, load into a draft, compact that, and move it into place as one file."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import OperationalError

from app.build.common.faults import MAX_FAULTS, Fault, SeedError
from app.build.database_writer import Draft
from app.build.load import load
from app.build.loader import Progress
from app.build.process_pool import WorkforceError
from app.build.reader import Seeds, survey_seeds
from app.build.validate import check
from app.db.checksum import append_checksum
from app.db.database import DatabaseOpenError, is_marked, open_database


class BuildError(Exception):
    """A snapshot could not be built, for a reason outside the seeds; says why in one line."""


@dataclass(frozen=True)
class Built:
    """A snapshot that is in its place."""

    path: Path
    version: str
    changed: bool
    """False when a snapshot of the same version was there before, which was then left as it was."""


def read_checked(folder: Path, progress: Progress = lambda _: None) -> Seeds:
    """Read and check the seeds; raises SeedError with every fault."""
    seeds = survey_seeds(folder, progress)
    progress("checking")
    between = check(seeds)
    if len(between) == MAX_FAULTS:
        between.append(Fault(folder, 1, 1, "(folder)", "may have more faults than these; mend these first"))
    if seeds.faults or between:
        raise SeedError(seeds.faults + between)
    return seeds


def build(folder: Path, output: Path, progress: Progress = lambda _: None) -> Built:
    """Build the snapshot of a folder of seeds at `output`.

    The new file replaces the old one at once or not at all, and a build that fails leaves nothing behind.
    Raises SeedError for faults in the seeds, BuildError for anything else that an operator can mend.
    """
    return build_seeds(read_checked(folder, progress), output, progress)


def build_seeds(seeds: Seeds, output: Path, progress: Progress = lambda _: None) -> Built:
    """Build the snapshot of checked seeds at `output`, as `build` does.

    The events and outcomes of a campaign may be sequences that make each document when it is asked for.
    """
    try:
        if output.exists() and not is_marked(output):
            raise BuildError(f"{output}: is not a snapshot of this service, and is left as it is; name another file")
        output.parent.mkdir(parents=True, exist_ok=True)
        with _workplace(output) as (loading, finished):
            progress("migrating")
            with Draft(loading) as draft:
                version = load(seeds, draft, progress)
                changed = _version_at(output) != version
                if changed:
                    progress("compacting")
                    draft.compact(finished)
            if changed:
                # Once the other is in place, a file of this name is another build's.
                loading.unlink()
                append_checksum(finished)
                _sync(finished)
                finished.replace(output)
                _sync(output.parent)
    except (OSError, sqlite3.OperationalError, OperationalError) as error:
        reason = error.orig if isinstance(error, OperationalError) else error
        raise BuildError(f"{output}: cannot be written: {reason}") from error
    except WorkforceError as error:
        raise BuildError(f"{output}: cannot be built: {error}") from error
    progress(f"{output} has version {version}" + ("" if changed else ", as before"))
    return Built(output, version, changed)


@contextmanager
def _workplace(output: Path) -> Iterator[tuple[Path, Path]]:
    """Give two empty files beside `output` that no other build has, to load into and to finish in.

    What a killed build left of them is taken over.
    """
    finished = output.with_name(f".{output.name}.building")
    loading = output.with_name(f".{output.name}.loading")
    # SQLite keeps one while it migrates and compacts, and would undo by it what the next build writes.
    journals = (output.with_name(f"{loading.name}-journal"), output.with_name(f"{finished.name}-journal"))
    with _lock(finished, output) as lock:
        try:
            _remove(loading, *journals)
            lock.truncate(0)
            yield loading, finished
        finally:
            # Once it has moved into place, or is removed, files of these names are another build's.
            if _is_at(lock, finished):
                try:
                    _remove(loading, *journals)
                finally:
                    finished.unlink()


def _lock(draft: Path, output: Path) -> BinaryIO:
    """Open and lock the draft; raises BuildError when another build has it."""
    while True:
        lock = draft.open("ab")  # and not "wb", which would empty the file of a build under way
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise BuildError(f"{output}: another build of it is under way") from error
        # Between opening and locking, another build may have moved this very file into place.
        if _is_at(lock, draft):
            return lock
        lock.close()


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _is_at(file: BinaryIO, path: Path) -> bool:
    return path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino


def _version_at(path: Path) -> str | None:
    with suppress(DatabaseOpenError), closing(open_database(path)) as snapshot:
        if not snapshot.file.is_verified:
            snapshot.verify()
        return snapshot.version
    return None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
