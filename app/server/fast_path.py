"""Beginning to answer where a request is read, outside of any task: what waits for nothing is ended there, too.

For an answer from the snapshot, to go through the server's and the application's layers costs as much again as to make
it.
"""

import re
from collections.abc import Awaitable, Coroutine, Generator
from functools import partial
from types import coroutine
from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.types import Scope

from app.http.cache import Form, PlainRequest
from app.http.context import ASKED, CONTEXT, Context
from app.http.routing import Dispatcher

BEGUN = "campaign_api.begun"
"""Where a scope has what the server has begun to answer it with, if it has."""

_IS_SIMPLE = re.compile(rb"/(?!/)[!\"$&->@-~]*(?:\?[!\"$-~]*)?").fullmatch
"""Tells whether a target is its path, as it stands, and a query."""


class Begun(NamedTuple):
    """An answer that the server has begun to make where it read the request, and could not end there."""

    at: float
    """When it began, by `time.perf_counter`, seconds."""
    scope: Scope
    """What it is made from, of a request without a fault."""
    making: Awaitable[Form | Response]
    """The rest of the work, which gives the answer or raises what it failed with; to be awaited once."""


def begin(
    dispatcher: Dispatcher, request: PlainRequest, base: tuple[object, object], context: Context, began_at: float
) -> Form | Begun | None:
    """Begin to answer a plain request to a scheme and a server: gives the answer, or what the application is to end.

    None of what has no route, or not the simple target that most have; nothing has been done about it.
    """
    target = request.asked.target
    if not _IS_SIMPLE(target):
        return None
    path, _, query = target.partition(b"?")
    scheme, server = base
    scope: Scope = {
        "type": "http",
        "scheme": scheme,
        "server": server,
        "path": path.decode("ascii"),
        "query_string": query,
        CONTEXT: context,
        ASKED: request[:2],
    }
    making = dispatcher.making(scope)
    if making is None:
        return None
    try:
        awaited = making.send(None)
    except StopIteration as end:
        made: Form | Response = end.value
        return made if isinstance(made, Form) else Begun(began_at, scope, _ended(made))
    except Exception as error:
        return Begun(began_at, scope, _failed(error))
    return Begun(began_at, scope, _rest(making, awaited))


async def _ended(response: Response) -> Response:
    return response


async def _failed(error: Exception) -> Response:
    raise error


@coroutine
def _rest(begun: Coroutine[Any, Any, Form | Response], awaited: Any) -> Generator[Any, Any, Form | Response]:
    """Go on with a coroutine that has begun outside of any task, from what it waits for."""
    while True:
        try:
            value = yield awaited
            step = partial(begun.send, value)
        except BaseException as error:
            step = partial(begun.throw, error)
        try:
            awaited = step()
        except StopIteration as end:
            made: Form | Response = end.value
            return made
