"""The documentation: the OpenAPI document, and Swagger UI from this server's own files."""

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from app.http.cache_headers import cache_control
from app.http.errors import NotFound
from app.http.negotiation import JSON, require_media
from app.http.plan import StaticPlan
from app.http.request import ApiRequest
from app.http.routing import make_router

router = make_router()

_STATIC = Path(__file__).parents[1] / "static"
_PAGE = "docs.html"
_ASSETS = {
    "docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "favicon-32x32.png": ("swagger-ui/favicon-32x32.png", "image/png"),
}


@router.get("/openapi.json", response_model=None)
def read_openapi(request: ApiRequest) -> StaticPlan:
    """Return the OpenAPI document, with examples from the served data."""
    require_media(request.accept, JSON)
    return _plan(request, request.context.describe(request.context), JSON, {"Vary": "Accept"})


@router.get("/docs", response_model=None)
def read_docs(request: ApiRequest) -> StaticPlan:
    """Show Swagger UI."""
    public = request.context.settings.public_base_url
    elsewhere = f" {public.scheme}://{public.host}:{public.port}" if public else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{elsewhere}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cross-Origin-Opener-Policy": "same-origin"}
    return _plan(request, _read(_PAGE), "text/html; charset=utf-8", headers)


@router.get("/docs/{asset}", response_model=None)
def read_docs_asset(request: ApiRequest, asset: str) -> StaticPlan:
    """Return a file of Swagger UI."""
    if asset not in _ASSETS:
        raise NotFound(f"The documentation has no file {asset[:100]!r}.", nearest=["/docs"])
    name, media_type = _ASSETS[asset]
    return _plan(request, _read(name), media_type, {})


@cache
def _read(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


@lru_cache(maxsize=len(_ASSETS) + 2)
def _etag(body: bytes) -> str:
    # A bytes object caches its own hash, so this digests each body once.
    return f'"{sha256(body).hexdigest()[:24]}"'


def _plan(request: ApiRequest, body: bytes, media_type: str, headers: Mapping[str, str]) -> StaticPlan:
    caching = {"ETag": _etag(body), "Cache-Control": cache_control(request.context.settings)}
    return StaticPlan({**caching, **headers, "Content-Type": media_type}, body)
