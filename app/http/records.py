"""Plans for one record, or a part of one, by the id in the path."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import quote

from pydantic_core import to_json

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
from app.model.envelopes import RecordMeta

Links = Mapping[str, str | None]
"""The links of a response, with the fields of RecordLinks: a dict is written faster than a model."""

AddLinks = Callable[[bytes, Links], Links]
"""Returns the links of a response with those that depend on the record, given as JSON."""


def plan_record(
    request: ApiRequest, spec: ListSpec, id_: str, params: LocalisedParams, add_links: AddLinks | None = None
) -> Plan:
    """Plan the response about one record; raises as `find_record` does, and NotAcceptable."""
    include = include_of(params)

    def read(reader: Reader, number: int, language: Language) -> bytes:
        return read_record(reader, spec, number, RecordView(language, include))

    return plan_part(request, spec, id_, params, read, add_links=add_links)


def plan_part(
    request: ApiRequest,
    spec: ListSpec,
    id_: str,
    params: LocalisedParams,
    read: Callable[[Reader, int, Language], bytes],
    *,
    add_links: AddLinks | None = None,
) -> Plan:
    """Plan a response about a record; `read` reads its `data` as JSON, by the number of the record."""
    require_media(request.accept, JSON)
    number, language = find_record(request, spec, id_, params)
    params = params.in_language(language)
    links = record_links(request, params)
    meta = _record_meta(request.context.database.version, language)

    def render(reader: Reader) -> Rendered:
        data = read(reader, number, language)
        all_links = to_json(links if add_links is None else add_links(data, links))
        return Rendered(b"".join((b'{"data":', data, b',"meta":', meta, b',"links":', all_links, b"}")))

    return Plan(cache_headers(request, params, links["self"], JSON, language), render)


@lru_cache
def _record_meta(version: str, language: Language) -> bytes:
    return RecordMeta(version=version, language=language).model_dump_json().encode()


def record_links(request: ApiRequest, params: LocalisedParams) -> dict[str, str]:
    """Return the links of a response about a record, or about a part of one."""
    address = with_query(request.origin + request.path, params.canonical())
    return {"self": address, "collection": request.origin + "/".join(request.path.split("/")[:3])}


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
