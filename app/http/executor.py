"""Making what an answer needs while other requests go on: at once where that is quick, and else by a thread."""

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import anyio
from anyio import to_thread

from app.db.connections import BudgetExceededError, Reader
from app.db.database import Database
from app.http.errors import Unavailable
from app.settings import Settings

PATIENT = 4
"""How many long questions are asked at once; more take turns."""

_Made = TypeVar("_Made")


class Computing:
    """Makes what answers need from a snapshot, each thing once though many ask for it."""

    def __init__(self, snapshot: Database, settings: Settings) -> None:
        self._snapshot = snapshot
        self._settings = settings
        self._limiter = anyio.CapacityLimiter(PATIENT)
        self._under_way: dict[Hashable, asyncio.Future[Any]] = {}

    async def ask(self, of: Hashable, make: Callable[[Reader], _Made], *, is_long: bool = False) -> _Made:
        """Make something from the snapshot; `of` names it.

        Raises sqlite3.Error where the data cannot be read, BudgetExceededError for what takes longer than may be, and
        Unavailable for what would have to wait for too many others.

        What would hold up other requests is begun anew by a thread, so `make` does nothing but ask and reckon; what
        `is_long` by nature is begun there.
        """
        if not is_long and of not in self._under_way:
            try:
                return self._snapshot.reader.inline(make)
            except BudgetExceededError:
                pass

        if of not in self._under_way and len(self._under_way) >= self._settings.max_waiting:
            raise Unavailable("As many long questions wait for their answers as can at once; try again.")
        until = time.perf_counter() + self._settings.question_seconds

        def patiently() -> _Made:
            with self._snapshot.patient.lend() as reader:
                # What waited for its turn has that much less time.
                return reader.within(until - time.perf_counter(), make)

        return await self.by_thread(of, patiently)

    async def by_thread(self, of: Hashable, make: Callable[[], _Made]) -> _Made:
        """Have something made by a thread; `of` names it."""
        under_way = self._under_way.get(of)
        if under_way is None:
            under_way = asyncio.ensure_future(to_thread.run_sync(make, limiter=self._limiter))
            self._under_way[of] = under_way
            under_way.add_done_callback(lambda done: self._end(of, done))
        # Whoever asks no more does not stop it for the others.
        made: _Made = await asyncio.shield(under_way)
        return made

    def _end(self, of: Hashable, done: asyncio.Future[Any]) -> None:
        del self._under_way[of]
        if not done.cancelled():
            # An error that nobody waits for any more is nobody's.
            done.exception()
