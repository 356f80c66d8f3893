"""A snapshot: one immutable SQLite file, opened so that nothing can be written, and its identity."""

import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlmodel import col

from app.languages import Language
from app.storage.memo import Memo
from app.storage.pinyin import Syllabary
from app.storage.reading import Reader, Readers
from app.storage.search import Alphabet
from app.storage.statements import compiled
from app.tables import SearchAlphabetRow, SnapshotRow

APPLICATION_ID = 0x43414D50
"""What `PRAGMA application_id` says of our files: "CAMP"."""

SCHEMA = 3
"""What `PRAGMA user_version` says: the number of the newest migration."""

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
}
_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer"}

_COUNTED = 10_000
"""How many counts are remembered."""

_STATEMENTS = 1000
"""How many statements a connection remembers; there are fewer shapes of question that anybody asks."""

_IDENTITY = compiled(select(col(SnapshotRow.version), col(SnapshotRow.language), col(SnapshotRow.credits)))
_ALPHABET = compiled(
    select(
        col(SearchAlphabetRow.traditional), col(SearchAlphabetRow.simplified), col(SearchAlphabetRow.syllables)
    )
)  # fmt: skip


class SnapshotError(Exception):
    """A file cannot be served as a snapshot; says which and why in one line."""


@dataclass(frozen=True)
class Snapshot:
    """An open data version."""

    reader: Reader
    """For what is asked where nothing else goes on meanwhile, and so in haste unless it is sure to be short."""
    patient: Readers
    """For questions that take long; each has a thread of its own."""
    streams: Readers
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
    counted: Memo = field(default_factory=lambda: Memo(_COUNTED))
    """What was counted before: its data never change."""

    def close(self) -> None:
        """Let go of the file."""
        self.reader.close()
        self.patient.close()
        self.streams.close()


def open_snapshot(path: Path, streams: int = 1, patient: int = 1) -> Snapshot:
    """Open a snapshot for reading only; raises SnapshotError for anything that is not one of ours.

    `streams` is how many answers of any length can be read at once, `patient` how many long questions can be asked.
    All connections are opened at once: later another version may be in the file's place.
    """
    if not path.is_file():
        raise SnapshotError(f"{path}: there is no such file; `campaign-api build` makes one")
    modified = path.stat().st_mtime
    opened: list[sqlite3.Connection] = []
    try:
        for _ in range(1 + patient + streams):
            opened.append(connect_read_only(path))  # noqa: PERF401 - those that were opened are closed on an error
        readers = [Reader(connection) for connection in opened]
        ((version, language, credits_),) = readers[0].rows(_IDENTITY, {})
        ((traditional, simplified, syllables),) = readers[0].rows(_ALPHABET, {})
        versions = {reader.rows(_IDENTITY, {})[0][0] for reader in readers}
    except (sqlite3.Error, SnapshotError) as error:
        for connection in opened:
            connection.close()
        if isinstance(error, SnapshotError):
            raise
        if 0 < len(opened) < 1 + patient + streams:
            reason = f"cannot be opened {1 + patient + streams} times at once; are so many file descriptors allowed?"
            raise SnapshotError(f"{path}: {reason}") from error
        raise SnapshotError(f"{path}: is not a snapshot of this service; `campaign-api build` makes one") from error
    if versions != {version}:
        for reader in readers:
            reader.close()
        raise SnapshotError(f"{path}: was replaced while it was opened; try again")
    return Snapshot(
        readers[0],
        Readers(readers[1 : 1 + patient]),
        Readers(readers[1 + patient :]),
        version,
        modified,
        Language(language),
        Alphabet(str.maketrans(traditional, simplified), Syllabary(json.loads(syllables))),
        json.loads(credits_),
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
    connection = sqlite3.connect(
        address, uri=True, check_same_thread=False, isolation_level=None, cached_statements=_STATEMENTS
    )
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
    # What is no plain table declares itself when it is first named, by a statement that the authorizer would refuse.
    connection.execute("SELECT rowid FROM search LIMIT 0")
    connection.execute("SELECT value FROM json_each('[]')")
    connection.set_authorizer(_authorize)
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
