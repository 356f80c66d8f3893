"""A snapshot: one immutable SQLite file, opened so that nothing can be written, and its identity."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, Executable, Row, create_engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool, Pool, StaticPool
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


@dataclass(frozen=True)
class Snapshot:
    """An open data version."""

    engine: Engine
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
    path: Path

    def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """Ask a question; gives all rows of its answer."""
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def scalar(self, statement: Executable) -> Any:
        """Ask a question; gives the first column of its first row, or None where there is none."""
        with self.engine.connect() as connection:
            return connection.execute(statement).scalar()

    def batches(self, statement: Executable, size: int) -> Iterator[Sequence[AnyRow]]:
        """Ask a question with an answer of any length; gives `size` rows at a time and holds no more.

        The answer is read on a connection of its own, from any thread. Raises SnapshotError when another version of
        the data has taken the file's place.
        """
        engine = _engine(self.path, NullPool)
        with engine.connect() as connection:
            if connection.execute(select(col(SnapshotRow.version))).scalar() != self.version:
                raise SnapshotError(f"{self.path}: has another version than {self.version} by now")
            yield from connection.execute(statement).partitions(size)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def open_snapshot(path: Path) -> Snapshot:
    """Open a snapshot for reading only; raises SnapshotError for anything that is not one of ours."""
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
    return Snapshot(engine, row.version, modified, Language(row.language), alphabet, row.credits, path)


def _engine(path: Path, pool: type[Pool]) -> Engine:
    return create_engine(
        "sqlite://", creator=lambda: connect_read_only(path), poolclass=pool, isolation_level="AUTOCOMMIT"
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
