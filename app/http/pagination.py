"""Pages of a list: the scope of a cursor, and the links to the next page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.db.cursors import CursorError, CursorValues, decode_cursor, encode_cursor
from app.http.errors import InvalidQuery
from app.http.links import with_query
from app.http.list_params import ListParams
from app.http.param_errors import parameter_error
from app.http.params import query_string
from app.http.plan import Rendered
from app.http.request import ApiRequest
from app.model.envelopes import ListLinks, ListMeta


@dataclass(frozen=True)
class CursorScope:
    """The list that a cursor is valid for: the selected records, their order, and the version of the data."""

    name: str
    version: str

    @classmethod
    def of(cls, request: ApiRequest, params: ListParams, language: str) -> "CursorScope":
        """Return the scope of a list request; `language` is empty for an order that is the same in every language."""
        pairs = params.canonical(without=("cursor", "limit", "include", "facet", "lang"))
        return cls(f"{request.path}?{query_string(pairs)}#{language}", request.context.database.version)

    def decode(self, cursor: str | None, accepts: Callable[[CursorValues], bool]) -> CursorValues | None:
        """Return the position after which a page begins, None for the first.

        `accepts` returns whether a page of the list can end there. Raises InvalidQuery.
        """
        if cursor is None:
            return None
        try:
            after = decode_cursor(cursor, self.name, self.version)
            if not accepts(after):
                raise CursorError.altered()
        except CursorError as error:
            raise invalid_cursor(cursor, error) from error
        return after

    def encode(self, last: CursorValues | None) -> str | None:
        """Return the cursor of the page after the record at `last`; None after the last page."""
        return None if last is None else encode_cursor(last, self.name, self.version)


def invalid_cursor(cursor: str | None, error: CursorError) -> InvalidQuery:
    """Return the problem of a cursor that no page follows."""
    return InvalidQuery([parameter_error("cursor", cursor or "", error.code, str(error))])


class PageWriter:
    """Writes the pages of a list as JSON, with their links."""

    def __init__(self, request: ApiRequest, params: ListParams) -> None:
        self._params = params
        self._list_url = request.origin + request.path
        self.url = with_query(self._list_url, params.canonical())
        """The canonical URL of the page."""

    def write(self, records: Sequence[bytes], meta: ListMeta, cursor: str | None) -> Rendered:
        """Write a page of rendered records; `cursor` is that of the next page."""
        next_ = None
        if cursor is not None:
            next_ = with_query(self._list_url, [*self._params.canonical(without=("cursor",)), ("cursor", cursor)])
        links = ListLinks(self=self.url, next=next_)
        ending = f'],"meta":{meta.model_dump_json()},"links":{links.model_dump_json()}}}'
        body = b"".join((b'{"data":[', b",".join(records), ending.encode()))
        return Rendered(body, {} if next_ is None else {"Link": f'<{next_}>; rel="next"'})
