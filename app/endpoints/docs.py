"""The documentation: the OpenAPI document, and Swagger UI from this server's own files."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path as FilePath

from fastapi import FastAPI, Request, Response

from app.http.cache_headers import caching
from app.http.context import ROUTE, context_of
from app.http.errors import NotFound
from app.http.negotiation import JSON, accept_of, require_media
from app.http.openapi import describe
from app.http.params import Params, ParamsReader
from app.http.representation import AnswerResponse, make_answer
from app.http.routing import make_router

router = make_router(dependencies=[ParamsReader(Params)])

_STATIC = FilePath(__file__).parents[1] / "static"
_PAGE = "docs.html"
_ASSETS = {
    "docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "favicon-32x32.png": ("swagger-ui/favicon-32x32.png", "image/png"),
}


@router.get("/openapi.json")
async def read_openapi(request: Request) -> Response:
    """Give the OpenAPI document, its examples taken from the data that are served."""
    require_media(accept_of(request), JSON)
    return _send(request, await _document(request.app), JSON, {"Vary": "Accept"})


@router.get("/docs")
async def read_docs(request: Request) -> Response:
    """Show Swagger UI."""
    public = context_of(request).settings.public_base_url
    elsewhere = f" {public.scheme}://{public.host}:{public.port}" if public else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{elsewhere}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cross-Origin-Opener-Policy": "same-origin"}
    return _send(request, _asset(_PAGE), "text/html; charset=utf-8", headers)


@router.get("/docs/{asset}")
async def read_docs_asset(request: Request, asset: str) -> Response:
    """Give a file of Swagger UI."""
    if asset not in _ASSETS:
        raise NotFound(f"There is no {asset[:100]!r} here.", nearest=["/docs"])
    name, media_type = _ASSETS[asset]
    return _send(request, _asset(name), media_type, {})


async def _document(app: FastAPI) -> bytes:
    """Give the OpenAPI document as JSON, made once for each version of the data."""
    version = app.state.context.snapshot.version
    of, document = getattr(app.state, "openapi", (None, b""))
    if of != version:
        document = json.dumps(await describe(app), ensure_ascii=False).encode()
        app.state.openapi = (version, document)
    return document


@cache
def _asset(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


@lru_cache(maxsize=len(_ASSETS) + 2)
def _etag(body: bytes) -> str:
    """Digest a body once; a bytes object keeps its own hash."""
    return f'"{sha256(body).hexdigest()[:24]}"'


def _send(request: Request, body: bytes, media_type: str, more: Mapping[str, str]) -> Response:
    context = context_of(request)
    headers = {"ETag": _etag(body), "Cache-Control": caching(context.settings), **more}
    answer = context.kept.get(headers["ETag"]) or make_answer(body, media_type, headers, request.scope[ROUTE])
    return AnswerResponse(answer, context.kept, context.computing)
