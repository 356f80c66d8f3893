"""The conditions that decide which records a list contains, as SQL fragments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.db.statements import BindValues, select_sql

SEARCH = "q"
"""The parameter by which lists are searched."""

DATE = "date"
"""The name of the conditions on dates, from any of their parameters."""

MONTH = "month"
"""The parameter of the months, which has a facet of its own."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84; west beyond east crosses 180 degrees."""


def either(conditions: Sequence[str]) -> str:
    """Return the condition that one of several is met; "" where there is none."""
    return " OR ".join(f"({condition})" for condition in conditions if condition)


@dataclass(frozen=True)
class JoinPath:
    """How to reach records through the rows of a joined table, which are in the order of the records' numbers."""

    join: str
    """The SQL after JOIN."""
    position: str
    """The column of the joined table that has this order."""
    condition: str
    """The condition on the joined rows; "" for none."""
    exists: str
    """The same as a condition on the records, for a query that is driven by another path."""
    cte: str = ""
    """The WITH clause that defines the joined rows; "" for a table."""

    @classmethod
    def through(cls, table: str, key: str, record: str, condition: str) -> "JoinPath":
        """Return the path to the records through the rows of a table that meet a condition.

        `key` is the table's column that has the number of the record, `record` that of the record itself.
        """
        joined = f"{key} = {record}"
        return cls(f"{table} ON {joined}", key, condition, f"EXISTS ({select_sql('1', table, [joined, condition])})")


@dataclass(frozen=True)
class DateFilter:
    """The conditions on dates. Each record meets one of `dated` and `undated` at most."""

    dated: Sequence[str]
    """In the order of the days on which the records begin."""
    undated: str = ""
    """The condition of the undated records that are included; "" for none."""
    excluded: str = ""
    """The condition of those that are excluded only because they have no date; "" where none are."""
    without_month: str | None = None
    """The condition without the parameter `month`, "" for none; None where `month` changes nothing."""

    def either(self) -> str:
        """Return the condition that one of them is met; false where there is none."""
        return either([*self.dated, self.undated]) or "0"


@dataclass(frozen=True)
class Filters:
    """The conditions that the records of a list must meet."""

    conditions: Mapping[str, str] = field(default_factory=dict)
    """The condition of each parameter, "" for none; all must be met."""
    join_paths: Mapping[str, JoinPath] = field(default_factory=dict)
    """The paths of parameters with one value; one of them can drive the query."""
    dates: DateFilter | None = None
    values_with_derived_links: BindValues = field(default_factory=dict)
    """The values to bind instead so that derived links count too; empty where they do, or no filter is on links."""

    def searched(self, path: JoinPath) -> "Filters":
        """Return the filters with a search; it drives the query, because its hits are in the order of the numbers."""
        return replace(self, join_paths={SEARCH: path, **self.join_paths})

    def dated_only(self, is_undated: str) -> "Filters":
        """Return the filters with one that excludes records without a date; `is_undated` is their condition."""
        dated = [f"NOT {is_undated}"] if self.dates is None else self.dates.dated
        return replace(self, dates=DateFilter(dated, excluded=is_undated))

    def every(self, *, without: Sequence[str] = ()) -> list[str]:
        """Return all conditions, except those of some parameters."""
        named = {name: path.exists for name, path in self.join_paths.items()} | dict(self.conditions)
        if self.dates is not None:
            without_month = self.dates.without_month if MONTH in without else None
            named[DATE] = self.dates.either() if without_month is None else without_month
        return [condition for name, condition in named.items() if condition and name not in without]
