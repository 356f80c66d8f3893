"""A snapshot: one immutable SQLite file, opened so that nothing can be written, and its identity."""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Executable, Row, create_engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import Pool, QueuePool, StaticPool
from sqlmodel import col

from app.languages import Language
from app.storage.pinyin import Syllabary
from app.storage.search import Alphabet
from app.tables import SearchAlphabetRow, SnapshotRow

APPLICATION_ID = 0x43414D50
"""What `PRAGMA application_id` says of our files: "CAMP"."""

SCHEMA = 2
"""What `PRAGMA user_version` says: the number of the newest migration."""

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
}
_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer"}


_ALPHABET = (SearchAlphabetRow.traditional, SearchAlphabetRow.simplified, SearchAlphabetRow.syllables)


AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns."""


class SnapshotError(Exception):
    """A file cannot be served as a snapshot; says which and why in one line."""


class SnapshotBusyError(Exception):
    """As many answers of any length are under way as may be."""


@dataclass(frozen=True)
class Reader:
    """A connection that was lent."""

    connection: Connection

    def batches(self, statement: Executable, size: int) -> Generator[Sequence[AnyRow], None, None]:
        """Ask a question; gives `size` rows of its answer at a time and holds no more."""
        with self.connection.execute(statement) as result:
            yield from result.partitions(size)


@dataclass(frozen=True)
class Snapshot:
    """An open data version."""

    engine: Engine
    streams: Engine
    """The connections that answers of any length are read on, opened with the snapshot and of its version for ever."""
    version: str
    """The digest of the data."""
    modified: float
    """When this version came to be here, seconds since the epoch."""
    language: Language
    """What answers about several campaigns fall back to."""
    alphabet: Alphabet
    """What the words of its search index are made of."""
    credits: list[dict[str, Any]]
    """What the licences of coordinates ask to be shown with them, texts in every language."""

    def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """Ask a question; gives all rows of its answer."""
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def scalar(self, statement: Executable) -> Any:
        """Ask a question; gives the first column of its first row, or None where there is none."""
        with self.engine.connect() as connection:
            return connection.execute(statement).scalar()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Lend a connection for an answer of any length, to any thread; raises SnapshotBusyError when all are lent."""
        try:
            connection = self.streams.connect()
        except PoolTimeoutError as error:
            raise SnapshotBusyError("all connections for answers of any length are in use") from error
        with connection:
            yield Reader(connection)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()
        self.streams.dispose()


def open_snapshot(path: Path, streams: int = 1) -> Snapshot:
    """Open a snapshot for reading only; raises SnapshotError for anything that is not one of ours.

    `streams` is how many answers of any length can be read at once.
    """
    if not path.is_file():
        raise SnapshotError(f"{path}: there is no such file; `campaign-api build` makes one")
    modified = path.stat().st_mtime
    engine = _engine(path, StaticPool)
    try:
        with engine.connect() as connection:
            row = connection.execute(
                select(col(SnapshotRow.version), col(SnapshotRow.language), col(SnapshotRow.credits))
            ).one()
            letters = connection.execute(select(*(col(column) for column in _ALPHABET))).one()
    except (DatabaseError, sqlite3.DatabaseError) as error:
        engine.dispose()
        raise SnapshotError(f"{path}: is not a snapshot of this service; `campaign-api build` makes one") from error
    except SnapshotError:
        engine.dispose()
        raise
    alphabet = Alphabet(str.maketrans(letters.traditional, letters.simplified), Syllabary(letters.syllables))
    try:
        opened = _open_streams(path, streams, row.version)
    except SnapshotError:
        engine.dispose()
        raise
    return Snapshot(engine, opened, row.version, modified, Language(row.language), alphabet, row.credits)


def _open_streams(path: Path, number: int, version: str) -> Engine:
    """Open all connections at once: later another version may be in the file's place."""
    engine = _engine(path, QueuePool, pool_size=number, max_overflow=0, pool_timeout=0)
    statement = select(col(SnapshotRow.version))
    try:
        with ExitStack() as lent:
            connections = [lent.enter_context(engine.connect()) for _ in range(number)]
            versions = {connection.execute(statement).scalar() for connection in connections}
    except (DatabaseError, sqlite3.DatabaseError) as error:
        engine.dispose()
        reason = f"cannot be opened {number} times at once; are so many file descriptors allowed?"
        raise SnapshotError(f"{path}: {reason}") from error
    if versions != {version}:
        engine.dispose()
        raise SnapshotError(f"{path}: was replaced while it was opened; try again")
    return engine


def _engine(path: Path, pool: type[Pool], **options: Any) -> Engine:
    return create_engine(
        "sqlite://", creator=lambda: connect_read_only(path), poolclass=pool, isolation_level="AUTOCOMMIT", **options
    )


def is_marked(path: Path) -> bool:
    """Tell whether a file bears the mark of our snapshots, whole or not; an empty one is nobody's and does too."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        header = file.read(100)
    return header == b"" or header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Connect so that no statement can write, attach, or make a file; raises SnapshotError for a foreign file.

    `mode=ro` and `immutable` open the file without locks or journals, `query_only` refuses writes to any
    database, and the authorizer refuses every statement that is not a question: ATTACH and PRAGMA among the rest.
    """
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, check_same_thread=False)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    if application == APPLICATION_ID and schema != SCHEMA:
        connection.close()
        raise SnapshotError(f"{path}: has schema {schema} where this service reads {SCHEMA}; build it anew")
    if application != APPLICATION_ID:
        connection.close()
        raise SnapshotError(f"{path}: is not a snapshot of this service; `campaign-api build` makes one")
    # FTS5 declares its table when that is first named, by a statement that the authorizer would refuse.
    connection.execute("SELECT rowid FROM search LIMIT 0")
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, name: str | None, value: str | None, _database: str | None, _trigger: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        # SQLAlchemy asks for the one when it connects, and FTS5 for the other; neither is set.
        allowed = name in ("read_uncommitted", "data_version") and value is None
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = value not in _FORBIDDEN_FUNCTIONS
    else:
        allowed = action in _ALLOWED
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
