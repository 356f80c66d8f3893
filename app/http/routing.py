"""Routing: FastAPI declares routes and parameters, and runs none of its own parsing.

FastAPI would take the last of several values of a parameter and ignore unknown ones; here both are errors. It would
also run synchronous endpoints in its threadpool; here they only plan the response, within microseconds.
"""

import inspect
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.http.context import ApiRequest, Context
from app.http.errors import InvalidParameter, InvalidQuery, Moved, Problem
from app.http.limits import check_limits
from app.http.params import OpenParams, Params, corrected_query, parse_params
from app.http.plan import AnyPlan, StreamPlan
from app.http.responses import RepresentationResponse
from app.http.run import find_cached_stream, prepare, run
from app.http.streaming import STREAMING, StreamResponse
from app.model.vocabularies import ErrorCode

CONTEXT, REQUEST = "campaign_api.context", "campaign_api.request"
"""Keys of a scope: the context of the request; its key, conditions and whether it is HEAD."""

PLANNED, REFUSAL = "campaign_api.planned", "campaign_api.refusal"
"""Keys of a scope that the server adds: the plan that takes too long to render inline, with its request; the Problem or
Moved that refuses the request."""


class StartupError(Exception):
    """The application has a part that would have no effect."""


class ApiRoute(APIRoute):
    """A route whose endpoint is a synchronous function from a request and its parameters to a plan."""

    def __init__(self, path: str, endpoint: Callable[..., AnyPlan], **options: Any) -> None:
        if inspect.iscoroutinefunction(endpoint):
            raise StartupError(f"{path}: an endpoint returns a plan and must not be async")
        super().__init__(path, endpoint, **options)
        if self.dependant.dependencies:
            raise StartupError(f"{path}: dependencies would not run; do their work in the endpoint")
        declared = self.dependant.query_params
        self._params_name = declared[0].name if declared else None
        self.params_model: type[Params] = declared[0].field_info.annotation if declared else OpenParams  # type: ignore[assignment]
        if len(declared) > 1 or not issubclass(self.params_model, Params):
            raise StartupError(f"{path}: declare query parameters as one model: Annotated[SomeParams, Query()]")
        self._request_name = self.dependant.request_param_name
        self.streams = inspect.signature(endpoint).return_annotation is StreamPlan
        """Whether the endpoint plans streams."""

    def plan(self, request: ApiRequest, parameters: dict[str, str], *, is_limited: bool = True) -> AnyPlan:
        """Plan the response to a request whose path matches; raises Problem and Moved.

        `is_limited` is whether the operator's limits apply. An error keeps its suggestion only if the query with the
        suggestions for all errors is not refused.
        """
        try:
            return self._plan(request, parameters, is_limited=is_limited)
        except InvalidQuery as refusal:
            errors = refusal.errors
            if not any(error.suggestion for error in errors) or self._accepts(request, parameters, errors):
                raise
            raise InvalidQuery([replace(error, suggestion=None) for error in errors]) from refusal

    def _accepts(self, request: ApiRequest, parameters: dict[str, str], errors: Sequence[InvalidParameter]) -> bool:
        """Return whether a query with the suggestions for its errors is not refused.

        A required parameter may be missing in it: a value for which none is suggested is removed.
        """
        query = corrected_query(request.query, errors)
        corrected = ApiRequest(request.context, request.key, request.path, query, request.reader)
        try:
            self._plan(corrected, parameters, is_limited=True)
        except InvalidQuery as refusal:
            return all(error.code is ErrorCode.MISSING for error in refusal.errors)
        except (Problem, Moved):
            # It is not the query that is refused.
            pass
        return True

    def _plan(self, request: ApiRequest, parameters: dict[str, str], *, is_limited: bool) -> AnyPlan:
        request.route = self.path
        if request.query and issubclass(self.params_model, OpenParams):
            request.keep_query(self.params_model.known_query(request.query))
        settings = request.context.settings
        params = parse_params(self.params_model, request.query, {"max_limit": settings.max_limit} if is_limited else {})
        if is_limited:
            check_limits(params, settings)
        arguments: dict[str, Any] = dict(parameters)
        if self._request_name is not None:
            arguments[self._request_name] = request
        if self._params_name is not None:
            arguments[self._params_name] = params
        plan: AnyPlan = self.endpoint(**arguments)
        return plan

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler that FastAPI calls for a request; it replaces FastAPI's own parsing."""
        return self._handle

    async def _handle(self, request: Request) -> Response:
        scope = request.scope
        context: Context = scope[CONTEXT]
        key, conditions, is_head = scope[REQUEST]
        scope["route_path"] = self.path
        if REFUSAL in scope:
            raise scope[REFUSAL]
        plan, api_request = scope.get(PLANNED, (None, None))
        # A plan belongs to its database, which may have been replaced since.
        is_planned = api_request is not None and api_request.context is context
        if not is_planned:
            api_request = ApiRequest(context, key, scope["path"], scope["query_string"])
            plan = self.plan(api_request, scope["path_params"])
        if isinstance(plan, StreamPlan):
            if not is_head:
                scope.setdefault("state", {})[STREAMING] = True
            stream = await prepare(plan, api_request)
            cached = find_cached_stream(stream, api_request)
            if cached is not None:
                return RepresentationResponse(cached, conditions)
            return StreamResponse(stream, api_request.key, conditions, context.cache, self.path, is_head=is_head)
        representation = await run(plan, api_request, inline_tried=is_planned)
        return RepresentationResponse(representation, conditions)


class RouteTable:
    """Finds the route of a path by its first segments, for the server, which has no ASGI scope yet."""

    def __init__(self, routes: Sequence[ApiRoute]) -> None:
        self._fixed = {route.path: route for route in routes if "{" not in route.path}
        self._with_parameters: dict[str, list[ApiRoute]] = {}
        for route in routes:
            if route.path not in self._fixed:
                folder = route.path.partition("{")[0].rpartition("/")[0]
                self._with_parameters.setdefault(folder, []).append(route)

    def find(self, path: str) -> tuple[ApiRoute, dict[str, str]] | None:
        """Return the route of a decoded path, and the parameters in the path."""
        if path in self._fixed:
            return self._fixed[path], {}
        segments = path.split("/", 3)
        for folder in ("/".join(segments[:3]), "/".join(segments[:2])):
            for route in self._with_parameters.get(folder, ()):
                found = route.path_regex.match(path)
                if found is not None:
                    return route, found.groupdict()
        return None

    def without_base_path(self, path: str, base_path: str) -> str:
        """Return a decoded path without the path of the public base URL, which not every proxy removes.

        That path may be one of the service's own, such as `/docs`: then `/docs/docs` is the page at the base URL, and
        `/docs/docs.js` its file without the base URL. Of two routes, the one with fewer parameters is meant: below
        `/explorer`, `/explorer/events/ID` is an event at the base URL and no file. Of equals, the longer path is meant:
        below `/v1`, `/v1/events/ID` is the record and not its page.
        """
        if not base_path or not path.startswith(base_path):
            return path
        rest = path.removeprefix(base_path)
        if not rest:
            return "/" if self.find(path) is None else path
        if not rest.startswith("/") or path in self._fixed:
            return path
        found, below = self.find(path), self.find(rest)
        if found is None or (below is not None and len(below[1]) < len(found[1])):
            return rest
        return path


def make_router(tag: str | None = None) -> APIRouter:
    """Make the router of one resource; one without a tag is not in the OpenAPI document."""
    return APIRouter(
        tags=[tag] if tag else None,
        include_in_schema=tag is not None,
        route_class=ApiRoute,
        generate_unique_id_function=lambda route: route.name,
    )
