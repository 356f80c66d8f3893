"""Plans for one page of a list: its cursor, facets, and the links to the next page."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import to_json

from app.db.connections import Reader
from app.db.cursors import CursorError, CursorValues, decode_cursor, encode_cursor
from app.db.facets import FacetCounts
from app.db.keys import EVIDENCE, TRANSLATIONS
from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.db.records import RecordView, add_parts
from app.exports.format import Exports
from app.http.conditional import cache_headers
from app.http.context import ApiRequest
from app.http.errors import InvalidQuery, NotAcceptable
from app.http.links import link, list_links
from app.http.list_params import ListParams
from app.http.negotiation import JSON, media_weights, require_media
from app.http.param_errors import parameter_error
from app.http.params import include_of, with_query
from app.http.plan import Plan, Rendered
from app.http.selection import select_list
from app.languages import Language

_INLINE_LIMIT = 50
"""The largest page with evidence and all translations that is rendered inline: 200 events are 4 MB, which take 10 ms
that SQLite's clock does not see."""

_ANY_PAGE = frozenset(("cursor", "limit", "include", "facet", "lang"))
"""The parameters that change neither which records a list has nor their order."""


class ReadPage(NamedTuple):
    """A page that was read."""

    records: Sequence[bytes]
    """Its records as JSON."""
    last: CursorValues | None
    """The position of its last record, if another page follows."""
    total: int
    undated_excluded: int = 0
    derived_excluded: int = 0
    facets: Mapping[str, FacetCounts] | None = None
    """The counts of each requested facet, None without any."""
    suggestions: Sequence[str] = ()


def plan_list(request: ApiRequest, spec: ListSpec, params: ListParams, exports: Exports | None = None) -> Plan:
    """Plan one page of a list that has these exports; raises InvalidQuery and NotAcceptable."""
    try:
        require_media(request.accept, JSON)
    except NotAcceptable as error:
        error.nearest = _accepted_exports(request, exports)
        raise
    selection = select_list(request, spec, params)
    language = selection.language
    params = params.in_language(language)

    def read(reader: Reader, after: CursorValues | None) -> ReadPage:
        page = selection.page(reader, after, params.limit)
        numbers, rendered = [row[0] for row in page.rows], [row[-2:] for row in page.rows]
        records = add_parts(reader, spec, numbers, rendered, RecordView(language, include_of(params)))
        total = selection.count(reader)
        return ReadPage(
            records,
            page.last,
            total,
            undated_excluded=selection.undated_excluded(reader),
            derived_excluded=selection.derived_excluded(reader),
            facets=_count_facets(reader, selection, params),
            suggestions=() if total else selection.suggestions(reader),
        )

    order_language = language if spec.sorts_by_title(selection.sort) else ""
    decompresses_much = params.limit > _INLINE_LIMIT and {EVIDENCE, TRANSLATIONS} <= set(include_of(params))
    return plan_page(
        request,
        params,
        language,
        read,
        selection.accepts,
        order_language=order_language,
        is_slow=selection.is_costly or decompresses_much,
        exports=exports,
    )


def plan_page(
    request: ApiRequest,
    params: ListParams,
    language: Language,
    read: Callable[[Reader, CursorValues | None], ReadPage],
    accepts: Callable[[CursorValues], bool],
    *,
    order_language: str = "",
    exports: Exports | None = None,
    is_slow: bool = False,
) -> Plan:
    """Plan a page; raises InvalidQuery for a cursor that no page follows.

    `read` reads the page after a position, the first for None; `accepts` returns whether a page can end at one.
    `order_language` is empty for an order that is the same in every language.
    """
    version = request.context.database.version
    list_url = request.origin + request.path
    url = with_query(list_url, params.canonical())
    # The list that a cursor is valid for, with the version of the data: the selected records and their order.
    scope = f"{request.path}?{params.canonical(without=_ANY_PAGE)}#{order_language}"
    after = None
    if params.cursor is not None:
        try:
            after = decode_cursor(params.cursor, scope, version)
            if not accepts(after):
                raise CursorError.altered()
        except CursorError as error:
            raise _invalid_cursor(params.cursor, error) from error

    def render(reader: Reader) -> Rendered:
        try:
            page = read(reader, after)
        except CursorError as error:
            raise _invalid_cursor(params.cursor, error) from error
        cursor, next_ = None, None
        if page.last is not None:
            cursor = encode_cursor(page.last, scope, version)
            next_ = with_query(list_url, params.canonical(without=("cursor",)), f"cursor={cursor}")
        header = [] if next_ is None else [link(next_, "next")]
        header += list_links(request, params, exports)
        ending = to_json(
            {"meta": _list_meta(page, params, cursor, version, language), "links": {"self": url, "next": next_}}
        )
        body = b"".join((b'{"data":[', b",".join(page.records), b"],", ending[1:]))
        return Rendered(body, {"Link": ", ".join(header)})

    return Plan(cache_headers(request, params, url, JSON, language), render, is_slow)


def _list_meta(
    page: ReadPage, params: ListParams, next_cursor: str | None, version: str, language: Language
) -> dict[str, Any]:
    """Return the metadata of a page, with the fields of ListMeta: a dict is written faster than a model."""
    return {
        "total": page.total,
        "limit": params.limit,
        "next_cursor": next_cursor,
        "version": version,
        "language": language,
        "undated_excluded": page.undated_excluded,
        "derived_excluded": page.derived_excluded,
        **(_NO_FACETS if page.facets is None else _facets_meta(page.facets, params)),
        "suggestions": page.suggestions,
    }


_NO_FACETS: Mapping[str, Any] = {"facets": None, "facets_cut": [], "facets_derived_excluded": {}}


def _facets_meta(facets: Mapping[str, FacetCounts], params: ListParams) -> dict[str, Any]:
    excluded = {name: counts.derived_excluded for name, counts in facets.items()}
    return {
        "facets": {name: _facet_values(counts, getattr(params, name)) for name, counts in facets.items()},
        "facets_cut": [name for name, counts in facets.items() if not counts.complete],
        "facets_derived_excluded": {name: count for name, count in excluded.items() if count is not None},
    }


def _facet_values(counts: FacetCounts, selected: Collection[str]) -> list[dict[str, Any]]:
    """Return the values of a facet with the fields of FacetValue, and whether the request selected each."""
    values = []
    for id_, name, count in counts.values:
        kind, parent = counts.places.get(id_, (None, None))
        is_selected = id_ in selected
        values.append(
            {"id": id_, "name": name, "count": count, "selected": is_selected, "kind": kind, "parent": parent}
        )
    return values


def _accepted_exports(request: ApiRequest, exports: Exports | None) -> list[str]:
    """Return the paths of the exports whose media types the request names."""
    weights = media_weights(request.accept)
    formats = exports.by_extension.values() if exports else ()
    return [f"{request.path}.{one.extension}" for one in formats if weights.get(one.bare_media_type)]


def _count_facets(reader: Reader, selection: ListSelection, params: ListParams) -> dict[str, FacetCounts] | None:
    """Count each requested facet, without the conditions of its own filter; returns None without any."""
    names: list[str] = getattr(params, "facet", [])
    if not names:
        return None
    # In the order of the list's facets, so that equal counts are equal bytes.
    return {
        name: selection.facet(reader, name, facet, [str(value) for value in getattr(params, name)])
        for name, facet in params.facets.items()
        if name in names
    }


def _invalid_cursor(cursor: str | None, error: CursorError) -> InvalidQuery:
    return InvalidQuery([parameter_error("cursor", cursor or "", error.code, error.message)])
