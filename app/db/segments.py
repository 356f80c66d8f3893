"""Reading ordered records, page by page or in batches.

An ordered query consists of segments, each with an order of its own, which follow one another: the records with a
date, then those without. A cursor is the number of a segment and the values that the last record is sorted by.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from app.db.connections import AnyRow, Reader
from app.db.cursors import CursorError, CursorValues
from app.db.list_spec import SortColumn
from app.db.statements import BindValues, select_sql

# Batches of a few hundred kilobytes: larger ones, in many streams at once, fragment the heap.
_BATCH = 100

# The outer loop of a CROSS JOIN is over its left side, so the records are in the order of the page.
_WITH_RECORDS = """
SELECT page.*, CAST(rendered.json_text AS BLOB), rendered.stem
FROM ({}) AS page CROSS JOIN rendered ON rendered.key = page.record + :first_key
"""


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    rows: list[AnyRow]
    """The number of each record, the values that it is sorted by, and what `with_records` adds."""
    last: CursorValues | None
    """The position of the last record, if another page follows."""


class Segment(NamedTuple):
    """The SQL of a part of a list that has one order. Its rows have what identifies a record, and its sort values."""

    columns: Sequence[SortColumn]
    """The columns to sort by; the last is unique."""
    all_records: str
    """Selects all records."""
    first_page: str
    """Selects the first `limit` records."""
    next_page: str
    """Selects `limit` records after the one with the sort values `after_0` and so on."""

    @classmethod
    def ordered(
        cls, number: str, columns: Sequence[SortColumn], source: str, conditions: Sequence[str] = (), cte: str = ""
    ) -> Self:
        """Return the segment of the records that meet all conditions.

        `number` is the column that identifies a record, `source` the SQL after FROM, `cte` a WITH clause.
        """
        selected = ", ".join((f"{number} AS record", *(column.sql for column in columns)))
        order = ", ".join(f"{column.sql} DESC" if column.descends else column.sql for column in columns)
        every, after = (
            f"{select_sql(selected, source, met, cte=cte)} ORDER BY {order}"
            for met in (conditions, [*conditions, _comes_after(columns)])
        )
        return cls(columns, every, f"{every} LIMIT :limit", f"{after} LIMIT :limit")

    def with_records(self) -> Self:
        """Return the segment with pages whose rows also have the record's JSON and its stem.

        `first_key` is to be bound to the key of the record with the number 0. Another statement for the JSON would take
        half as long again.
        """
        return self._replace(
            first_page=_WITH_RECORDS.format(self.first_page), next_page=_WITH_RECORDS.format(self.next_page)
        )

    def accepts(self, after: CursorValues) -> bool:
        """Return whether values have the types that it is sorted by, as those of our cursors always have."""
        return len(after) == len(self.columns) and all(
            type(value) is column.type and _can_be_bound(value)
            for column, value in zip(self.columns, after, strict=True)
        )


def accepts(segments: Sequence[Segment], after: CursorValues) -> bool:
    """Return whether a page of these segments can end at `after`."""
    if not after:
        return False
    index, *values = after
    return type(index) is int and 0 <= index < len(segments) and segments[index].accepts(tuple(values))


def read_page(
    reader: Reader, segments: Sequence[Segment], values: BindValues, after: CursorValues | None, limit: int
) -> Page:
    """Return the page after `after`, the first for None; raises CursorError where no page can end there.

    With a `limit` of 0 the page is empty and the last.
    """
    if after is not None and not accepts(segments, after):
        raise CursorError.altered()
    if limit == 0:
        return Page([], None)
    found: list[tuple[int, AnyRow]] = []
    first = 0 if after is None else int(after[0])
    for index, segment in enumerate(segments[first:], first):
        bound = {**values, "limit": limit + 1 - len(found)}
        before = after if index == first else None
        if before is not None:
            bound |= {f"after_{column}": value for column, value in enumerate(before[1:])}
        sql = segment.first_page if before is None else segment.next_page
        found += [(index, row) for row in reader.rows(sql, bound)]
        if len(found) > limit:
            break
    if len(found) <= limit:
        return Page([row for _, row in found], None)
    index, row = found[limit - 1]
    return Page([row for _, row in found[:limit]], (index, *row[1 : 1 + len(segments[index].columns)]))


def read_batches(reader: Reader, segments: Sequence[Segment], values: BindValues) -> Generator[list[int], None, None]:
    """Read the numbers of all records, a hundred at a time."""
    for segment in segments:
        for rows in reader.batches(segment.all_records, values, _BATCH):
            yield [row[0] for row in rows]


def _comes_after(columns: Sequence[SortColumn]) -> str:
    """Compare lexicographically with the values `after_0` and so on."""
    bounds = [f":after_{index}" for index in range(len(columns))]
    directions = {column.descends for column in columns}
    if len(directions) == 1:
        sign = "<" if directions == {True} else ">"
        here, there = ", ".join(column.sql for column in columns), ", ".join(bounds)
        return f"{here} {sign} {there}" if len(columns) == 1 else f"({here}) {sign} ({there})"
    alternatives = []
    for index, (column, bound) in enumerate(zip(columns, bounds, strict=True)):
        equal = [f"{one.sql} = {value}" for one, value in zip(columns[:index], bounds, strict=False)]
        alternatives.append(" AND ".join((*equal, f"{column.sql} {'<' if column.descends else '>'} {bound}")))
    return " OR ".join(f"({alternative})" for alternative in alternatives)


def _can_be_bound(value: object) -> bool:
    """Return whether the driver accepts a value, which a client may have invented."""
    if isinstance(value, str):
        return value.isprintable()
    return not isinstance(value, int) or -(2**63) <= value < 2**63
