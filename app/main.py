"""The application: the only place where its parts meet."""

import asyncio
import difflib
import gc
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Scope

from app import __version__
from app.resources import campaigns, docs, events, health, locations, outcomes, search, sources
from app.settings import Settings
from app.storage.reading import SnapshotBusyError
from app.storage.snapshot import open_snapshot
from app.web.computing import PATIENT
from app.web.connections import Connections
from app.web.context import make_context
from app.web.manners import Manners
from app.web.problems import (
    Moved,
    NotFound,
    Problem,
    answer_busy,
    answer_http_exception,
    answer_moved,
    answer_problem,
    answer_unreadable,
    problem_response,
)
from app.web.routes import Dispatcher, QueryRoute

# The order of the manual; the routes that are asked for most are also the ones that are found first.
ROUTERS = tuple(resource.router for resource in (campaigns, events, locations, outcomes, sources, search, health, docs))
_SWITCH_SECONDS = 0.0005

ROUTES = tuple(route for router in ROUTERS for route in router.routes if isinstance(route, QueryRoute))


class Service(FastAPI):
    """A FastAPI application whose manners hold for every answer, the framework's own errors included."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put our layers around everything; what answers for defects is the outermost of them."""
        usual = AsyncExitStackMiddleware(self.router)
        return Manners(ExceptionMiddleware(Dispatcher(ROUTES, usual), self.exception_handlers), self._is_known)

    def _is_known(self, scope: Scope) -> bool:
        if scope["path"] == "*":
            return True
        getting = {**scope, "method": "GET"}
        return any(route.matches(getting)[0] is Match.FULL for route in ROUTES)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application that serves the snapshot of `settings`, or of the environment's settings.

    Raises SnapshotError when there is no snapshot to serve.
    """
    settings = settings or Settings()
    snapshot = open_snapshot(served_path(settings), settings.max_streams, PATIENT)
    context = make_context(snapshot, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        _keep_pauses_short()
        watching = asyncio.create_task(app.state.connections.watch())
        yield
        watching.cancel()
        snapshot.close()
        if context.log is not None:
            context.log.close()

    app = Service(
        title="Campaign API",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
        exception_handlers={
            Problem: answer_problem,
            Moved: answer_moved,
            404: _answer_unknown_path,
            HTTPException: answer_http_exception,
            sqlite3.Error: answer_unreadable,
            OSError: answer_unreadable,
            SnapshotBusyError: answer_busy,
        },
    )
    app.state.context = context
    # While one version of the data takes the place of another, both have files open.
    app.state.connections = Connections(settings, data_files=2 * (settings.max_streams + PATIENT + 2))
    app.state.routes = ROUTES
    # As they are, and not as routers of routers, in which each request would look for its route twice.
    app.router.routes.extend(ROUTES)
    return app


def _keep_pauses_short() -> None:
    """Let the thread that answers wait neither for those that write documents nor for the collector of garbage."""
    # A thread that wants to go on is let in after this, and after 5 ms without it.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # What is there from the start stays to the end: to look through it took some tens of milliseconds each time.
    gc.collect()
    gc.freeze()


def served_path(settings: Settings) -> Path:
    """Tell which snapshot is served: the one that is named, or the one that `build` makes."""
    return settings.data or settings.output


async def _answer_unknown_path(request: Request, _error: Exception) -> Response:
    known = [route.path for route in ROUTES if "{" not in route.path]
    nearest = difflib.get_close_matches(request.scope["path"][:200], known, n=3, cutoff=0.4)
    return problem_response(
        NotFound("There is nothing at this path.", nearest=nearest or ["/docs"]), request.scope["path"]
    )
