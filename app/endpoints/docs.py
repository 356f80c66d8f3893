"""The documentation: the OpenAPI document, and Swagger UI from this server's own files."""

import math
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from app.db.connections import Reader
from app.http.conditional import cache_control, make_etag
from app.http.context import ApiRequest
from app.http.errors import NotFound
from app.http.negotiation import JSON
from app.http.plan import Plan, Rendered, StaticPlan
from app.http.routing import make_router

router = make_router()

_STATIC = Path(__file__).parents[1] / "static"
ASSETS = {
    "docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "favicon-32x32.png": ("swagger-ui/favicon-32x32.png", "image/png"),
}


@router.get("/openapi.json", response_model=None)
def read_openapi(request: ApiRequest) -> Plan:
    """Return the OpenAPI document, with examples from the served data."""
    context = request.context

    def render(reader: Reader) -> Rendered:
        # Most of its time is not spent on queries, so their timeout does not apply.
        return Rendered(reader.within(math.inf, partial(context.describe, context)))

    # The document shows these settings.
    limits = {"max_limit", "max_search_length", "max_values"}
    shown = context.settings.model_dump_json(include={"public_base_url", *limits})
    etag = make_etag(context.database.version, "/openapi.json", shown)
    return Plan(_headers(request, etag, JSON, {}), render, is_slow=True)


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
    return _plan_file(request, "docs.html", "text/html; charset=utf-8", headers)


@router.get("/docs/{asset}", response_model=None)
def read_docs_asset(request: ApiRequest, asset: str) -> StaticPlan:
    """Return a file of Swagger UI."""
    if asset not in ASSETS:
        raise NotFound(f"The documentation has no file {asset[:100]!r}.", nearest=["/docs"])
    return _plan_file(request, *ASSETS[asset], {})


@router.get("/favicon.ico", response_model=None)
def read_icon(request: ApiRequest) -> StaticPlan:
    """Return the icon that browsers show beside the title of any response."""
    return _plan_file(request, "favicon.ico", "image/x-icon", {})


def _plan_file(request: ApiRequest, name: str, media_type: str, headers: dict[str, str]) -> StaticPlan:
    body, etag = _read(name)
    return StaticPlan(_headers(request, etag, media_type, headers), body)


@cache
def _read(name: str) -> tuple[bytes, str]:
    """Return a file, and its ETag."""
    body = (_STATIC / name).read_bytes()
    return body, f'"{sha256(body).hexdigest()[:24]}"'


def _headers(request: ApiRequest, etag: str, media_type: str, headers: dict[str, str]) -> dict[str, str]:
    caching = {"ETag": etag, "Cache-Control": cache_control(request.context.settings)}
    return {**caching, **headers, "Content-Type": media_type}
