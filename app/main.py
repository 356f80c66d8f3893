"""The application: the only place where its parts meet."""

import asyncio
import difflib
import gc
import signal
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Scope

from app import __version__
from app.db.connections import BudgetExceededError, ReaderPoolExhaustedError
from app.db.database import open_database
from app.db.file import DatabaseChangedError
from app.endpoints import docs, health, metrics, search
from app.http.context import Context, context_of, make_context
from app.http.errors import (
    Moved,
    NotFound,
    Problem,
    Unavailable,
    answer_busy,
    answer_damaged,
    answer_http_exception,
    answer_moved,
    answer_problem,
    answer_unreadable,
    problem_response,
)
from app.http.executor import PATIENT
from app.http.memory import keep_memory_together
from app.http.middleware import Manners
from app.http.reload import Watcher
from app.http.routing import Dispatcher, QueryRoute
from app.resources.campaigns import routes as campaigns
from app.resources.events import routes as events
from app.resources.locations import routes as locations
from app.resources.outcomes import routes as outcomes
from app.resources.sources import routes as sources
from app.server.connections import Connections
from app.settings import Settings

# The order of the manual; the routes that are asked for most are also the ones that are found first.
ROUTERS = tuple(
    resource.router for resource in (campaigns, events, locations, outcomes, sources, search, health, metrics, docs)
)
_SWITCH_SECONDS = 0.0005

ROUTES = tuple(route for router in ROUTERS for route in router.routes if isinstance(route, QueryRoute))


class Service(FastAPI):
    """A FastAPI application whose manners hold for every answer, the framework's own errors included."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put our layers around everything: for a request that fails the outermost answers."""
        return Manners(self.state.dispatcher, self.exception_handlers, self._is_known)

    def _is_known(self, scope: Scope) -> bool:
        if scope["path"] == "*":
            return True
        getting = {**scope, "method": "GET"}
        return any(route.matches(getting)[0] is Match.FULL for route in ROUTES)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application that serves the snapshot of `settings`, or of the environment's settings.

    Raises DatabaseOpenError when there is no snapshot to serve.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        _keep_pauses_short()
        keep_memory_together()
        watcher.start()
        _look_on_hangup(watcher)
        watching = asyncio.create_task(app.state.connections.watch())
        yield
        watching.cancel()
        watcher.stop()
        context: Context = app.state.context
        context.snapshot.close()
        if context.log is not None:
            context.log.close()

    async def answer_damaged_and_look(request: Request, error: Exception) -> Response:
        if not context_of(request).snapshot.file.is_corrupt:
            watcher.look_soon()
        return await answer_damaged(request, error)

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
            HTTPException: _answer_http_exception,
            sqlite3.Error: answer_unreadable,
            OSError: answer_unreadable,
            ReaderPoolExhaustedError: answer_busy,
            BudgetExceededError: _answer_too_long,
            DatabaseChangedError: answer_damaged_and_look,
        },
    )
    path = served_path(settings)
    # Nothing else here may refer to the first version, or it would never be let go of.
    app.state.context = make_context(open_database(path, settings.max_streams, PATIENT), settings)
    watcher = Watcher(path, lambda: app.state.context, partial(setattr, app.state, "context"))
    # While one version of the data takes the place of another, both have files open.
    data_files = 2 * (settings.max_streams + PATIENT + 2)
    app.state.connections = Connections(settings, data_files, app.state.context.metrics.connections)
    app.state.dispatcher = Dispatcher(app, ROUTES)
    app.state.routes = ROUTES
    # As they are, and not as routers of routers, in which each request would look for its route twice.
    app.router.routes.extend(ROUTES)
    return app


def _look_on_hangup(watcher: Watcher) -> None:
    """Let SIGHUP say that there is something new; only a main thread hears signals."""
    if threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, watcher.look_soon)


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


async def _answer_too_long(request: Request, _error: Exception) -> Response:
    context = context_of(request)
    context.metrics.questions_interrupted += 1
    limit = f"{context.settings.question_seconds:g} seconds"
    problem = Unavailable(f"To find this takes longer than {limit}; ask for less, or try again.")
    return problem_response(problem, request.scope["path"])


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException) or error.status_code != HTTPStatus.NOT_FOUND:
        return await answer_http_exception(request, error)
    known = [route.path for route in ROUTES if "{" not in route.path]
    nearest = difflib.get_close_matches(request.scope["path"][:200], known, n=3, cutoff=0.4)
    return problem_response(
        NotFound("There is nothing at this path.", nearest=nearest or ["/docs"]), request.scope["path"]
    )
