"""How a connection ends: after its last response, and never with bytes unread, which would reset it."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.http.context import Context
from app.http.errors import Problem
from app.http.interface_language import choose_interface_language
from app.http.streaming import STREAMING
from app.server.framing import BufferedFlow, RequestBuffer
from app.server.state import State
from app.server.wire import LingeringTransport, ResponseWriter

_LINGER_SECONDS = 2
"""How long data are discarded after the last response: closing at once could destroy the response (RFC 9112 9.6)."""

_LATE_SECONDS = 0.5
"""The delay of a timer after which the process counts as having stood still."""

_PROBE_SECONDS = 0.5
"""The time until the first probe of a client that has closed its side, and between the next ones; it doubles."""


class ClosingProtocol(HttpToolsProtocol):
    """A connection that ends with a response, a problem, or the client."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state = State.IDLE
        self.is_last = False
        """Whether the next response is the last."""
        self.active_at = 0.0
        """When a request or a response last made progress, by the loop's clock, seconds."""
        self._buffer = RequestBuffer()
        self._has_ended = False
        """Whether the client has closed its side."""
        self._under_way: RequestResponseCycle | None = None
        """The request that the application is responding to, or has."""

    @property
    def context(self) -> Context:
        """The context of new requests."""
        # Looked up as an attribute it costs as much as a tenth of a cached response.
        context: Context = self.app.state["context"]
        return context

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start a connection."""
        super().connection_made(transport)
        self.flow = BufferedFlow(transport, self._buffer)
        self.writer = ResponseWriter(transport, self.server_state)
        self.active_at = self.loop.time()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection open for the responses to what the client sent before it closed its side."""
        self._has_ended = True
        if self.state is not State.QUEUED and not self._buffer:
            self.loop.call_soon(self.close_after_response)
        return True

    def close_after_response(self) -> None:
        """Close when the response under way is complete; at once where there is none.

        Only when the application has started is it known whether it is a stream, so this is called a moment later.
        """
        cycle = self._under_way
        if cycle is None or cycle.response_complete:
            self.transport.close()
        elif self.state is not State.LINGERING:
            cycle.keep_alive = False
            if STREAMING in cycle.scope["state"] and cycle.scope["http_version"] != "1.0":
                self.loop.call_later(_PROBE_SECONDS, self._probe_client, cycle, 2 * _PROBE_SECONDS)

    def _probe_client(self, cycle: RequestResponseCycle, pause: float) -> None:
        """Find out whether a client that has closed its side waits for an export, or has left.

        A workbook takes long before its first byte is sent. Only where bytes arrive does the client's system report
        that nobody reads them, and the next write then fails. A client that waits ignores any number of interim
        responses (RFC 9110 section 15.2); they become rare, because some libraries count them.
        """
        if not (cycle.response_started or self.transport.is_closing()):
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.loop.call_later(pause, self._probe_client, cycle, 2 * pause)

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
        accepted = next((value for name, value in self.headers or () if name == b"accept-language"), None)
        chosen = choose_interface_language(self.url or b"", accepted)
        self.writer.send_problem(problem, self.context, chosen)
        self._linger()

    def end(self) -> None:
        """Close, but not with bytes unread: the reset would destroy the response."""
        is_whole = self.state in (State.IDLE, State.RESPONDING)
        if self._has_ended or (is_whole and not self._buffer and not self.flow.read_paused):
            self.transport.close()
            return
        self.state = State.LINGERING
        self._buffer.clear()
        self._linger()

    def end_after(self, cycle: RequestResponseCycle) -> None:
        """Let uvicorn's cycle end the connection as `end` does."""
        cycle.transport = LingeringTransport(self.transport, self.end)  # type: ignore[assignment]

    def _linger(self) -> None:
        """Close when the client has closed its side, or a little later (RFC 9112 section 9.6)."""
        self.transport.write_eof()
        self.flow.resume_reading()
        self.active_at = self.loop.time()
        self._close_later()

    def _close_later(self) -> None:
        self._unset_keepalive_if_required()
        due = self.loop.time() + _LINGER_SECONDS
        self.timeout_keep_alive_task = self.loop.call_at(due, self._close_when_due, due)

    def _close_when_due(self, due: float) -> None:
        if self.loop.time() - due > _LATE_SECONDS:
            # The process stood still, and has not read what came meanwhile.
            self._close_later()
        else:
            self.transport.close()
