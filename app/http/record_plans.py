"""Plans for one record, or a part of one."""

from collections.abc import Callable
from functools import lru_cache

from app.db.connections import Reader
from app.db.list_spec import ListSpec
from app.db.records import RecordView, read_record
from app.http.cache_headers import cache_headers
from app.http.links import record_links
from app.http.lookup import find_record, number_of
from app.http.negotiation import JSON, require_media, vary_of
from app.http.params import LocalisedParams, include_of
from app.http.plan import Plan, Rendered
from app.http.references import language_of
from app.http.request import ApiRequest
from app.languages import Language
from app.model.envelopes import RecordMeta


def plan_record(request: ApiRequest, spec: ListSpec, id_: str, params: LocalisedParams) -> Plan:
    """Plan the response about one record; raises as `find_record` does."""
    require_media(request.accept, JSON)
    found = find_record(request, spec, id_, params)
    language = language_of(request, params, [found])
    number, view = number_of(found), RecordView(language, include_of(params))
    return plan_part(request, params, language, lambda reader: read_record(reader, spec, number, view))


def plan_part(
    request: ApiRequest, params: LocalisedParams, language: Language, read: Callable[[Reader], bytes]
) -> Plan:
    """Plan a response whose `data` is read as JSON."""
    links = record_links(request, params)
    meta = _record_meta(request.context.database.version, language)
    ending = f',"meta":{meta},"links":{links.model_dump_json()}}}'.encode()

    def render(reader: Reader) -> Rendered:
        return Rendered(b"".join((b'{"data":', read(reader), ending)))

    return Plan(cache_headers(request.context, links.self, JSON, language=language, vary=vary_of(params)), render)


@lru_cache
def _record_meta(version: str, language: Language) -> str:
    return RecordMeta(version=version, language=language).model_dump_json()
