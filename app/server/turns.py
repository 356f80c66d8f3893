"""Turns: what a client sent ahead waits while other connections are served."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

_TURN_SECONDS = 0.002
"""How long requests that were sent ahead may take in one iteration of the event loop, all connections together."""


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
                take_turn = self._waiting.popleft()
                take_turn()
        finally:
            self._is_scheduled = bool(self._waiting)
            if self._is_scheduled:
                asyncio.get_running_loop().call_soon(self._run)
