"""The home document, and the documents at well-known paths: the API catalogue and `robots.txt`."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Query
from pydantic import Field
from pydantic_core import to_json

from app.db.connections import Reader
from app.http.conditional import cache_headers, document_headers
from app.http.context import ApiRequest
from app.http.links import link
from app.http.negotiation import JSON, require_media
from app.http.params import LocalisedParams, with_query
from app.http.plan import Plan, Rendered, StaticPlan
from app.http.routing import make_router
from app.http.selection import language_of
from app.languages import LANGUAGES, Language, Tree, localised
from app.model.schemas import PublicModel
from app.resources.registry import EXPORTS, LIST_SPECS

router = make_router("home")

CATALOG, LINKSET, HTML = "application/ld+json", "application/linkset+json", "text/html"
API_CATALOG = "/.well-known/api-catalog"

LINK_TITLES = localised(
    "home",
    (
        *("title", "description", "publisher", "openapi", "docs", "search", "terms", "export", "snapshot"),
        *("data_package", "catalog", "api_catalog", "licence", "status"),
        *(f"{resource}s" for resource in LIST_SPECS if resource not in EXPORTS),
    ),
)
"""The titles in the home document and the catalogues, by key and language."""

_DESCRIPTIONS = (
    ("service-desc", "/openapi.json", JSON, "openapi"),
    ("service-doc", "/docs", HTML, "docs"),
    ("service-meta", "/catalog.jsonld", CATALOG, "catalog"),
    ("describedby", "/datapackage.json", JSON, "data_package"),
    ("status", "/readyz", JSON, "status"),
)
"""The relation, the path, the media type and the key of the title of each description of the API."""


class HomeLink(PublicModel):
    """A link to a part of the service."""

    rel: str = Field(
        description=(
            "Its relation, as IANA registers them: `collection` a list, `search`, `alternate` an export of a list, "
            "`service-desc`, `service-doc` and `service-meta` descriptions of the API, `describedby` a description of "
            "the CSV files, `license`, `status`, `api-catalog`."
        ),
        examples=["collection"],
    )
    href: str = Field(description="Its URL.", examples=["http://127.0.0.1:8000/v1/events"])
    type: str = Field(description="Its media type.", examples=["application/json"])
    title: str = Field(description="Its title in the response's language.", examples=["活動項目"])


class HomeDocument(PublicModel):
    """Links to all parts of the service."""

    title: str = Field(description="The name of the service.", examples=["Campaign API"])
    links: list[HomeLink] = Field(description="Links to everything that needs no id.")


@router.get("/v1", response_model=HomeDocument, summary="Read the home document")
def read_home(request: ApiRequest, params: Annotated[LocalisedParams, Query()]) -> Plan:
    """Read the home document: links to the lists, the exports, their descriptions and licences."""
    return plan_home(request, params)


@router.get(API_CATALOG, response_model=None, include_in_schema=False)
def read_api_catalog(request: ApiRequest) -> StaticPlan:
    """Return the API catalogue (RFC 9727), a set of links (RFC 9264 section 4.2)."""
    origin = request.origin
    own, home = f"{origin}{API_CATALOG}", f"{origin}/v1"
    api: Tree = {"anchor": home}
    for relation, path, media_type, key in _DESCRIPTIONS:
        target = {"href": f"{origin}{path}", "type": media_type, "title*": _titles(key)}
        api.setdefault(relation, []).append(target)
    api["license"] = [{"href": url, "type": HTML} for url in request.context.database.licences_by_url]
    catalog = {"anchor": own, "item": [{"href": home, "type": JSON, "title*": _titles("title")}]}
    media_type = f'{LINKSET}; profile="https://www.rfc-editor.org/info/rfc9727"'
    headers = document_headers(request, media_type, ", ".join(LANGUAGES)) | {"Link": link(own, "api-catalog", LINKSET)}
    return StaticPlan(headers, to_json({"linkset": [catalog, api]}))


@router.get("/robots.txt", response_model=None, include_in_schema=False)
def read_robots(request: ApiRequest) -> StaticPlan:
    """Allow robots everything except the endpoints for operators (RFC 9309), and name the sitemap."""
    base = request.context.base_path
    closed = "".join(f"Disallow: {base}{path}\n" for path in ("/healthz", "/metrics", "/readyz"))
    text = f"User-agent: *\n{closed}\nSitemap: {request.origin}/sitemap.xml\n"
    return StaticPlan(document_headers(request, "text/plain; charset=utf-8"), text.encode())


def plan_home(request: ApiRequest, params: LocalisedParams) -> Plan:
    """Plan the home document, for `/v1` and for programs at `/`."""
    require_media(request.accept, JSON)
    language = language_of(request, params, [])
    params = params.in_language(language)
    url = with_query(f"{request.origin}/v1", params.canonical())
    # `/` and `/v1` are counted apart, so each has an entry of its own in the cache.
    own = with_query(f"{request.origin}{request.path}", params.canonical())
    headers = cache_headers(request, params, own, JSON, language)

    def render(_: Reader) -> Rendered:
        document = HomeDocument(title=LINK_TITLES["title"][language], links=[*_home_links(request, language)])
        return Rendered(document.model_dump_json().encode(), {"Link": link(url, "canonical")})

    return Plan(headers, render)


def _home_links(request: ApiRequest, language: Language) -> Iterator[HomeLink]:
    origin = request.origin
    titles = {key: names[language] for key, names in LINK_TITLES.items()}
    for relation, path, media_type, key in _DESCRIPTIONS:
        yield _link(relation, f"{origin}{path}", media_type, titles[key])
    yield _link("api-catalog", f"{origin}{API_CATALOG}", LINKSET, titles["api_catalog"])
    for url, licence in request.context.database.licences_by_url.items():
        yield _link("license", url, HTML, titles["licence"].format(id=licence["id"]))
    yield _link("search", f"{origin}/v1/search", JSON, titles["search"])
    yield _link("collection", f"{origin}/v1/terms", JSON, titles["terms"])
    for resource in LIST_SPECS:
        path = f"{origin}/v1/{resource}s"
        if resource not in EXPORTS:
            yield _link("collection", path, JSON, titles[f"{resource}s"])
            continue
        exports = EXPORTS[resource]
        yield _link("collection", path, JSON, exports.titles[language])
        for extension, format_ in exports.by_extension.items():
            title = titles["export"].format(records=exports.titles[language], format=extension)
            yield _link("alternate", f"{path}.{extension}", format_.bare_media_type, title)


def _link(relation: str, href: str, media_type: str, title: str) -> HomeLink:
    return HomeLink(rel=relation, href=href, type=media_type, title=title)


def _titles(key: str) -> list[Tree]:
    """Return a title in each language, as RFC 9264 section 4.2.4.2 has it."""
    return [{"value": LINK_TITLES[key][language], "language": language} for language in LANGUAGES]
