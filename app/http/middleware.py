"""What every answer has in common, errors included: request id, CORS, security headers, methods, HEAD."""

import logging
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.cache import Asked, Conditions, Form, asked_of
from app.http.context import ASKED, CONTEXT, ROUTE, Context
from app.http.errors import BadRequest, MethodNotAllowed, Problem, answer_unexpected, problem_response
from app.http.headers import request_id, with_common
from app.http.representation import send_form
from app.http.target import is_host
from app.server.fast_path import BEGUN, Begun

_log = logging.getLogger("uvicorn.error")

ALLOW = "GET, HEAD, OPTIONS"
MAX_TARGET_BYTES = 8 * 1024
MAX_HEADER_BYTES = 32 * 1024

_PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
Handlers = Mapping[Any, Callable[[Request, Any], Any]]
"""The coroutine functions that make the answer to an error, by its class."""

HEAD_ONLY = "campaign_api.head_only"
"""What says in a scope that the body will be dropped, and so need not be made."""


class TargetTooLong(Problem):
    """The request target is longer than any that the service gives out."""

    status = HTTPStatus.REQUEST_URI_TOO_LONG


class HeadersTooLarge(Problem):
    """The request's headers are larger than any client needs."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class VersionNotSupported(Problem):
    """The request is of another major version of HTTP than the connection."""

    status = HTTPStatus.HTTP_VERSION_NOT_SUPPORTED


class CodingNotImplemented(Problem):
    """The content is in a transfer coding that is not understood."""

    status = HTTPStatus.NOT_IMPLEMENTED


def target_too_long() -> Problem:
    """Say that path and query are too long."""
    return TargetTooLong(f"Path and query are longer than {MAX_TARGET_BYTES} bytes.")


def headers_too_large() -> Problem:
    """Say that the headers are too large."""
    return HeadersTooLarge(f"The headers are larger than {MAX_HEADER_BYTES} bytes.")


class Manners:
    """ASGI middleware, the outermost: no answer leaves without passing here."""

    def __init__(self, app: ASGIApp, handlers: Handlers, is_known: Callable[[Scope], bool]) -> None:
        """`handlers` answer for errors; `is_known` tells whether there is something to GET at a path."""
        self._app = app
        self._handlers = handlers
        self._is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Not left there: the scope of an idle connection must not hold a version of the data.
        begun: Begun | None = scope.pop(BEGUN, None)
        began_at = time.perf_counter() if begun is None else begun.at
        context: Context = scope["app"].state.context if begun is None else begun.scope[CONTEXT]
        plain: tuple[Asked, Conditions] | None = scope.get(ASKED)
        asked, conditions = asked_of(scope) if plain is None else plain
        name = request_id(conditions.request_id)
        sending = _Sending(send, name, is_head=scope["method"] == "HEAD")
        kept: Form | None = None
        known: Scope = {}
        try:
            answer = self._answer_at_once(scope) if plain is None else None
            if answer is not None:
                await answer(scope, receive, sending)
            elif begun is None and (kept := context.kept.find(asked)) is not None:
                context.metrics.kept_hits += 1
                await send_form(kept, conditions, sending)
            else:
                context.metrics.kept_misses += 1
                known = {
                    **scope,
                    "method": "GET" if sending.is_head else scope["method"],
                    HEAD_ONLY: sending.is_head,
                    CONTEXT: context,
                    ASKED: (asked, conditions),
                }
                if begun is None:
                    await self._app(known, receive, sending)
                    return
                # Its scope knows more: at which route it is.
                known |= begun.scope
                made = await begun.making
                if isinstance(made, Form):
                    await send_form(made, conditions, sending)
                else:
                    await made(known, receive, sending)
        except Exception as error:
            answer_to = next((self._handlers[kind] for kind in type(error).__mro__ if kind in self._handlers), None)
            if answer_to is None or sending.status != 0:
                # To let a defect go further would cost the client its connection.
                _log.exception("request %s failed: %s %r", name.decode(), scope["method"], scope["path"])
            if sending.status == 0:
                response = await (answer_to or answer_unexpected)(Request(known or scope), error)
                await response(scope, receive, sending)
        finally:
            route = known.get(ROUTE) if kept is None else kept.route
            seconds = time.perf_counter() - began_at
            context.metrics.requests.note(route, scope["method"], sending.status, seconds)
            if context.log is not None:
                ended = (scope["method"], route, asked.target, sending.status, sending.size, kept is not None)
                context.log.note(ended, name, conditions.traceparent, seconds)

    def _answer_at_once(self, scope: Scope) -> Response | None:
        """Answer what needs no handler; None for a request that does."""
        problem = _misread(scope)
        method = scope["method"]
        if problem is None and method == "OPTIONS":
            headers = Headers(scope=scope)
            if "origin" in headers and "access-control-request-method" in headers:
                return Response(status_code=204, headers=_PREFLIGHT | {"Allow": ALLOW})
            if self._is_known(scope):
                return Response(status_code=204, headers={"Allow": ALLOW})
            return None
        if problem is None and method not in ("GET", "HEAD"):
            problem = MethodNotAllowed("The service is read-only: GET, HEAD and OPTIONS.", headers={"Allow": ALLOW})
        return problem_response(problem, scope["path"][:200]) if problem is not None else None


def _misread(scope: Scope) -> Problem | None:
    """Say what is wrong with a request as a message of HTTP, if something is (RFC 9112)."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    version: str = scope["http_version"]
    hosts = [value for name, value in headers if name == b"host"]
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_TARGET_BYTES:
        return target_too_long()
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
        return headers_too_large()
    if "." in version and not version.startswith("1."):
        return VersionNotSupported("This is HTTP/1.1.")
    if len(hosts) > 1 or (not hosts and version.startswith("1.") and version != "1.0"):
        return BadRequest("There must be one Host header, and no more.")
    if hosts and not is_host(hosts[0]):
        return BadRequest("The Host header must be a name or an address, with or without a port.")
    if any(name == b"transfer-encoding" and value.strip().lower() != b"chunked" for name, value in headers):
        return CodingNotImplemented("The only transfer coding that is understood is chunked.")
    return None


class _Sending:
    """Sends an answer with what every answer has, and without the body that HEAD does not ask for."""

    def __init__(self, send: Send, name: bytes, *, is_head: bool) -> None:
        self._send = send
        self._name = name
        self.is_head = is_head
        self.status = 0
        """The status that was sent; 0 before."""
        self.size = 0
        """How many bytes of the body were sent."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": with_common(message["headers"], self._name)}
        elif self.is_head:
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": b""}
        else:
            self.size += len(message["body"])
        await self._send(message)
