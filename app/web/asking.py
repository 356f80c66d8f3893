"""What every question has: the records that it names, its language, its search, its conditions and its order."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col
from starlette.requests import Request

from app.languages import Language
from app.storage.identifiers import Identifier, find_identifiers, nearest_ids
from app.storage.matching import Matching
from app.storage.paging import Listing, Order, order_by
from app.storage.search import Search, SearchError, matches, read_search
from app.vocabulary import with_article
from app.web.context import Context, context_of
from app.web.lists import FilterQuery
from app.web.negotiation import combined, negotiate_language
from app.web.problems import InvalidQuery, ParameterError
from app.web.queries import LocalisedQuery, Refers, query_string, refused, unknown_value


@dataclass(frozen=True)
class Asked:
    """What is asked of a list, ready to be read from the snapshot."""

    language: Language
    matching: Matching
    order: Order


def ask_list(request: Request, listing: Listing, query: FilterQuery, matching: Matching) -> Asked:
    """Complete the question for records of a list by what was searched for; raises InvalidQuery."""
    context = context_of(request)
    language = language_of(request, query, check_references(context, query))
    search = search_of(context, query)
    if search is not None:
        found = col(listing.table.number).in_(matches(listing.kind, search))
        matching = Matching({"q": [found], **matching.conditions}, matching.undated)
    return Asked(language, matching, order_by(listing, query.sorted_by(listing.default_sort), search))


def search_of(context: Context, query: FilterQuery) -> Search | None:
    """Read what is searched for; None where nothing is. Raises InvalidQuery."""
    if query.q is None:
        return None
    try:
        return read_search(query.q, context.snapshot.alphabet)
    except SearchError as error:
        raise InvalidQuery([refused("q", query.q, error.code, str(error))]) from error


def language_of(request: Request, query: LocalisedQuery, of_campaign: Sequence[Identifier]) -> Language:
    """Choose the language of the answer; that of the campaign that is asked about is what it falls back to."""
    campaigns = {item.language for item in of_campaign}
    fallback = campaigns.pop() if len(campaigns) == 1 else context_of(request).snapshot.language
    return negotiate_language(query, combined(request.headers, "accept-language"), fallback)


def vary_of(query: LocalisedQuery) -> str:
    """Name the request headers that the answer to a query depends on."""
    return "Accept" if query.lang else "Accept, Accept-Language"


def with_query(address: str, pairs: list[tuple[str, str]]) -> str:
    """Write an address with its query."""
    return f"{address}?{query_string(pairs)}" if pairs else address


def check_references(context: Context, query: LocalisedQuery) -> list[Identifier]:
    """Find the records that parameters name; raises InvalidQuery for every id that is not one of its kind."""
    wanted = [
        (name, marker.kind, id_)
        for name, field in type(query).model_fields.items()
        for marker in field.metadata
        if isinstance(marker, Refers)
        for id_ in getattr(query, name)
    ]
    if not wanted:
        return []
    found = find_identifiers(context.snapshot, [id_ for _, _, id_ in wanted])
    in_use = {(item.kind, item.id): item for item in found if not item.retired}
    errors = [
        _wrong_reference(context, name, kind, id_, [item for item in found if item.id == id_])
        for name, kind, id_ in wanted
        if (kind, id_) not in in_use
    ]
    if errors:
        raise InvalidQuery(errors)
    # The campaign that a list is narrowed to decides the language that it falls back to.
    return [in_use[kind, id_] for _, kind, id_ in wanted if kind == "campaign"]


def _wrong_reference(context: Context, name: str, kind: str, id_: str, found: list[Identifier]) -> ParameterError:
    retired = next((item for item in found if item.kind == kind), None)
    if retired is not None:
        if retired.successor is None:
            return unknown_value(name, id_, f"was withdrawn from the {kind}s", None)
        return unknown_value(name, id_, f"was merged into another {kind}", retired.successor)
    suggestion = next(iter(nearest_ids(context.snapshot, kind, id_, most=1)), None)
    others = [item.kind for item in found]
    what = f"is the id of no {kind}" + (f" (it is that of {with_article(others[0])})" if others else "")
    return unknown_value(name, id_, what, suggestion)
