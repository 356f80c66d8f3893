"""Running slow queries in threads; concurrent requests with the same key share one run."""

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import anyio
from anyio import to_thread

from app.db.connections import BudgetExceededError, Reader
from app.db.database import Database
from app.http.errors import QueryTimeout, Unavailable
from app.messages import message
from app.settings import Settings

SLOW_READERS = 4
"""How many slow queries run at the same time; others wait for their turn."""

_Result = TypeVar("_Result")


class Executor:
    """Runs slow work on one version of the data in a bounded pool of threads."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._limiter = anyio.CapacityLimiter(SLOW_READERS)
        self._running: dict[Hashable, asyncio.Future[Any]] = {}

    def is_running(self, key: Hashable) -> bool:
        """Return whether the work of this key has been started and not finished."""
        return key in self._running

    async def query(self, key: Hashable, render: Callable[[Reader], _Result]) -> _Result:
        """Run a query in a thread; requests with the same key share one run.

        Raises QueryTimeout after `query_timeout_seconds`, Unavailable when `max_queued_queries` are waiting, and
        sqlite3.Error where the data cannot be read.
        """
        deadline = time.perf_counter() + self._settings.query_timeout_seconds

        def run() -> _Result:
            with self._database.slow_readers.lend() as reader:
                # The time spent waiting for a thread counts.
                return reader.within(deadline - time.perf_counter(), render)

        try:
            return await self.run(key, run)
        except BudgetExceededError as error:
            detail = message(
                "The query takes longer than {seconds:g} seconds; request less, or retry later.",
                seconds=self._settings.query_timeout_seconds,
            )
            raise QueryTimeout(detail) from error

    async def run(self, key: Hashable, work: Callable[[], _Result]) -> _Result:
        """Run work in a thread; requests with the same key share one run."""
        running = self._running.get(key)
        if running is None:
            if len(self._running) >= self._settings.max_queued_queries:
                raise Unavailable(message("Too many slow queries are waiting; retry later."))
            running = asyncio.ensure_future(to_thread.run_sync(work, limiter=self._limiter))
            self._running[key] = running
            running.add_done_callback(lambda done: self._remove(key, done))
        # A client that disconnects does not cancel the work for the others.
        result: _Result = await asyncio.shield(running)
        return result

    async def finish(self) -> None:
        """Wait for the work that is running, `query_timeout_seconds` at most."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self._settings.query_timeout_seconds)

    def _remove(self, key: Hashable, done: asyncio.Future[Any]) -> None:
        del self._running[key]
        if not done.cancelled():
            # Marks an exception as retrieved when every client has gone.
            done.exception()
