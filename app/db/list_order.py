"""The SQL of a list query: how the records that match are reached, ordered and counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db.filters import DATE, Filters, JoinPath
from app.db.list_spec import RELEVANCE, TITLE, ListSpec, SortColumn
from app.db.search_index import RANK, ROWID, ranked_path, search_path, title_hits_first
from app.db.segments import Segment
from app.db.statements import select_sql
from app.fulltext.query import IN_TITLE, NOT_IN_TITLE

# Larger than the number of any record.
_NO_NUMBER = 2**62

_Keys = Sequence[tuple[str, bool]]
"""Sort keys, each with whether it descends."""


@dataclass(frozen=True)
class ListSql:
    """The SQL of the records of a list that match."""

    spec: ListSpec
    filters: Filters
    is_ranked: bool
    """Whether each hit of a search is ranked; if not, the hits that match with their titles come first."""

    def segments(self, sort: Sequence[str]) -> list[Segment]:
        """Return the records in the order of sort keys such as `-date`.

        Between equals the id decides, in the direction of the last key. Records without a value for the first key
        come last, in the order of the other keys.
        """
        keys = [(key.removeprefix("-"), key.startswith("-")) for key in sort]
        (first, descends), *others = keys
        alone = first if not others else ""
        if alone == self.spec.default_sort:
            return self._by_number(descends=descends)
        if alone == RELEVANCE and not self.is_ranked:
            return self._by_title_hit(descends=descends)
        gap = "" if first == RELEVANCE else self.spec.sort_keys[first].gap
        if not gap:
            return [self._by_columns(keys)]
        return [self._by_columns(keys, f"{gap} IS 0"), self._by_columns(others or [("id", False)], f"{gap} IS 1")]

    def counts(self, *more: str) -> list[str]:
        """Return the SQL that counts the records that meet `more` conditions: one statement for each on dates."""
        dated, undated = self._date_conditions()
        return [self._count(*conditions, *more) for conditions in (*dated, *undated)]

    def count_undated_excluded(self) -> str:
        """Return the SQL that counts the records excluded only because they have no date; "" where none are."""
        dates = self.filters.dates
        return self._count(dates.excluded) if dates is not None and dates.excluded else ""

    def _count(self, *more: str) -> str:
        path = self._path()
        return select_sql("count(*)", self._source(path), self._conditions(path, *more, without=[DATE]))

    def _path(self) -> JoinPath | None:
        """Return the path that drives the query: the first there is, or None."""
        return next(iter(self.filters.join_paths.values()), None)

    def _source(self, path: JoinPath | None) -> str:
        return self.spec.resource if path is None else f"{self.spec.resource} JOIN {path.join}"

    def _conditions(self, path: JoinPath | None, *more: str, without: Sequence[str] = ()) -> list[str]:
        """Return all conditions for a query that `path` drives, in place of the first path of the filters."""
        driving = next(iter(self.filters.join_paths), "")
        conditions = [*self.filters.every(without=[driving, *without]), *more]
        return [*conditions, path.condition] if path is not None and path.condition else conditions

    def _segment(
        self,
        columns: Sequence[SortColumn],
        *more: str,
        path: JoinPath | None = None,
        joins: str = "",
        without: Sequence[str] = (),
    ) -> Segment:
        path = path or self._path()
        return Segment.ordered(
            self.spec.number,
            columns,
            self._source(path) + joins,
            self._conditions(path, *more, without=without),
            "" if path is None else path.cte,
        )

    def _date_conditions(self) -> tuple[list[list[str]], list[list[str]]]:
        """Return the alternative conditions on dates: of the records that have one, and of those that have none."""
        dates = self.filters.dates
        if dates is None:
            return [[]], []
        return [[condition] for condition in dates.dated], [[dates.undated]] if dates.undated else []

    def _by_number(self, *, descends: bool) -> list[Segment]:
        """Order the records by the default sort key, which their numbers follow."""
        path, number = self._path(), self.spec.number
        position = number if path is None else path.position
        with_value, without = self._date_conditions()
        gap = self.spec.sort_keys[self.spec.default_sort].gap
        if descends and gap and self.filters.dates is None:
            # The records without a value have the highest numbers, and stay last.
            first = f"{select_sql(number, self.spec.resource, [f'{gap} IS 1'])} ORDER BY {number} LIMIT 1"
            with_value = [[f"{number} < coalesce(({first}), {_NO_NUMBER})"]]
            without = [[f"{number} >= coalesce(({first}), {_NO_NUMBER})"]]
        parts = [(conditions, descends) for conditions in (with_value[::-1] if descends else with_value)]
        return [
            self._segment([SortColumn(position, int, down)], *conditions, without=[DATE])
            for conditions, down in (*parts, *((conditions, False) for conditions in without))
        ]

    def _by_title_hit(self, *, descends: bool) -> list[Segment]:
        """Order hits: first those that match with their titles, each part in the order of the numbers."""
        parameters = (NOT_IN_TITLE, IN_TITLE) if descends else (IN_TITLE, NOT_IN_TITLE)
        columns = [SortColumn(ROWID, int, descends)]
        paths = [search_path(self.spec.resource, parameter) for parameter in parameters]
        return [self._segment(columns, path=path) for path in paths]

    def _by_columns(self, keys: _Keys, *more: str) -> Segment:
        """Order the records by any keys."""
        spec, path = self.spec, None
        columns: list[SortColumn] = []
        for key, descends in keys:
            if key != RELEVANCE:
                sort_key = spec.sort_keys[key]
                if columns and sort_key.gap:
                    columns.append(SortColumn(sort_key.gap, int))
                columns.append(SortColumn(sort_key.column, sort_key.type, descends))
            elif self.is_ranked:
                path = ranked_path(spec.resource)
                columns.append(SortColumn(RANK, float, descends))
            else:
                columns.append(SortColumn(title_hits_first(spec.resource), int, descends))
        titled = any(spec.sort_keys.get(key) is TITLE for key, _ in keys)
        if keys[-1][0] != "id":
            # With the id of the title row, the order is that of its index.
            columns.append(SortColumn("title.id" if titled else f"{spec.resource}.id", str, keys[-1][1]))
        titles = (
            f" JOIN title ON title.kind = '{spec.resource}' AND title.language = :language"
            f" AND title.number = {spec.number}"
        )
        return self._segment(columns, *more, path=path, joins=titles if titled else "")
