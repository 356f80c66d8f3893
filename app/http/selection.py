"""Selecting records by the parameters of a list."""

from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.fulltext.query import Search, SearchError, parse_search
from app.http.context import Context
from app.http.errors import InvalidQuery
from app.http.list_params import NO_FILTERS, FilterParams
from app.http.param_errors import parameter_error
from app.http.params import query_string
from app.http.references import check_references, language_of
from app.http.request import ApiRequest


def select_list(
    request: ApiRequest, spec: ListSpec, params: FilterParams, *, dated_only: bool = False
) -> ListSelection:
    """Return the records that a list request selects; raises InvalidQuery."""
    context = request.context
    language = language_of(request, params, check_references(context, params))
    search = search_of(context, params)
    pairs = params.canonical(without=NO_FILTERS)
    name = f"{spec.resource}?{query_string(pairs)}{'#dated' if dated_only else ''}"
    return ListSelection(
        spec, params.filters(), params.sorted_by(), language, context.database.counts, name, search, dated_only
    )


def search_of(context: Context, params: FilterParams) -> Search | None:
    """Parse the parameter `q`; raises InvalidQuery where nothing in it can be searched for."""
    if params.q is None:
        return None
    try:
        return parse_search(params.q, context.database.alphabet)
    except SearchError as error:
        raise InvalidQuery([parameter_error("q", params.q, error.code, str(error))]) from error
