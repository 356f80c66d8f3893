"""Asking a snapshot: readers, each a connection for one thread at a time, in haste, with patience, or at length."""

import math
import queue
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.db.file import DatabaseFile
from app.db.statements import Statement, Values

INLINE_BUDGET_SECONDS = 0.002
"""How long questions may take where nothing else goes on meanwhile: a request's on the event loop, all together."""

_STEPS = 1000
"""How many steps of SQLite's machine go by between two looks at the clock: some tens of microseconds."""

_MAX_RESPELLED = 100
"""How many statements are known to have failed."""

AnyRow = tuple[Any, ...]
"""A row of any columns, as the driver gives them."""


_Made = TypeVar("_Made")


class ReaderPoolExhaustedError(Exception):
    """As many answers of any length are under way as may be."""


class BudgetExceededError(Exception):
    """A question took longer than there was time; another reader can take it up."""


class Reader:
    """A connection, for one thread at a time. Of a file that was written in it gives nothing."""

    def __init__(self, connection: sqlite3.Connection, file: DatabaseFile) -> None:
        self._connection = connection
        self._file = file
        self._until: float | None = None
        self._failures = 0
        self._respelled: dict[str, str] = {}
        """How statements are spelled now that have failed, by how they were before.

        What failed after its first row Python 3.11 takes to be in use for ever, and prepares it anew each time.
        """
        self.batch_seconds = math.inf
        """How long a batch of rows may take."""
        self.is_inline = False
        """Whether it gives up on what others have the patience for."""

    def inline(self, make: Callable[["Reader"], _Made]) -> _Made:
        """Make something of what is read within INLINE_BUDGET_SECONDS, as `within` does."""
        self.is_inline = True
        try:
            return self.within(INLINE_BUDGET_SECONDS, make)
        finally:
            self.is_inline = False

    def within(self, seconds: float, make: Callable[["Reader"], _Made]) -> _Made:
        """Make something of what is read within so many seconds; raises BudgetExceededError where it takes longer.

        Raises DatabaseChangedError at the end, whatever came of it, where the file was written in.
        """
        self._until = time.perf_counter() + seconds
        self._connection.set_progress_handler(self._is_late, _STEPS)
        try:
            return make(self)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise BudgetExceededError from error
            raise
        finally:
            self._connection.set_progress_handler(None, 0)
            self._until = None
            # To look at the file after each question would take as long as half of the shortest.
            self._file.check()

    def _is_late(self) -> bool:
        return self._until is not None and time.perf_counter() > self._until

    def rows(self, statement: Statement, values: Values) -> list[AnyRow]:
        """Ask a question; gives all rows of its answer.

        Raises sqlite3.Error where the data cannot be read, DatabaseChangedError where they were changed.
        """
        sql = self._respelled.get(statement.sql, statement.sql)
        try:
            rows = self._connection.execute(sql, {**statement.constants, **values}).fetchall()
        except sqlite3.Error:
            self._failures += 1
            if len(self._respelled) == _MAX_RESPELLED:
                self._respelled.clear()
            self._respelled[statement.sql] = f"{statement.sql} /* {self._failures} */"
            raise
        if self._until is None:
            self._file.check()
        return rows

    def scalar(self, statement: Statement, values: Values) -> Any:
        """Ask a question; gives the first column of its first row, or None where there is none."""
        rows = self.rows(statement, values)
        return rows[0][0] if rows else None

    def batches(self, statement: Statement, values: Values, size: int) -> Generator[Sequence[AnyRow], None, None]:
        """Ask a question; gives `size` rows of its answer at a time and holds no more.

        Raises BudgetExceededError where so many rows take longer than `batch_seconds`.
        """
        bound = {**statement.constants, **values}
        cursor = self.within(self.batch_seconds, lambda _: self._connection.execute(statement.sql, bound))
        try:
            while rows := self.within(self.batch_seconds, lambda _: cursor.fetchmany(size)):
                yield rows
        finally:
            cursor.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


@dataclass(frozen=True)
class ReaderPool:
    """Some readers that are lent, opened with their snapshot and of its version for ever."""

    every: Sequence[Reader]
    _free: queue.SimpleQueue[Reader] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        for reader in self.every:
            self._free.put(reader)

    @contextmanager
    def lend(self, batch_seconds: float = math.inf) -> Iterator[Reader]:
        """Lend a reader, to any thread; raises ReaderPoolExhaustedError when all are lent."""
        try:
            reader = self._free.get_nowait()
        except queue.Empty:
            raise ReaderPoolExhaustedError("all readers are lent") from None
        reader.batch_seconds = batch_seconds
        try:
            yield reader
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """Let go of the file."""
        for reader in self.every:
            reader.close()
