"""Plans for one record, or a part of one, by the id in the path."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from app.db.connections import Reader
from app.db.identifiers import find_identifiers, nearest_ids
from app.db.list_spec import ListSpec
from app.db.records import RecordView, read_record
from app.http.conditional import cache_headers
from app.http.context import ApiRequest
from app.http.errors import Moved, NotFound, Problem
from app.http.negotiation import JSON, require_media
from app.http.nouns import noun, with_article
from app.http.params import LocalisedParams, include_of, with_query
from app.http.plan import Plan, Rendered
from app.http.selection import language_of
from app.languages import Language, texts_of
from app.messages import message
from app.model.codes import ADDRESSED_RESOURCES
from app.model.envelopes import RecordLinks, RecordMeta


class RecordUrls(NamedTuple):
    """The URLs that every response about a record, or about a part of one, links to."""

    address: str
    """Its own, canonical."""
    collection: str
    """That of the list of such records."""


MakeLinks = Callable[[bytes, RecordUrls], RecordLinks]
"""Makes the links of a response, some of which depend on the record, given as JSON."""


def _links(_record: bytes, urls: RecordUrls) -> RecordLinks:
    return RecordLinks(self=urls.address, collection=urls.collection)


def plan_record(
    request: ApiRequest, spec: ListSpec, id_: str, params: LocalisedParams, make_links: MakeLinks = _links
) -> Plan:
    """Plan the response about one record; raises as `find_record` does, and NotAcceptable."""
    include = include_of(params)

    def read(reader: Reader, number: int, language: Language) -> bytes:
        return read_record(reader, spec, number, RecordView(language, include))

    return plan_part(request, spec, id_, params, read, make_links=make_links)


def plan_part(
    request: ApiRequest,
    spec: ListSpec,
    id_: str,
    params: LocalisedParams,
    read: Callable[[Reader, int, Language], bytes],
    *,
    make_links: MakeLinks = _links,
) -> Plan:
    """Plan a response about a record; `read` reads its `data` as JSON, by the number of the record."""
    require_media(request.accept, JSON)
    number, language = find_record(request, spec, id_, params)
    params = params.in_language(language)
    urls = record_urls(request, params)
    meta = _record_meta(request.context.database.version, language)

    def render(reader: Reader) -> Rendered:
        data = read(reader, number, language)
        links = make_links(data, urls).model_dump_json()
        return Rendered(b"".join((b'{"data":', data, f',"meta":{meta},"links":{links}}}'.encode())))

    return Plan(cache_headers(request, params, urls.address, JSON, language), render)


@lru_cache
def _record_meta(version: str, language: Language) -> str:
    return RecordMeta(version=version, language=language).model_dump_json()


def record_urls(request: ApiRequest, params: LocalisedParams) -> RecordUrls:
    """Return the URLs of a response about a record, or about a part of one."""
    collection = request.origin + "/".join(request.path.split("/")[:3])
    return RecordUrls(with_query(request.origin + request.path, params.canonical()), collection)


def find_record(
    request: ApiRequest, spec: ListSpec, id_: str, params: LocalisedParams, root: str = "/v1"
) -> tuple[int, Language]:
    """Return the number of a record, and the language of the response.

    Raises NotFound with the nearest ids, Moved, or a Problem with the status 410. `root` is what the paths of the
    collections begin with: those of the pages begin with nothing.
    """
    resource, collection = spec.resource, f"{root}/{spec.resource}s"
    known = find_identifiers(request.reader, [id_])
    found = next((item for item in known if item.kind == resource), None)
    if found is None:
        shown = id_[:100]
        others = [item.kind for item in known if item.kind in ADDRESSED_RESOURCES]
        paths = [f"/v1/{other}s/{id_}" for other in others]
        paths += [f"{collection}/{near}" for near in nearest_ids(request.reader, resource, shown)]
        detail = message("There is no {resource} with the id {id!r}.", resource=noun(resource), id=shown)
        if others:
            detail = message("{detail} It is the id of {other}.", detail=detail, other=with_article(others[0]))
        raise NotFound(detail, nearest=paths)
    language = language_of(request, params, [found])
    if found.successor is not None:
        below = request.path.removeprefix(f"{collection}/{id_}")
        url = f"{request.origin}{collection}/{quote(found.successor)}{below}"
        seconds = request.context.settings.max_age_seconds
        raise Moved(with_query(url, params.in_language(language).canonical()), f"public, max-age={seconds}")
    if found.number is None:
        detail = message("The {resource} {id!r} was withdrawn.", resource=noun(resource), id=id_)
        if found.reason:
            detail = message("{detail} {reason}", detail=detail, reason=texts_of(found.reason))
        raise Problem(detail, status=410)
    return found.number, language
