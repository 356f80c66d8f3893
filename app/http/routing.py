"""Routes: described to FastAPI as any others, and found and gone without what it does for applications of any kind.

That costs more than to answer from the snapshot: to try one route after another, and to look at each request anew for
what an endpoint takes, which here is always the same.
"""

from collections.abc import Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.http.cache import Form
from app.http.context import CONTEXT, ROUTE, Context, asked_in
from app.http.limits import check_bounds
from app.http.params import Params, ParamsReader, parse_query
from app.http.representation import AnswerResponse


class QueryRoute(APIRoute):
    """A route whose endpoint takes the request, the parts of its path, and the query that a ParamsReader reads."""

    query_model: type[Params]
    """The model of its query string."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ((self._query_name, self.query_model),) = (
            (one.name, one.call.query_model)
            for one in self.dependant.dependencies
            if isinstance(one.call, ParamsReader)
        )
        self._takes_request = self.dependant.request_param_name is not None
        self.app = self._answer

    async def make(self, scope: Scope) -> Form | Response:
        """Make what a request is answered with: the form of an answer where that is whole, else a response."""
        response = await self._respond(scope)
        if isinstance(response, AnswerResponse):
            return await response.form(asked_in(scope)[0])
        return response

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(scope)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope) -> Response:
        scope[ROUTE] = self.path
        arguments: dict[str, Any] = dict(scope["path_params"])
        if self._takes_request:
            arguments["request"] = Request(scope)
        query = parse_query(self.query_model, scope["query_string"])
        context: Context = scope[CONTEXT]
        check_bounds(query, context.settings)
        if self._query_name is not None:
            arguments[self._query_name] = query
        response: Response = await self.endpoint(**arguments)
        return response


class Dispatcher:
    """An ASGI application that finds the route of a path by its beginning, and leaves to FastAPI what has none."""

    def __init__(self, app: FastAPI, routes: Sequence[QueryRoute]) -> None:
        self._app = app
        self._whole = {route.path: route for route in routes if "{" not in route.path}
        self._with_parts: dict[str, list[QueryRoute]] = {}
        for route in routes:
            if "{" in route.path:
                self._with_parts.setdefault(_beginning(route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        route = self._find(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (self._app.router if route is None else route.app)(scope, receive, send)

    def making(self, scope: Scope) -> Coroutine[Any, Any, Form | Response] | None:
        """Give what makes the answer to a GET or a HEAD outside of any server; None for a path that has no route."""
        scope["app"] = self._app
        route = self._find(scope)
        return None if route is None else route.make(scope)

    def _find(self, scope: Scope) -> QueryRoute | None:
        path: str = scope["path"]
        route = self._whole.get(path)
        if route is not None:
            scope["path_params"] = {}
            return route
        for route in self._with_parts.get(_beginning(path), ()):
            found = route.path_regex.match(path)
            if found is not None:
                scope["path_params"] = found.groupdict()
                return route
        return None


def _beginning(path: str) -> str:
    """Give the first two steps of a path, those of a collection."""
    return "/".join(path.split("/", 3)[:3])


def make_router(tag: str | None = None, dependencies: Sequence[Any] = ()) -> APIRouter:
    """Make the router of one resource; without a tag it is no part of the manual."""
    return APIRouter(
        tags=[tag] if tag else None,
        include_in_schema=tag is not None,
        dependencies=[Depends(one) for one in dependencies],
        route_class=QueryRoute,
        generate_unique_id_function=lambda route: route.name,
    )
