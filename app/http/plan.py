"""What every question has: the records that it names, its language, its search, its conditions and its order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from starlette.requests import Request

from app.db.bounded_cache import BoundedCache
from app.db.connections import BudgetExceededError, Reader
from app.db.database import Database
from app.db.filters import DateFilter, Filters, is_undated
from app.db.identifiers import Identifier, find_identifiers, nearest_ids
from app.db.list_query import SEARCH, ListQuery, ListSpec, ask, search_way
from app.db.statements import Values
from app.fulltext.query import Search, SearchError, are_ranked, read_search
from app.http.context import Context, context_of
from app.http.errors import InvalidQuery, ParameterError
from app.http.list_params import FilterParams
from app.http.negotiation import accept_language_of, negotiate_language
from app.http.params import LocalisedParams, Params, Refers, query_string, refused, unknown_value
from app.languages import Language
from app.model.codes import with_article

_QUESTIONS = BoundedCache(1000)
"""Questions by their shape: to make one costs as much as to ask it a hundred times."""

_SUGGESTIONS = 5
"""For how many wrong ids the nearest right one is looked for; it takes a millisecond each."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a list, ready to be read from the snapshot."""

    snapshot: Database
    listing: ListSpec
    query: FilterParams
    language: Language
    search: Search | None
    dated_only: bool
    """Whether records without a date are left out in any case."""

    values: Values
    """The values of the question's parameters."""
    filters: str
    """Which records match, in one spelling."""

    def matching(self) -> Filters:
        """Give the conditions of the records that match."""
        matching = self.query.matching()
        if self.search is not None:
            # It is what to set out on: its hits come in the order of the numbers.
            ways = {SEARCH: search_way(self.listing.kind, self.listing.table), **matching.ways}
            matching = replace(matching, ways=ways)
        if self.dated_only:
            dated = [~is_undated()] if matching.dates is None else matching.dates.dated
            matching = replace(matching, dates=DateFilter(dated, left_out=is_undated()))
        return matching

    def question(self, reader: Reader) -> ListQuery:
        """Give the question: which records, in which order."""
        kind, sort = self.listing.kind, self.query.sorted_by()
        few = self.search is None or are_ranked(reader, self.snapshot.counted, [kind], self.search)
        shape = (kind, self.query.shape(), tuple(sort), few, self.dated_only)
        if shape not in _QUESTIONS:
            self.give_up_in_haste(reader)
        return _QUESTIONS.get(shape, lambda: ask(self.listing, self.matching(), sort, are_ranked=few))

    def give_up_in_haste(self, reader: Reader) -> None:
        """Raise BudgetExceededError if a question that is not known yet is better made elsewhere.

        To make one with dates or several filters takes 5 to 20 ms, which cannot be interrupted; others take 2.
        """
        matching = self.matching()
        filters = len(matching.ways) + sum(1 for conditions in matching.conditions.values() if conditions)
        if reader.is_inline and (matching.dates is not None or filters > 1):
            raise BudgetExceededError

    def total(self, reader: Reader, question: ListQuery) -> int:
        """Count the records that match; once for each filter that is asked for."""
        return self.snapshot.counted.get((self.filters, "total"), lambda: question.count(reader, self.values))

    def left_out(self, reader: Reader, question: ListQuery) -> int:
        """Count the records that were left out only because they have no date."""
        if question.left_out is None:
            return 0
        counted = self.snapshot.counted
        return counted.get((self.filters, "undated"), lambda: question.count_left_out(reader, self.values))


def ask_list(request: Request, listing: ListSpec, query: FilterParams, *, dated_only: bool = False) -> Asked:
    """Read what is asked of a list; raises InvalidQuery."""
    context = context_of(request)
    language = language_of(request, query, check_references(context, query))
    search = search_of(context, query)
    values = {**query.values(), **(search.values if search is not None else {}), "language": language}
    pairs = query.canonical(without=("lang", "sort", "limit", "cursor", "include", "facet"))
    filters = f"{listing.kind}?{query_string(pairs)}{'#dated' if dated_only else ''}"
    return Asked(context.snapshot, listing, query, language, search, dated_only, values, filters)


def search_of(context: Context, query: FilterParams) -> Search | None:
    """Read what is searched for; None where nothing is. Raises InvalidQuery."""
    if query.q is None:
        return None
    try:
        return read_search(query.q, context.snapshot.alphabet)
    except SearchError as error:
        raise InvalidQuery([refused("q", query.q, error.code, str(error))]) from error


def language_of(request: Request, query: LocalisedParams, of_campaign: Sequence[Identifier]) -> Language:
    """Choose the language of the answer; that of the campaign that is asked about is what it falls back to."""
    campaigns = {item.language for item in of_campaign}
    fallback = campaigns.pop() if len(campaigns) == 1 else context_of(request).snapshot.language
    return negotiate_language(query, accept_language_of(request), fallback)


def vary_of(query: LocalisedParams) -> str:
    """Name the request headers that the answer to a query depends on."""
    return "Accept" if query.lang else "Accept, Accept-Language"


def with_query(address: str, pairs: list[tuple[str, str]]) -> str:
    """Write an address with its query."""
    return f"{address}?{query_string(pairs)}" if pairs else address


def check_references(context: Context, query: LocalisedParams) -> list[Identifier]:
    """Find the records that parameters name; raises InvalidQuery for every id that is not one of its kind."""
    given = query.model_fields_set
    named = [(name, kind) for name, kind in _references(type(query)) if name in given]
    wanted = [(name, kind, id_) for name, kind in named for id_ in getattr(query, name)]
    if not wanted:
        return []
    found = find_identifiers(context.snapshot.reader, [id_ for _, _, id_ in wanted])
    in_use = {(item.kind, item.id): item for item in found if not item.retired}
    wrong = [(name, kind, id_) for name, kind, id_ in wanted if (kind, id_) not in in_use]
    if wrong:
        raise InvalidQuery(
            [
                _wrong_reference(
                    context, name, kind, id_, [item for item in found if item.id == id_], suggests=place < _SUGGESTIONS
                )
                for place, (name, kind, id_) in enumerate(wrong)
            ]
        )
    # The campaign that a list is narrowed to decides the language that it falls back to.
    return [in_use[kind, id_] for _, kind, id_ in wanted if kind == "campaign"]


@cache
def _references(model: type[Params]) -> list[tuple[str, str]]:
    """List the parameters whose values are ids, each with the kind that they are ids of."""
    return [
        (name, marker.kind)
        for name, field in model.model_fields.items()
        for marker in field.metadata
        if isinstance(marker, Refers)
    ]


def _wrong_reference(
    context: Context, name: str, kind: str, id_: str, found: list[Identifier], *, suggests: bool
) -> ParameterError:
    retired = next((item for item in found if item.kind == kind), None)
    if retired is not None:
        if retired.successor is None:
            return unknown_value(name, id_, f"was withdrawn from the {kind}s", None)
        return unknown_value(name, id_, f"was merged into another {kind}", retired.successor)
    suggestion = next(iter(nearest_ids(context.snapshot.reader, kind, id_, most=1) if suggests else ()), None)
    others = [item.kind for item in found]
    what = f"is the id of no {kind}" + (f" (it is that of {with_article(others[0])})" if others else "")
    return unknown_value(name, id_, what, suggestion)
