import os
import resource
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.db.database import Database, open_database
from app.db.read_only import DatabaseOpenError, connect_read_only

EVENTS = "SELECT count(*) FROM event"

WRITES = [
    "INSERT INTO data_version VALUES (2, 'x', 'en', 'en', '[]')",
    "INSERT INTO search(search) VALUES ('optimize')",
    "INSERT INTO search(rowid, title) VALUES (7, 'x')",
    "DELETE FROM search_data",
    "UPDATE event SET kind = 'x'",
    "DELETE FROM event",
    "REPLACE INTO data_version VALUES (1, 'x', 'en', '[]')",
    "CREATE TABLE t (x)",
    "CREATE TEMP TABLE t (x)",
    "CREATE VIEW v AS SELECT 1",
    "CREATE INDEX i ON event (kind)",
    "CREATE VIRTUAL TABLE f USING fts5 (x)",
    "DROP TABLE event",
    "ALTER TABLE event ADD COLUMN x",
    "ATTACH 'other.sqlite3' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO 'copy.sqlite3'",
    "REINDEX",
    "ANALYZE",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA user_version = 9",
    "PRAGMA read_uncommitted = ON",
    "PRAGMA temp_store_directory = '/'",
    "SELECT load_extension('x')",
    "SAVEPOINT s",
]


@pytest.fixture
def database(tianshui_database: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data" / "database.sqlite3"
    copy.parent.mkdir()
    copy.write_bytes(tianshui_database.read_bytes())
    return copy


@pytest.mark.parametrize("statement", WRITES)
def test_no_statement_can_write_or_make_a_file(database: Path, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(database.parent)
    before = database.read_bytes()
    with (
        closing(connect_read_only(database)) as connection,
        pytest.raises(sqlite3.DatabaseError, match=r"not authorized|denied|prohibited"),
    ):
        connection.executescript(statement)
    opened = open_database(database)
    for reader in (opened.inline_reader, *opened.slow_readers.readers, *opened.streaming_readers.readers):
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|denied|prohibited"):
            reader.rows(statement, {})
    opened.close()
    assert database.read_bytes() == before
    assert list(database.parent.iterdir()) == [database]


def test_queries_are_served(database: Path) -> None:
    opened = open_database(database)
    assert isinstance(opened, Database)
    for reader in (opened.inline_reader, *opened.slow_readers.readers, *opened.streaming_readers.readers):
        assert reader.scalar(EVENTS, {}) == 13
    assert opened.modified == database.stat().st_mtime_ns / 1e9
    opened.close()


def test_a_path_is_a_path_and_not_an_address(database: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a?mode=rwc&b#c%41.sqlite3"
    odd.write_bytes(database.read_bytes())
    opened = open_database(odd)
    assert opened.inline_reader.scalar(EVENTS, {}) == 13
    opened.close()


def test_too_few_descriptors_are_reported_in_one_line(database: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        with pytest.raises(DatabaseOpenError) as refused:
            open_database(database, streaming=1000)
        assert str(refused.value).startswith(f"{database}: cannot be opened 1002 times at once")
        assert "\n" not in str(refused.value)
        # What had been opened is closed again.
        for _ in range(5):
            open_database(database, streaming=50).close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


NO_FILE = ("folder", "FIFO", "socket", "device")


def damage(kind: str, path: Path, good: bytes) -> None:
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("nothing to see here\n" * 200)
    elif kind == "truncated":
        path.write_bytes(good[:3000])
    elif kind == "folder":
        path.mkdir()
    elif kind == "FIFO":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    elif kind == "device":
        path.symlink_to("/dev/null")
    elif kind in ("foreign", "newer"):
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE event (id)")
        if kind == "newer":
            connection.execute(f"PRAGMA application_id = {0x43414D50}")
            connection.execute("PRAGMA user_version = 999")
        connection.commit()
        connection.close()


@pytest.mark.parametrize("kind", [*NO_FILE, "missing", "empty", "text", "truncated", "foreign", "newer"])
def test_anything_else_is_refused_in_one_line(kind: str, tmp_path: Path, tianshui_database: Path) -> None:
    path = tmp_path / "other.sqlite3"
    damage(kind, path, tianshui_database.read_bytes())
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DatabaseOpenError) as refused:
        open_database(path)
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert "build" in message
    assert kind not in NO_FILE or message.startswith(f"{path}: is a {kind}, not a database; ")
    assert sorted(tmp_path.iterdir()) == before
