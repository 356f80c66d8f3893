"""The documentation: the OpenAPI document, and Swagger UI from this server's own files."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path as FilePath

from fastapi import APIRouter, Depends, FastAPI, Request, Response

from app.settings import Settings
from app.web.context import context_of
from app.web.negotiation import JSON, combined, require_media
from app.web.openapi import describe
from app.web.problems import NotFound
from app.web.queries import Query, QueryReader

router = APIRouter(include_in_schema=False, dependencies=[Depends(QueryReader(Query))])

_STATIC = FilePath(__file__).parents[1] / "static"
_PAGE = "docs.html"
_ASSETS = {
    "docs.js": ("docs.js", "text/javascript"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript"),
    "favicon-32x32.png": ("swagger-ui/favicon-32x32.png", "image/png"),
}


@router.get("/openapi.json")
async def read_openapi(request: Request) -> Response:
    """Give the OpenAPI document, its examples taken from the data that are served."""
    require_media(combined(request.headers, "accept"), JSON)
    response = _send(await _document(request.app), JSON, context_of(request).settings)
    response.headers["Vary"] = "Accept"
    return response


@router.get("/docs")
async def read_docs(request: Request) -> Response:
    """Show Swagger UI."""
    settings = context_of(request).settings
    response = _send(_asset(_PAGE), "text/html", settings)
    public = settings.public_base_url
    elsewhere = f" {public.scheme}://{public.host}:{public.port}" if public else ""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{elsewhere}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response


@router.get("/docs/{asset}")
async def read_docs_asset(request: Request, asset: str) -> Response:
    """Give a file of Swagger UI."""
    if asset not in _ASSETS:
        raise NotFound(f"There is no {asset[:100]!r} here.", nearest=["/docs"])
    name, media_type = _ASSETS[asset]
    return _send(_asset(name), media_type, context_of(request).settings)


async def _document(app: FastAPI) -> bytes:
    """Give the OpenAPI document as JSON, made once."""
    kept: bytes | None = getattr(app.state, "openapi", None)
    if kept is None:
        kept = app.state.openapi = json.dumps(await describe(app), ensure_ascii=False).encode()
    return kept


@cache
def _asset(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


@cache
def _etag(body: bytes) -> str:
    """Digest a body once; a bytes object keeps its own hash."""
    return f'"{sha256(body).hexdigest()[:24]}"'


def _send(body: bytes, media_type: str, settings: Settings) -> Response:
    headers = {
        "ETag": _etag(body),
        "Cache-Control": f"public, max-age={settings.cache_seconds}, stale-while-revalidate={settings.stale_seconds}",
    }
    return Response(body, media_type=media_type, headers=headers)
