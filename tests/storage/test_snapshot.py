import resource
import sqlite3
from pathlib import Path

import pytest

from app.db.database import Database, DatabaseOpenError, connect_read_only, open_database
from app.db.statements import Statement

EVENTS = Statement("SELECT count(*) FROM event", {})

WRITES = [
    "INSERT INTO snapshot VALUES (2, 'x', 'en', '[]')",
    "INSERT INTO search(search) VALUES ('optimize')",
    "INSERT INTO search(rowid, title) VALUES (7, 'x')",
    "DELETE FROM search_data",
    "UPDATE event SET kind = 'x'",
    "DELETE FROM event",
    "REPLACE INTO snapshot VALUES (1, 'x', 'en', '[]')",
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
def snapshot(tianshui_snapshot: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "data" / "snapshot.sqlite3"
    copy.parent.mkdir()
    copy.write_bytes(tianshui_snapshot.read_bytes())
    return copy


@pytest.mark.parametrize("statement", WRITES)
def test_no_statement_can_write_or_make_a_file(snapshot: Path, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(snapshot.parent)
    before = snapshot.read_bytes()
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|denied|prohibited"):
        connect_read_only(snapshot).executescript(statement)
    opened = open_database(snapshot)
    for reader in (opened.reader, *opened.patient.every, *opened.streams.every):
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|denied|prohibited"):
            reader.rows(Statement(statement, {}), {})
    opened.close()
    assert snapshot.read_bytes() == before
    assert list(snapshot.parent.iterdir()) == [snapshot]


def test_questions_are_answered(snapshot: Path) -> None:
    opened = open_database(snapshot)
    assert isinstance(opened, Database)
    for reader in (opened.reader, *opened.patient.every, *opened.streams.every):
        assert reader.scalar(EVENTS, {}) == 13
    assert opened.modified == snapshot.stat().st_mtime_ns / 1e9
    opened.close()


def test_a_path_is_a_path_and_not_an_address(snapshot: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a?mode=rwc&b#c%41.sqlite3"
    odd.write_bytes(snapshot.read_bytes())
    opened = open_database(odd)
    assert opened.reader.scalar(EVENTS, {}) == 13
    opened.close()


def test_too_few_descriptors_are_told_in_one_line(snapshot: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        with pytest.raises(DatabaseOpenError) as refused:
            open_database(snapshot, streams=1000)
        assert str(refused.value).startswith(f"{snapshot}: cannot be opened 1002 times at once")
        assert "\n" not in str(refused.value)
        # What had been opened is closed again.
        for _ in range(5):
            open_database(snapshot, streams=50).close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def spoil(kind: str, path: Path, good: bytes) -> None:
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("nothing to see here\n" * 200)
    elif kind == "truncated":
        path.write_bytes(good[:3000])
    elif kind == "folder":
        path.mkdir()
    elif kind in ("foreign", "newer"):
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE event (id)")
        if kind == "newer":
            connection.execute(f"PRAGMA application_id = {0x43414D50}")
            connection.execute("PRAGMA user_version = 999")
        connection.commit()
        connection.close()


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "truncated", "folder", "foreign", "newer"])
def test_anything_else_is_refused_in_one_line(kind: str, tmp_path: Path, tianshui_snapshot: Path) -> None:
    path = tmp_path / "other.sqlite3"
    spoil(kind, path, tianshui_snapshot.read_bytes())
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DatabaseOpenError) as refused:
        open_database(path)
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert "build" in message
    assert sorted(tmp_path.iterdir()) == before
