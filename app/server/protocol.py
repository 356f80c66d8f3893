"""The server's protocol: it answers at once, where it reads a request, what it can, and what is no HTTP too.

It leans on names within uvicorn's protocol that are not its public interface, so uvicorn's version is pinned. The same
answers leave by way of the application where it does not apply; one set of tests compares the two, byte for byte.
"""

import asyncio
import logging
import sys
from time import perf_counter
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

if sys.platform == "linux":
    import fcntl
    import termios

from app.http.cache import Conditions, Form, PlainRequest, read_headers
from app.http.context import ASKED, Context
from app.http.errors import BadRequest, Problem, RequestTimeout, Unavailable, problem_response
from app.http.headers import header_lines, request_id, with_common
from app.http.middleware import MAX_HEADER_BYTES, MAX_TARGET_BYTES, headers_too_large, target_too_long
from app.http.representation import has_it
from app.http.routing import Dispatcher
from app.http.streaming import STREAMED
from app.http.target import origin_form
from app.server.connections import Connections
from app.server.fast_path import BEGUN, begin

# What clients do wrong is counted and answered. Were it written too, they could fill a disk, or hold us up at a pipe.
_log = logging.getLogger("uvicorn.error.requests")
# By a filter: when uvicorn sets up its own log, it takes the level off this one.
_log.addFilter(lambda record: record.levelno >= logging.ERROR)

_LAST_REQUEST_SECONDS = 1.0
"""How long a connection that is to end waits for a request that may be on its way."""

_LINGERING_SECONDS = 2
"""How long what a client still sends is dropped after the last answer: to close at once could take that from it."""

_MAX_UNREAD_BYTES = 64 * 1024
"""How much of an incomplete head, or of what follows content, is received beside what came with its first bytes."""

_MAX_PARSED_BYTES = 60_000
"""How much of a target is parsed: a longer one is refused anyway, and uvicorn's parser takes no more than 65,535."""


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, with a shorter way for plain requests and our own words for what cannot be read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _log
        self._dispatcher: Dispatcher = self.app.state.dispatcher
        # HTTP/1.2 is answered as 1.1 is; what is no HTTP/1 is told so.
        self.parser.set_dangerous_leniencies(lenient_version=True)
        self._is_between = True
        """Whether all that was received belongs to requests that were read to their ends."""
        self._is_headed = False
        """Whether all headers of the request that is being read have come."""
        self._is_answered = False
        """Whether the request that is being read was answered at once."""
        self._may_make = False
        """Whether the answer to the next request may be made before any other connection has its turn."""
        self._under_way: RequestResponseCycle | None = None
        """The request that the application is answering, or answered last."""
        self._received = b""
        """What was received last, if a request began with it."""
        self._is_refused = False
        """Whether there are too many connections for this one."""
        self._is_ending = False
        """Whether the next answer is the last."""
        self._is_over = False
        """Whether nothing more is read."""
        self._has_moved = False
        """Whether what was received last began a request, ended one, or had content of one."""
        self._unread_bytes = 0
        """How much was received since that was so."""
        self._last_words: Problem | None = None
        """What is to be said when all has been answered that was asked before."""
        self._untaken_bytes = 0
        """How much the client had not taken when that was looked at last."""
        self.active_at = 0.0
        """When something was done last that brings a request or an answer further, by the loop's clock, seconds."""
        self._stamped: tuple[object, bytes] = (None, b"")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection in."""
        super().connection_made(transport)
        self.active_at = self.loop.time()
        self._is_refused = not self._connections.admit(self)
        self._is_ending = self._connections.are_ending

    def data_received(self, data: bytes) -> None:
        """Answer a request that was read before, to the byte; read any other."""
        if self._is_over:
            return
        if self._is_between:
            context = self._context
            request = context.kept.read_before(data)
            if request is not None and self._is_free and self._find(request, context):
                return
            self._received = data
        else:
            self._received = b""
        # Of all that came at once the first alone: the others would keep other connections waiting.
        self._may_make = True
        self._has_moved = False
        super().data_received(data)
        self._unread_bytes = 0 if self._has_moved else self._unread_bytes + len(data)
        if self._unread_bytes > _MAX_UNREAD_BYTES and not self._is_between:
            self._end_with(target_too_long() if len(self.url) > MAX_TARGET_BYTES else headers_too_large())

    def eof_received(self) -> bool:  # type: ignore[override]
        """Tell whether something is still to be answered to a client that has said its last.

        Not so a document that is made in pieces: whoever closes a connection has left, as a rule, and that is work.
        """
        under_way = self._under_way
        if under_way is None or under_way.response_complete or STREAMED in under_way.scope["state"]:
            return False
        if self._last_words is None:
            self.cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        self._is_between = self._is_headed = False
        self._has_moved = True
        self.active_at = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Answer a request at once if that can be; leave any other to the application, as uvicorn does."""
        self._is_headed = True
        if self._is_refused:
            self._is_answered = True
            self._end_with(Unavailable("There are as many connections as there can be; try again."))
            return
        if not self.url.startswith(b"/"):
            self.url = origin_form(self.parser.get_method(), self.url)
        self.url = self.url[:_MAX_PARSED_BYTES]
        # No answer needs a request's content, so nobody is told to go on with it.
        self.expect_100_continue = False
        request = self._read_plain()
        self._is_answered = request is not None and self._is_free and self._answer_at_once(request)
        if not self._is_answered:
            if request is not None:
                self.scope[ASKED] = request[:2]  # type: ignore[literal-required]
            super().on_headers_complete()
            # After the head of what would be an upgrade nothing is read as the content that it may be.
            if self._is_ending or self.parser.should_upgrade():
                self.cycle.keep_alive = False
        # What may follow the content says nothing here (RFC 9110 section 6.5.1).
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """Read a piece of a body, which nobody asks for."""
        self._has_moved = True
        if not self._is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request: one that was answered at once has ended before."""
        self._is_between = self._has_moved = True
        if not self._is_answered:
            super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Let the application answer a request."""
        self._under_way = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection that ended, and of all requests on it."""
        super().connection_lost(exc)
        self._connections.leave(self)
        # Of several that were sent one after another uvicorn tells only the last.
        self.pipeline.clear()
        if self._under_way is not None:
            self._under_way.disconnected = True
            self._under_way.message_event.set()

    def on_response_complete(self) -> None:
        """Go on after an answer as uvicorn does, but for its clock: it knows nothing of what is answered at once."""
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.pipeline:
                self._start_asgi_task(*self.pipeline.pop())
        self.active_at = self.loop.time()
        if self._last_words is not None and not self._is_answering and not self.transport.is_closing():
            self._say_last(self._last_words)

    @property
    def _context(self) -> Context:
        context: Context = self.app.state.context
        return context

    @property
    def _connections(self) -> Connections:
        connections: Connections = self.app.state.connections
        return connections

    @property
    def _is_answering(self) -> bool:
        return self._under_way is not None and not self._under_way.response_complete

    @property
    def is_waited_for(self) -> bool:
        """Whether nothing can be done before the client sends or takes something."""
        return self.flow.write_paused or not self._is_answering

    @property
    def is_asking(self) -> bool:
        """Whether a request has begun that is not whole."""
        return not self._is_between

    def look(self) -> int:
        """See whether the client took something since the last look; gives how many bytes wait here to be sent."""
        if not self.flow.write_paused:
            return 0
        waiting = self.transport.get_write_buffer_size()
        untaken = waiting + _untaken_bytes(self.transport)
        if untaken < self._untaken_bytes:
            self.active_at = self.loop.time()
        self._untaken_bytes = untaken
        return waiting

    def pause_writing(self) -> None:
        """Write no more for now: the client has enough to take."""
        super().pause_writing()
        self.active_at = self.loop.time()

    def give_up(self) -> None:
        """End a connection whose client took too long."""
        if self.flow.write_paused:
            self.drop()
        elif self.is_asking and not self._is_headed:
            self._end_with(RequestTimeout("The request did not come to its end in time."))
        else:
            self.transport.close()

    def drop(self) -> None:
        """End a connection at once."""
        self.transport.abort()

    def shutdown(self) -> None:
        """Let the next answer be the last, that which is under way or that to a request which is on its way."""
        self._is_ending = self._connections.are_ending = True
        if self._is_answering:
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(_LAST_REQUEST_SECONDS, self._end_if_idle)

    def _end_if_idle(self) -> None:
        if (self._is_between or self._is_over) and not self._is_answering:
            self.transport.close()

    def _read_plain(self) -> PlainRequest | None:
        """Give the request, if it says nothing that the connection would have to heed."""
        method = self.parser.get_method()
        if (
            method not in (b"GET", b"HEAD")
            or self.parser.get_http_version() != "1.1"
            or not self.parser.should_keep_alive()
            or len(self.url) > MAX_TARGET_BYTES
            or sum(len(name) + len(value) for name, value in self.headers) > MAX_HEADER_BYTES
        ):
            return None
        asked, conditions = read_headers((self.scheme, self.server), self.url, self.headers)
        return PlainRequest(asked, conditions, method == b"HEAD") if conditions.is_plain else None

    @property
    def _is_free(self) -> bool:
        """Whether an answer can be written now."""
        return not (self.flow.write_paused or self._is_ending or self._is_refused or self._is_answering)

    def _answer_at_once(self, request: PlainRequest) -> bool:
        """Write the answer to a request if it is kept or quickly made; tells whether it is."""
        context = self._context
        if not self._find(request, context):
            return self._make(request, context)
        if self._received.find(b"\r\n\r\n") == len(self._received) - 4:
            context.kept.remember(self._received, request)
        return True

    def _find(self, request: PlainRequest, context: Context) -> bool:
        """Write the answer to a request if it is kept; tells whether it is."""
        began_at = perf_counter()
        asked = request.asked
        form = context.kept.find(asked) if asked.base == (self.scheme, self.server) else None
        if form is None:
            return False
        context.metrics.kept_hits += 1
        self._answer(request, form, context, began_at, is_kept=True)
        return True

    def _make(self, request: PlainRequest, context: Context) -> bool:
        """Make the answer to a request, and write it; tells whether that could be done without waiting for anything."""
        if not self._may_make:
            return False
        self._may_make = False
        began_at = perf_counter()
        begun = begin(self._dispatcher, request, (self.scheme, self.server), context, began_at)
        if isinstance(begun, Form):
            context.metrics.kept_misses += 1
            self._answer(request, begun, context, began_at, is_kept=False)
            return True
        if begun is not None:
            self.scope[BEGUN] = begun  # type: ignore[literal-required]
        return False

    def _answer(self, request: PlainRequest, form: Form, context: Context, began_at: float, *, is_kept: bool) -> None:
        """Write the answer to a request, and note it."""
        asked, conditions, is_head = request
        name = request_id(conditions.request_id)
        status, size = self._write(form, conditions, name, is_head=is_head)
        method, seconds = "HEAD" if is_head else "GET", perf_counter() - began_at
        context.metrics.requests.note(form.route, method, status, seconds)
        if context.log is not None:
            ended = (method, form.route, asked.target, status, size, is_kept)
            context.log.note(ended, name, conditions.traceparent, seconds)
        self.server_state.total_requests += 1
        self.active_at = self.loop.time()

    def _write(self, form: Form, conditions: Conditions, name: bytes, *, is_head: bool) -> tuple[int, int]:
        """Write an answer; gives its status, and how many bytes its body has."""
        status, lines, body = 200, form.lines, b"" if is_head else form.body
        if has_it(conditions, form.headers):
            status, lines, body = 304, form.not_modified_lines, b""
        self.transport.write(
            b"".join((STATUS_LINE[status], self._stamp(), lines, b"x-request-id: ", name, b"\r\n\r\n", body))
        )
        return status, len(body)

    def _stamp(self) -> bytes:
        """Give the headers that the server has for every answer: the date, which it renews every second."""
        given = self.server_state.default_headers
        if given is not self._stamped[0]:
            self._stamped = given, header_lines(given)
        return self._stamped[1]

    def send_400_response(self, msg: str) -> None:
        """Answer with a problem and close; the server's own words are in its log."""
        detail = (
            "This is not HTTP that can be read: is the method one of GET, HEAD and OPTIONS, "
            "and all but ASCII in the address percent-encoded?"
        )
        self._end_with(BadRequest(detail))

    def _end_with(self, problem: Problem) -> None:
        """Read no more, and write a problem as the last answer once those before it are written."""
        if self._is_over:
            return
        self._is_over = self._is_ending = True
        cycle = self.cycle
        if cycle is not None and cycle.scope is self.scope and not self._is_between:
            # What is wrong is in the content of a request; it has one answer, this one or that which has begun.
            if cycle.response_complete:
                self._linger()
                return
            if cycle.response_started:
                cycle.keep_alive = False
                return
            self._withdraw(cycle)
        if self._is_answering:
            self._last_words = problem
        else:
            self._say_last(problem)

    def _withdraw(self, cycle: RequestResponseCycle) -> None:
        """Let nothing be answered to the request that came last."""
        if self.pipeline:
            self.pipeline.popleft()
        cycle.disconnected = cycle.response_complete = True
        cycle.message_event.set()

    def _say_last(self, problem: Problem) -> None:
        response, name = problem_response(problem, "/"), request_id(None)
        lines = header_lines(with_common([*response.raw_headers, (b"connection", b"close")], name))
        self.transport.write(b"".join((STATUS_LINE[problem.status], self._stamp(), lines, b"\r\n", response.body)))
        self._linger()
        self._context.metrics.requests.note(None, "", problem.status, 0.0)
        if self._context.log is not None:
            self._context.log.note(("", None, b"", problem.status, len(response.body), False), name, None, 0.0)

    def _linger(self) -> None:
        """Say that this was all, and close when the client has said its last too (RFC 9112 section 9.6)."""
        self.transport.write_eof()
        self.active_at = self.loop.time()
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(_LINGERING_SECONDS, self.transport.close)


def _untaken_bytes(transport: asyncio.WriteTransport) -> int:
    """Tell how much of what the system has taken the client has not: some megabytes, all the time of a slow one."""
    if sys.platform != "linux":
        return 0
    waiting = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(waiting, sys.byteorder)
