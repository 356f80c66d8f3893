"""The states of a connection, and turns: what a client sent ahead waits while other connections are served."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto

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
        self._waiting: deque[Callable[[], object]] = deque()
        self._is_scheduled = False

    def add(self, take_turn: Callable[[], object]) -> None:
        """Call `take_turn` of a connection after those that wait already."""
        self._waiting.append(take_turn)
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        deadline = time.perf_counter() + _TURN_SECONDS
        waiting = len(self._waiting)
        try:
            while waiting and time.perf_counter() < deadline:
                waiting -= 1
                self._waiting.popleft()()
        finally:
            self._is_scheduled = bool(self._waiting)
            if self._is_scheduled:
                asyncio.get_running_loop().call_soon(self._run)
