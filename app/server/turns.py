"""The states of a connection, and turns: what a client sent ahead waits while other connections are served."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.server.sequential import SequentialProtocol

_TURN_SECONDS = 0.002
"""How long requests that were sent ahead may take in one iteration of the event loop, all connections together."""


class State(Enum):
    """What a connection does."""

    IDLE = auto()
    """Between requests; the application is not responding."""
    HEAD = auto()
    """Reading the head of a request."""
    CONTENT = auto()
    """Reading the content of a request; the application may be responding."""
    RESPONDING = auto()
    """The request is whole, and the application is responding."""
    QUEUED = auto()
    """Waiting for a turn to parse the next request, which has been received."""
    LINGERING = auto()
    """The last response is written or being written; nothing more is read."""


class Turns:
    """A queue of connections, served a bounded time in each iteration of the event loop."""

    def __init__(self) -> None:
        self._waiting: deque[SequentialProtocol] = deque()
        self._is_scheduled = False

    def add(self, connection: SequentialProtocol) -> None:
        """Give a connection another turn after those that wait already."""
        self._waiting.append(connection)
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        deadline = time.perf_counter() + _TURN_SECONDS
        waiting = len(self._waiting)
        try:
            while waiting and time.perf_counter() < deadline:
                waiting -= 1
                self._waiting.popleft().take_turn()
        finally:
            self._is_scheduled = bool(self._waiting)
            if self._is_scheduled:
                asyncio.get_running_loop().call_soon(self._run)
