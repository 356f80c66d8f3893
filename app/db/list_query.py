"""The selected records of a list: pages, batches and counts of their numbers.

A query's SQL is joined from the fragments of its filters and sort keys.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.db.bounded_cache import BoundedCache
from app.db.connections import Reader
from app.db.cursors import CursorValues
from app.db.facets import Facet, FacetCounts, count_facet
from app.db.filters import DateFilter, Filters
from app.db.list_order import ListSql
from app.db.list_spec import ListSpec
from app.db.search_index import are_ranked, search_path
from app.db.segments import Page, Segment, accepts, read_batches, read_page
from app.db.statements import BindValues
from app.fulltext.query import Search
from app.languages import Language

SEARCH = "q"
"""The parameter by which lists are searched."""


@dataclass(frozen=True)
class ListSelection:
    """The records of a list that match, in an order."""

    spec: ListSpec
    filters: Filters
    sort: Sequence[str]
    """Sort keys such as `-date`. Between equals the id decides, in the direction of the last key."""
    language: Language
    """The language of the titles to sort by and of the names of facet values."""
    counts: BoundedCache
    """The cached counts of this data version."""
    name: str
    """The resource and the filters in canonical form: selections with the same name have the same counts."""
    search: Search | None = None
    dated_only: bool = False
    """Whether records without a date are excluded regardless of the filters."""
    _segments: dict[bool, list[Segment]] = field(default_factory=dict, init=False)
    """By whether hits are ranked: planning a page and reading it need the same SQL."""

    @property
    def is_costly(self) -> bool:
        """Whether reading it may take milliseconds that SQLite's clock does not see."""
        return self.search is not None and self.search.is_costly

    def page(self, reader: Reader, after: CursorValues | None, limit: int) -> Page:
        """Return the page after `after`, the first for None; raises CursorError where no page ends there."""
        return read_page(reader, self.segments(is_ranked=self.is_ranked(reader)), self.values, after, limit)

    def accepts(self, after: CursorValues) -> bool:
        """Return whether a page can end at `after`, as far as this is known without reading the database."""
        return any(accepts(self.segments(is_ranked=is_ranked), after) for is_ranked in (True, False))

    def batches(self, reader: Reader) -> Generator[list[int], None, None]:
        """Read the numbers of all records, a hundred at a time."""
        return read_batches(reader, self.segments(is_ranked=self.is_ranked(reader)), self.values)

    def count(self, reader: Reader) -> int:
        """Count the records on all pages."""

        def count() -> int:
            return sum(reader.scalar(sql, self.values) for sql in self._sql(is_ranked=True).counts())

        return self.counts.get((self.name, "total"), count)

    def suggestions(self, reader: Reader) -> list[str]:
        """Return the words and parts of words of the search that match a record by themselves, without the others."""

        def finds(search: Search) -> bool:
            alone = replace(self, search=search, sort=[self.spec.default_sort])
            return bool(read_page(reader, alone.segments(is_ranked=True), alone.values, None, 1).rows)

        return self.search.suggestions(finds) if self.search else []

    def undated_excluded(self, reader: Reader) -> int:
        """Count the records that are excluded only because they have no date."""
        dates = self._filters.dates
        if dates is None or not dates.excluded:
            return 0

        def count() -> int:
            return int(reader.scalar(self._sql(is_ranked=True).count_undated_excluded(), self.values))

        return self.counts.get((self.name, "undated"), count)

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

        return self.counts.get((self.name, "derived"), count)

    def facet(self, reader: Reader, name: str, facet: Facet, chosen: Sequence[str]) -> FacetCounts:
        """Count the records by value, without the filter `name`, which has the `chosen` values."""

        def count() -> FacetCounts:
            return count_facet(
                reader, self._filters, facet, self.values, name=name, chosen=chosen, language=self.language
            )

        return self.counts.get((self.name, "facet", name, self.language), count)

    def is_ranked(self, reader: Reader) -> bool:
        """Return whether each record is ranked by how well it matches the search, where there is one."""
        return self.search is None or are_ranked(reader, self.counts, (self.spec.resource,), self.search)

    def segments(self, *, is_ranked: bool) -> list[Segment]:
        """Return the parts of the list, each with its SQL."""
        if is_ranked not in self._segments:
            self._segments[is_ranked] = self._sql(is_ranked=is_ranked).segments(self.sort)
        return self._segments[is_ranked]

    @cached_property
    def values(self) -> BindValues:
        """The values that the SQL binds."""
        searched = {} if self.search is None else self.search.values
        return {**self.filters.values, **searched, "language": self.language}

    def _sql(self, *, is_ranked: bool) -> ListSql:
        return ListSql(self.spec, self._filters, is_ranked)

    @cached_property
    def _filters(self) -> Filters:
        """All filters, with the search and `dated_only`."""
        filters = self.filters
        if self.search is not None:
            # The search drives the query: its hits are in the order of the numbers.
            path = search_path(self.spec.resource)
            filters = replace(filters, join_paths={SEARCH: path, **filters.join_paths})
        if self.dated_only and self.spec.is_undated:
            dated = [f"NOT {self.spec.is_undated}"] if filters.dates is None else filters.dates.dated
            filters = replace(filters, dates=DateFilter(dated, excluded=self.spec.is_undated))
        return filters
