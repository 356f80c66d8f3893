"""A snapshot: one immutable SQLite file, opened so that nothing can be written, and its identity."""

import json
import sqlite3
import weakref
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlmodel import col

from app.db.bounded_cache import BoundedCache
from app.db.checksum import ChecksumError
from app.db.connections import Reader, ReaderPool
from app.db.file import DatabaseChangedError, DatabaseFile, identify
from app.db.statements import compiled
from app.fulltext.pinyin import Syllabary
from app.fulltext.query import Alphabet
from app.fulltext.table import SearchAlphabetRow
from app.languages import Language
from app.model.tables import DatabaseRow

APPLICATION_ID = 0x43414D50
"""What `PRAGMA application_id` says of our files: "CAMP"."""

SCHEMA = 3
"""What `PRAGMA user_version` says: the number of the newest migration."""

VERIFIED_AT_ONCE_BYTES = 64 * 1024 * 1024
"""How large a file may be to be verified while one waits: it takes less than a tenth of a second."""

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
}
_PRIMARY_CODE = 0xFF
"""Which bits of SQLite's codes of errors tell what sort it is."""

_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer"}

_COUNTED = 10_000
"""How many counts are remembered."""

_STATEMENTS = 1000
"""How many statements a connection remembers; there are fewer shapes of question that anybody asks."""

_IDENTITY = compiled(select(col(DatabaseRow.version), col(DatabaseRow.language), col(DatabaseRow.credits)))
_ALPHABET = compiled(
    select(
        col(SearchAlphabetRow.traditional), col(SearchAlphabetRow.simplified), col(SearchAlphabetRow.syllables)
    )
)  # fmt: skip


class DatabaseOpenError(Exception):
    """A file cannot be served as a snapshot; says which and why in one line."""


class DatabaseUnavailableError(DatabaseOpenError):
    """A file can be neither served nor refused for now, for a reason that has nothing to do with what is in it."""


@dataclass(frozen=True)
class Database:
    """An open data version. Its file is let go of when nothing refers to it any more, or when it is closed."""

    path: Path
    file: DatabaseFile
    reader: Reader
    """For what is asked where nothing else goes on meanwhile, and so in haste unless it is sure to be short."""
    patient: ReaderPool
    """For questions that take long; each has a thread of its own."""
    streams: ReaderPool
    """For answers of any length."""
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
    held: ExitStack
    """What it has open."""
    counted: BoundedCache = field(default_factory=lambda: BoundedCache(_COUNTED))
    """What was counted before: its data never change."""

    def __post_init__(self) -> None:
        # A version that was replaced is read on by whoever began with it, and nobody knows who ends last.
        weakref.finalize(self, self.held.close)

    def verify(self) -> None:
        """Read the whole file, as DatabaseFile does; raises DatabaseOpenError unless it is as it was built."""
        try:
            self.file.verify()
        except ChecksumError as error:
            raise DatabaseOpenError(f"{self.path}: {error}") from error
        except (DatabaseChangedError, OSError) as error:
            raise _unopened(self.path, error) from error

    def close(self) -> None:
        """Let go of the file."""
        self.held.close()


def open_database(path: Path, streams: int = 1, patient: int = 1) -> Database:
    """Open a snapshot for reading only; raises DatabaseOpenError for anything that is not one of ours.

    `streams` is how many answers of any length can be read at once, `patient` how many long questions can be asked.
    All connections are opened at once: later another version may be in the file's place. A file of no more than
    VERIFIED_AT_ONCE_BYTES is verified, too.
    """
    if not path.is_file():
        raise DatabaseOpenError(f"{path}: there is no such file; `campaign-api build` makes one")
    with ExitStack() as opened:
        try:
            file = opened.enter_context(closing(DatabaseFile(path)))
            readers = [Reader(connection, file) for connection in _connect(path, 1 + patient + streams, opened)]
            file.read_checksum()
            if file.identity.size <= VERIFIED_AT_ONCE_BYTES:
                file.verify()
            ((version, language, credits_),) = readers[0].rows(_IDENTITY, {})
            ((traditional, simplified, syllables),) = readers[0].rows(_ALPHABET, {})
            versions = {reader.rows(_IDENTITY, {})[0][0] for reader in readers}
            if versions != {version} or identify(path.stat()) != file.identity:
                raise DatabaseUnavailableError(f"{path}: was replaced while it was opened; try again")
            return Database(
                path,
                file,
                readers[0],
                ReaderPool(readers[1 : 1 + patient]),
                ReaderPool(readers[1 + patient :]),
                version,
                file.identity.modified_ns / 1e9,
                Language(language),
                Alphabet(str.maketrans(traditional, simplified), Syllabary(json.loads(syllables))),
                json.loads(credits_),
                opened.pop_all(),
            )
        except ChecksumError as error:
            raise DatabaseOpenError(f"{path}: {error}") from error
        except (DatabaseChangedError, OSError) as error:
            raise _unopened(path, error) from error
        except (sqlite3.Error, ValueError, TypeError) as error:
            # What was not verified can say anything where it is damaged.
            raise DatabaseOpenError(
                f"{path}: is not a snapshot of this service; `campaign-api build` makes one"
            ) from error


def _connect(path: Path, wanted: int, opened: ExitStack) -> list[sqlite3.Connection]:
    connections: list[sqlite3.Connection] = []
    try:
        while len(connections) < wanted:
            connections.append(opened.enter_context(closing(connect_read_only(path))))
    except sqlite3.Error as error:
        if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_CANTOPEN:
            raise
        reason = f"cannot be opened {wanted} times at once; are so many file descriptors allowed?"
        raise DatabaseUnavailableError(f"{path}: {reason}") from error
    return connections


def _unopened(path: Path, error: DatabaseChangedError | OSError) -> DatabaseUnavailableError:
    # An error of the system has the path in it.
    reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else "was written in while it was read"
    return DatabaseUnavailableError(f"{path}: {reason}; try again")


def is_marked(path: Path) -> bool:
    """Tell whether a file bears the mark of our snapshots, whole or not; an empty one is nobody's and does too."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        header = file.read(100)
    return header == b"" or header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Connect so that no statement can write, attach, or make a file; raises DatabaseOpenError for a foreign file.

    `mode=ro` and `immutable` open the file without locks or journals, `query_only` refuses writes to any
    database, and the authorizer refuses every statement that is not a question: ATTACH and PRAGMA among the rest.
    """
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(
        address, uri=True, check_same_thread=False, isolation_level=None, cached_statements=_STATEMENTS
    )
    with ExitStack() as opened:
        opened.enter_context(closing(connection))
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise DatabaseOpenError(f"{path}: is not a snapshot of this service; `campaign-api build` makes one")
        if schema != SCHEMA:
            raise DatabaseOpenError(f"{path}: has schema {schema} where this service reads {SCHEMA}; build it anew")
        # What is no plain table declares itself when it is first named, by what the authorizer would refuse.
        connection.execute("SELECT rowid FROM search LIMIT 0")
        connection.execute("SELECT value FROM json_each('[]')")
        connection.set_authorizer(_authorize)
        opened.pop_all()
    return connection


def _authorize(action: int, name: str | None, value: str | None, _database: str | None, _trigger: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        # FTS5 asks for it, and nobody sets it.
        allowed = name == "data_version" and value is None
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = value not in _FORBIDDEN_FUNCTIONS
    else:
        allowed = action in _ALLOWED
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
