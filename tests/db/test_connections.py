"""Readers: within the inline budget, with a timeout, lent to threads and returned."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from app.db.connections import MAX_CHANGED_TEXTS, BudgetExceededError, Reader, ReaderPoolExhaustedError
from app.db.database import Database, open_database
from app.db.file import DatabaseChangedError

MANY = 1_000_000
TO_MANY = {"most": MANY}
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT count(*) FROM n"
EACH = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n"
SHORT = "SELECT id FROM event WHERE number = :number"
ALL = "SELECT number FROM event ORDER BY number"
NONE = "SELECT id FROM event WHERE number = -1"


@pytest.fixture
def database(tianshui_database: Path) -> Iterator[Database]:
    opened = open_database(tianshui_database, streaming=2, slow=2)
    yield opened
    opened.close()


@pytest.fixture
def reader(database: Database) -> Reader:
    return database.inline_reader


def test_a_query_has_constants_and_values(reader: Reader) -> None:
    assert reader.rows(SHORT, {"number": 1, "of no concern": "x"}) == [("tianshui-themed-symposium",)]
    assert reader.scalar(SHORT, {"number": 1}) == "tianshui-themed-symposium"
    assert reader.scalar(LONG, {"most": 10}) == 10
    assert reader.scalar("SELECT :given + :given", {"given": 3}) == 6
    assert reader.rows(NONE, {}) == []
    assert reader.scalar(NONE, {}) is None


def run_long(reader: Reader) -> object:
    return reader.scalar(LONG, TO_MANY)


def test_a_reader_is_usable_after_the_inline_budget_is_exceeded(reader: Reader) -> None:
    def count_all(reader: Reader) -> int:
        return len(reader.rows(ALL, {}))

    for _ in range(3):
        with pytest.raises(BudgetExceededError):
            reader.inline(run_long)
        assert reader.inline(count_all) == 13
    assert reader.scalar(LONG, TO_MANY) == MANY


def test_what_was_given_up_half_way_is_not_prepared_each_time(reader: Reader) -> None:
    prepared: list[int] = []

    def authorize(action: int, *_: object) -> int:
        prepared.append(action)
        return sqlite3.SQLITE_OK

    reader._connection.set_authorizer(authorize)
    for _ in range(MAX_CHANGED_TEXTS + 2):
        # It gives its first row at once, and the rest not in time.
        with pytest.raises(BudgetExceededError):
            reader.within(0, lambda reader: reader.rows(EACH, TO_MANY))
    assert len(reader.rows(EACH, {"most": 10})) == 10
    prepared.clear()
    assert len(reader.rows(EACH, {"most": 10})) == 10
    assert prepared == []


def test_no_more_than_some_statements_are_known_to_have_failed(reader: Reader) -> None:
    for number in range(MAX_CHANGED_TEXTS + 10):
        with pytest.raises(sqlite3.Error):
            reader.rows(f"nonsense {number}", {})
    assert len(reader._changed_texts) <= MAX_CHANGED_TEXTS


def test_the_inline_budget_ends_when_the_query_fails(reader: Reader) -> None:
    def fail(_: Reader) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        reader.inline(fail)
    assert reader.scalar(LONG, TO_MANY) == MANY


def test_several_inline_queries_share_one_budget(reader: Reader) -> None:
    def run_short(reader: Reader) -> object:
        return reader.scalar(LONG, {"most": 2000})

    def go_on(reader: Reader) -> None:
        for _ in range(100_000):
            run_short(reader)

    def is_short_enough() -> bool:
        try:
            return reader.inline(run_short) == 2000
        except BudgetExceededError:
            return False

    # On a busy machine another process may have taken all the time of one.
    assert any(is_short_enough() for _ in range(50))
    with pytest.raises(BudgetExceededError):
        reader.inline(go_on)


def test_the_same_query_without_a_budget_succeeds(database: Database) -> None:
    with pytest.raises(BudgetExceededError):
        database.inline_reader.inline(run_long)
    with database.slow_readers.lend() as slow_reader:
        assert slow_reader.scalar(LONG, TO_MANY) == MANY


@pytest.mark.slow
def test_the_inline_budget_of_one_reader_does_not_limit_another(database: Database) -> None:
    with database.slow_readers.lend() as slow_reader, ThreadPoolExecutor(1) as pool:
        future = pool.submit(slow_reader.scalar, LONG, TO_MANY)
        while not future.done():
            with pytest.raises(BudgetExceededError):
                database.inline_reader.inline(run_long)
        assert future.result() == MANY


def test_what_cannot_be_read_is_no_matter_of_time(tianshui_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "database.sqlite3"
    copy.write_bytes(tianshui_database.read_bytes())
    with closing(open_database(copy)) as opened:
        everything, nothing = "SELECT * FROM rendered", "SELECT * FROM nowhere"
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            opened.inline_reader.inline(lambda reader: reader.rows(nothing, {}))
        os.truncate(copy, 4096)
        with pytest.raises(sqlite3.DatabaseError):
            opened.inline_reader.rows(everything, {})
        with pytest.raises(DatabaseChangedError):
            opened.inline_reader.inline(lambda reader: reader.rows(everything, {}))


def test_what_was_read_of_a_file_that_was_written_in_is_not_given(tianshui_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "database.sqlite3"
    copy.write_bytes(tianshui_database.read_bytes())

    def fail(_: Reader) -> None:
        raise KeyError

    with closing(open_database(copy)) as opened, closing(opened.inline_reader.batches(ALL, {}, 5)) as batches:
        assert len(next(batches)) == 5
        os.utime(copy, ns=(0, 0))
        with pytest.raises(DatabaseChangedError):
            next(batches)
        for make in (fail, lambda reader: reader.rows(ALL, {})):
            with pytest.raises(DatabaseChangedError):
                opened.inline_reader.inline(make)
        with pytest.raises(DatabaseChangedError):
            opened.inline_reader.rows(ALL, {})


def test_rows_come_in_batches_and_may_be_left(reader: Reader) -> None:
    assert [len(batch) for batch in reader.batches(ALL, {}, 5)] == [5, 5, 3]
    assert list(reader.batches(NONE, {}, 5)) == []
    with closing(reader.batches(ALL, {}, 5)) as batches:
        assert next(batches) == [(1,), (2,), (3,), (4,), (5,)]
    assert len(reader.rows(ALL, {})) == 13


def test_no_more_are_lent_than_there_are(database: Database) -> None:
    streams = database.streaming_readers
    with streams.lend() as one, streams.lend() as other:
        assert one is not other
        assert {one, other} == set(streams.readers)
        with pytest.raises(ReaderPoolExhaustedError), streams.lend():
            pass
        with database.slow_readers.lend() as slow_reader:
            assert slow_reader not in streams.readers
    with streams.lend(), streams.lend():
        pass


def test_a_reader_comes_back_after_an_error(database: Database) -> None:
    for _ in range(5):
        with pytest.raises(KeyError), database.streaming_readers.lend():
            raise KeyError
        with pytest.raises(sqlite3.Error), database.streaming_readers.lend() as reader:
            reader.rows("nonsense", {})
    with database.streaming_readers.lend() as one, database.streaming_readers.lend() as other:
        assert len(one.rows(ALL, {})) == len(other.rows(ALL, {})) == 13


def test_readers_go_from_thread_to_thread(database: Database) -> None:
    def run(_: int) -> int:
        with database.slow_readers.lend() as reader:
            return len(reader.rows(ALL, {}))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(50))) == [13] * 50


def test_a_closed_database_cannot_be_read(tianshui_database: Path) -> None:
    opened = open_database(tianshui_database, streaming=2, slow=2)
    opened.close()
    for reader in (opened.inline_reader, *opened.slow_readers.readers, *opened.streaming_readers.readers):
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            reader.rows(ALL, {})


def test_the_file_is_checked_after_the_last_read(tianshui_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "database.sqlite3"
    copy.write_bytes(tianshui_database.read_bytes())
    written: list[str] = []

    with closing(open_database(copy)) as opened:
        reader = opened.inline_reader

        def plan(*, fails: bool = False) -> list[tuple[object, ...]]:
            rows = reader.rows(ALL, {})
            if fails:
                raise KeyError
            return rows

        def render() -> list[tuple[object, ...]]:
            plan()
            found = reader.inline(lambda reader: reader.rows(ALL, {}))
            written.append("response")
            return found

        assert reader.check_once(plan) == reader.check_once(render) == reader.rows(ALL, {})
        with pytest.raises(KeyError):
            reader.check_once(lambda: plan(fails=True))
        assert reader.check_once(lambda: "nothing read") == "nothing read"
        os.utime(copy, ns=(0, 0))
        written.clear()
        for work in (plan, lambda: plan(fails=True), render):
            with pytest.raises(DatabaseChangedError):
                reader.check_once(work)
        # `render` was interrupted before it could keep anything.
        assert written == []
        assert reader.check_once(lambda: "nothing read") == "nothing read"
        with pytest.raises(DatabaseChangedError):
            reader.rows(ALL, {})
