"""The fast path: responses that the server can send where it parses the request, without calling the application.

Calling it costs as much again as rendering most responses. What is not cached or quickly rendered, and every error, is
left to the application, which does it from the beginning.
"""

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from app.http.cache import Representation
from app.http.context import ApiRequest, Context
from app.http.errors import Moved, Problem
from app.http.plan import StreamPlan
from app.http.request_key import ParsedRequest
from app.http.routing import PLANNED, REFUSAL, ApiRoute, RouteTable
from app.http.run import run_inline

_IS_SIMPLE = re.compile(rb"/(?!/)[!\"$&->@-~]*(?:\?[!\"$-~]*)?").fullmatch
"""Matches a target whose path needs no decoding."""


class FastPath:
    """Renders responses to GET and HEAD requests."""

    def __init__(self, routes: Sequence[ApiRoute]) -> None:
        self._routes = RouteTable(routes)

    def render(
        self, request: ParsedRequest, context: Context, scope: MutableMapping[str, Any]
    ) -> Representation | None:
        """Return the response to a request that is not cached; None where the application has to do it.

        `scope` gets the plan where rendering inline takes too long, and the error where the request is refused, so that
        the application does not do the same again.
        """
        target = request.key.target
        if not _IS_SIMPLE(target):
            return None
        path, _, query = target.partition(b"?")
        decoded = self._routes.without_base_path(path.decode("ascii"), context.settings.decoded_base_path)
        found = self._routes.find(decoded)
        if found is None:
            return None
        route, parameters = found
        if route.streams:
            return None
        api_request = ApiRequest(context, request.key, decoded, query)

        def respond() -> Representation | None:
            plan = route.plan(api_request, parameters)
            assert not isinstance(plan, StreamPlan)  # noqa: S101 - by the annotation of the endpoint
            rendered = run_inline(plan, api_request)
            if rendered is None:
                scope[PLANNED] = plan, api_request
            return rendered

        try:
            return api_request.reader.check_once(respond)
        except (Problem, Moved) as error:
            scope[REFUSAL] = error
            return None
        except Exception:
            # The application raises it again, and responds to it.
            return None
