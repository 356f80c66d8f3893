"""Building a snapshot: migrate, check, load, render, digest, compact, and move into place as one file."""

import fcntl
import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from app.seeding.checks import check
from app.seeding.composing import compose
from app.seeding.faults import SeedError
from app.seeding.indexing import Indexer
from app.seeding.reading import Seeds, survey_seeds
from app.seeding.rendering import render, seal
from app.seeding.rows import credits_of, default_language, rows
from app.settings import shipped
from app.storage.snapshot import APPLICATION_ID, SCHEMA, SnapshotError, is_marked, open_snapshot
from app.tables import SEARCH_INDEX, PublishedRow, SearchDocumentRow, SnapshotRow
from app.tables.columns import Tree

_BATCH = 1000

Progress = Callable[[str], None]


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
    faults = seeds.faults + check(seeds)
    if faults:
        raise SeedError(faults)
    return seeds


def build(folder: Path, output: Path, progress: Progress = lambda _: None) -> Built:
    """Build the snapshot of a folder of seeds at `output`.

    The new file replaces the old one at once or not at all, and a build that fails leaves nothing behind.
    Raises SeedError for faults in the seeds, BuildError for anything else that an operator can mend.
    """
    seeds = read_checked(folder, progress)
    try:
        if output.exists() and not is_marked(output):
            raise BuildError(f"{output}: is not a snapshot of this service, and is left as it is; name another file")
        output.parent.mkdir(parents=True, exist_ok=True)
        with _workplace(output) as draft:
            version = _write(seeds, draft, progress)
            changed = _version_at(output) != version
            if changed:
                _sync(draft)
                draft.replace(output)
                _sync(output.parent)
    except (OSError, sqlite3.OperationalError, OperationalError) as error:
        reason = error.orig if isinstance(error, OperationalError) else error
        raise BuildError(f"{output}: cannot be written: {reason}") from error
    progress(f"{output} has version {version}" + ("" if changed else ", as before"))
    return Built(output, version, changed)


@contextmanager
def _workplace(output: Path) -> Iterator[Path]:
    """Give an empty file beside `output` that no other build has; a killed build's is taken over."""
    draft = output.with_name(f".{output.name}.building")
    journal = draft.with_name(f"{draft.name}-journal")
    with _lock(draft, output) as lock:
        try:
            journal.unlink(missing_ok=True)
            lock.truncate(0)
            yield draft
        finally:
            # Once it has moved into place, a file of this name is another build's.
            if _is_at(lock, draft):
                draft.unlink()
                journal.unlink(missing_ok=True)


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


def _is_at(file: BinaryIO, path: Path) -> bool:
    return path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino


def _write(seeds: Seeds, draft: Path, progress: Progress) -> str:
    engine = create_engine(URL.create("sqlite", database=str(draft)))
    try:
        with engine.begin() as connection:
            progress("migrating")
            migrate(connection)
        _load(engine, seeds, progress)
        progress("digesting")
        with Session(engine) as session:
            snapshot = SnapshotRow(id=1, version="", language=default_language(seeds), credits=credits_of(seeds))
            session.add(snapshot)
            session.commit()
            snapshot.version = version = _digest(engine)
            session.commit()
    finally:
        engine.dispose()
    progress("compacting")
    with closing(sqlite3.connect(draft, isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = DELETE")
        plain.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        plain.execute(f"PRAGMA user_version = {SCHEMA}")
        plain.execute("INSERT INTO search(search) VALUES ('optimize')")
        plain.execute("ANALYZE")
        plain.execute("VACUUM")
    return version


def migrate(connection: Connection) -> None:
    """Bring an empty database to the newest schema."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _load(engine: Engine, seeds: Seeds, progress: Progress) -> None:
    indexer = Indexer()
    keys = itertools.count(1)
    with Session(engine) as session:
        _insert(session, rows(seeds), "loaded", progress)
        for kind, composed in compose(session):
            _insert(session, _keyed(render(kind, composed), keys), f"rendered {kind}s:", progress)
            _index(session, indexer.index(kind, composed), f"indexed {kind}s:", progress)
        session.add(indexer.alphabet())
        _insert(session, _keyed(seal(session), keys), "sealed campaigns:", progress)
        session.commit()


def _keyed(source: Iterator[PublishedRow], keys: Iterator[int]) -> Iterator[PublishedRow]:
    for row in source:
        row.key = next(keys)
        yield row


def _insert(session: Session, source: Iterator[SQLModel], done: str, progress: Progress) -> None:
    count = 0
    while batch := list(islice(source, _BATCH)):
        session.add_all(batch)
        session.flush()
        session.expunge_all()
        count += len(batch)
        progress(f"{done} {count:,} rows")


def _index(session: Session, source: Iterator[tuple[SearchDocumentRow, Tree]], done: str, progress: Progress) -> None:
    count = 0
    while batch := list(islice(source, _BATCH)):
        session.add_all(document for document, _ in batch)
        session.connection().execute(SEARCH_INDEX.insert(), [row for _, row in batch])
        session.flush()
        session.expunge_all()
        count += len(batch)
        progress(f"{done} {count:,}")


def _digest(engine: Engine) -> str:
    """Digest every row of every table, in the order of their keys; the version itself is not there yet."""
    digest = sha256()
    with engine.connect() as connection:
        for table in sorted(SQLModel.metadata.sorted_tables, key=lambda table: table.name):
            digest.update(f"{table.name}\n".encode())
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
            for row in connection.exec_driver_sql(f'SELECT {columns} FROM "{table.name}" ORDER BY {keys}'):  # noqa: S608
                digest.update(f"{tuple(row)!r}\n".encode())
    return digest.hexdigest()[:32]


def _version_at(path: Path) -> str | None:
    with suppress(SnapshotError):
        snapshot = open_snapshot(path)
        snapshot.close()
        return snapshot.version
    return None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
