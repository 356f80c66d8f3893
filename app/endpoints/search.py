"""Search: everything that holds some words, whatever kind of record it is."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import Field
from pydantic_core import from_json, to_json

from app.db.connections import Reader
from app.db.database import Database
from app.db.records import View, read_records
from app.endpoints.search_schema import Snippet, TextRange
from app.fulltext.hits import Hit, ask_hits, count_hits, read_hits
from app.fulltext.query import Search, are_ranked
from app.fulltext.snippets import SearchedText, find_snippet
from app.fulltext.snippets import Snippet as FoundSnippet
from app.fulltext.tokens import Script
from app.http.context import context_of
from app.http.list_params import MAX_SEARCH, MAX_VALUES, ListParams, facet_field
from app.http.negotiation import JSON, accept_of, require_media
from app.http.pagination import Walk
from app.http.param_types import IdValue
from app.http.params import ParamsReader, Refers
from app.http.plan import check_references, language_of, search_of
from app.http.responses import ListLinker, Made, facet_values, represent
from app.http.routing import make_router
from app.languages import LANGUAGES, Language
from app.model.codes import RESOURCES, Resource
from app.model.envelopes import FacetValue, ListMeta, SearchList
from app.resources.registry import LIST_SPECS

router = make_router("search")


class SearchKind(StrEnum):
    """What can be found."""

    CAMPAIGN = "campaign"
    EVENT = "event"
    LOCATION = "location"
    OUTCOME = "outcome"


class SearchFacet(StrEnum):
    """What hits can be counted by."""

    KIND = "kind"


class SearchParams(ListParams):
    """What search can be asked."""

    q: str = Field(
        max_length=MAX_SEARCH, description=ListParams.model_fields["q"].description, examples=["兩結合", "liangjiehe"]
    )
    kind: list[SearchKind] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="What sort of record; repeat for OR.",
        examples=[["event"]],
    )
    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description="Campaign ids; finds them, their records and the places that they speak of. Repeat for OR.",
        examples=[["tianshui"]],
    )
    facet: list[SearchFacet] = facet_field(*SearchFacet)


@router.get("/v1/search", response_model=SearchList, summary="Search everything")
async def search_records(
    request: Request, query: Annotated[SearchParams, Depends(ParamsReader(SearchParams))]
) -> Response:
    """Search campaigns, events, locations and outcomes at once, the best hits first.

    Each hit says what `kind` of record it is, gives the record, and a snippet of the text that matches, with the
    ranges to highlight as offsets. Hits of equal score come in the order of their lists. Where more than 500 records
    match they have no score: those come first that match with their titles.
    """
    context = context_of(request)
    snapshot = context.snapshot
    require_media(accept_of(request), JSON)
    language = language_of(request, query, check_references(context, query))
    search = search_of(context, query)
    assert search is not None  # noqa: S101 - q is required
    kinds = tuple(RESOURCES[kind] for kind in SearchKind if kind in (query.kind or SearchKind))
    # The facet shows the kinds that were not chosen too.
    counted = tuple(RESOURCES[kind] for kind in SearchKind) if query.facet else kinds
    walk = Walk.of(request.scope["path"], query, "", snapshot.version)
    links = ListLinker(request, query)
    values = {**query.values(), **search.values}
    campaigns = len(query.campaign)

    def count(reader: Reader, kind: Resource) -> int:
        of = ("hits", kind, search.expression, *sorted(query.campaign))
        return snapshot.counted.get(of, lambda: count_hits(reader, kind, campaigns, values))

    def make(reader: Reader) -> Made:
        ranked = are_ranked(reader, snapshot.counted, kinds, search)
        question = ask_hits(kinds, campaigns, are_ranked=ranked)
        hits, last = read_hits(reader, question, values, walk.after(query.cursor, question), query.limit)
        counts = {kind: count(reader, kind) for kind in counted}
        meta = ListMeta(
            total=sum(counts[kind] for kind in kinds),
            limit=query.limit,
            version=snapshot.version,
            language=language,
            undated_excluded=0,
            facets={SearchFacet.KIND: _kinds(counts, query.kind, language)} if query.facet else None,
            facets_cut=[],
        )
        return links.list_of(_show(reader, snapshot, search, hits, language), meta, walk.cursor(last))

    # To look for what to show of each hit takes milliseconds.
    return await represent(request, query, language, links.address, make, is_long=True)


def _kinds(counts: Mapping[Resource, int], chosen: Sequence[str], language: Language) -> list[FacetValue]:
    """Give the kinds as the values of a facet, the most first; those that were chosen though nothing is found."""
    shown = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    named = ((str(kind), kind.names[language], count) for kind, count in shown if count or kind in chosen)
    return facet_values(named, chosen)


def _show(reader: Reader, snapshot: Database, search: Search, hits: Sequence[Hit], language: Language) -> list[bytes]:
    """Give each hit as JSON."""
    records = _read(reader, hits, language)
    snippets = _snippets(reader, snapshot.alphabet.script, search, list(zip(hits, records, strict=True)), language)
    return [
        b'{"kind":%b,"score":%b,"snippet":%b,"record":%b}'
        % (to_json(hit.kind), to_json(None if hit.rank is None else -hit.rank), to_json(snippet), record)
        for hit, record, snippet in zip(hits, records, snippets, strict=True)
    ]


def _read(reader: Reader, hits: Sequence[Hit], language: Language) -> list[bytes]:
    """Read the record of each hit, as JSON."""
    records: dict[tuple[Resource, int], bytes] = {}
    for kind in {hit.kind for hit in hits}:
        numbers = [hit.number for hit in hits if hit.kind is kind]
        read = read_records(reader, LIST_SPECS[kind], numbers, View(language))
        records |= {(kind, number): record for number, record in zip(numbers, read, strict=True)}
    return [records[hit.kind, hit.number] for hit in hits]


def _snippets(
    reader: Reader, script: Script, search: Search, found: Sequence[tuple[Hit, bytes]], language: Language
) -> Iterator[Snippet]:
    """Choose what shows why each record was found; other languages are read only for what this one does not show."""
    snippets = [find_snippet(search, _texts_of(record, hit, language), script) for hit, record in found]
    hits = [hit for hit, _ in found]
    for other in LANGUAGES:
        short = [place for place, best in enumerate(snippets) if best is None or best.matching < search.phrases]
        if other is language or not short:
            continue
        read = _read(reader, [hits[place] for place in short], other)
        for place, record in zip(short, read, strict=True):
            snippets[place] = find_snippet(search, _texts_of(record, hits[place], other), script, snippets[place])
    for hit, best in zip(hits, snippets, strict=True):
        # An id says least to a reader, whatever the language.
        shown = find_snippet(search, [SearchedText("/id", language, hit.id, None)], script, best)
        assert shown is not None  # noqa: S101 - the index has the same words of the same texts
        yield _published(shown)


def _published(found: FoundSnippet) -> Snippet:
    return Snippet(
        field=found.of.field,
        language=found.of.language,
        text=found.of.written[found.start : found.end],
        offset=found.start,
        complete=(found.start, found.end) == (0, len(found.of.written)),
        ranges=[TextRange(start=start, end=end) for start, end in found.spans],
    )


def _texts_of(record: bytes, hit: Hit, language: Language) -> Iterator[SearchedText]:
    """Give the texts of a record in one language."""
    tree = from_json(record)
    for pointer, pinyin in hit.texts:
        written = tree
        for step in pointer.split("/")[1:]:
            written = written[int(step) if isinstance(written, list) else step]
        yield SearchedText(pointer, language, written, pinyin)
