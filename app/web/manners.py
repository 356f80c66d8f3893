"""What every answer has in common, errors included: request id, CORS, security headers, methods, HEAD."""

import logging
import re
import secrets
from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import MethodNotAllowed, Problem, answer_unexpected, problem_response

_log = logging.getLogger("uvicorn.error")

ALLOW = "GET, HEAD, OPTIONS"
EXPOSED = (
    "ETag, Link, Content-Language, Content-Disposition, X-Request-ID, X-Data-Version, X-Total-Count, X-Undated-Excluded"
)
MAX_TARGET_BYTES = 8 * 1024
MAX_HEADER_BYTES = 32 * 1024

COMMON_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_NOTHING_MAY_RUN = "default-src 'none'; frame-ancestors 'none'"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
HEAD_ONLY = "campaign_api.head_only"
"""What says in a scope that the body will be dropped, and so need not be made."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class TargetTooLong(Problem):
    """The request target is longer than any that the service gives out."""

    status = HTTPStatus.REQUEST_URI_TOO_LONG


class HeadersTooLarge(Problem):
    """The request's headers are larger than any client needs."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class Manners:
    """ASGI middleware, the outermost: no answer leaves without passing here."""

    def __init__(self, app: ASGIApp, is_known: Callable[[Scope], bool]) -> None:
        """`is_known` tells whether there is something to GET at a scope's path."""
        self._app = app
        self._is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        started = False

        async def forward(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=message["headers"])
                headers.update(COMMON_HEADERS)
                headers["X-Request-ID"] = request_id
                headers.setdefault("Content-Security-Policy", _NOTHING_MAY_RUN)
            elif scope["method"] == "HEAD":
                if message.get("more_body"):
                    return
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        answer = self._answer_at_once(scope)
        if answer is not None:
            await answer(scope, receive, forward)
        else:
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            try:
                await self._app({**scope, "method": method, HEAD_ONLY: scope["method"] == "HEAD"}, receive, forward)
            except Exception as error:
                # The framework has answered for a defect within it, and passes the error on for a log that knows no
                # request; to let it go further would cost the client its connection.
                _log.exception("request %s failed: %s %r", request_id, scope["method"], scope["path"])
                if not started:
                    response = await answer_unexpected(Request(scope), error)
                    await response(scope, receive, forward)

    def _answer_at_once(self, scope: Scope) -> Response | None:
        """Answer what needs no handler; None for a request that does."""
        problem: Problem | None = None
        method = scope["method"]
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_TARGET_BYTES:
            problem = TargetTooLong(f"Path and query are longer than {MAX_TARGET_BYTES} bytes.")
        elif sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
            problem = HeadersTooLarge(f"The headers are larger than {MAX_HEADER_BYTES} bytes.")
        elif method == "OPTIONS":
            headers = Headers(scope=scope)
            if "origin" in headers and "access-control-request-method" in headers:
                return Response(status_code=204, headers=_PREFLIGHT | {"Allow": ALLOW})
            if self._is_known(scope):
                return Response(status_code=204, headers={"Allow": ALLOW})
            return None
        elif method not in ("GET", "HEAD"):
            problem = MethodNotAllowed("The service is read-only: GET, HEAD and OPTIONS.", headers={"Allow": ALLOW})
        return problem_response(problem, scope["path"][:200]) if problem is not None else None


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
