"""Routes: described to FastAPI as any others, and found and gone without what it does for applications of any kind.

That costs more than to answer from the snapshot: to try one route after another, and to look at each request anew for
what an endpoint takes, which here is always the same.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.bounds import check_bounds
from app.web.context import CONTEXT, ROUTE, Context
from app.web.queries import Query, QueryReader, parse_query


class QueryRoute(APIRoute):
    """A route whose endpoint takes the request, the parts of its path, and the query that a QueryReader reads."""

    query_model: type[Query]
    """The model of its query string."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ((self._query_name, self.query_model),) = (
            (one.name, one.call.query_model) for one in self.dependant.dependencies if isinstance(one.call, QueryReader)
        )
        self._takes_request = self.dependant.request_param_name is not None
        self.app = self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[ROUTE] = self.path
        arguments: dict[str, Any] = dict(scope["path_params"])
        if self._takes_request:
            arguments["request"] = Request(scope, receive, send)
        query = parse_query(self.query_model, scope["query_string"])
        context: Context = scope[CONTEXT]
        check_bounds(query, context.settings)
        if self._query_name is not None:
            arguments[self._query_name] = query
        response = await self.endpoint(**arguments)
        await response(scope, receive, send)


class Dispatcher:
    """An ASGI application that finds the route of a path by its beginning, and leaves to another what has none."""

    def __init__(self, routes: Sequence[QueryRoute], other: ASGIApp) -> None:
        self._other = other
        self._whole = {route.path: route for route in routes if "{" not in route.path}
        self._with_parts: dict[str, list[QueryRoute]] = {}
        for route in routes:
            if "{" in route.path:
                self._with_parts.setdefault(_beginning(route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] == "http" and scope["method"] == "GET":
            path: str = scope["path"]
            route = self._whole.get(path)
            if route is not None:
                scope["path_params"] = {}
                await route.app(scope, receive, send)
                return
            for route in self._with_parts.get(_beginning(path), ()):
                found = route.path_regex.match(path)
                if found is not None:
                    scope["path_params"] = found.groupdict()
                    await route.app(scope, receive, send)
                    return
        await self._other(scope, receive, send)


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
