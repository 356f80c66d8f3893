"""Answering a list or a record: from a validated query to a response with validators, links and language."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from app.languages import Language
from app.published.answers import FacetValue, ListLinks, ListMeta, RecordLinks, RecordMeta
from app.storage.facets import Counts, Facet, count_values
from app.storage.matching import Matching
from app.storage.paging import Listing, Question, View, count, read_page, read_record
from app.web.asking import Asked, ask_list, language_of, vary_of, with_query
from app.web.context import Context, base_url, context_of
from app.web.finding import find_record
from app.web.lists import ListQuery
from app.web.negotiation import JSON, combined, require_media
from app.web.queries import LocalisedQuery
from app.web.validators import validators
from app.web.walks import Walk

Facets = Mapping[str, Facet]
"""The facets of a list, by the parameter that filters by the same value."""

NO_FACETS: Facets = {}


def answer_list(
    request: Request, listing: Listing, query: ListQuery, matching: Matching, facets: Facets = NO_FACETS
) -> Response:
    """Answer with one page of a list."""
    context = context_of(request)
    require_media(combined(request.headers, "accept"), JSON)
    asked = ask_list(request, listing, query, matching)
    snapshot, conditions = context.snapshot, asked.matching.every()
    walk = Walk.of(request.scope["path"], query, asked.order, asked.language, snapshot.version)
    question = Question(conditions, asked.order, walk.after(query.cursor), query.limit)
    page = read_page(snapshot, listing, question, View(asked.language, _include_of(query)))
    left_out = asked.matching.left_out()
    counted = _count_facets(context, listing, query, asked, facets)
    meta = ListMeta(
        total=count(snapshot, listing.table, conditions),
        limit=query.limit,
        version=snapshot.version,
        language=asked.language,
        undated_excluded=count(snapshot, listing.table, left_out) if left_out is not None else 0,
        facets={name: facet_values(counts.values, getattr(query, name)) for name, counts in counted.items()} or None,
        facets_cut=[name for name, counts in counted.items() if not counts.complete],
    )
    return represent_list(request, query, page.records, meta, walk.cursor(page.last))


def represent_list(
    request: Request, query: ListQuery, records: Sequence[str], meta: ListMeta, cursor: str | None
) -> Response:
    """Make the answer of one page, each record JSON already; `cursor` is the next page's, None on the last."""
    address = base_url(request) + request.scope["path"]
    next_ = None
    if cursor is not None:
        next_ = with_query(address, [*query.canonical(without=("cursor",)), ("cursor", cursor)])
    links = ListLinks(self=with_query(address, query.canonical()), next=next_)
    body = f'{{"data":[{",".join(records)}],"meta":{meta.model_dump_json()},"links":{links.model_dump_json()}}}'
    response = _represent(request, body, meta.language, links.self, query)
    if links.next is not None:
        response.headers["Link"] = f'<{links.next}>; rel="next"'
    return response


def answer_record(request: Request, listing: Listing, id_: str, query: LocalisedQuery) -> Response:
    """Answer with one record, or say where it went; raises NotFound with the nearest ids, Gone, or Moved."""
    require_media(combined(request.headers, "accept"), JSON)
    language = language_of(request, query, [find_record(request, listing, id_, query)])
    record = read_record(context_of(request).snapshot, listing, id_, View(language, _include_of(query)))
    assert record is not None  # noqa: S101 - its id was found
    return represent_record(request, query, record, language)


def represent_record(request: Request, query: LocalisedQuery, record: str, language: Language) -> Response:
    """Make the answer of one record, JSON already."""
    meta = RecordMeta(version=context_of(request).snapshot.version, language=language)
    links = links_of(request, query)
    body = f'{{"data":{record},"meta":{meta.model_dump_json()},"links":{links.model_dump_json()}}}'
    return _represent(request, body, language, links.self, query)


def links_of(request: Request, query: LocalisedQuery) -> RecordLinks:
    """Give the links of an answer about a record, or about a part of one."""
    path = request.scope["path"]
    collection = "/".join(path.split("/")[:3])
    base = base_url(request)
    return RecordLinks(self=with_query(base + path, query.canonical()), collection=base + collection)


def facet_values(counted: Iterable[tuple[str, str, int]], chosen: Collection[str]) -> list[FacetValue]:
    """Give the values of a facet, each with its name and count, and whether the query chose it."""
    return [
        FacetValue(id=value, name=name, count=count, selected=value in chosen) for value, name, count in counted
    ]  # fmt: skip


def _represent(request: Request, body: str, language: Language, address: str, query: LocalisedQuery) -> Response:
    headers = validators(context_of(request), address, JSON, language=language, vary=vary_of(query))
    return Response(body.encode(), media_type=JSON, headers=headers)


def _include_of(query: LocalisedQuery) -> list[str]:
    include: list[str] = getattr(query, "include", [])
    return include


def _count_facets(
    context: Context, listing: Listing, query: ListQuery, asked: Asked, facets: Facets
) -> dict[str, Counts]:
    """Count each facet that is asked for, without the conditions that its own filter makes."""
    names: list[str] = getattr(query, "facet", [])
    # In an order of its own: the same counts, however they are asked for, are the same bytes.
    return {
        name: count_values(
            context.snapshot,
            listing.table,
            facet,
            conditions=asked.matching.every(but=name),
            chosen=[str(value) for value in getattr(query, name)],
            language=asked.language,
        )
        for name, facet in facets.items()
        if name in names
    }
