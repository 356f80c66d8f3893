"""SQLite connections through which nothing can be written."""

import sqlite3
import stat
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import quote

APPLICATION_ID = 0x43414D50
"""`PRAGMA application_id` of our files: "CAMP"."""

SCHEMA = 4
"""`PRAGMA user_version` of our files; raised by every change of the tables, so that older files are refused."""

CACHE_KIB = 2000
"""The page cache of a connection, KiB; SQLite's own default."""

STREAMING_CACHE_KIB = 256
"""The page cache of a connection for exports, which read each page once: it is kept after the export."""

_KINDS = ((stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "FIFO"), (stat.S_ISSOCK, "socket"))

_ALLOWED_ACTIONS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION}
_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer"}


class DatabaseOpenError(Exception):
    """A file cannot be served; the message has the file and the reason in one line."""


class DatabaseUnavailableError(DatabaseOpenError):
    """A file cannot be opened at present, for a reason other than its content."""


def describe_other_than_file(path: Path) -> str | None:
    """Return what is at a path instead of a file, for a message; None for a file. Raises OSError where nothing is."""
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return None
    return next((f"is a {kind}" for is_kind, kind in _KINDS if is_kind(mode)), "is a device")


def has_application_id(path: Path) -> bool:
    """Return whether a file has our application id, intact or not; true for an empty file."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        header = file.read(100)
    return header == b"" or header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def connect_read_only(path: Path, cached_statements: int = 100, cache_kib: int = CACHE_KIB) -> sqlite3.Connection:
    """Connect so that no statement can write, attach, or create a file; raises DatabaseOpenError for other files.

    `cached_statements` is how many prepared statements are kept, `cache_kib` the size of the page cache.

    `mode=ro` and `immutable` open the file without locks or journals, `query_only` refuses writes to any
    database, and the authorizer refuses every statement except reads, so ATTACH and PRAGMA too.
    """
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(
        address, uri=True, check_same_thread=False, isolation_level=None, cached_statements=cached_statements
    )
    with ExitStack() as stack:
        stack.enter_context(closing(connection))
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise DatabaseOpenError(f"{path}: is not a database of this service; run `campaign-api build`")
        if schema != SCHEMA:
            reason = f"has schema {schema}, and this service reads {SCHEMA}; run `campaign-api build`"
            raise DatabaseOpenError(f"{path}: {reason}")
        # The first use of a virtual table runs statements that the authorizer would refuse.
        connection.execute("SELECT rowid FROM search LIMIT 0")
        connection.execute("SELECT value FROM json_each('[]')")
        connection.set_authorizer(_authorize)
        stack.pop_all()
    return connection


def _authorize(action: int, name: str | None, value: str | None, _database: str | None, _trigger: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        # FTS5 reads it; nothing sets it.
        allowed = name == "data_version" and value is None
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = value not in _FORBIDDEN_FUNCTIONS
    else:
        allowed = action in _ALLOWED_ACTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
