"""uvicorn's protocol, with one request at a time from a connection and our own error responses.

It relies on internals of uvicorn, whose version the package checks.
"""

import logging
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.http.errors import Problem
from app.http.request_key import origin_form
from app.http.request_validation import MAX_HEADER_LINES, MAX_TARGET_BYTES, headers_too_large, target_too_long
from app.server.closing import ClosingProtocol
from app.server.malformed import preferences_of_head, problem_of_head
from app.server.state import State
from app.server.turns import Turns

# Bad requests get a response and are counted. Logged, they would let clients fill a disk or block the process.
_log = logging.getLogger("uvicorn.error.requests")
# By a filter, because uvicorn resets the level of this logger when it configures logging.
_log.addFilter(lambda record: record.levelno >= logging.ERROR)

_MAX_UNREAD_BYTES = 64 * 1024
"""How many bytes of an incomplete head, or between the pieces of content, are read."""

_MAX_PARSED_BYTES = 60_000
"""How much of a target is parsed: a longer one is refused anyway, and the parser takes no more than 65,535 bytes."""

RESPONSES_PER_TURN = 4
"""How many cached responses a connection gets before others have their turn; a rendered one is a whole turn."""

_PIECES_PER_TURN = 64
"""How many pieces of requests are parsed in a turn."""


class SequentialProtocol(ClosingProtocol):
    """A connection whose next request is parsed when the response to the one before is complete."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _log
        self._turns: Turns = self.app.state.turns
        # HTTP/1.2 is served as 1.1 is; another major version gets a 505.
        self.parser.set_dangerous_leniencies(lenient_version=True)
        self.refusal: Problem | None = None
        """What every request on this connection is refused with."""
        self._piece = b""
        """The bytes being parsed, if a request began with them."""
        self._responses = 0
        """How many responses this turn has had; a rendered one counts as a whole turn."""
        self._bytes_without_progress = 0
        """How many bytes were read since a request last made progress."""

    @property
    def is_responding(self) -> bool:
        """Whether the application is responding to a request."""
        return self._under_way is not None and not self._under_way.response_complete

    def respond_at_once(self) -> bool:
        """Respond to the request whose head was parsed, before the application; returns whether that was done."""
        return False

    # What the transport calls.

    def data_received(self, data: bytes) -> None:
        """Parse a request, and keep what follows it as bytes."""
        if self.state is State.LINGERING:
            return
        self._buffer.append(data)
        if self.state in (State.RESPONDING, State.QUEUED):
            self.flow.pause_reading()
        else:
            self.take_turn()

    def take_turn(self) -> None:
        """Parse and serve a few of the requests that were received."""
        if self.transport.is_closing():
            return
        if self.state is State.QUEUED:
            self.state = State.IDLE
        self._responses = 0
        pieces = 0
        while self._buffer and self.state is not State.RESPONDING and self.state is not State.LINGERING:
            if self._responses >= RESPONSES_PER_TURN or pieces == _PIECES_PER_TURN:
                self._queue()
                return
            pieces += 1
            self._parse()
        if not self._buffer:
            self.flow.resume_reading()
            if self._has_ended:
                self.loop.call_soon(self.close_after_response)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release a connection, and the requests on it."""
        super().connection_lost(exc)
        self._buffer.clear()
        # uvicorn reports a disconnect only to the last pipelined request.
        self.pipeline.clear()
        if self._under_way is not None:
            self._under_way.disconnected = True
            self._under_way.message_event.set()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Start a request."""
        if self.is_responding:
            # A piece must never hold the end of one request and the beginning of another.
            raise RuntimeError("a request began before the response to the one before was complete")
        self.state = State.HEAD
        self._bytes_without_progress = 0
        self.active_at = self.loop.time()
        super().on_message_begin()

    def _should_upgrade(self) -> bool:
        # uvicorn would split Connection, of any length, to find out.
        return False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; the parser leaves whitespace at its end (RFC 9110 section 5.5)."""
        super().on_header(name, value.rstrip(b" \t"))
        if len(self.headers) > MAX_HEADER_LINES:
            raise ValueError("too many headers")

    def on_headers_complete(self) -> None:
        """Respond by the fast path where it applies; else let the application respond, as uvicorn does."""
        self.state = State.CONTENT
        self._under_way = None
        if self.refusal is not None:
            self.end_with(self.refusal)
            return
        if not self.url.startswith(b"/"):
            self.url = origin_form(self.parser.get_method(), self.url)
        self.url = self.url[:_MAX_PARSED_BYTES]
        # Responses never depend on request content, so no 100 Continue is sent.
        waits, self.expect_100_continue = self.expect_100_continue, False
        if self.respond_at_once():
            return
        has_content = False
        for name, value in self.headers:
            # The parser refuses contradictions.
            if name == b"content-length" and value.isdigit():
                self._buffer.expect_content(int(value))
                has_content = int(value) > 0
            elif name == b"transfer-encoding":
                has_content = True
        super().on_headers_complete()
        self.end_after(self.cycle)
        # After the head of an upgrade nothing is parsed. A client that waits to send content may leave it out once it
        # has the response, so what follows is unknown (RFC 9110 section 10.1.1).
        if self.is_last or self.parser.should_upgrade() or (waits and has_content):
            self.cycle.keep_alive = False
        # Trailers mean nothing here (RFC 9110 section 6.5.1).
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """Discard content."""
        self._bytes_without_progress = 0

    def on_message_complete(self) -> None:
        """End a request."""
        self._bytes_without_progress = 0
        if self.state is State.LINGERING:
            return
        if self._under_way is None:
            self.state = State.IDLE
            return
        super().on_message_complete()
        self.state = State.RESPONDING if self.is_responding else State.IDLE

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._under_way = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        self.server_state.total_requests += 1
        self.active_at = self.loop.time()
        if self.transport.is_closing() or self.state is State.LINGERING:
            return
        if self.state is State.RESPONDING:
            self.state = State.IDLE
        if self._buffer and self.state is State.IDLE:
            self._queue()
        else:
            self.flow.resume_reading()

    def send_400_response(self, msg: str) -> None:
        """Respond to bytes that are not HTTP or have too many headers, and close."""
        if self.headers is not None and len(self.headers) > MAX_HEADER_LINES:
            self.end_with(headers_too_large())
            return
        if self._piece:
            # The parser may have stopped before the target and the header that the language is chosen by.
            self.url, accepted = preferences_of_head(self._piece)
            self.headers = [] if accepted is None else [(b"accept-language", accepted)]
        self.end_with(problem_of_head(self._piece))

    def _parse(self) -> None:
        """Parse bytes up to where the request may end."""
        is_start = self.state is State.IDLE
        if is_start:
            self._buffer.start_request()
        piece = self._buffer.take()
        self._piece = piece if is_start else b""
        self._bytes_without_progress += len(piece)
        super().data_received(piece)
        if self._bytes_without_progress > _MAX_UNREAD_BYTES and self.state in (State.HEAD, State.CONTENT):
            self.end_with(target_too_long() if len(self.url) > MAX_TARGET_BYTES else headers_too_large())

    def _queue(self) -> None:
        """Wait for a turn, and read nothing until then."""
        if self.state is State.IDLE:
            self.state = State.QUEUED
        self.flow.pause_reading()
        self._turns.add(self.take_turn)
