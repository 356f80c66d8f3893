"""Reading ordered records, page by page or in batches.

An ordered query consists of segments, each with an order of its own, which follow one another: the records with a
date, then those without. A cursor is the number of a segment and the values that the last record is sorted by.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from app.db.connections import AnyRow, Reader
from app.db.cursors import CursorError, CursorValues
from app.db.list_spec import SortColumn
from app.db.statements import BindValues, select_sql

# Batches of a few hundred kilobytes: larger ones, in many streams at once, fragment the heap.
_BATCH = 100


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    rows: list[AnyRow]
    """The number of each record, and the values that it is sorted by."""
    last: CursorValues | None
    """The position of the last record, if another page follows."""


@dataclass(frozen=True)
class Segment:
    """A part of a list that has one order."""

    number: str
    """The column that identifies a record, as SQL."""
    columns: Sequence[SortColumn]
    """The columns to sort by; the last is unique."""
    source: str
    """The SQL after FROM."""
    conditions: Sequence[str] = ()
    cte: str = ""
    """The WITH clause; "" for none."""

    def page(self, *, is_first: bool) -> str:
        """Return the SQL of the first `limit` records, or those after the one with the values `after_0` and so on."""
        return f"{self.select() if is_first else self.select(_comes_after(self.columns))} LIMIT :limit"

    def select(self, *more: str) -> str:
        """Return the SQL that selects all of it that meets `more` conditions."""
        columns = ", ".join((self.number, *(column.sql for column in self.columns)))
        order = ", ".join(f"{column.sql} DESC" if column.descends else column.sql for column in self.columns)
        return f"{select_sql(columns, self.source, [*self.conditions, *more], cte=self.cte)} ORDER BY {order}"

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
        found += [(index, row) for row in reader.rows(segment.page(is_first=before is None), bound)]
        if len(found) > limit:
            break
    if len(found) <= limit:
        return Page([row for _, row in found], None)
    index, row = found[limit - 1]
    return Page([row for _, row in found[:limit]], (index, *row[1:]))


def read_batches(reader: Reader, segments: Sequence[Segment], values: BindValues) -> Generator[list[int], None, None]:
    """Read the numbers of all records, a hundred at a time."""
    for segment in segments:
        for rows in reader.batches(segment.select(), values, _BATCH):
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
