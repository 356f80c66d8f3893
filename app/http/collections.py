"""Plans for one page of a list."""

from collections.abc import Collection, Iterable

from app.db.connections import Reader
from app.db.cursors import CursorError
from app.db.facets import FacetCounts
from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.db.records import RecordView, read_records
from app.http.cache_headers import cache_headers
from app.http.list_params import ListParams
from app.http.negotiation import JSON, require_media, vary_of
from app.http.pagination import CursorScope, PageWriter, invalid_cursor
from app.http.params import include_of
from app.http.plan import Plan, Rendered
from app.http.request import ApiRequest
from app.http.selection import select_list
from app.model.envelopes import FacetValue, ListMeta


def plan_list(request: ApiRequest, spec: ListSpec, params: ListParams) -> Plan:
    """Plan one page of a list; raises InvalidQuery and NotAcceptable."""
    require_media(request.accept, JSON)
    selection = select_list(request, spec, params)
    version, language = request.context.database.version, selection.language
    writer = PageWriter(request, params)
    scope = CursorScope.of(request, params, language if spec.sorts_by_title(selection.sort) else "")
    after = scope.decode(params.cursor, selection.accepts)

    def render(reader: Reader) -> Rendered:
        try:
            page = selection.page(reader, after, params.limit)
        except CursorError as error:
            raise invalid_cursor(params.cursor, error) from error
        records = read_records(reader, spec, [row[0] for row in page.rows], RecordView(language, include_of(params)))
        facets = _count_facets(reader, selection, params)
        meta = ListMeta(
            total=selection.count(reader),
            limit=params.limit,
            version=version,
            language=language,
            undated_excluded=selection.undated_excluded(reader),
            facets={name: facet_values(counts.values, getattr(params, name)) for name, counts in facets.items()}
            or None,
            facets_cut=[name for name, counts in facets.items() if not counts.complete],
        )
        return writer.write(records, meta, scope.encode(page.last))

    return Plan(cache_headers(request.context, writer.url, JSON, language=language, vary=vary_of(params)), render)


def facet_values(counted: Iterable[tuple[str, str, int]], selected: Collection[str]) -> list[FacetValue]:
    """Return the values of a facet, each with its name and count, and whether the request selected it."""
    return [FacetValue(id=id_, name=name, count=count, selected=id_ in selected) for id_, name, count in counted]


def _count_facets(reader: Reader, selection: ListSelection, params: ListParams) -> dict[str, FacetCounts]:
    """Count each requested facet, without the conditions of its own filter."""
    names: list[str] = getattr(params, "facet", [])
    if not names:
        return {}
    # In the order of the list's facets, so that equal counts are equal bytes.
    return {
        name: selection.facet(reader, name, facet, [str(value) for value in getattr(params, name)])
        for name, facet in params.facets().items()
        if name in names
    }
