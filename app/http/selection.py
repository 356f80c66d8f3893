"""Selecting records by parameters: whether the ids among them are in use, the language, the search."""

from collections.abc import Iterator, Sequence
from functools import cache

from app.db.bounded_cache import BoundedCache
from app.db.filters import Filters
from app.db.identifiers import Identifier, find_by_name, find_identifiers, nearest_ids
from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.db.search_index import search_path, spelling_lookup
from app.fulltext.parsing import SearchError, parse_search
from app.fulltext.query import Search
from app.http.context import ApiRequest
from app.http.errors import MAX_ERRORS, InvalidParameter, InvalidQuery
from app.http.list_params import NO_FILTERS, FilterParams
from app.http.nouns import noun, with_article
from app.http.param_errors import MAX_SUGGESTIONS, parameter_error, repeat_instead
from app.http.params import LocalisedParams, Params, Refers
from app.http.spelling import nearest
from app.languages import Language, choose_language
from app.messages import message


def select_list(
    request: ApiRequest, spec: ListSpec, params: FilterParams, *, dated_only: bool = False
) -> ListSelection:
    """Return the records that a list request selects; raises InvalidQuery.

    `dated_only` is whether records without a date are excluded regardless of the filters.
    """
    language = language_of(request, params, check_references(request, params))
    search = search_of(request, params)
    return selection_of(spec, params, language, search, request.context.database.results, dated_only=dated_only)


def selection_of(
    spec: ListSpec,
    params: FilterParams,
    language: Language,
    search: Search | None,
    results: BoundedCache,
    *,
    dated_only: bool = False,
) -> ListSelection:
    """Return the records that valid parameters select, with `search` as their parsed `q`."""

    def filters() -> Filters:
        conditions = params.filters()
        if search is not None:
            conditions = conditions.searched(search_path(spec.resource))
        return conditions.dated_only(spec.is_undated) if dated_only and spec.is_undated else conditions

    shape = (spec.resource, params.shape(), dated_only)
    return ListSelection(
        spec,
        shape,
        results.get(("filters", shape), filters),
        params.values() if search is None else {**params.values(), **search.values},
        params.sorted_by(),
        language,
        results,
        name=f"{spec.resource}?{params.canonical(without=NO_FILTERS)}{'#dated' if dated_only else ''}",
        search=search,
    )


def search_of(request: ApiRequest, params: FilterParams) -> Search | None:
    """Parse the parameter `q`; raises InvalidQuery where nothing in it can be searched for."""
    if params.q is None:
        return None
    try:
        return parse_search(params.q, request.context.database.alphabet, spelling_lookup(request.reader))
    except SearchError as error:
        raise InvalidQuery([parameter_error("q", params.q, error.code, error.message)]) from error


def language_of(request: ApiRequest, params: LocalisedParams, campaigns: Sequence[Identifier]) -> Language:
    """Return the language of a response: of the parameter `lang`, else of the header, else a fallback.

    The fallback is the source language of the only campaign in `campaigns`, else that of the database.
    """
    languages = {item.language for item in campaigns}
    fallback = languages.pop() if len(languages) == 1 else request.context.database.language
    return params.language(fallback) or choose_language(request.accept_language, fallback)


def check_references(request: ApiRequest, params: LocalisedParams) -> list[Identifier]:
    """Resolve the ids among the parameters; returns the campaigns.

    Raises InvalidQuery naming every id that is not in use, with its successor, or the id that was meant.
    """
    present = params.model_fields_set
    wanted = [
        (name, refers, id_)
        for name, refers in _references(type(params))
        if name in present
        for id_ in getattr(params, name)
    ]
    if not wanted:
        return []
    found = find_identifiers(request.reader, [id_ for _, _, id_ in wanted])
    in_use = {(item.kind, item.id): item for item in found if not item.retired}
    unknown = [(name, refers, id_) for name, refers, id_ in wanted if (refers.resource, id_) not in in_use]
    if unknown:
        raise InvalidQuery(list(_unknown_references(request, unknown[:MAX_ERRORS], found)))
    return [in_use[refers.resource, id_] for _, refers, id_ in wanted if refers.resource == "campaign"]


@cache
def _references(model: type[Params]) -> list[tuple[str, Refers]]:
    """List the parameters whose values are ids, each with the resource that they are ids of."""
    return [
        (name, marker)
        for name, field in model.model_fields.items()
        for marker in field.metadata
        if isinstance(marker, Refers)
    ]


def _unknown_references(
    request: ApiRequest, unknown: Sequence[tuple[str, Refers, str]], found: Sequence[Identifier]
) -> Iterator[InvalidParameter]:
    """Make the error of each id that is not in use; `found` are the identifiers of any resource with such an id."""
    for index, (name, refers, id_) in enumerate(unknown):
        resource = refers.resource
        same = [item for item in found if item.id == id_]
        retired = next((item for item in same if item.retired and item.kind in (resource, refers.broader)), None)
        if retired is None:
            suggestion = _meant_id(request, resource, id_) if index < MAX_SUGGESTIONS else None
            reason = message("is the id of no {resource}", resource=noun(resource))
            if same:
                kinds = [item.kind for item in same]
                hint = with_article(refers.broader if refers.broader in kinds else kinds[0])
                reason = message("{reason} (it is that of {other})", reason=reason, other=hint)
            reason = repeat_instead(reason, name, id_)
            yield parameter_error(name, id_, "unknown_value", reason, suggestion)
        elif retired.successor is None:
            withdrawn = message("was withdrawn from the {resource}s", resource=noun(retired.kind))
            yield parameter_error(name, id_, "unknown_value", withdrawn)
        else:
            successors = find_identifiers(request.reader, [retired.successor])
            is_allowed = any(item.kind == resource and not item.retired for item in successors)
            successor = retired.successor if is_allowed else None
            merged = message("was merged into another {resource}", resource=noun(retired.kind))
            yield parameter_error(name, id_, "unknown_value", merged, successor)


def _meant_id(request: ApiRequest, resource: str, written: str) -> str | None:
    """Return the id of a resource that was misspelled, or that has what was written as its name."""
    similar = nearest_ids(request.reader, resource, written)
    return nearest(written, similar) or find_by_name(request.reader, resource, written)
