"""The limits of a process's connections: how many there are, and how long they may take."""

import asyncio
import logging
import resource
from collections import OrderedDict
from typing import Protocol

from app.http.metrics import ConnectionCounts
from app.settings import Settings

_log = logging.getLogger("uvicorn.error")

_CHECK_SECONDS = 0.5
"""The time between two checks of all connections."""

_CANDIDATES = 64
"""How many connections are compared to find the idlest, which is closed to admit another."""

_MAX_REFUSED = 64
"""How many connections beyond the limit wait for their 503."""

_OTHER_FILES = 32
"""How many file descriptors are reserved for what is neither a connection nor the data: standard streams, logs."""


class Connection(Protocol):
    """What the limits need of a connection."""

    active_at: float
    """When a request or a response last made progress, by the loop's clock, seconds."""

    @property
    def is_waiting_for_client(self) -> bool:
        """Whether nothing can be done before the client sends or reads something."""

    @property
    def is_reading(self) -> bool:
        """Whether part of a request has arrived."""

    def check_progress(self) -> int:
        """Note whether the client has read enough since it last did; returns how many bytes are buffered."""

    @property
    def has_input(self) -> bool:
        """Whether bytes have arrived that were not read yet."""

    def time_out(self) -> bool:
        """End it, with a response if the client may be waiting for one; returns False where there is input to read."""

    def drop(self) -> None:
        """End it at once."""


class Connections:
    """Admits connections, and ends those whose clients are slow."""

    def __init__(self, settings: Settings, data_files: int, counts: ConnectionCounts) -> None:
        """`data_files` is how many file descriptors the data may take."""
        self.limit = _limit(settings.max_connections, data_files)
        self.is_shutting_down = False
        """Whether the process is shutting down; each connection then closes after its next response."""
        self._counts = counts
        self._settings = settings
        self._admitted: OrderedDict[Connection, None] = OrderedDict()
        self._refused: OrderedDict[Connection, None] = OrderedDict()

    def admit(self, connection: Connection) -> bool:
        """Admit a connection, in the place of an idle one if need be; returns whether there is room."""
        self._counts.open += 1
        if len(self._admitted) >= self.limit and not self._make_room():
            self._counts.refused += 1
            self._refused[connection] = None
            if len(self._refused) > _MAX_REFUSED:
                oldest, _ = self._refused.popitem(last=False)
                oldest.drop()
            return False
        self._admitted[connection] = None
        return True

    def release(self, connection: Connection) -> None:
        """Remove a connection that has ended."""
        self._counts.open -= 1
        self._admitted.pop(connection, None)
        self._refused.pop(connection, None)

    async def watch(self) -> None:
        """End slow connections, until cancelled."""
        loop = asyncio.get_running_loop()
        checked_at = loop.time()
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            now = loop.time()
            late = now - checked_at - _CHECK_SECONDS
            checked_at = now
            try:
                if late > _CHECK_SECONDS:
                    self._postpone(late, now)
                self._check(now)
            except Exception:
                # One failed check must not end all others.
                _log.exception("checking connections failed")

    def _postpone(self, seconds: float, now: float) -> None:
        """Postpone the timeouts of all clients: the process stood still, and read nothing of what they sent."""
        for connection in (*self._admitted, *self._refused):
            connection.active_at = min(now, connection.active_at + seconds)

    def _make_room(self) -> bool:
        """Drop the connection that has been idle for the longest time, among some; returns whether there was one."""
        some = [self._admitted.popitem(last=False)[0] for _ in range(min(_CANDIDATES, len(self._admitted)))]
        waiting = sorted(
            (connection for connection in some if connection.is_waiting_for_client),
            key=lambda connection: connection.active_at,
        )
        idlest = next((connection for connection in waiting if not connection.has_input), None)
        # Those that stay are candidates again after all others.
        self._admitted.update((connection, None) for connection in some if connection is not idlest)
        if idlest is None:
            return False
        self._counts.displaced += 1
        idlest.drop()
        return True

    def _check(self, now: float) -> None:
        settings = self._settings
        slow: list[tuple[float, int, Connection]] = []
        """The clients that read slowly: since when, and how many bytes are buffered for each."""
        for connection in (*self._admitted, *self._refused):
            if not connection.is_waiting_for_client:
                continue
            unsent = connection.check_progress()
            if unsent:
                limit: float = settings.write_timeout_seconds
                slow.append((connection.active_at, unsent, connection))
            else:
                limit = settings.read_timeout_seconds if connection.is_reading else settings.idle_timeout_seconds
            if now - connection.active_at > limit and connection.time_out():
                self._counts.timed_out += 1
        self._limit_unsent(slow)

    def _limit_unsent(self, slow: list[tuple[float, int, Connection]]) -> None:
        """Drop the slowest clients until the buffers of all take no more than `unsent_bytes`."""
        waiting = sum(unsent for _, unsent, _ in slow)
        for _, unsent, connection in sorted(slow, key=lambda one: one[0]):
            if waiting <= self._settings.unsent_bytes:
                return
            waiting -= unsent
            self._counts.timed_out += 1
            connection.drop()


def _limit(wanted: int, data_files: int) -> int:
    """Return how many connections there may be, so that file descriptors are left for everything else."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    left = allowed - data_files - _MAX_REFUSED - _OTHER_FILES
    if allowed == resource.RLIM_INFINITY or left >= wanted:
        return wanted
    limit = max(1, left)
    _log.warning("at most %d connections instead of %d: only %d files may be open", limit, wanted, allowed)
    return limit
