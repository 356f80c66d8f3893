"""The application: the only module that connects all its parts."""

import asyncio
import ctypes
import gc
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp

from app import __version__
from app.db.database import open_database
from app.db.file import DatabaseChangedError
from app.endpoints import catalog, data_package, docs, health, home, metrics, search, terms
from app.endpoints.explorer import sitemap
from app.endpoints.explorer.errors import error_page
from app.endpoints.explorer.routes import router as explorer
from app.http.context import Context, make_context
from app.http.errors import QueryTimeout
from app.http.executor import SLOW_READERS
from app.http.middleware import ApiMiddleware
from app.http.openapi import describe
from app.http.reload import Reloader
from app.http.routing import ApiRoute, StartupError
from app.locales import check_no_table_is_unknown
from app.messages import check_messages
from app.resources.campaigns.routes import router as campaigns
from app.resources.events.routes import router as events
from app.resources.locations.routes import router as locations
from app.resources.outcomes.routes import router as outcomes
from app.resources.sources.routes import router as sources
from app.server.connections import Connections
from app.server.fast_path import FastPath
from app.server.turns import Turns
from app.settings import Settings

# The order of the OpenAPI document; each list comes before its records.
ROUTERS = (
    *(campaigns, events, locations, outcomes, sources),
    *(search.router, terms.router, home.router, catalog.router, data_package.router),
    *(health.router, metrics.router, docs.router, explorer, sitemap.router),
)
ROUTES = tuple(route for router in ROUTERS for route in router.routes if isinstance(route, ApiRoute))

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
"""The parameters of glibc's `mallopt` for the number of arenas, and for the size of blocks that are mapped."""

_MAPPED_BYTES = 1024 * 1024
"""The size from which a block of memory is returned to the system when it is freed."""

_SWITCH_INTERVAL_SECONDS = 0.0005
"""How long a thread may hold the interpreter's lock while the event loop waits for it; 5 ms by default."""


class Service(FastAPI):
    """A FastAPI application whose outermost layer applies to every response, the framework's own errors included."""

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap the router in the middleware; raises StartupError for additions that would have no effect."""
        if self.router.dependencies:
            raise StartupError("dependencies of the application would not run; do their work in the endpoints")
        for route in self.router.routes:
            if not isinstance(route, ApiRoute):
                path = getattr(route, "path", route)
                raise StartupError(f"{path}: add routes with make_router, and to app.main.ROUTERS")
        defaults = FastAPI().exception_handlers
        if added := [kind for kind, handler in self.exception_handlers.items() if defaults.get(kind) is not handler]:
            raise StartupError(f"exception handlers are not called; add {added[0]} to app.http.errors instead")
        if self.user_middleware and self.state.fast_path is not None:
            raise StartupError("middleware would miss the responses of the fast path: set CAMPAIGN_API_FAST_PATH=false")
        app: ASGIApp = ApiMiddleware(
            self.router,
            routes=ROUTES,
            context=lambda: self.state.context,
            on_error=self.state.on_error,
            error_page=error_page,
        )
        for middleware in reversed(self.user_middleware):
            app = middleware.cls(app, *middleware.args, **middleware.kwargs)
        return app


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application that serves the database of `settings`, by default those of the environment.

    Raises DatabaseOpenError when there is no valid database.
    """
    settings = settings or Settings()
    # Every module that reads texts has been imported.
    check_no_table_is_unknown()
    check_messages()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Objects from the start live until the end; collecting them took tens of milliseconds each time.
        gc.collect()
        gc.freeze()
        sys.setswitchinterval(_SWITCH_INTERVAL_SECONDS)
        _tune_allocator()
        reloader.start()
        # Only a main thread receives signals.
        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloader.trigger)
        watching = asyncio.create_task(app.state.connections.watch())
        yield
        watching.cancel()
        reloader.stop()
        context: Context = app.state.context
        # A query that still runs in a thread reads the database.
        await context.executor.finish()
        context.database.close()
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
    )
    open_ = partial(
        open_database,
        served_path(settings),
        settings.max_exports,
        SLOW_READERS,
        statement_cache_bytes=settings.statement_cache_bytes,
        count_cache_bytes=settings.count_cache_bytes,
    )
    # Any other reference to the first version would prevent the release of its memory.
    app.state.context = make_context(open_(), settings, partial(describe, ROUTES))
    reloader = Reloader(served_path(settings), open_, app.state)

    def on_error(error: Exception, context: Context) -> None:
        if isinstance(error, QueryTimeout):
            context.metrics.query_timeouts += 1
        elif isinstance(error, DatabaseChangedError) and not context.database.file.is_corrupt:
            reloader.trigger()

    app.state.on_error = on_error
    # During a reload the files of both versions are open.
    data_files = 2 * (settings.max_exports + SLOW_READERS + 2)
    app.state.connections = Connections(settings, data_files, app.state.context.metrics.connections)
    app.state.turns = Turns()
    app.state.fast_path = FastPath(ROUTES) if settings.fast_path else None
    # Not by include_router: it looks up the route of each request twice.
    app.router.routes.extend(ROUTES)
    return app


def _tune_allocator() -> None:
    """Let all threads allocate from one arena, and return large blocks to the system, if the C library is glibc.

    By default each thread has its own arena, and memory that others free there is not reused: the process grew with
    every reload, by a quarter in all. The interpreter's lock serialises the threads anyway. And once the first buffer
    of a compressor is freed, glibc by default keeps such blocks: 50 MB after a few compressed exports.
    """
    with suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_M_ARENA_MAX, 1)
        allocator.mallopt(_M_MMAP_THRESHOLD, _MAPPED_BYTES)


def served_path(settings: Settings) -> Path:
    """Return the path of the database that is served: `data`, or what `build` writes."""
    return settings.data or settings.output
