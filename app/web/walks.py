"""A client's walk through a list, page by page: where a cursor leads, and the cursor of the next page."""

from dataclasses import dataclass

from app.languages import Language
from app.storage.cursors import CursorError, Values, decode_cursor, encode_cursor
from app.storage.paging import Order, fits
from app.web.lists import ListQuery
from app.web.problems import InvalidQuery
from app.web.queries import query_string, refused


@dataclass(frozen=True)
class Walk:
    """What a cursor depends on: the matching set, the order and the version of the data, and nothing else."""

    name: str
    order: Order
    version: str

    @classmethod
    def of(cls, path: str, query: ListQuery, order: Order, language: Language, version: str) -> "Walk":
        """Tell which walk a query is a step of."""
        pairs = query.canonical(without=("cursor", "limit", "include", "facet", "lang"))
        return cls(f"{path}?{query_string(pairs)}#{language if order.by_language else ''}", order, version)

    def after(self, cursor: str | None) -> Values | None:
        """Give the sort values to go on after; raises InvalidQuery for a cursor that is of no use here."""
        if cursor is None:
            return None
        try:
            after = decode_cursor(cursor, self.name, self.version)
            if not fits(self.order, after):
                raise CursorError.altered()
        except CursorError as error:
            raise InvalidQuery([refused("cursor", cursor, error.code, str(error))]) from error
        return after

    def cursor(self, last: Values | None) -> str | None:
        """Give the cursor of the page after the one that ends with these values; None after the last page."""
        return None if last is None else encode_cursor(last, self.name, self.version)
