"""Writing whole responses to a transport, and counting them."""

import asyncio
import sys
from collections.abc import Callable
from time import perf_counter

from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

if sys.platform == "linux":
    import fcntl
    import termios

from app.http.cache import Representation
from app.http.conditional import is_not_modified
from app.http.context import Context
from app.http.errors import Problem, problem_body
from app.http.headers import header_block, header_lines, request_id
from app.http.interface_language import InterfaceLanguage
from app.http.request_key import ParsedRequest


class ResponseWriter:
    """Writes the responses that need no ASGI cycle."""

    def __init__(self, transport: asyncio.Transport, server_state: ServerState) -> None:
        self._transport = transport
        self._server_state = server_state
        self._server_headers: tuple[object, bytes] = (None, b"")

    def send(
        self,
        request: ParsedRequest,
        response: Representation,
        context: Context,
        started_at: float,
        *,
        is_cached: bool,
    ) -> None:
        """Write the response to a plain request, count it and log it; `started_at` is by `time.perf_counter`."""
        key, conditions, is_head = request
        id_ = request_id(conditions.request_id)
        if is_not_modified(conditions, response.headers):
            status, headers, body = 304, response.not_modified_block, b""
        else:
            status, headers, body = 200, response.header_block, b"" if is_head else response.body
        self._write(status, headers, id_, body)
        method, seconds = "HEAD" if is_head else "GET", perf_counter() - started_at
        context.metrics.requests.add(response.route, method, status, seconds)
        if context.log is not None:
            context.log.add(
                (method, response.route, key.target, status, len(body), is_cached),
                id_,
                conditions.traceparent,
                seconds,
            )
        self._server_state.total_requests += 1

    def send_problem(self, problem: Problem, context: Context, chosen: InterfaceLanguage) -> None:
        """Write the response that ends a connection, count it and log it."""
        body, headers = problem_body(problem, "/", context.base_path, chosen)
        id_ = request_id(None)
        self._write(problem.status, header_block({**headers, "Connection": "close"}), id_, body)
        context.metrics.requests.add(None, "", problem.status, 0.0)
        if context.log is not None:
            context.log.add(("", None, b"", problem.status, len(body), False), id_, None, 0.0)

    def _write(self, status: int, headers: bytes, id_: bytes, body: bytes) -> None:
        # The server's own headers, such as Date, which uvicorn renews every second.
        current = self._server_state.default_headers
        if current is not self._server_headers[0]:
            self._server_headers = current, header_lines(current)
        own = self._server_headers[1]
        self._transport.write(b"".join((STATUS_LINE[status], own, headers, b"x-request-id: ", id_, b"\r\n\r\n", body)))


class LingeringTransport:
    """What uvicorn's request cycle needs of a transport, with a close of its own."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close


def unacknowledged_bytes(transport: asyncio.WriteTransport) -> int:
    """Return how many bytes the system has sent or buffered that the client has not acknowledged; Linux only."""
    return _queued_bytes(transport, termios.TIOCOUTQ) if sys.platform == "linux" else 0


def has_input(transport: asyncio.WriteTransport) -> bool:
    """Return whether bytes have arrived that were not read yet; Linux only."""
    if sys.platform != "linux" or transport.is_closing():
        return False
    return _queued_bytes(transport, termios.FIONREAD) > 0


def _queued_bytes(transport: asyncio.WriteTransport, queue: int) -> int:
    """Return how many bytes the system has in one of a socket's two queues."""
    queued = fcntl.ioctl(transport.get_extra_info("socket").fileno(), queue, bytes(4))
    return int.from_bytes(queued, sys.byteorder)
