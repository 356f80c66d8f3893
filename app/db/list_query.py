"""Questions: which records of a list, in which order, page by page; written without values and compiled once.

They find the numbers of records, and `app.db.records` reads what is published of these.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlmodel import col

from app.db.connections import AnyRow, Reader
from app.db.cursors import Values as After
from app.db.filters import DATE, Filters, JoinPath
from app.db.keys import search_key
from app.db.statements import Conditions, Statement, Values, compiled, given
from app.fulltext.query import EVERYWHERE, IN_TITLE, NOT_IN_TITLE, hits, matches, ranked
from app.fulltext.table import SEARCH_INDEX
from app.model.codes import Resource
from app.model.tables import TitleRow

RELEVANCE = "relevance"
"""The sort key of what was searched for: the best first."""

SEARCH = "q"
"""The parameter by which lists are searched."""

Columns = Sequence[tuple[Any, bool]]
"""Columns to sort by, each with whether it descends; the last is unique."""

# Pieces of a few hundred kilobytes: of larger ones many streams at once leave the heap full of holes.
_BATCH = 100

_LIMIT = "limit"


@dataclass(frozen=True)
class SortKey:
    """What a list can be sorted by."""

    column: Any
    gap: Any = None
    """The column that says that a record has no value here; such come last in either direction."""


TITLE = SortKey(TitleRow.rank)
"""Sorts by title or name, as readers of the answer's language expect."""


@dataclass(frozen=True)
class ListSpec:
    """What a list has to know of the records in it."""

    kind: Resource
    table: Any
    """The table, numbered in the order of `default_sort` and the id."""
    parts: Sequence[str]
    """What `include` adds, in the order in which it stands in a record."""
    sort_keys: Mapping[str, SortKey]
    default_sort: str


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    rows: list[AnyRow]
    """The number of each record, and the values that it is sorted by."""
    last: After | None
    """Where the last record stands in the order, when there is another page after it."""


class Segment:
    """A stretch of a list that has an order of its own; the stretches stand one after another."""

    def __init__(self, select: Select[Any], columns: Columns) -> None:
        """`select` gives the number of each record and the values that it is sorted by, without an order."""
        ordered = select.order_by(*(column.desc() if down else column.asc() for column, down in columns))
        limit = given(_LIMIT)
        self._types = [_type_of(column) for column, _ in columns]
        self.whole = compiled(ordered)
        """All of it."""
        self.beginning = compiled(ordered.limit(limit))
        """As many records as `limit` says, from the first."""
        self.continuation = compiled(ordered.where(_comes_after(columns)).limit(limit))
        """As many records as `limit` says, after one with the values `after_0` and so on."""

    def fits(self, after: After) -> bool:
        """Tell whether values are such as it is sorted by, as those of a cursor of ours always are."""
        return len(after) == len(self._types) and all(
            type(value) is type_ and _can_be_bound(value) for type_, value in zip(self._types, after, strict=True)
        )


@dataclass(frozen=True)
class ListQuery:
    """Which records of a list are asked for, and in which order; its values come when it is asked."""

    segments: Sequence[Segment]
    counts: Sequence[Statement]
    """What counts the records, all together."""
    left_out: Statement | None
    """What counts those that were left out only because they have no date; None where none were."""

    def fits(self, after: After) -> bool:
        """Tell whether this is where a page of the list can end."""
        if not after:
            return False
        place, *values = after
        return type(place) is int and 0 <= place < len(self.segments) and self.segments[place].fits(tuple(values))

    def page(self, reader: Reader, values: Values, after: After | None, limit: int) -> Page:
        """Read one page: where it begins `after` tells, None for the beginning."""
        found: list[tuple[int, AnyRow]] = []
        first = 0 if after is None else int(after[0])
        for place, segment in enumerate(self.segments[first:], first):
            going_on = after is not None and place == first
            bound: Values = {**values, _LIMIT: limit + 1 - len(found)}
            if after is not None and going_on:
                bound = {**bound, **{f"after_{column}": value for column, value in enumerate(after[1:])}}
            statement = segment.continuation if going_on else segment.beginning
            found += [(place, row) for row in reader.rows(statement, bound)]
            if len(found) > limit:
                break
        if len(found) <= limit:
            return Page([row for _, row in found], None)
        place, row = found[limit - 1]
        return Page([row for _, row in found[:limit]], (place, *row[1:]))

    def batches(self, reader: Reader, values: Values) -> Generator[list[int], None, None]:
        """Read the numbers of all records, a hundred at a time."""
        for segment in self.segments:
            for rows in reader.batches(segment.whole, values, _BATCH):
                yield [row[0] for row in rows]

    def count(self, reader: Reader, values: Values) -> int:
        """Count the records."""
        return sum(reader.scalar(statement, values) for statement in self.counts)

    def count_left_out(self, reader: Reader, values: Values) -> int:
        """Count the records that were left out only because they have no date."""
        return 0 if self.left_out is None else int(reader.scalar(self.left_out, values))


def ask(listing: ListSpec, matching: Filters, sort: Sequence[str], *, are_ranked: bool = True) -> ListQuery:
    """Make the question for the records that match, in the order of sort keys such as `-date`.

    Between equals the id decides, in the direction of the last key; what has no value in the first comes last, and
    alike if that is all. `are_ranked` tells of what is searched for
    whether each hit is to be ranked by itself; of more hits those come first that match with their titles.
    """
    selection = _Selection(listing, matching, are_ranked=are_ranked)
    left_out = selection.left_out()
    return ListQuery(
        _segments(selection, [(key.removeprefix("-"), key.startswith("-")) for key in sort]),
        [compiled(statement) for statement in selection.counts()],
        None if left_out is None else compiled(left_out),
    )


def reads_by_language(listing: ListSpec, sort: Sequence[str]) -> bool:
    """Tell whether an order differs from language to language."""
    return any(listing.sort_keys.get(key.removeprefix("-")) is TITLE for key in sort)


def search_way(kind: Resource, table: Any, parameter: str = EVERYWHERE) -> JoinPath:
    """Make the way to the records of a kind that a search finds."""
    number, rowid = col(table.number), SEARCH_INDEX.c.rowid
    on = number == rowid - search_key(kind, 0)
    return JoinPath(SEARCH_INDEX, rowid, on, hits([kind], parameter), number.in_(matches(kind, parameter)))


_Keys = Sequence[tuple[str, bool]]
"""Sort keys, each with whether it descends."""


def _segments(selection: "_Selection", keys: _Keys) -> list[Segment]:
    listing = selection.listing
    (first, descends), *others = keys
    alone = first if not others else ""
    if alone == listing.default_sort:
        return selection.by_number(descends=descends)
    if alone == RELEVANCE and not selection.are_ranked:
        return selection.by_title_hit(descends=descends)
    gap = None if first == RELEVANCE else listing.sort_keys[first].gap
    if gap is None:
        return [selection.by_columns(keys)]
    # The records without a value are alike in the first key.
    return [
        selection.by_columns(keys, col(gap).is_(False)),
        selection.by_columns(others or [("id", False)], col(gap).is_(True)),
    ]


@dataclass(frozen=True)
class _Selection:
    """Selects from the records that match."""

    listing: ListSpec
    matching: Filters
    are_ranked: bool

    @property
    def _number(self) -> Any:
        return col(self.listing.table.number)

    def _select(
        self, columns: Sequence[Any], *more: ColumnElement[bool], way: JoinPath | None = None, but: Sequence[str] = ()
    ) -> Select[Any]:
        """Select from the records that meet `more` too, setting out on a way that is given or on the first there is."""
        name, usual = next(iter(self.matching.ways.items()), ("", None))
        way = way or usual
        statement = select(*columns).select_from(self.listing.table)
        conditions = [*self.matching.every(but=[name, *but]), *more]
        if way is not None:
            statement = statement.join(way.table, way.on)
            conditions += way.conditions
        return statement.where(*conditions)

    def counts(self) -> list[Select[Any]]:
        """Count the records, each stretch of dates for itself."""
        dated, undated = self._parts()
        return [self._select([func.count()], *part, but=[DATE]) for part in [*dated, *undated]]

    def left_out(self) -> Select[Any] | None:
        """Count what was left out only because it has no date; None where nothing was."""
        dates = self.matching.dates
        if dates is None or dates.left_out is None:
            return None
        return self._select([func.count()], dates.left_out, but=[DATE])

    def _parts(self) -> tuple[list[Conditions], list[Conditions]]:
        """Part the records by what dates ask of them: those that have one, and those that have none."""
        dates = self.matching.dates
        if dates is None:
            return [[]], []
        return [[condition] for condition in dates.dated], [] if dates.undated is None else [[dates.undated]]

    def by_number(self, *, descends: bool) -> list[Segment]:
        """Order the records by the list's usual key, which their numbers follow."""
        way = next(iter(self.matching.ways.values()), None)
        position = self._number if way is None else way.position
        with_value, without = self._parts()
        gap = self.listing.sort_keys[self.listing.default_sort].gap
        if descends and gap is not None and self.matching.dates is None:
            # The numbers of those without a value come last, and so they are to stay.
            first = select(self._number).where(col(gap).is_(True)).order_by(self._number).limit(1).scalar_subquery()
            beyond = func.coalesce(first, literal_column(str(2**62)))
            with_value, without = [[self._number < beyond]], [[self._number >= beyond]]
        parts = [(part, descends) for part in (with_value[::-1] if descends else with_value)]
        return [
            Segment(self._select([self._number, position], *part, but=[DATE]), [(position, down)])
            for part, down in [*parts, *((part, False) for part in without)]
        ]

    def by_title_hit(self, *, descends: bool) -> list[Segment]:
        """Order what is searched for: first what matches with its title, each in the order of the numbers."""
        parameters = (NOT_IN_TITLE, IN_TITLE) if descends else (IN_TITLE, NOT_IN_TITLE)
        columns = [(SEARCH_INDEX.c.rowid, descends)]
        ways = [search_way(self.listing.kind, self.listing.table, parameter) for parameter in parameters]
        return [Segment(self._select([self._number, SEARCH_INDEX.c.rowid], way=way), columns) for way in ways]

    def by_columns(self, keys: _Keys, *more: ColumnElement[bool]) -> Segment:
        """Order the records by any keys."""
        way, rank = self._relevance() if RELEVANCE in dict(keys) else (None, None)
        columns: list[tuple[Any, bool]] = []
        for key, descends in keys:
            sort_key = SortKey(rank) if key == RELEVANCE else self.listing.sort_keys[key]
            if columns and sort_key.gap is not None:
                columns.append((col(sort_key.gap), False))
            columns.append((col(sort_key.column), descends))
        titled = any(self.listing.sort_keys.get(key) is TITLE for key, _ in keys)
        if keys[-1][0] != "id":
            # With the title's own id the order is that of its index.
            columns.append((col(TitleRow.id if titled else self.listing.table.id), keys[-1][1]))
        statement = self._select([self._number, *(column for column, _ in columns)], *more, way=way)
        if titled:
            kind, language, number = col(TitleRow.kind), col(TitleRow.language), col(TitleRow.number)
            statement = statement.join(
                TitleRow,
                and_(kind == literal(self.listing.kind.value), language == given("language"), number == self._number),
            )
        return Segment(statement, columns)

    def _relevance(self) -> tuple[JoinPath | None, Any]:
        """Give the way that ranks what is searched for, and the column that has the rank."""
        kind = self.listing.kind
        if not self.are_ranked:
            return None, case((self._number.in_(matches(kind, IN_TITLE)), 0), else_=1)
        found = ranked([kind])
        on = self._number == found.c.key - search_key(kind, 0)
        return JoinPath(found, found.c.key, on, [], self._number.in_(select(found.c.key))), found.c.rank


def _comes_after(columns: Columns) -> ColumnElement[bool]:
    """Compare lexicographically with the values `after_0` and so on."""
    bounds = [given(f"after_{place}") for place in range(len(columns))]
    ways_down = {descends for _, descends in columns}
    if len(ways_down) == 1:
        here: Any = tuple_(*(column for column, _ in columns)) if len(columns) > 1 else columns[0][0]
        there: Any = tuple_(*bounds) if len(columns) > 1 else bounds[0]
        beyond: ColumnElement[bool] = here < there if ways_down == {True} else here > there
        return beyond
    alternatives = []
    for place, (column, descends) in enumerate(columns):
        equal = [one == bound for (one, _), bound in zip(columns[:place], bounds, strict=False)]
        alternatives.append(and_(*equal, column < bounds[place] if descends else column > bounds[place]))
    return or_(*alternatives)


def _type_of(column: Any) -> Any:
    """Tell of which type the values are that a column is sorted by."""
    python_type = column.type.python_type
    # SQLModel's own type for strings does not say what it is in Python, and SQLite has numbers for yes and no.
    return {object: str, bool: int}.get(python_type, python_type)


def _can_be_bound(value: object) -> bool:
    """Tell whether the driver takes a value that somebody may have made up."""
    if isinstance(value, str):
        return value.isprintable()
    return not isinstance(value, int) or -(2**63) <= value < 2**63
