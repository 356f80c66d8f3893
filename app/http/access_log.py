"""The access log: a line of JSON for each request, written in batches by a thread, off the way of any request."""

import json
import os
import re
import select
import threading
import time
from collections import deque
from functools import lru_cache

_BATCH_SECONDS = 0.25
_BATCH_LINES = 1000
_CLOSING_SECONDS = 2
"""How long the end of the process waits for a sink that takes nothing."""

_MOST_WAITING = 20_000
"""How many lines wait for a slow sink at most; what comes then is dropped and counted."""

_PIECE_BYTES = select.PIPE_BUF - 1
"""How much gets into a pipe in one piece where several processes share it, with a line's end before it. No line is
longer."""

_MOST_WRITTEN_BYTES = 1024 * 1024
"""How much is written at once where one process has it for itself: small pieces cost twice as much."""

_MOST_SHOWN = 2000
"""How long a request's target may be in its line, characters; of a longer one its beginning is shown."""

_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
"""The header of W3C Trace Context, version 00: the ids of the trace and of the caller's part in it, never all zero."""


Ended = tuple[str, str | None, bytes, int, int, bool]
"""What is alike of many requests that ended: the method, the template of the path where there is one, the target, the
status, 0 where the client left before there was one, the bytes of the body that were sent, and whether it was kept."""

_Noted = tuple[float, bytes, bytes | None, float, Ended]


class AccessLog:
    """Writes lines to a file descriptor from a thread of its own, which begins with the first line."""

    def __init__(self, descriptor: int, *, is_shared: bool = False) -> None:
        """`is_shared` says that other processes write to it too."""
        self._descriptor = descriptor
        self._most_bytes = _PIECE_BYTES if is_shared else _MOST_WRITTEN_BYTES
        self._room = select.poll()
        self._room.register(descriptor, select.POLLOUT)
        self._waiting: deque[_Noted] = deque()
        # Each number is changed by one of the two threads alone.
        self._refused, self._lost, self._told = 0, 0, 0
        self._is_torn = False
        """Whether what was written ends in the midst of a line."""
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    @property
    def dropped(self) -> int:
        """How many lines were not written, since the sink was too slow, or took none."""
        return self._refused + self._lost

    def note(self, ended: Ended, name: bytes, traceparent: bytes | None, seconds: float) -> None:
        """Note a request by its name, with the trace that it belongs to and the seconds from its headers to its end."""
        if len(self._waiting) >= _MOST_WAITING:
            self._refused += 1
            return
        if len(ended[2]) > _MOST_SHOWN:
            method, route, target, status, size, kept = ended
            ended = (method, route, target[:_MOST_SHOWN], status, size, kept)
        # To write the line is left to the thread, in which many in a row take half the time.
        self._waiting.append((time.time(), name, traceparent, seconds, ended))
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="access log", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Write what waits, as far as the sink takes it, and end."""
        self._is_closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_CLOSING_SECONDS)

    def _write(self) -> None:
        while True:
            self._wake.wait(_BATCH_SECONDS)
            is_last = self._is_closed
            self._write_batch()
            while self._waiting:
                self._write_batch()
            if is_last:
                return

    def _write_batch(self) -> None:
        count = min(len(self._waiting), _BATCH_LINES)
        batch = b"".join([_line(*self._waiting.popleft()) for _ in range(count)])
        # What cannot be written is no reason to end: the sink may be well again when the next lines come.
        self._lost += batch.count(b"\n", self._put_all(batch))
        self._tell_dropped()

    def _put_all(self, batch: bytes) -> int:
        """Write whole lines; gives how many bytes were written, which is all of them unless the sink failed."""
        start = 0
        while start < len(batch):
            end = len(batch)
            if end - start > self._most_bytes:
                end = batch.rfind(b"\n", start, start + self._most_bytes) + 1
            written = self._put(batch[start:end])
            if start + written < end:
                return start + written
            start = end
        return start

    def _put(self, lines: bytes) -> int:
        """Write a few lines; gives how many bytes of them were written."""
        before = b"\n" if self._is_torn else b""
        rest = memoryview(before + lines)
        try:
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:
                    if self._is_closed:
                        raise
                    self._room.poll(_BATCH_SECONDS * 1000)
        except OSError:
            written = len(lines) - len(rest)
            if written >= 0:
                self._is_torn = written > 0 and not lines.endswith(b"\n", 0, written)
            return max(written, 0)
        self._is_torn = False
        return len(lines)

    def _tell_dropped(self) -> None:
        dropped = self.dropped
        if dropped > self._told:
            line = b'{"time":"%b","dropped":%d}\n' % (_stamp(int(time.time() * 1000)), dropped - self._told)
            if self._put(line) == len(line):
                self._told = dropped


def _line(at: float, name: bytes, traceparent: bytes | None, seconds: float, ended: Ended) -> bytes:
    stamp, trace = _stamp(int(at * 1000)), b"" if traceparent is None else _trace(traceparent)
    return b'{"time":"%b","id":"%b","ms":%.3f,%b%b' % (stamp, name, seconds * 1000, trace, _rest(ended))


@lru_cache(maxsize=2)
def _stamp(milliseconds: int) -> bytes:
    """Give a time, UTC, to the millisecond (RFC 3339)."""
    seconds, rest = divmod(milliseconds, 1000)
    return b"%b.%03dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)).encode(), rest)


def _trace(traceparent: bytes) -> bytes:
    """Write the ids that a `traceparent` header carries; nothing for one that is not as it should be."""
    ids = _TRACEPARENT.fullmatch(traceparent)
    return b'"trace_id":"%b","parent_id":"%b",' % ids.groups() if ids is not None else b""


@lru_cache(maxsize=1000)
def _rest(ended: Ended) -> bytes:
    """Write what is alike in many lines; what a client chose as JSON, in which no line can be forged."""
    method, route, target, status, size, kept = ended
    return b'"method":%b,"route":%b,"target":%b,"status":%d,"bytes":%d,"kept":%b}\n' % (
        _quoted(method[:20]),
        _quoted(route),
        _shown(target.decode("latin-1")),
        status,
        size,
        _quoted(kept),
    )


def _shown(target: str) -> bytes:
    quoted = _quoted(target)
    # A character becomes six at most.
    return quoted if len(quoted) <= _MOST_SHOWN else _quoted(f"{target[: _MOST_SHOWN // 6]}…")


def _quoted(value: str | bool | None) -> bytes:
    return json.dumps(value).encode()
