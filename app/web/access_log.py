"""The access log: a line of JSON for each request, written in batches by a thread, off the way of any request."""

import json
import os
import threading
import time
from functools import lru_cache

_BATCH_SECONDS = 0.25
_MOST_WAITING = 100_000
"""How many lines wait for a slow sink at most; what comes then is dropped and counted."""


class AccessLog:
    """Writes lines to a file descriptor from a thread of its own, which begins with the first line."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: list[bytes] = []
        self._dropped = 0
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def note(
        self, method: bytes, target: bytes, status: int, *, name: bytes, size: int, seconds: float, kept: bool
    ) -> None:
        """Note a request by its name: the bytes of the body, the seconds from its headers to its end."""
        if len(self._waiting) >= _MOST_WAITING:
            self._dropped += 1
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="access log", daemon=True)
            self._thread.start()
        rest = _rest(method, target, status, size, kept)
        self._waiting.append(
            b"".join((b'{"time":"', _stamp(), b'","id":"', name, b'","ms":%.3f,' % (seconds * 1000), rest))
        )

    def close(self) -> None:
        """Write what waits, and end."""
        self._is_closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _write(self) -> None:
        while True:
            self._wake.wait(_BATCH_SECONDS)
            ends = self._is_closed
            lines, self._waiting = self._waiting, []
            dropped, self._dropped = self._dropped, 0
            if dropped:
                lines.append(b'{"time":"%b","dropped":%d}\n' % (_stamp(), dropped))
            batch = memoryview(b"".join(lines))
            while batch:
                batch = batch[os.write(self._descriptor, batch) :]
            if ends:
                return


@lru_cache(maxsize=1000)
def _rest(method: bytes, target: bytes, status: int, size: int, kept: bool) -> bytes:
    """Write what is alike in many lines; what a client chose as JSON, in which no line can be forged."""
    return b'"method":%b,"target":%b,"status":%d,"bytes":%d,"kept":%b}\n' % (
        _quoted(method),
        _quoted(target),
        status,
        size,
        b"true" if kept else b"false",
    )


def _quoted(text: bytes) -> bytes:
    return json.dumps(text.decode("latin-1")).encode()


def _stamp() -> bytes:
    """Give the time, UTC, to the millisecond (RFC 3339)."""
    return _written(int(time.time() * 1000))


@lru_cache(maxsize=2)
def _written(milliseconds: int) -> bytes:
    seconds, rest = divmod(milliseconds, 1000)
    return b"%b.%03dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)).encode(), rest)
