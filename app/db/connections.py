"""Reading from the database: connections, each for one thread at a time, with a limit on time."""

import math
import queue
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.db.file import DatabaseFile
from app.db.statements import BindValues

INLINE_BUDGET_SECONDS = 0.002
"""How long all reading for one request may take on the event loop, where it delays every other request."""

# How many instructions SQLite's virtual machine executes between two checks of the clock: some tens of microseconds.
_PROGRESS_INSTRUCTIONS = 1000

MAX_CHANGED_TEXTS = 100
"""For how many failed statements a reader remembers a changed text."""

AnyRow = tuple[Any, ...]
"""A row of any columns, as the driver returns it."""

_Result = TypeVar("_Result")


class ReaderPoolExhaustedError(Exception):
    """All readers of a pool are in use."""


class BudgetExceededError(Exception):
    """Reading took longer than it may."""


class Reader:
    """A connection, for one thread at a time. It never returns data from a file that was written to."""

    def __init__(self, connection: sqlite3.Connection, file: DatabaseFile, *, is_inline: bool = False) -> None:
        """`is_inline`: whether it is the event loop's, which must not wait for the file to be verified."""
        self._connection = connection
        connection.set_progress_handler(self._is_late, _PROGRESS_INSTRUCTIONS)
        self._check_file = file.check if is_inline else file.verify_if_touched
        self._deadline: float | None = None
        self._checks_later = False
        """Whether reads outside `within` leave the check of the file to `check_reads`."""
        self._is_unchecked = False
        """Whether the file may have been read since it was last checked."""
        self._failures = 0
        # Python 3.11 re-prepares a statement on every run once it has failed after its first row: it takes the
        # statement to be still in use. Changing the text, by a comment, avoids that.
        self._changed_texts: dict[str, str] = {}
        self.batch_seconds = math.inf
        """How long a batch of rows may take to read."""

    def check_once(self, work: Callable[[], _Result]) -> _Result:
        """Return what `work` returns, which may read several times; the file is checked after the last read.

        Raises DatabaseChangedError, whatever the outcome, if the file was written to. What `work` read outside `within`
        must not be kept for others before it calls `check_reads`.
        """
        # Checking takes half as long as the shortest statement.
        self._checks_later = True
        try:
            return work()
        finally:
            self._checks_later = False
            self.check_reads()

    def check_reads(self) -> None:
        """Check the file if it was read since it was last checked; raises DatabaseChangedError if it was written to."""
        if self._is_unchecked:
            self._is_unchecked = False
            self._check_file()

    def inline(self, read: Callable[["Reader"], _Result]) -> _Result:
        """Call `read` with INLINE_BUDGET_SECONDS, as `within` does."""
        return self.within(INLINE_BUDGET_SECONDS, read)

    def within(self, seconds: float, read: Callable[["Reader"], _Result]) -> _Result:
        """Return what `read` returns; raises BudgetExceededError if its statements run longer than `seconds`.

        Raises DatabaseChangedError, whatever the outcome, if the file was written to.
        """
        self._deadline = time.perf_counter() + seconds
        try:
            return read(self)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise BudgetExceededError from error
            raise
        finally:
            self._deadline = None
            self._is_unchecked = True
            self.check_reads()

    def _is_late(self) -> bool:
        return self._deadline is not None and time.perf_counter() > self._deadline

    def rows(self, sql: str, values: BindValues) -> list[AnyRow]:
        """Run a statement and return all its rows.

        Raises sqlite3.Error if the data cannot be read, DatabaseChangedError if the file was written to, and
        BudgetExceededError if it is late already: short statements are not interrupted.
        """
        if self._is_late():
            raise BudgetExceededError
        try:
            rows = self._connection.execute(self._changed_texts.get(sql, sql), values).fetchall()
        except sqlite3.Error:
            self._change_text(sql)
            raise
        self._is_unchecked = True
        if self._deadline is None and not self._checks_later:
            self.check_reads()
        return rows

    def _change_text(self, sql: str) -> None:
        self._failures += 1
        if len(self._changed_texts) == MAX_CHANGED_TEXTS:
            self._changed_texts.clear()
        self._changed_texts[sql] = f"{sql} /* {self._failures} */"

    def scalar(self, sql: str, values: BindValues) -> Any:
        """Run a statement and return the first column of its first row, None without rows."""
        rows = self.rows(sql, values)
        return rows[0][0] if rows else None

    def batches(self, sql: str, values: BindValues, size: int) -> Generator[Sequence[AnyRow], None, None]:
        """Run a statement and yield `size` rows at a time; no more are held in memory.

        Raises BudgetExceededError if a batch takes longer than `batch_seconds`.
        """
        cursor = self.within(self.batch_seconds, lambda _: self._connection.execute(sql, values))
        try:
            while rows := self.within(self.batch_seconds, lambda _: cursor.fetchmany(size)):
                yield rows
        finally:
            cursor.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(frozen=True)
class ReaderPool:
    """Readers to lend to threads. They were opened together with their database, so they always read its version."""

    readers: Sequence[Reader]
    _free: queue.LifoQueue[Reader] = field(default_factory=queue.LifoQueue)
    """Those that are not lent; the last one used has the warmest caches."""

    def __post_init__(self) -> None:
        for reader in self.readers:
            self._free.put(reader)

    @contextmanager
    def lend(self, batch_seconds: float = math.inf) -> Iterator[Reader]:
        """Lend a reader to any thread; raises ReaderPoolExhaustedError if all are in use."""
        try:
            reader = self._free.get_nowait()
        except queue.Empty:
            raise ReaderPoolExhaustedError("all readers are in use") from None
        reader.batch_seconds = batch_seconds
        try:
            yield reader
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """Close all connections."""
        for reader in self.readers:
            reader.close()
