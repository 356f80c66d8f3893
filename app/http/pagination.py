"""A client's walk through a list, page by page: where a cursor leads, and the cursor of the next page."""

from dataclasses import dataclass

from app.db.cursors import CursorError, Values, decode_cursor, encode_cursor
from app.db.list_query import ListQuery
from app.http.errors import InvalidQuery
from app.http.list_params import ListParams
from app.http.params import query_string, refused


@dataclass(frozen=True)
class Walk:
    """What a cursor depends on: the matching set, the order and the version of the data, and nothing else."""

    name: str
    version: str

    @classmethod
    def of(cls, path: str, query: ListParams, language: str, version: str) -> "Walk":
        """Tell which walk a query is a step of; `language` is empty for an order that is the same in every one."""
        pairs = query.canonical(without=("cursor", "limit", "include", "facet", "lang"))
        return cls(f"{path}?{query_string(pairs)}#{language}", version)

    def after(self, cursor: str | None, question: ListQuery) -> Values | None:
        """Tell where to go on; raises InvalidQuery for a cursor that is of no use here."""
        if cursor is None:
            return None
        try:
            after = decode_cursor(cursor, self.name, self.version)
            if not question.fits(after):
                raise CursorError.altered()
        except CursorError as error:
            raise InvalidQuery([refused("cursor", cursor, error.code, str(error))]) from error
        return after

    def cursor(self, last: Values | None) -> str | None:
        """Give the cursor of the page after the one that ends so; None after the last page."""
        return None if last is None else encode_cursor(last, self.name, self.version)
