"""Declarations that would silently have no effect are refused at startup."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware

from app.http.params import Params
from app.http.plan import StaticPlan
from app.http.routing import StartupError, make_router
from app.main import create_app
from app.settings import Settings

_PLAN = StaticPlan({"Content-Type": "text/plain"}, b"")


def start(app: FastAPI) -> None:
    async def run() -> None:
        async with app.router.lifespan_context(app):
            app.build_middleware_stack()

    asyncio.run(run())


def application(database: Path, *, fast_path: bool = True) -> FastAPI:
    return create_app(Settings(data=database, fast_path=fast_path))


def nothing() -> None:
    """A dependency."""


def endpoint() -> StaticPlan:
    return _PLAN


def test_an_untouched_application_starts(tianshui_database: Path) -> None:
    start(application(tianshui_database))


def test_a_dependency_of_a_route_is_refused() -> None:
    router = make_router()
    with pytest.raises(StartupError, match="/guarded: dependencies would not run"):
        router.get("/guarded", response_model=None, dependencies=[Depends(nothing)])(endpoint)


def test_a_dependency_of_a_router_is_refused() -> None:
    router = make_router()
    router.dependencies.append(Depends(nothing))
    with pytest.raises(StartupError, match="dependencies would not run"):
        router.get("/guarded", response_model=None)(endpoint)


def test_a_dependency_of_the_application_is_refused(tianshui_database: Path) -> None:
    app = application(tianshui_database)
    app.router.dependencies.append(Depends(nothing))
    with pytest.raises(StartupError, match="dependencies of the application would not run"):
        start(app)


def test_an_included_router_is_refused(tianshui_database: Path) -> None:
    app, router = application(tianshui_database), make_router()
    router.get("/more", response_model=None)(endpoint)
    app.include_router(router, dependencies=[Depends(nothing)])
    with pytest.raises(StartupError, match=r"app\.main\.ROUTERS"):
        start(app)


def test_an_asynchronous_endpoint_is_refused() -> None:
    async def late() -> StaticPlan:
        return _PLAN

    with pytest.raises(StartupError, match="must not be async"):
        make_router().get("/late", response_model=None)(late)


@pytest.mark.parametrize(
    "declare",
    [
        lambda: make_router().get("/loose", response_model=None)(lambda word="": _PLAN),
        lambda: make_router().get("/two", response_model=None)(_two_parameters),
    ],
)
def test_parameters_that_are_no_model_are_refused(declare: Callable[[], object]) -> None:
    with pytest.raises(StartupError, match="declare query parameters as one model"):
        declare()


def _two_parameters(params: Annotated[Params, Query()], word: str = "") -> StaticPlan:
    return _PLAN


def test_middleware_is_refused_where_the_fast_path_would_miss_it(tianshui_database: Path) -> None:
    app = application(tianshui_database)
    app.add_middleware(BaseHTTPMiddleware)
    with pytest.raises(StartupError, match="CAMPAIGN_API_FAST_PATH=false"):
        start(app)


def test_middleware_is_called_without_the_fast_path(tianshui_database: Path) -> None:
    app = application(tianshui_database, fast_path=False)
    app.add_middleware(BaseHTTPMiddleware)
    start(app)


@pytest.mark.parametrize("kind", [KeyError, HTTPException, RequestValidationError])
def test_an_exception_handler_is_refused(tianshui_database: Path, kind: type[Exception]) -> None:
    app = application(tianshui_database)
    app.add_exception_handler(kind, nothing)  # type: ignore[arg-type]
    with pytest.raises(StartupError, match=f"exception handlers are not called; add {kind}"):
        start(app)
