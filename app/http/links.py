"""Absolute links to responses."""

from app.http.params import LocalisedParams, query_string
from app.http.request import ApiRequest
from app.model.envelopes import RecordLinks


def with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    """Append a query string to a URL."""
    return f"{url}?{query_string(pairs)}" if pairs else url


def record_links(request: ApiRequest, params: LocalisedParams) -> RecordLinks:
    """Return the links of a response about a record, or about a part of one."""
    path = request.path
    collection = "/".join(path.split("/")[:3])
    return RecordLinks(
        self=with_query(request.origin + path, params.canonical()), collection=request.origin + collection
    )
