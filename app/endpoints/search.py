"""Search over the records of several resources."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import Annotated

from fastapi import Query
from pydantic import Field
from pydantic_core import from_json, to_json

from app.db.connections import Reader
from app.db.cursors import CursorValues
from app.db.facets import FacetCounts
from app.db.records import RecordView, read_records
from app.db.search_hits import HitSelection, IndexHit
from app.endpoints.search_schema import SearchListResponse, SearchSnippet, TextRange
from app.fulltext.query import Search
from app.fulltext.snippets import FoundSnippet, SearchedText, find_snippet
from app.fulltext.tokens import Script
from app.http.context import ApiRequest
from app.http.list_params import MAX_SEARCH_LENGTH, ListParams, facet_field, repeatable
from app.http.lists import ReadPage, plan_page
from app.http.negotiation import JSON, require_media
from app.http.param_types import CampaignIds
from app.http.plan import Plan
from app.http.routing import make_router
from app.http.selection import check_references, language_of, search_of
from app.languages import LANGUAGES, Language
from app.model.codes import RESOURCES, Resource
from app.resources.membership import hit_of_campaigns
from app.resources.registry import LIST_SPECS

router = make_router("search")


class SearchKind(StrEnum):
    """The resources that are searched."""

    CAMPAIGN = "campaign"
    EVENT = "event"
    LOCATION = "location"
    OUTCOME = "outcome"


class SearchFacet(StrEnum):
    """The facets of search."""

    KIND = "kind"


class SearchParams(ListParams):
    """The parameters of search."""

    q: str = Field(
        max_length=MAX_SEARCH_LENGTH,
        description=ListParams.model_fields["q"].description,
        examples=["兩結合", "liangjiehe"],
    )
    kind: list[SearchKind] = repeatable("The resource of the record; repeat for OR.", "event")
    campaign: CampaignIds = repeatable(
        "Campaign ids; finds the campaigns, their records and the places that they name. Repeat for OR.", "tianshui"
    )
    facet: list[SearchFacet] = facet_field(*SearchFacet)


@router.get("/v1/search", response_model=SearchListResponse, summary="Search campaigns, events, locations and outcomes")
def search_records(request: ApiRequest, params: Annotated[SearchParams, Query()]) -> Plan:
    """Search campaigns, events, locations and outcomes at once, the best hits first.

    Each hit has the `kind` of its record, the record, and a snippet of the text that matches, with the ranges to
    highlight as offsets. Hits with equal scores are in the order of their lists. If more than 500 records match, they
    have no score; those whose titles match come first.
    """
    require_media(request.accept, JSON)
    database = request.context.database
    language = language_of(request, params, check_references(request, params))
    params = params.in_language(language)
    search = search_of(request, params)
    assert search is not None  # noqa: S101 - q is required
    resources = tuple(RESOURCES[kind] for kind in SearchKind if kind in (params.kind or SearchKind))
    # The facet also counts the resources that were not selected.
    counted = tuple(RESOURCES[kind] for kind in SearchKind) if params.facet else resources
    conditions = {resource: hit_of_campaigns(resource, params.campaign) for resource in counted if params.campaign}
    selection = HitSelection(search, resources, database.results, conditions, params.values())

    def read(reader: Reader, after: CursorValues | None) -> ReadPage:
        hits, last = selection.page(reader, after, params.limit)
        counts = {resource: selection.count(reader, resource) for resource in counted}
        total = sum(counts[resource] for resource in resources)
        records = _write_hits(reader, database.alphabet.script, search, hits, language)
        facets = {SearchFacet.KIND.value: _count_kinds(counts, params.kind, language)} if params.facet else None
        suggestions = () if total else selection.suggestions(reader)
        return ReadPage(records, last, total, facets=facets, suggestions=suggestions)

    # Finding the snippets takes milliseconds.
    return plan_page(request, params, language, read, selection.accepts, is_slow=True)


def _count_kinds(counts: Mapping[Resource, int], selected: Sequence[str], language: Language) -> FacetCounts:
    """Return the counts of the resources, the most frequent first, with selected ones that have no hit."""
    shown = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    named = [(str(one), one.names[language], count) for one, count in shown if count or one in selected]
    return FacetCounts(named, complete=True)


def _write_hits(
    reader: Reader, script: Script, search: Search, hits: Sequence[IndexHit], language: Language
) -> list[bytes]:
    """Return each hit as JSON, with its record and its snippet."""
    records = _read(reader, hits, language)
    snippets = [
        find_snippet(search, _texts_of(record, hit, language), script)
        for hit, record in zip(hits, records, strict=True)
    ]
    # Other languages are read only for hits that this one does not match completely.
    for other in LANGUAGES:
        short = [index for index, best in enumerate(snippets) if best is None or best.matches < search.phrases]
        if other is language or not short:
            continue
        read = _read(reader, [hits[index] for index in short], other)
        for index, record in zip(short, read, strict=True):
            snippets[index] = find_snippet(search, _texts_of(record, hits[index], other), script, snippets[index])
    written = []
    for hit, record, best in zip(hits, records, snippets, strict=True):
        # An id is the least useful snippet in any language.
        also = chain(_days_of(record, hit, language, search), [SearchedText("/id", language, hit.id)])
        found = find_snippet(search, also, script, best)
        assert found is not None  # noqa: S101 - the index has the same words of the same texts
        score, snippet = to_json(None if hit.rank is None else -hit.rank), to_json(_public_snippet(found))
        written.append(
            b'{"kind":%b,"score":%b,"snippet":%b,"record":%b}' % (to_json(hit.resource), score, snippet, record)
        )
    return written


def _read(reader: Reader, hits: Sequence[IndexHit], language: Language) -> list[bytes]:
    """Return the record of each hit, as JSON."""
    records: dict[tuple[Resource, int], bytes] = {}
    for resource in {hit.resource for hit in hits}:
        numbers = [hit.number for hit in hits if hit.resource is resource]
        read = read_records(reader, LIST_SPECS[resource], numbers, RecordView(language))
        records |= {(resource, number): record for number, record in zip(numbers, read, strict=True)}
    return [records[hit.resource, hit.number] for hit in hits]


def _public_snippet(found: FoundSnippet) -> SearchSnippet:
    written = found.of.written
    text = written[found.start : found.end]
    return SearchSnippet(
        field=found.of.field,
        language=found.of.language,
        text=text,
        offset=found.start,
        offset_utf16=_code_units(written[: found.start]),
        complete=(found.start, found.end) == (0, len(written)),
        ranges=[
            TextRange(start=start, end=end, start_utf16=_code_units(text[:start]), end_utf16=_code_units(text[:end]))
            for start, end in found.spans
        ],
    )


def _code_units(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _texts_of(record: bytes, hit: IndexHit, language: Language) -> Iterator[SearchedText]:
    """Return the indexed texts of a record in one language."""
    tree = from_json(record)
    for pointer in hit.texts:
        written = tree
        for step in pointer.split("/")[1:]:
            written = written[int(step) if isinstance(written, list) else step]
        yield SearchedText(pointer, language, written)


def _days_of(record: bytes, hit: IndexHit, language: Language, search: Search) -> Iterator[SearchedText]:
    """Return the first and the last day of an event with a date, first the one that the search names."""
    if hit.resource is not Resource.EVENT:
        return
    date = from_json(record)["date"]
    if date["start"] is not None:
        for name in sorted(("start", "end"), key=lambda name: not search.names(date[name])):
            yield SearchedText(f"/date/{name}", language, date[name], is_date=True)
