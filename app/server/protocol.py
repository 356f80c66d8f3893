"""One connection of the server: the fast path, and the limits of connections."""

import asyncio
from http import HTTPStatus
from time import perf_counter
from typing import Any

from app.http.errors import Problem, Unavailable
from app.http.request_key import ParsedRequest, parse_headers
from app.http.request_validation import MAX_HEADER_BYTES, MAX_TARGET_BYTES
from app.messages import message
from app.server.connections import Connections
from app.server.fast_path import FastPath
from app.server.sequential import RESPONSES_PER_TURN, SequentialProtocol
from app.server.state import State
from app.server.wire import has_input, unacknowledged_bytes

# In Python 3.11 a member of an enum takes six times as long to look up as a global.
_IDLE = State.IDLE

_MIN_READ_BYTES = 16 * 1024
"""How much a client has to read of a response within the write timeout, unless less is left."""

_LAST_REQUEST_SECONDS = 1.0
"""How long a connection that is to close waits for a request that may be on its way."""


class Protocol(SequentialProtocol):
    """A connection that sends cached and quickly rendered responses itself.

    Without it the application runs on any ASGI server and sends the same bytes; the same tests run both ways.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fast_path: FastPath | None = self.app.state.fast_path
        self._connections: Connections = self.app.state.connections
        self._unread_at_progress = 0
        """How many bytes the client had not read when it last made progress; 0 where all was read."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Admit a connection."""
        super().connection_made(transport)
        if not self._connections.admit(self):
            self.refusal = Unavailable(message("Too many connections; retry later."))
        self.is_last = self._connections.is_shutting_down

    def connection_lost(self, exc: Exception | None) -> None:
        """Release a connection."""
        super().connection_lost(exc)
        self._connections.release(self)

    def pause_writing(self) -> None:
        """Write no more for now: the client is slow."""
        super().pause_writing()
        self.active_at = self.loop.time()

    # The fast path.

    def data_received(self, data: bytes) -> None:
        """Respond to a request that is cached, to the byte; parse any other."""
        if self.state is _IDLE:
            request = self.context.cache.parsed(data)
            if request is not None and self._may_respond() and self._send_cached(request):
                return
        super().data_received(data)

    def _may_respond(self) -> bool:
        """Return whether the fast path may write; call it only while the application is not responding."""
        return not (self.flow.write_paused or self.is_last or self._fast_path is None or self.refusal is not None)

    def respond_at_once(self) -> bool:
        """Write the response by the fast path; returns whether it was."""
        if self._fast_path is None or not self._may_respond():
            return False
        request = self._read_plain()
        if request is None:
            return False
        if self._send_cached(request):
            if self._piece.endswith(b"\r\n\r\n"):
                self.context.cache.remember(self._piece, request)
            return True
        if self._responses:
            return False
        started_at = perf_counter()
        context = self.context
        rendered = self._fast_path.render(request, context, self.scope)  # type: ignore[arg-type]
        if rendered is None:
            return False
        context.metrics.cache_misses += 1
        self.writer.send(request, rendered, context, started_at, is_cached=False)
        self.active_at = self.loop.time()
        self._responses = RESPONSES_PER_TURN
        return True

    def _read_plain(self) -> ParsedRequest | None:
        """Return the request, if it has no content, Expect, Upgrade or other demand on the connection."""
        method = self.parser.get_method()
        if (
            method not in (b"GET", b"HEAD")
            or self.parser.get_http_version() != "1.1"
            or not self.parser.should_keep_alive()
            or len(self.url) > MAX_TARGET_BYTES
            or not self._has_short_headers
        ):
            return None
        key, conditions = parse_headers((self.scheme or "http", self.server), self.url, self.headers)
        return ParsedRequest(key, conditions, method == b"HEAD") if conditions.is_plain else None

    @property
    def _has_short_headers(self) -> bool:
        # The piece is empty if the head came in several.
        if 0 < len(self._piece) <= MAX_HEADER_BYTES:
            return True
        return sum(len(name) + len(value) for name, value in self.headers) <= MAX_HEADER_BYTES

    def _send_cached(self, request: ParsedRequest) -> bool:
        """Write the response to a request if it is cached; returns whether it is."""
        started_at = perf_counter()
        context = self.context
        cached = context.cache.find(request.key) if request.key.base == (self.scheme, self.server) else None
        if cached is None:
            return False
        context.metrics.cache_hits += 1
        self.writer.send(request, cached, context, started_at, is_cached=True)
        self.active_at = self.loop.time()
        self._responses += 1
        return True

    # The limits of connections.

    @property
    def is_waiting_for_client(self) -> bool:
        """Whether nothing can be done before the client sends or reads something."""
        if self.flow.write_paused or self.transport.is_closing():
            return True
        return not (self.is_responding or self.state is State.QUEUED)

    @property
    def is_reading(self) -> bool:
        """Whether part of a request has arrived."""
        return self.state in (State.HEAD, State.CONTENT)

    def check_progress(self) -> int:
        """Note whether the client has read enough since it last did; returns how many bytes are buffered."""
        buffered = self.transport.get_write_buffer_size()
        unread = buffered + unacknowledged_bytes(self.transport) if buffered else 0
        read = self._unread_at_progress - unread
        if read >= (_MIN_READ_BYTES if unread else 1):
            self.active_at = self.loop.time()
        if read >= _MIN_READ_BYTES or read < 0 or not unread:
            self._unread_at_progress = unread
        return buffered

    @property
    def has_input(self) -> bool:
        """Whether bytes have arrived that were not read yet."""
        return has_input(self.transport)

    def time_out(self) -> bool:
        """End a connection whose client took too long; returns whether it did."""
        if self.transport.get_write_buffer_size():
            self.drop()
        elif self.state in (State.IDLE, State.HEAD) and self.has_input:
            # The process stood still, and has not read what came in time.
            return False
        elif self.state is State.HEAD:
            detail = message("The request was not complete in time.")
            self.end_with(Problem(detail, status=HTTPStatus.REQUEST_TIMEOUT))
        elif self.state is State.CONTENT:
            self.end()
        else:
            self.transport.close()
        return True

    def drop(self) -> None:
        """End a connection at once."""
        self.transport.abort()

    def shutdown(self) -> None:
        """Make the next response the last: the one under way, or that to a request which is on its way."""
        self.is_last = self._connections.is_shutting_down = True
        if self.is_responding:
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(_LAST_REQUEST_SECONDS, self._close_if_idle)

    def _close_if_idle(self) -> None:
        if self.state in (State.IDLE, State.LINGERING) and not self.is_responding and not self.has_input:
            self.transport.close()
