"""The access log: one line of JSON per request, written in batches by a thread of its own."""

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
_CLOSE_SECONDS = 2
"""How long shutdown waits for a stalled reader of the log."""

_MAX_QUEUED_LINES = 20_000
"""How many lines are queued for a slow reader; later ones are dropped and counted."""

_MAX_PIPE_BYTES = select.PIPE_BUF - 1
"""The largest write that a pipe shared by several processes does not split; one byte is left for a line end in front.
No line is longer."""

_MAX_WRITE_BYTES = 1024 * 1024
"""The largest write where no other process writes to the log; small writes cost twice as much."""

_MAX_TARGET_CHARACTERS = 2000
"""How much of a request's target is logged."""

_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
"""The `traceparent` header of W3C Trace Context, version 00: trace id and parent id, neither all zeros."""


LogFields = tuple[str, str | None, bytes, int, int, bool]
"""The part of a line that many requests share: method, template of the path or None, target, status (0 if the client
left before there was one), sent bytes of the body, and whether the response was cached."""

_Entry = tuple[float, bytes, bytes | None, float, LogFields]


class AccessLog:
    """Writes lines to a file descriptor from a thread, which starts with the first line."""

    def __init__(self, descriptor: int, *, is_shared: bool = False) -> None:
        """`is_shared`: whether other processes write to the descriptor too."""
        self._descriptor = descriptor
        self._max_bytes = _MAX_PIPE_BYTES if is_shared else _MAX_WRITE_BYTES
        self._writable = select.poll()
        self._writable.register(descriptor, select.POLLOUT)
        self._queue: deque[_Entry] = deque()
        # Each number is changed by one of the two threads only.
        self._rejected, self._lost, self._reported = 0, 0, 0
        self._is_torn = False
        """Whether the last write ended inside a line."""
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    @property
    def dropped(self) -> int:
        """How many lines were not written because the log's reader was too slow or gone."""
        return self._rejected + self._lost

    def add(self, fields: LogFields, id_: bytes, traceparent: bytes | None, seconds: float) -> None:
        """Log a request with its id; `seconds` are from its headers to its end."""
        if len(self._queue) >= _MAX_QUEUED_LINES:
            self._rejected += 1
            return
        if len(fields[2]) > _MAX_TARGET_CHARACTERS:
            method, route, target, status, size, cached = fields
            fields = (method, route, target[:_MAX_TARGET_CHARACTERS], status, size, cached)
        # The thread formats the lines: many in a row take half the time.
        self._queue.append((time.time(), id_, traceparent, seconds, fields))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="access log", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Write the queued lines, waiting _CLOSE_SECONDS at most, and stop the thread."""
        self._is_closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)

    def _run(self) -> None:
        while True:
            self._wake.wait(_BATCH_SECONDS)
            is_last = self._is_closed
            self._write_batch()
            while self._queue:
                self._write_batch()
            if is_last:
                return

    def _write_batch(self) -> None:
        count = min(len(self._queue), _BATCH_LINES)
        batch = b"".join([_line(*self._queue.popleft()) for _ in range(count)])
        # The thread continues after a failed write: later ones may succeed.
        self._lost += batch.count(b"\n", self._write_all(batch))
        self._report_dropped()

    def _write_all(self, batch: bytes) -> int:
        """Write whole lines; returns the number of bytes written, which is all unless a write failed."""
        start = 0
        while start < len(batch):
            end = len(batch)
            if end - start > self._max_bytes:
                end = batch.rfind(b"\n", start, start + self._max_bytes) + 1
            written = self._write(batch[start:end])
            if start + written < end:
                return start + written
            start = end
        return start

    def _write(self, lines: bytes) -> int:
        """Write a few lines; returns the number of their bytes that were written."""
        before = b"\n" if self._is_torn else b""
        rest = memoryview(before + lines)
        try:
            while rest:
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:
                    if self._is_closed:
                        raise
                    self._writable.poll(_BATCH_SECONDS * 1000)
        except OSError:
            written = len(lines) - len(rest)
            if written >= 0:
                self._is_torn = written > 0 and not lines.endswith(b"\n", 0, written)
            return max(written, 0)
        self._is_torn = False
        return len(lines)

    def _report_dropped(self) -> None:
        dropped = self.dropped
        if dropped > self._reported:
            line = b'{"time":"%b","dropped":%d}\n' % (_timestamp(int(time.time() * 1000)), dropped - self._reported)
            if self._write(line) == len(line):
                self._reported = dropped


def _line(at: float, id_: bytes, traceparent: bytes | None, seconds: float, fields: LogFields) -> bytes:
    ids = None if traceparent is None else _TRACEPARENT.fullmatch(traceparent)
    trace = b"" if ids is None else b'"trace_id":"%b","parent_id":"%b",' % ids.groups()
    return b'{"time":"%b","id":"%b","ms":%.3f,%b%b' % (
        _timestamp(int(at * 1000)),
        id_,
        seconds * 1000,
        trace,
        _rest(fields),
    )


@lru_cache(maxsize=2)
def _timestamp(milliseconds: int) -> bytes:
    """Format a time as RFC 3339, UTC, with milliseconds."""
    seconds, rest = divmod(milliseconds, 1000)
    return b"%b.%03dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)).encode(), rest)


@lru_cache(maxsize=1000)
def _rest(fields: LogFields) -> bytes:
    """Return the end of a line; values from the client are escaped as JSON, so that they cannot forge a line."""
    method, route, target, status, size, cached = fields
    quoted = _quote(target.decode("latin-1"))
    if len(quoted) > _MAX_TARGET_CHARACTERS:
        # An escaped character is at most six long.
        quoted = _quote(f"{target.decode('latin-1')[: _MAX_TARGET_CHARACTERS // 6]}…")
    return b'"method":%b,"route":%b,"target":%b,"status":%d,"bytes":%d,"cached":%b}\n' % (
        _quote(method[:20]),
        _quote(route),
        quoted,
        status,
        size,
        _quote(cached),
    )


def _quote(value: str | bool | None) -> bytes:
    return json.dumps(value).encode()
