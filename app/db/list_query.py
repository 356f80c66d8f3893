"""The selected records of a list: pages, batches and counts of their numbers.

A query's SQL is joined from the fragments of its filters and sort keys, and cached by its shape.
"""

from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass

from app.db.bounded_cache import BoundedCache
from app.db.connections import Reader
from app.db.cursors import CursorValues
from app.db.facets import Facet, FacetCounts, count_facet
from app.db.filters import Filters
from app.db.keys import RECORD, record_key
from app.db.list_order import ListSql
from app.db.list_spec import ListSpec
from app.db.search_index import are_ranked
from app.db.segments import Page, Segment, accepts, read_batches, read_page
from app.db.statements import BindValues
from app.fulltext.query import Search
from app.languages import Language


@dataclass(frozen=True)
class ListSelection:
    """The records of a list that match, in an order."""

    spec: ListSpec
    shape: Hashable
    """What the SQL depends on besides the order: selections of one shape differ only in their values."""
    filters: Filters
    """All filters, with the search."""
    values: BindValues
    """The values that the filters bind."""
    sort: tuple[str, ...]
    """Sort keys such as `-date`. Between equals the id decides, in the direction of the last key."""
    language: Language
    """The language of the titles to sort by and of the names of facet values."""
    results: BoundedCache
    """What was computed before for this data version: counts, and the SQL of lists."""
    name: str
    """The resource and the filters in canonical form: selections with the same name have the same counts."""
    search: Search | None = None

    @property
    def is_costly(self) -> bool:
        """Whether reading it may take milliseconds that SQLite's clock does not see."""
        return self.search is not None and self.search.is_costly

    def page(self, reader: Reader, after: CursorValues | None, limit: int) -> Page:
        """Return the page after `after`, the first for None, with its records in the selection's language.

        Raises CursorError where no page ends at `after`.
        """
        return read_page(reader, self.segments(is_ranked=self.is_ranked(reader)), self._bound, after, limit)

    def accepts(self, after: CursorValues) -> bool:
        """Return whether a page can end at `after`, as far as this is known without reading the database."""
        return any(accepts(self.segments(is_ranked=is_ranked), after) for is_ranked in (True, False))

    def batches(self, reader: Reader) -> Generator[list[int], None, None]:
        """Read the numbers of all records, a hundred at a time."""
        return read_batches(reader, self.segments(is_ranked=self.is_ranked(reader)), self._bound)

    def count(self, reader: Reader) -> int:
        """Count the records on all pages."""

        def count() -> int:
            return sum(reader.scalar(sql, self.values) for sql in self._sql(is_ranked=True).counts())

        return self.results.get((self.name, "total"), count)

    def suggestions(self, reader: Reader) -> list[str]:
        """Return the words and parts of words of the search that match a record by themselves, without the others."""
        if self.search is None:
            return []
        segments = self._sql(is_ranked=True).segments([self.spec.default_sort])

        def finds(search: Search) -> bool:
            return bool(read_page(reader, segments, {**self.values, **search.values}, None, 1).rows)

        return self.search.suggestions(finds)

    def undated_excluded(self, reader: Reader) -> int:
        """Count the records that are excluded only because they have no date."""
        dates = self.filters.dates
        if dates is None or not dates.excluded:
            return 0

        def count() -> int:
            return int(reader.scalar(self._sql(is_ranked=True).count_undated_excluded(), self.values))

        return self.results.get((self.name, "undated"), count)

    def derived_excluded(self, reader: Reader) -> int:
        """Count the records that are excluded only because the editors derived their links to locations."""
        links = self.filters.values_with_derived_links
        if not links:
            return 0

        def count() -> int:
            counted: int = sum(
                reader.scalar(sql, {**self.values, **links}) for sql in self._sql(is_ranked=True).counts()
            )
            return counted - self.count(reader)

        return self.results.get((self.name, "derived"), count)

    def facet(self, reader: Reader, name: str, facet: Facet, chosen: Sequence[str]) -> FacetCounts:
        """Count the records by value, without the filter `name`, which has the `chosen` values."""

        def count() -> FacetCounts:
            return count_facet(
                reader, self.filters, facet, self.values, name=name, chosen=chosen, language=self.language
            )

        return self.results.get((self.name, "facet", name, self.language), count)

    def is_ranked(self, reader: Reader) -> bool:
        """Return whether each record is ranked by how well it matches the search, where there is one."""
        return self.search is None or are_ranked(reader, self.results, (self.spec.resource,), self.search)

    def segments(self, *, is_ranked: bool) -> list[Segment]:
        """Return the parts of the list, each with its SQL."""

        def segments() -> list[Segment]:
            return [segment.with_records() for segment in self._sql(is_ranked=is_ranked).segments(self.sort)]

        return self.results.get(("segments", self.shape, self.sort, is_ranked), segments)

    @property
    def _bound(self) -> BindValues:
        """The values that the SQL of the segments binds."""
        first_key = record_key(self.spec.resource, RECORD, self.language)
        return {**self.values, "language": self.language, "first_key": first_key}

    def _sql(self, *, is_ranked: bool) -> ListSql:
        return ListSql(self.spec, self.filters, is_ranked)
