"""The hits of a search over several resources, the best first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.db.bounded_cache import BoundedCache
from app.db.compression import decompress
from app.db.connections import Reader
from app.db.cursors import CursorValues
from app.db.keys import record_of_search_key
from app.db.list_spec import SortColumn
from app.db.search_index import HIT_KEY, HITS, INDEX, RANK, ROWID, are_ranked, matches, ranked_hits
from app.db.segments import Segment, accepts, read_page
from app.db.statements import BindValues, json_array, select_sql
from app.fulltext.query import EVERYWHERE, IN_TITLE, NOT_IN_TITLE, Search
from app.model.codes import Resource


@dataclass(frozen=True)
class IndexHit:
    """A record that a search found."""

    resource: Resource
    number: int
    id: str
    rank: float | None
    """The lower, the better; None where too many records match to rank them."""
    texts: list[str]
    """The JSON Pointers of its texts in the record, except its id."""


@dataclass(frozen=True)
class HitSelection:
    """The hits of a search among some resources, perhaps only those that meet a condition of their resource.

    Ranked hits are in the order of their rank, others begin with those that match with their titles; after that they
    are in the order of the resources and of their lists.
    """

    search: Search
    resources: tuple[Resource, ...]
    results: BoundedCache
    """What was computed before for this data version: counts, and the SQL of lists."""
    conditions: Mapping[Resource, str] = field(default_factory=dict)
    """For every resource the condition on its rows of the index; empty without conditions."""
    values: BindValues = field(default_factory=dict)
    """The values that the conditions bind."""

    def page(
        self, reader: Reader, after: CursorValues | None, limit: int
    ) -> tuple[list[IndexHit], CursorValues | None]:
        """Return the hits after `after`, and the position of the last one if another page follows.

        Raises CursorError where no page ends at `after`.
        """
        ranked = are_ranked(reader, self.results, self.resources, self.search)
        page = read_page(reader, self.segments(is_ranked=ranked), self._bound, after, limit)
        documents = reader.rows(_DOCUMENTS, {"keys": json_array([row[0] for row in page.rows])})
        hits = []
        for (key, *order), (id_, texts) in zip(page.rows, documents, strict=True):
            resource, number = record_of_search_key(key)
            rank = order[0] if ranked else None
            hits.append(IndexHit(resource, number, id_, rank, json.loads(decompress(texts))))
        return hits, page.last

    def accepts(self, after: CursorValues) -> bool:
        """Return whether a page can end at `after`, as far as this is known without reading the database."""
        return any(accepts(self.segments(is_ranked=is_ranked), after) for is_ranked in (True, False))

    def count(self, reader: Reader, resource: Resource) -> int:
        """Count the hits of one resource."""
        sql = select_sql("count(*)", INDEX, [self._where((resource,), EVERYWHERE)])
        key = ("hits", resource, self.search.expression, *self.values.items())
        return self.results.get(key, lambda: int(reader.scalar(sql, self._bound)))

    def suggestions(self, reader: Reader) -> list[str]:
        """Return the words and parts of words of the search that have hits by themselves, without the others."""
        sql = select_sql("1", INDEX, [self._where(self.resources, EVERYWHERE)]) + " LIMIT 1"
        return self.search.suggestions(lambda alone: bool(reader.rows(sql, {**self.values, **alone.values})))

    def segments(self, *, is_ranked: bool) -> list[Segment]:
        """Return the parts of the list of hits, each with its SQL."""
        if is_ranked:
            cte = ranked_hits(self.resources, self._condition(self.resources))
            return [Segment.ordered(HIT_KEY, [SortColumn(RANK, float), SortColumn(HIT_KEY, int)], HITS, cte=cte)]
        return [
            Segment.ordered(ROWID, [SortColumn(ROWID, int)], INDEX, [self._where(self.resources, parameter)])
            for parameter in (IN_TITLE, NOT_IN_TITLE)
        ]

    def _where(self, resources: tuple[Resource, ...], parameter: str) -> str:
        condition = self._condition(resources)
        return matches(resources, parameter) + (f" AND ({condition})" if condition else "")

    def _condition(self, resources: Sequence[Resource]) -> str:
        return " OR ".join(self.conditions[resource] for resource in resources) if self.conditions else ""

    @cached_property
    def _bound(self) -> BindValues:
        return {**self.values, **self.search.values}


_DOCUMENTS = """
SELECT search_document.id, search_document.texts
FROM json_each(:keys) AS wanted JOIN search_document ON search_document.key = wanted.value
ORDER BY wanted.key
"""
