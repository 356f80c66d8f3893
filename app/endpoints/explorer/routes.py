"""Endpoints of the explorer: the pages of campaigns and records, and the files that they load."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Query
from pydantic_core import to_json

from app.db.connections import Reader
from app.endpoints.explorer.files import SERVICE_WORKER, StaticFile, files, files_digest, read_file
from app.endpoints.explorer.page import Page
from app.endpoints.explorer.site import Site, page_headers
from app.endpoints.explorer.views import campaign_page, list_page, record_page
from app.endpoints.home import HTML, plan_home
from app.http.conditional import cache_headers, make_etag
from app.http.context import ApiRequest
from app.http.errors import NotFound
from app.http.interface_language import tag_in_query
from app.http.negotiation import JSON, prefers_html
from app.http.params import LocalisedParams, OpenParams, with_query
from app.http.plan import Plan, Rendered, StaticPlan
from app.http.records import find_record
from app.http.routing import make_router
from app.http.selection import language_of
from app.languages import Language
from app.messages import message
from app.model.codes import Resource
from app.resources.registry import LIST_SPECS

router = make_router()

NO_CACHE = {"Cache-Control": "no-cache"}
"""Clients revalidate a page each time: it names the current files and the version of the data."""

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
"""An address with the digest of the files never has other content."""


class PageParams(LocalisedParams, OpenParams):
    """The parameter of a page that the server reads; the script reads the others, which filter the lists."""

    @classmethod
    def known_query(cls, raw: bytes) -> bytes:
        """Return the query with `lang` alone; an empty one if `lang` is unknown or there are several."""
        tag = tag_in_query(raw)
        return b"" if tag is None else f"lang={tag}".encode()


@router.get("/", response_model=None)
def read_root(request: ApiRequest, params: Annotated[PageParams, Query()]) -> Plan:
    """Show the only campaign, or the list of several, to browsers; return the home document to programs."""
    if not prefers_html(request.accept):
        return plan_home(request, params)
    campaigns = list(request.context.database.licences)
    if len(campaigns) == 1:
        return _plan_record(request, Resource.CAMPAIGN, campaigns[0], params)
    language = language_of(request, params, [])
    return _plan_page(request, params, language, list_page)


@router.get("/campaigns/{id}", response_model=None)
def show_campaign(request: ApiRequest, id: str, params: Annotated[PageParams, Query()]) -> Plan:  # noqa: A002
    """Show a campaign."""
    return _plan_record(request, Resource.CAMPAIGN, id, params)


@router.get("/events/{id}", response_model=None)
def show_event(request: ApiRequest, id: str, params: Annotated[PageParams, Query()]) -> Plan:  # noqa: A002
    """Show an event."""
    return _plan_record(request, Resource.EVENT, id, params)


@router.get("/locations/{id}", response_model=None)
def show_location(request: ApiRequest, id: str, params: Annotated[PageParams, Query()]) -> Plan:  # noqa: A002
    """Show a location."""
    return _plan_record(request, Resource.LOCATION, id, params)


@router.get("/outcomes/{id}", response_model=None)
def show_outcome(request: ApiRequest, id: str, params: Annotated[PageParams, Query()]) -> Plan:  # noqa: A002
    """Show an outcome."""
    return _plan_record(request, Resource.OUTCOME, id, params)


@router.get("/explorer/files.json", response_model=None)
def read_files(request: ApiRequest) -> StaticPlan:
    """List the current files and their digest, for the service worker."""
    body = to_json({"digest": files_digest(), "files": [*files()]})
    return StaticPlan({"ETag": make_etag(files_digest(), "files"), **NO_CACHE, "Content-Type": JSON}, body)


@router.get("/explorer/{digest}/{file}", response_model=None)
def read_asset(request: ApiRequest, digest: str, file: str) -> StaticPlan:
    """Return a file of the explorer; with another digest than the current one, the current file."""
    if file not in files():
        raise NotFound(message("The explorer has no file {file!r}.", file=file[:100]), nearest=["/"])
    is_current = digest == files_digest()
    return _plan_file(files()[file], IMMUTABLE if is_current else NO_CACHE)


@router.get("/service-worker.js", response_model=None)
def read_service_worker(request: ApiRequest) -> StaticPlan:
    """Return the service worker, which may serve every page of the service."""
    # A worker has the policy of its own response.
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, "Service-Worker-Allowed": f"{request.context.base_path}/"}
    return _plan_file(read_file(SERVICE_WORKER), NO_CACHE | headers)


def _plan_record(request: ApiRequest, resource: Resource, id_: str, params: PageParams) -> Plan:
    """Plan the page of a record; raises as `find_record` does."""
    number, language = find_record(request, LIST_SPECS[resource], id_, params, root="")

    def make(site: Site, reader: Reader) -> Page:
        if resource is Resource.CAMPAIGN:
            return campaign_page(site, reader, id_)
        return record_page(site, request, reader, resource, number)

    return _plan_page(request, params, language, make)


def _plan_page(
    request: ApiRequest, params: PageParams, language: Language, make: Callable[[Site, Reader], Page]
) -> Plan:
    context = request.context
    params = params.in_language(language)
    site = Site(context, request.origin, language, is_in_address=params.lang is not None)
    url = with_query(request.origin + request.path, params.canonical())
    # The page contains these settings.
    shown = context.settings.model_dump_json(
        include={"public_base_url", "max_limit", "max_search_length", "tile_url", "tile_attribution", "tile_datum"}
    )
    version = "\n".join((context.database.version, files_digest(), shown))
    headers = cache_headers(request, params, url, HTML, language, version=version, is_negotiated=request.path == "/")
    # The page depends on the files and the settings too, so the date of the data is no validator.
    del headers["Last-Modified"]
    headers |= {
        **NO_CACHE,
        **page_headers(context),
        "X-Data-Version": context.database.version,
    }
    return Plan(headers, lambda reader: Rendered(make(site, reader).render().encode()))


def _plan_file(file: StaticFile, headers: dict[str, str]) -> StaticPlan:
    identity = "".join(f"{name}: {value}\n" for name, value in headers.items())
    etag = make_etag(file.digest, file.media_type, identity)
    return StaticPlan({"ETag": etag, **headers, "Content-Type": file.media_type}, file.body)
