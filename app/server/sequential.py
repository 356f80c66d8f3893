"""uvicorn's protocol, with one request at a time from a connection and our own error responses.

It relies on internals of uvicorn, whose version the package checks.
"""

import asyncio
import logging
from http import HTTPStatus
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.http.context import Context
from app.http.errors import Problem
from app.http.middleware import MAX_TARGET_BYTES, headers_too_large, target_too_long
from app.http.request_key import origin_form
from app.http.streaming import STREAMING
from app.server.framing import BufferedFlow, RequestBuffer
from app.server.state import State
from app.server.turns import Turns
from app.server.wire import LingeringTransport, ResponseWriter

# Bad requests get a response and are counted. Logged, they would let clients fill a disk or block the process.
_log = logging.getLogger("uvicorn.error.requests")
# By a filter, because uvicorn resets the level of this logger when it configures logging.
_log.addFilter(lambda record: record.levelno >= logging.ERROR)

_LINGER_SECONDS = 2
"""How long data are discarded after the last response: closing at once could destroy the response (RFC 9112 9.6)."""

_MAX_UNREAD_BYTES = 64 * 1024
"""How many bytes of an incomplete head, or between the pieces of content, are read."""

_MAX_PARSED_BYTES = 60_000
"""How much of a target is parsed: a longer one is refused anyway, and the parser takes no more than 65,535 bytes."""

RESPONSES_PER_TURN = 4
"""How many cached responses a connection gets before others have their turn; a rendered one is a whole turn."""

_PIECES_PER_TURN = 64
"""How many pieces of requests are parsed in a turn."""


class SequentialProtocol(HttpToolsProtocol):
    """A connection whose next request is parsed when the response to the one before is complete."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _log
        self._turns: Turns = self.app.state.turns
        # HTTP/1.2 is served as 1.1 is; another major version gets a 505.
        self.parser.set_dangerous_leniencies(lenient_version=True)
        self.state = State.IDLE
        self.refusal: Problem | None = None
        """What every request on this connection is refused with."""
        self.is_last = False
        """Whether the next response is the last."""
        self.active_at = 0.0
        """When a request or a response last made progress, by the loop's clock, seconds."""
        self._buffer = RequestBuffer()
        self._piece = b""
        """The bytes being parsed, if a request began with them."""
        self._has_ended = False
        """Whether the client has closed its side."""
        self._responses = 0
        """How many responses this turn has had; a rendered one counts as a whole turn."""
        self._unread = 0
        """How many bytes were read since a request last made progress."""
        self._under_way: RequestResponseCycle | None = None
        """The request that the application is responding to, or has."""

    @property
    def context(self) -> Context:
        """The context of new requests."""
        # Looked up as an attribute it costs as much as a tenth of a cached response.
        context: Context = self.app.state["context"]
        return context

    @property
    def is_responding(self) -> bool:
        """Whether the application is responding to a request."""
        return self._under_way is not None and not self._under_way.response_complete

    def respond_at_once(self) -> bool:
        """Respond to the request whose head was parsed, before the application; returns whether that was done."""
        return False

    # What the transport calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start a connection."""
        super().connection_made(transport)
        self.flow = BufferedFlow(transport, self._buffer)
        self.writer = ResponseWriter(transport, self.server_state)
        self.active_at = self.loop.time()

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
                self.loop.call_soon(self._close_after_response)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection open for responses to what the client sent before it closed its side.

        A stream is not continued: a client that closes has left as a rule, and streams are work.
        """
        self._has_ended = True
        if self.state is not State.QUEUED and not self._buffer:
            self.loop.call_soon(self._close_after_response)
        return True

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
        self._unread = 0
        self.active_at = self.loop.time()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; the parser leaves whitespace at its end (RFC 9110 section 5.5)."""
        super().on_header(name, value.rstrip(b" \t"))

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
        self.expect_100_continue = False
        if self.respond_at_once():
            return
        for name, value in self.headers:
            # The parser refuses contradictions.
            if name == b"content-length" and value.isdigit():
                self._buffer.expect_content(int(value))
        super().on_headers_complete()
        self.cycle.transport = LingeringTransport(self.transport, self._close)  # type: ignore[assignment]
        # After the head of an upgrade nothing is parsed.
        if self.is_last or self.parser.should_upgrade():
            self.cycle.keep_alive = False
        # Trailers mean nothing here (RFC 9110 section 6.5.1).
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """Discard content."""
        self._unread = 0

    def on_message_complete(self) -> None:
        """End a request."""
        self._unread = 0
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
        """Respond to bytes that are not HTTP, and close."""
        detail = (
            "This is not HTTP that can be read: is the method one of GET, HEAD and OPTIONS, "
            "and the address ASCII, or UTF-8?"
        )
        self.end_with(Problem(detail, status=HTTPStatus.BAD_REQUEST))

    def _parse(self) -> None:
        """Parse bytes up to where the request may end."""
        is_start = self.state is State.IDLE
        if is_start:
            self._buffer.start_request()
        piece = self._buffer.take()
        self._piece = piece if is_start else b""
        self._unread += len(piece)
        super().data_received(piece)
        if self._unread > _MAX_UNREAD_BYTES and self.state in (State.HEAD, State.CONTENT):
            self.end_with(target_too_long() if len(self.url) > MAX_TARGET_BYTES else headers_too_large())

    def _queue(self) -> None:
        """Wait for a turn, and read nothing until then."""
        if self.state is State.IDLE:
            self.state = State.QUEUED
        self.flow.pause_reading()
        self._turns.add(self.take_turn)

    def _close_after_response(self) -> None:
        """Close when the response under way is complete; at once where there is none, or it is a stream.

        Only when the application has started is it known whether it is a stream, so this is called a moment later.
        """
        cycle = self._under_way
        if cycle is None or cycle.response_complete or STREAMING in cycle.scope["state"]:
            self.transport.close()
        elif self.state is not State.LINGERING:
            cycle.keep_alive = False

    def end_with(self, problem: Problem) -> None:
        """Read no more, and end the connection with a problem."""
        if self.state is State.LINGERING:
            return
        is_of_request = self.state in (State.CONTENT, State.RESPONDING)
        self.state = State.LINGERING
        self.is_last = True
        self._buffer.clear()
        cycle = self._under_way
        if cycle is not None and is_of_request:
            # What is wrong is in the content of a request; it gets one response, this one or the one under way.
            if cycle.response_complete:
                self._linger()
                return
            if cycle.response_started:
                cycle.keep_alive = False
                return
            cycle.disconnected = cycle.response_complete = True
            cycle.message_event.set()
        self.writer.send_problem(problem, self.context)
        self._linger()

    def _close(self) -> None:
        """Close after the last response, but not with bytes unread: the reset would destroy the response."""
        is_whole = self.state in (State.IDLE, State.RESPONDING)
        if self._has_ended or (is_whole and not self._buffer and not self.flow.read_paused):
            self.transport.close()
            return
        self.state = State.LINGERING
        self._buffer.clear()
        self._linger()

    def _linger(self) -> None:
        """Close when the client has closed its side, or a little later (RFC 9112 section 9.6)."""
        self.transport.write_eof()
        self.flow.resume_reading()
        self.active_at = self.loop.time()
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(_LINGER_SECONDS, self.transport.close)
