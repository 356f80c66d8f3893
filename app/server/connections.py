"""The connections of a process: no more than so many, and none that does nothing for long."""

import asyncio
import logging
import sys
from collections import OrderedDict
from typing import Protocol

from app.http.metrics import ConnectionCounts
from app.settings import Settings

if sys.platform != "win32":
    import resource

_log = logging.getLogger("uvicorn.error")

_LOOK_SECONDS = 0.5
"""How often all connections are looked at."""

_LOOKED_AT = 64
"""Among how many connections the one is sought that gives its place to another."""

_MOST_REFUSED = 64
"""How many connections beyond the allowed wait to be told that there are too many."""

_OTHER_FILES = 32
"""How many file descriptors are kept for what is neither a connection nor the data: streams of the process, logs."""


class Connection(Protocol):
    """What has to be known of a connection."""

    active_at: float
    """When it began, a request on it began, or an answer was written or taken, by the loop's clock, seconds."""

    @property
    def is_waited_for(self) -> bool:
        """Whether nothing can be done for it before the client sends or takes something."""

    @property
    def is_asking(self) -> bool:
        """Whether a request has begun that is not whole."""

    def look(self) -> int:
        """See whether the client took something since the last look; gives how many bytes wait here to be sent."""

    def give_up(self) -> None:
        """End it, with an answer if the client may be waiting for one."""

    def drop(self) -> None:
        """End it at once."""


class Connections:
    """Admits connections, and ends those that nothing comes of."""

    def __init__(self, settings: Settings, data_files: int, counts: ConnectionCounts) -> None:
        """`data_files` is how many file descriptors the data may take."""
        self.most = _most(settings.max_connections, data_files)
        self.are_ending = False
        """Whether the process ends, and each connection with its next answer."""
        self._counts = counts
        self._settings = settings
        self._admitted: OrderedDict[Connection, None] = OrderedDict()
        self._refused: OrderedDict[Connection, None] = OrderedDict()

    def admit(self, connection: Connection) -> bool:
        """Take a connection in, in the place of one that does nothing if need be; tells whether there is room."""
        self._counts.open += 1
        if len(self._admitted) >= self.most and not self._make_room():
            self._counts.refused += 1
            self._refused[connection] = None
            if len(self._refused) > _MOST_REFUSED:
                oldest, _ = self._refused.popitem(last=False)
                oldest.drop()
            return False
        self._admitted[connection] = None
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection that ended."""
        self._counts.open -= 1
        self._admitted.pop(connection, None)
        self._refused.pop(connection, None)

    async def watch(self) -> None:
        """End, for ever, what takes too long."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._look(loop.time())

    def _make_room(self) -> bool:
        """Drop the connection that did nothing for the longest time, among some; tells whether there was one."""
        some = [self._admitted.popitem(last=False)[0] for _ in range(min(_LOOKED_AT, len(self._admitted)))]
        waited_for = [connection for connection in some if connection.is_waited_for]
        idlest = min(waited_for, key=lambda connection: connection.active_at, default=None)
        # Those that stay are looked at again after all the others.
        self._admitted.update((connection, None) for connection in some if connection is not idlest)
        if idlest is None:
            return False
        self._counts.displaced += 1
        idlest.drop()
        return True

    def _look(self, now: float) -> None:
        settings = self._settings
        slow: list[tuple[float, int, Connection]] = []
        """When each did something last, how many bytes wait for it, and which it is."""
        for connection in (*self._admitted, *self._refused):
            if not connection.is_waited_for:
                continue
            unsent = connection.look()
            if unsent:
                limit: float = settings.stalled_seconds
                slow.append((connection.active_at, unsent, connection))
            else:
                limit = settings.request_seconds if connection.is_asking else settings.idle_seconds
            if now - connection.active_at > limit:
                self._counts.timed_out += 1
                connection.give_up()
        self._bound_unsent(slow)

    def _bound_unsent(self, slow: list[tuple[float, int, Connection]]) -> None:
        """Drop of those that take their answers slowly the slowest, until what waits for all is not too much."""
        waiting = sum(unsent for _, unsent, _ in slow)
        for _, unsent, connection in sorted(slow, key=lambda one: one[0]):
            if waiting <= self._settings.unsent_bytes:
                return
            waiting -= unsent
            self._counts.timed_out += 1
            connection.drop()


def _most(wanted: int, data_files: int) -> int:
    """Tell how many connections there may be, so that file descriptors are left for all else."""
    if sys.platform == "win32":
        return wanted
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    left = allowed - data_files - _MOST_REFUSED - _OTHER_FILES
    if allowed == resource.RLIM_INFINITY or left >= wanted:
        return wanted
    most = max(1, left)
    _log.warning("at most %d connections at once and not %d: %d files may be open", most, wanted, allowed)
    return most
