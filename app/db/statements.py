"""SQL text, joined from fragments, and the values that it binds.

The driver runs it as it stands: executing a SQLAlchemy statement costs ten times as much, and importing SQLModel would
take a third of the time of all other imports of a server. Only the build uses it. No fragment contains anything from a
request; values are bound by name, several values of one parameter as a JSON array.
"""

import json
from collections.abc import Mapping, Sequence

Value = int | float | str | None
"""A value that can be bound. Days are ISO 8601, lists a JSON array."""

BindValues = Mapping[str, Value]
"""Values by the name of their bind parameter. Those that a statement does not use are ignored."""


def select_sql(columns: str, source: str, conditions: Sequence[str] = (), *, cte: str = "") -> str:
    """Return a SELECT statement; `source` is the SQL after FROM, all conditions must be met, `cte` is a WITH clause."""
    sql = f"{cte}SELECT {columns} FROM {source}"
    return f"{sql} WHERE {' AND '.join(f'({condition})' for condition in conditions)}" if conditions else sql


def is_one_of(column: str, name: str, values: Sequence[object]) -> str:
    """Return the condition that a column has one of the `values` of a bind parameter; "" where there are none."""
    if not values:
        return ""
    # With one value, an index returns the rows in order.
    return f"{column} = :{name}" if len(values) == 1 else f"{column} IN (SELECT value FROM json_each(:{name}))"


def is_in(column: str, table: str, selected: str, condition: str) -> str:
    """Return the condition that a column is among the `selected` of a table's rows; "" where there is no condition."""
    return f"{column} IN ({select_sql(selected, table, [condition])})" if condition else ""


def bind_values(name: str, values: Sequence[object]) -> dict[str, Value]:
    """Bind the values of one parameter as text: one value by itself, several as one JSON array, none not at all."""
    if not values:
        return {}
    return {name: str(values[0]) if len(values) == 1 else json.dumps([str(value) for value in values])}


def json_array(values: Sequence[int]) -> str:
    """Write numbers as the value of one bind parameter, for SQL's `json_each`."""
    return str(list(values))
