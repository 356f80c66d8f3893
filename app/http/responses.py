"""Answering a list or a record: from a validated query to a response with validators, links and language."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from app.db.bounded_cache import BoundedCache
from app.db.connections import Reader
from app.db.facets import Counts, Facet, ask_facet, count_values
from app.db.list_query import ListSpec, reads_by_language
from app.db.records import View, read_record, read_records
from app.db.statements import Statement
from app.http.cache_headers import validators
from app.http.context import ROUTE, base_url, context_of
from app.http.list_params import ListParams
from app.http.lookup import find_record, number_of
from app.http.negotiation import JSON, accept_of, require_media
from app.http.pagination import Walk
from app.http.params import LocalisedParams
from app.http.plan import Asked, ask_list, language_of, vary_of, with_query
from app.http.representation import AnswerResponse, make_answer
from app.languages import Language
from app.model.envelopes import FacetValue, ListLinks, ListMeta, RecordLinks, RecordMeta

_FACETS = BoundedCache(1000)
"""What counts a facet, by the shape of the question."""


@dataclass(frozen=True)
class Made:
    """What was made of the snapshot for an answer."""

    body: bytes
    link: str | None = None
    """Where the next page of a list is."""


async def answer_list(request: Request, listing: ListSpec, query: ListParams) -> Response:
    """Answer with one page of a list."""
    require_media(accept_of(request), JSON)
    asked = ask_list(request, listing, query)
    snapshot, language = asked.snapshot, asked.language
    links = ListLinker(request, query)
    by_language = reads_by_language(listing, query.sorted_by())
    walk = Walk.of(request.scope["path"], query, language if by_language else "", snapshot.version)

    def make(reader: Reader) -> Made:
        question = asked.question(reader)
        page = question.page(reader, asked.values, walk.after(query.cursor, question), query.limit)
        records = read_records(reader, listing, [row[0] for row in page.rows], View(language, include_of(query)))
        counted = _count_facets(reader, asked, query)
        meta = ListMeta(
            total=asked.total(reader, question),
            limit=query.limit,
            version=snapshot.version,
            language=language,
            undated_excluded=asked.left_out(reader, question),
            facets={name: facet_values(counts.values, getattr(query, name)) for name, counts in counted.items()}
            or None,
            facets_cut=[name for name, counts in counted.items() if not counts.complete],
        )
        return links.list_of(records, meta, walk.cursor(page.last))

    return await represent(request, query, language, links.address, make)


class ListLinker:
    """Puts the pages of a list together, with their links."""

    def __init__(self, request: Request, query: ListParams) -> None:
        self._query = query
        self._bare = base_url(request) + request.scope["path"]
        self.address = with_query(self._bare, query.canonical())
        """Where this page is, in its one spelling."""

    def list_of(self, records: Sequence[bytes], meta: ListMeta, cursor: str | None) -> Made:
        """Make a page of records that are JSON already; `cursor` is the next page's, None on the last."""
        next_ = None
        if cursor is not None:
            next_ = with_query(self._bare, [*self._query.canonical(without=("cursor",)), ("cursor", cursor)])
        links = ListLinks(self=self.address, next=next_)
        ending = f'],"meta":{meta.model_dump_json()},"links":{links.model_dump_json()}}}'
        return Made(b"".join((b'{"data":[', b",".join(records), ending.encode())), next_)


async def answer_record(request: Request, listing: ListSpec, id_: str, query: LocalisedParams) -> Response:
    """Answer with one record, or say where it went; raises NotFound with the nearest ids, Gone, or Moved."""
    require_media(accept_of(request), JSON)
    found = find_record(request, listing, id_, query)
    language = language_of(request, query, [found])
    view = View(language, include_of(query))
    number = number_of(found)
    return await represent_record(request, query, language, lambda reader: read_record(reader, listing, number, view))


async def represent_record(
    request: Request, query: LocalisedParams, language: Language, read: Callable[[Reader], bytes]
) -> Response:
    """Answer with one record, which is read as JSON."""
    meta = _meta_of_record(context_of(request).snapshot.version, language)
    links = links_of(request, query)
    ending = f',"meta":{meta},"links":{links.model_dump_json()}}}'.encode()
    return await represent(
        request, query, language, links.self, lambda reader: Made(b"".join((b'{"data":', read(reader), ending)))
    )


@lru_cache
def _meta_of_record(version: str, language: Language) -> str:
    return RecordMeta(version=version, language=language).model_dump_json()


async def represent(
    request: Request,
    query: LocalisedParams,
    language: Language,
    address: str,
    make: Callable[[Reader], Made],
    *,
    is_long: bool = False,
) -> Response:
    """Give the answer at an address, made now if it is not kept from before; by a thread if that `is_long`."""
    context = context_of(request)
    headers = validators(context, address, JSON, language=language, vary=vary_of(query))
    etag = headers["ETag"]
    answer = context.kept.get(etag)
    if answer is None:
        made = await context.computing.ask(etag, make, is_long=is_long)
        if made.link is not None:
            headers["Link"] = f'<{made.link}>; rel="next"'
        answer = make_answer(made.body, JSON, headers, request.scope[ROUTE])
    return AnswerResponse(answer, context.kept, context.computing)


def links_of(request: Request, query: LocalisedParams) -> RecordLinks:
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


def include_of(query: LocalisedParams) -> list[str]:
    """Tell which parts are asked for."""
    include: list[str] = getattr(query, "include", [])
    return include


def _count_facets(reader: Reader, asked: Asked, query: ListParams) -> dict[str, Counts]:
    """Count each facet that is asked for, without the conditions that its own filter makes."""
    names: list[str] = getattr(query, "facet", [])
    if not names:
        return {}
    # In an order of its own: the same counts, however they are asked for, are the same bytes.
    return {
        name: _count(reader, asked, name, facet) for name, facet in query.facets().items() if name in names
    }  # fmt: skip


def _count(reader: Reader, asked: Asked, name: str, facet: Facet) -> Counts:
    """Count a facet; once for each filter that is asked for."""
    chosen = [str(value) for value in getattr(asked.query, name)]

    def make() -> Statement:
        return ask_facet(asked.listing.table, facet, asked.matching(), name, len(chosen))

    shape = (asked.listing.kind, asked.query.shape(), name)
    if shape not in _FACETS:
        asked.give_up_in_haste(reader)
    question = _FACETS.get(shape, make)
    return asked.snapshot.counted.get(
        (asked.filters, "facet", name, asked.language),
        lambda: count_values(reader, question, asked.values, facet, chosen=chosen, language=asked.language),
    )
