"""Search: everything that holds some words, whatever kind of record it is."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from pydantic_core import from_json, to_json

from app.languages import LANGUAGES, Language
from app.published.answers import FacetValue, ListMeta, SearchList
from app.published.search import Snippet, TextRange
from app.storage.hits import Hit, Hits
from app.storage.paging import View, read_numbered
from app.storage.search import Search
from app.storage.snapshot import Snapshot
from app.storage.snippets import SearchedText, find_snippet
from app.storage.snippets import Snippet as FoundSnippet
from app.vocabulary import RECORD_KINDS, RecordKind
from app.web.answers import facet_values, represent_list
from app.web.asking import check_references, language_of, search_of
from app.web.context import context_of
from app.web.filters import IdValue
from app.web.listings import LISTINGS
from app.web.lists import MAX_SEARCH, MAX_VALUES, ListQuery, facet_field
from app.web.negotiation import JSON, combined, require_media
from app.web.queries import QueryReader, Refers
from app.web.walks import Walk

router = APIRouter(tags=["search"])


class SearchKind(StrEnum):
    """What can be found."""

    CAMPAIGN = "campaign"
    EVENT = "event"
    LOCATION = "location"
    OUTCOME = "outcome"


class SearchFacet(StrEnum):
    """What hits can be counted by."""

    KIND = "kind"


class SearchQuery(ListQuery):
    """What search can be asked."""

    q: str = Field(
        max_length=MAX_SEARCH, description=ListQuery.model_fields["q"].description, examples=["兩結合", "liangjiehe"]
    )
    kind: list[SearchKind] = Field(
        [], max_length=MAX_VALUES, description="What sort of record; repeat for OR.", examples=[["event"]]
    )
    campaign: Annotated[list[IdValue], Refers("campaign")] = Field(
        [],
        max_length=MAX_VALUES,
        description="Campaign ids; finds them, their records and the places that they speak of. Repeat for OR.",
        examples=[["tianshui"]],
    )
    facet: list[SearchFacet] = facet_field(*SearchFacet)


@router.get("/v1/search", response_model=SearchList, summary="Search everything")
async def search_records(
    request: Request, query: Annotated[SearchQuery, Depends(QueryReader(SearchQuery))]
) -> Response:
    """Search campaigns, events, locations and outcomes at once, the best hits first.

    Each hit says what `kind` of record it is, gives the record, and a snippet of the text that matches, with the
    ranges to highlight as offsets. Hits of equal score are ordered by id.
    """
    context = context_of(request)
    snapshot = context.snapshot
    require_media(combined(request.headers, "accept"), JSON)
    language = language_of(request, query, check_references(context, query))
    search = search_of(context, query)
    assert search is not None  # noqa: S101 - q is required
    kinds = [RECORD_KINDS[kind] for kind in query.kind or SearchKind]
    hits = Hits(search, kinds, query.campaign)
    walk = Walk.of(request.scope["path"], query, hits.order, language, snapshot.version)
    page, last = hits.page(snapshot, walk.after(query.cursor), query.limit)
    # The facet shows the kinds that were not chosen too.
    counts = hits.count(snapshot, [RECORD_KINDS[kind] for kind in SearchKind] if query.facet else kinds)
    meta = ListMeta(
        total=sum(counts.get(kind, 0) for kind in kinds),
        limit=query.limit,
        version=snapshot.version,
        language=language,
        undated_excluded=0,
        facets={SearchFacet.KIND: _kinds(counts, query.kind, language)} if query.facet else None,
        facets_cut=[],
    )
    return represent_list(request, query, _show(snapshot, search, page, language), meta, walk.cursor(last))


def _kinds(counts: Mapping[str, int], chosen: Sequence[str], language: Language) -> list[FacetValue]:
    """Give the kinds as the values of a facet, those that were chosen though nothing is found of them."""
    shown = {**counts, **{kind: 0 for kind in chosen if kind not in counts}}
    return facet_values(((kind, RECORD_KINDS[kind].names[language], count) for kind, count in shown.items()), chosen)


def _show(snapshot: Snapshot, search: Search, hits: Sequence[Hit], language: Language) -> list[str]:
    """Give each hit as JSON."""
    records = _read(snapshot, hits, language)
    snippets = _snippets(snapshot, search, hits, records, language)
    return [
        f'{{"kind":"{hit.kind}","score":{-hit.rank!r},"snippet":{to_json(snippet).decode()},"record":{record}}}'
        for hit, record, snippet in zip(hits, records, snippets, strict=True)
    ]


def _read(snapshot: Snapshot, hits: Sequence[Hit], language: Language) -> list[str]:
    """Read the record of each hit, as JSON."""
    records: dict[tuple[RecordKind, int], str] = {}
    for kind in {hit.kind for hit in hits}:
        numbers = [hit.number for hit in hits if hit.kind is kind]
        read = read_numbered(snapshot, LISTINGS[kind], numbers, View(language, ()))
        records |= {(kind, number): record for number, record in read.items()}
    return [records[hit.kind, hit.number] for hit in hits]


def _snippets(
    snapshot: Snapshot, search: Search, hits: Sequence[Hit], records: Sequence[str], language: Language
) -> Iterator[Snippet]:
    """Choose what shows why each record was found; other languages are read only for what this one does not show."""
    script = snapshot.alphabet.script
    found = [
        find_snippet(search, _texts_of(record, hit, language), script)
        for hit, record in zip(hits, records, strict=True)
    ]
    for other in LANGUAGES:
        short = [place for place, best in enumerate(found) if best is None or best.matching < search.phrases]
        if other is language or not short:
            continue
        read = _read(snapshot, [hits[place] for place in short], other)
        for place, record in zip(short, read, strict=True):
            found[place] = find_snippet(search, _texts_of(record, hits[place], other), script, found[place])
    for hit, best in zip(hits, found, strict=True):
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


def _texts_of(record: str, hit: Hit, language: Language) -> Iterator[SearchedText]:
    """Give the texts of a record in one language."""
    tree = from_json(record)
    for pointer, pinyin in hit.texts:
        written = tree
        for step in pointer.split("/")[1:]:
            written = written[int(step) if isinstance(written, list) else step]
        yield SearchedText(pointer, language, written, pinyin)
