"""The conditions that decide which records a list contains, as SQL fragments with the values that they bind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Concatenate, ParamSpec

from sqlalchemy import ColumnElement, exists
from sqlmodel import col

from app.db.statements import (
    BindValues,
    bind,
    bind_each,
    compile_column,
    compile_condition,
    compile_join,
    compiled_once,
)

_Arguments = ParamSpec("_Arguments")

DATE = "date"
"""The name of the conditions on dates, from any of their parameters."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, WGS 84; west beyond east crosses 180 degrees."""


def one_of(column: Any, name: str, *, many: bool) -> ColumnElement[bool]:
    """Test that a column has the value of a bind parameter, or one of `many` values."""
    # With one value, an index returns the rows in order.
    return col(column).in_(bind_each(name)) if many else col(column) == bind(name)


def compiled_for_values(
    *tables: Any,
) -> Callable[
    [Callable[Concatenate[bool, _Arguments], ColumnElement[bool]]],
    Callable[Concatenate[Sequence[object], _Arguments], str],
]:
    """Make a function that builds the condition of a parameter take the parameter's values and return SQL.

    The function is called with whether there are many values. Without values the SQL is "". The rest is as with
    `compiled_once`.
    """

    def decorate(
        build: Callable[Concatenate[bool, _Arguments], ColumnElement[bool]],
    ) -> Callable[Concatenate[Sequence[object], _Arguments], str]:
        compiled = compiled_once(*tables)(build)

        def compile_(values: Sequence[object], /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> str:
            return compiled(len(values) > 1, *args, **kwargs) if values else ""

        return compile_

    return decorate


@cache
def values_condition(column: Any, name: str) -> Callable[[Sequence[object]], str]:
    """Return a function from the values of a parameter to the condition that a column has one of them."""
    return compiled_for_values(column.class_)(lambda many: one_of(column, name, many=many))


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
    def through(
        cls,
        table: Any,
        joined: Any,
        *,
        position: Any,
        on: ColumnElement[bool],
        where: ColumnElement[bool],
        exists_: ColumnElement[bool] | None = None,
    ) -> "JoinPath":
        """Compile the path from `table` through the rows of another table that meet a condition.

        `exists_` replaces the correlated subquery by which the records are found otherwise.
        """
        return cls(
            compile_join(table, joined, on),
            compile_column(position),
            compile_condition(where, joined),
            compile_condition(exists().where(on, where) if exists_ is None else exists_, table),
        )


@dataclass(frozen=True)
class DateFilter:
    """The conditions on dates. Each record meets one of `dated` and `undated` at most."""

    dated: Sequence[str]
    """In the order of the days on which the records begin."""
    undated: str = ""
    """The condition of the undated records that are included; "" for none."""
    excluded: str = ""
    """The condition of those that are excluded only because they have no date; "" where none are."""

    def either(self) -> str:
        """Return the condition that one of them is met; false where there is none."""
        return " OR ".join(f"({condition})" for condition in (*self.dated, self.undated) if condition) or "0"


@dataclass(frozen=True)
class Filters:
    """The conditions that the records of a list must meet."""

    conditions: Mapping[str, str] = field(default_factory=dict)
    """The condition of each parameter, "" for none; all must be met."""
    join_paths: Mapping[str, JoinPath] = field(default_factory=dict)
    """The paths of parameters with one value; one of them can drive the query."""
    dates: DateFilter | None = None
    values: BindValues = field(default_factory=dict)
    """The values that the conditions bind."""

    def every(self, *, without: Sequence[str] = ()) -> list[str]:
        """Return all conditions, except those of some parameters."""
        named = {name: path.exists for name, path in self.join_paths.items()} | dict(self.conditions)
        if self.dates is not None:
            named[DATE] = self.dates.either()
        return [condition for name, condition in named.items() if condition and name not in without]
