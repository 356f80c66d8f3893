"""Fairness between connections: requests that a client sent ahead wait while other connections have their turn."""

import asyncio
import time
from collections import deque
from typing import Protocol

_TURN_SECONDS = 0.002
"""How long requests that were sent ahead may take in one iteration of the event loop, all connections together."""


class Waiting(Protocol):
    """A connection with requests that are not parsed yet."""

    def take_turn(self) -> None:
        """Serve a few of them."""


class Turns:
    """A queue of connections, served a bounded time in each iteration of the event loop."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._is_scheduled = False

    def add(self, connection: Waiting) -> None:
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
