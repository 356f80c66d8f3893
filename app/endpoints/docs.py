"""The documentation in the reader's language: the OpenAPI document, and Swagger UI from this server's own files."""

import math
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import Query

from app.db.connections import Reader
from app.http.conditional import make_etag
from app.http.context import ApiRequest
from app.http.errors import NotFound
from app.http.interface_language import InterfaceLanguage, choose_interface_language, language_in_query
from app.http.negotiation import JSON
from app.http.params import OpenParams
from app.http.plan import Plan, Rendered, StaticPlan
from app.http.routing import make_router
from app.languages import LANGUAGE_NAMES, LANGUAGES, Language
from app.messages import WRITTEN_IN, message, messages_in

router = make_router()

_STATIC = Path(__file__).parents[1] / "static"
ASSETS = {
    "docs.css": ("docs.css", "text/css; charset=utf-8"),
    "docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "favicon-32x32.png": ("swagger-ui/favicon-32x32.png", "image/png"),
}

_TITLE = message("Campaign API")


class ManualParams(OpenParams):
    """The parameter of the documentation; an unknown language counts as none."""

    lang: Language | None = None

    @classmethod
    def known_query(cls, raw: bytes) -> bytes:
        """Return the query with the language alone; an empty one if the language is unknown."""
        language = language_in_query(raw)
        return f"lang={language}".encode() if language else b""


@router.get("/openapi.json", response_model=None)
def read_openapi(request: ApiRequest, params: Annotated[ManualParams, Query()]) -> Plan:
    """Return the OpenAPI document, with examples from the served data."""
    context, chosen = request.context, choose_interface_language(request.key.target, request.key.accept_language)

    def render(reader: Reader) -> Rendered:
        # Most of its time is not spent on queries, so their timeout does not apply.
        return Rendered(reader.within(math.inf, lambda reader: context.describe(context, reader, chosen.language)))

    # The document shows these settings.
    limits = {"max_limit", "max_search_length", "max_values"}
    shown = context.settings.model_dump_json(include={"public_base_url", *limits})
    etag = make_etag(context.database.version, "/openapi.json", shown, *chosen.identity)
    return Plan(_headers(request, etag, JSON, chosen.headers()), render, is_slow=True)


@router.get("/docs", response_model=None)
def read_docs(request: ApiRequest, params: Annotated[ManualParams, Query()]) -> StaticPlan:
    """Show Swagger UI."""
    chosen = choose_interface_language(request.key.target, request.key.accept_language)
    public = request.context.settings.public_base_url
    elsewhere = f" {public.scheme}://{public.host}:{public.port}" if public else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{elsewhere}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cross-Origin-Opener-Policy": "same-origin", **chosen.headers()}
    body, etag = _read_page(chosen)
    return StaticPlan(_headers(request, etag, "text/html; charset=utf-8", headers), body)


@router.get("/docs/{asset}", response_model=None)
def read_docs_asset(request: ApiRequest, asset: str) -> StaticPlan:
    """Return a file of the page."""
    if asset not in ASSETS:
        raise NotFound(message("The documentation has no file {file!r}.", file=asset[:100]), nearest=["/docs"])
    return _plan_file(request, *ASSETS[asset])


@router.get("/favicon.ico", response_model=None)
def read_icon(request: ApiRequest) -> StaticPlan:
    """Return the icon that browsers show beside the title of any response."""
    return _plan_file(request, "favicon.ico", "image/x-icon")


def _plan_file(request: ApiRequest, name: str, media_type: str) -> StaticPlan:
    body, etag = _read(name)
    return StaticPlan(_headers(request, etag, media_type, {}), body)


@cache
def _read(name: str) -> tuple[bytes, str]:
    """Return a file, and its ETag."""
    return _with_etag((_STATIC / name).read_bytes())


@cache
def _read_page(chosen: InterfaceLanguage) -> tuple[bytes, str]:
    """Return the page in a language, and its ETag."""
    language = chosen.language
    texts = {
        "title": _TITLE,
        "languages": message("Languages"),
        "no_script": message("This page needs JavaScript. The same is written in this file:"),
        "default": message("Default: {value}.", value="{value}"),
    }
    words = {name: escape(text.in_language(language)) for name, text in texts.items()}
    links = [_link(one, is_current=one is language) for one in LANGUAGES if one is WRITTEN_IN or messages_in(one)]
    page = Template((_STATIC / "docs.html").read_text(encoding="utf-8"))
    return _with_etag(page.substitute(words, lang=language, links=" ".join(links)).encode(), *chosen.identity)


def _link(language: Language, *, is_current: bool) -> str:
    current = ' aria-current="true"' if is_current else ""
    name = escape(LANGUAGE_NAMES[language])
    return f'<a href="?lang={language}" lang="{language}" hreflang="{language}"{current}>{name}</a>'


def _with_etag(body: bytes, *identity: str) -> tuple[bytes, str]:
    return body, f'"{sha256("".join(identity).encode() + body).hexdigest()[:24]}"'


def _headers(request: ApiRequest, etag: str, media_type: str, headers: dict[str, str]) -> dict[str, str]:
    caching = {"ETag": etag, "Cache-Control": request.context.cache_control}
    return {**caching, **headers, "Content-Type": media_type}
