"""The middleware of all requests: validation, methods, HEAD, the cache, errors, request ids, metrics and the log."""

import difflib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.file import DatabaseChangedError
from app.http.cache import Representation
from app.http.context import ApiRequest, Context
from app.http.errors import Moved, NotFound, Problem, internal_error, problem_body, problem_of
from app.http.headers import request_id, with_common
from app.http.interface_language import choose_interface_language
from app.http.negotiation import decode_header, prefers_html
from app.http.ranges import negotiate_range
from app.http.request_key import Conditions, RequestKey, has_long_list, is_long, parse_scope
from app.http.request_validation import ALLOW, list_too_long, method_not_allowed, validate_request
from app.http.responses import RepresentationResponse
from app.http.routing import CONTEXT, PLANNED, REQUEST, ApiRoute, RouteTable
from app.messages import message

_log = logging.getLogger("uvicorn.error")

ErrorPage = Callable[[Problem, RequestKey, Context], tuple[bytes, dict[str, str]]]
"""Returns the body and the headers of an error response as a page."""

_MAX_SEGMENTS = 4
"""In how many segments of an unknown path the name of a collection is sought."""

_MIN_RATIO = 0.75
"""How similar a suggested path is at least: paths below `/v1` that share nothing else reach 0.73."""

_OTHER_PATHS = {
    **dict.fromkeys(("swagger", "swagger-ui", "redoc", "api-docs"), "/docs"),
    **dict.fromkeys(("swagger.json", "openapi.yaml"), "/openapi.json"),
}
"""Paths of this service, by the first path segment that other services use for them."""

_PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


class ApiMiddleware:
    """The outermost ASGI layer of the service."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Sequence[ApiRoute],
        context: Callable[[], Context],
        on_error: Callable[[Exception, Context], None],
        error_page: ErrorPage,
    ) -> None:
        """`on_error` is called with every error of a request; `error_page` makes the page of one for a browser."""
        self._app = app
        self._routes = routes
        self._route_table = RouteTable(routes)
        fixed = [route.path for route in routes if not {"{", "."} & set(route.path)]
        names = {path.removeprefix("/v1/"): path for path in fixed if path.startswith("/v1/")}
        names["places"] = names["locations"]
        self._collections = {name.removesuffix("s"): path for name, path in names.items()} | names
        """The paths below the version, by their names in the plural and in the singular."""
        ends = {route.path.rpartition("/")[2] for route in routes if "{" in route.path}
        self._endings = sorted(end for end in ends if "{" not in end)
        """The last segments of paths below a record."""
        self._context = context
        self._on_error = on_error
        self._error_page = error_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = time.perf_counter()
        context = self._context()
        key, conditions = negotiate_range(scope["method"], *parse_scope(scope))
        received = scope
        scope = {
            **received,
            "path": self._route_table.without_base_path(received["path"], context.settings.decoded_base_path),
        }
        # The server keeps the received scope beyond the response, and a plan in it would keep a replaced database open.
        received.pop(PLANNED, None)
        id_ = request_id(conditions.request_id)
        is_head = scope["method"] == "HEAD"
        sender = _Sender(send, id_, is_head=is_head)
        cached: Representation | None = None
        inner: Scope = {}
        try:
            response = self._respond_without_route(scope, key, conditions, context)
            if response is None:
                cached = None if PLANNED in scope else context.cache.find(key)
                if cached is not None:
                    context.metrics.cache_hits += 1
                    response = RepresentationResponse(cached, conditions)
            if response is None:
                context.metrics.cache_misses += 1
                # HEAD is GET without the body (RFC 9110 section 9.3.2), on every route.
                method = "GET" if is_head else scope["method"]
                inner = {**scope, "method": method, CONTEXT: context, REQUEST: (key, conditions, is_head)}
                await self._call_application(context, inner, receive, sender)
            else:
                await response(scope, receive, sender)
        except Exception as error:
            self._on_error(error, context)
            problem = problem_of(error, scope["path"])
            if (problem is None and not isinstance(error, Moved)) or sender.status != 0:
                # Uvicorn would close the connection if it were raised.
                _log.error(
                    "request %s failed: %s %r", id_.decode(), scope["method"], scope["path"], exc_info=problem is None
                )
            if sender.status == 0:
                if isinstance(error, Moved):
                    response = Response(status_code=308, headers=error.headers)
                else:
                    response = self._respond_with(problem or internal_error(), scope["path"], key, context)
                await response(scope, receive, sender)
            # The scope may have the error, and the traceback's frames have the scope: in a cycle with them a database
            # that was replaced would stay open.
            error.__traceback__ = None
        finally:
            route = inner.get("route_path") if cached is None else cached.route
            seconds = time.perf_counter() - started_at
            context.metrics.requests.add(route, scope["method"], sender.status, seconds)
            if context.log is not None:
                fields = (scope["method"], route, key.target, sender.status, sender.size, cached is not None)
                context.log.add(fields, id_, conditions.traceparent, seconds)

    async def _call_application(self, context: Context, scope: Scope, receive: Receive, sender: "_Sender") -> None:
        """Let an endpoint respond; raises NotFound with the nearest paths where there is none."""
        try:
            await self._app(scope, receive, sender)
        except DatabaseChangedError:
            if sender.status != 0:
                raise
            # A file that was only touched is read again; any other makes this fail.
            file = context.database.file
            await context.executor.run(file, file.verify_if_touched)
            await self._app(scope, receive, sender)
        except HTTPException as error:
            if error.status_code != HTTPStatus.NOT_FOUND:
                raise
            key, _, _ = scope[REQUEST]
            raise self._not_found(scope["path"], key, context) from error

    def _is_known(self, scope: Scope) -> bool:
        """Return whether a path has a route; the asterisk form of OPTIONS is about the whole service."""
        get = {**scope, "method": "GET"}
        return scope["path"] == "*" or any(route.matches(get)[0] is Match.FULL for route in self._routes)

    def _not_found(self, path: str, key: RequestKey, context: Context) -> Problem:
        known = [route.path for route in self._routes if "{" not in route.path]
        similar = difflib.get_close_matches(path[:200], known, n=3, cutoff=_MIN_RATIO)
        nearest = [*dict.fromkeys((*self._respelled(path, key, context), *similar))][:3]
        return NotFound(message("There is nothing at this path."), nearest=nearest or ["/docs"])

    def _respelled(self, path: str, key: RequestKey, context: Context) -> list[str]:
        """Return the path that differs from this one only in slashes, in case, or in the name of a part of it.

        These are such as `/v1/events/`, `/v1/event/ID`, `/places/ID` and `/swagger`. If there is no such record, return
        the nearest ones; without such a route, nothing.
        """
        segments = [*filter(None, path.lower().split("/"))]
        if segments and segments[0] in _OTHER_PATHS:
            return [_OTHER_PATHS[segments[0]]]
        last = segments[-1][:200] if segments else ""
        ending = difflib.get_close_matches(last, self._endings, n=1, cutoff=_MIN_RATIO)
        corrected = [*segments[:-1], *ending]
        for respelled in (
            "/" + "/".join(segments),
            *self._below_collections(segments),
            *(self._below_collections(corrected) if ending else ()),
        ):
            for route in self._routes:
                found = route.path_regex.match(respelled)
                if found is None:
                    continue
                parameters = found.groupdict()
                try:
                    if parameters:
                        route.plan(ApiRequest(context, key, respelled, b""), parameters)
                except NotFound as error:
                    return error.nearest
                except (Problem, Moved):
                    # There is a record or was, though this request would be refused or redirected.
                    pass
                return [respelled]
        return []

    def _below_collections(self, segments: Sequence[str]) -> Iterator[str]:
        """Iterate over the paths that begin at a segment with the name of a collection, perhaps in the singular."""
        for index, segment in enumerate(segments[:_MAX_SEGMENTS]):
            name, dot, extension = segment.partition(".")
            if name in self._collections:
                yield "/".join((self._collections[name] + dot + extension, *segments[index + 1 :]))

    def _respond_without_route(
        self, scope: Scope, key: RequestKey, conditions: Conditions, context: Context
    ) -> Response | None:
        """Return the response to a request that no endpoint handles; None for a GET or HEAD."""
        problem = validate_request(scope)
        if problem is None and has_long_list(key, conditions):
            problem = list_too_long()
        method = scope["method"]
        if problem is None and method == "OPTIONS":
            headers = Headers(scope=scope)
            if "origin" in headers and "access-control-request-method" in headers:
                return Response(status_code=204, headers=_PREFLIGHT | {"Allow": ALLOW})
            if self._is_known(scope):
                return Response(status_code=204, headers={"Allow": ALLOW})
            problem = self._not_found(scope["path"], key, context)
        elif problem is None and method not in ("GET", "HEAD"):
            problem = method_not_allowed()
        if problem is None:
            return None
        return self._respond_with(problem, scope["path"][:200], key, context)

    def _respond_with(self, problem: Problem, path: str, key: RequestKey, context: Context) -> Response:
        """Return the response of a problem with a request for `path`: a page for browsers, except below `/v1`."""
        is_data = f"{path}/".startswith("/v1/")
        if not is_data:
            known = problem.headers.get("Vary")
            problem.headers["Vary"] = ", ".join(dict.fromkeys(["Accept", *(known.split(", ") if known else [])]))
        if is_data or is_long(key.accept or b"") or not prefers_html(decode_header(key.accept)):
            chosen = choose_interface_language(key.target, key.accept_language)
            body, headers = problem_body(problem, path, context.base_path, chosen)
        else:
            body, headers = self._error_page(problem, key, context)
        return Response(body, status_code=problem.status, headers=headers)


class _Sender:
    """Sends a response with the common headers, and without a body for HEAD."""

    def __init__(self, send: Send, id_: bytes, *, is_head: bool) -> None:
        self._send = send
        self._id = id_
        self._is_head = is_head
        self.status = 0
        """The status that was sent; 0 before."""
        self.size = 0
        """How many bytes of the body were sent."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": with_common(message["headers"], self._id)}
        elif self._is_head:
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": b""}
        else:
            self.size += len(message["body"])
        await self._send(message)
