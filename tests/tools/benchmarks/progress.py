"""Progress on standard error: each step, and a line every ten seconds while a step lasts."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Self

_HEARTBEAT_SECONDS = 10


class Progress:
    """Prints steps with the seconds since the start. Used as a context manager, it repeats the step that lasts."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._step = ""
        self._detail: Callable[[], str] | None = None
        self._printed_at = self._started
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._repeat)

    def __call__(self, step: str, detail: Callable[[], str] | None = None) -> None:
        """Print a step. `detail` returns how far it is, for the lines that repeat the step."""
        self._step, self._detail = step, detail
        self._print(step)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._started

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _print(self, text: str) -> None:
        self._printed_at = time.perf_counter()
        print(f"{self.seconds:6.0f} s  {text}", file=sys.stderr, flush=True)

    def _repeat(self) -> None:
        while not self._done.wait(1):
            if time.perf_counter() - self._printed_at >= _HEARTBEAT_SECONDS:
                detail = f": {self._detail()}" if self._detail else ""
                self._print(f"  still {self._step}{detail}")
