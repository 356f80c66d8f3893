"""SQL: SQLModel and SQLAlchemy expressions, compiled once and run by the driver.

Executing a SQLAlchemy statement costs about 165 µs, the driver 16; compiling one costs 1 to 40 ms. So a statement
whose form is fixed is compiled whole when its module is imported. A list query, which has too many forms for that,
is joined as text from fragments: conditions, joins and columns that are compiled when they are first used. Their
number is bounded by the code and does not depend on requests.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import Any, ParamSpec, cast

from sqlalchemy import ClauseElement, ColumnElement, Select, func, literal_column, select
from sqlalchemy.dialects import sqlite
from sqlmodel import col

Value = int | float | str | None
"""A value that can be bound. Days are ISO 8601, lists a JSON array."""

BindValues = Mapping[str, Value]
"""Values by the name of their bind parameter. Those that a statement does not use are ignored."""

_Arguments = ParamSpec("_Arguments")

_DIALECT = sqlite.dialect(paramstyle="named")


class CompilationCounter:
    """Counts SQLAlchemy's compilations in this process."""

    def __init__(self) -> None:
        self.total = 0


COMPILATIONS = CompilationCounter()


def bind(name: str) -> ColumnElement[Any]:
    """Return a bind parameter whose value is supplied when the statement runs."""
    # Not a `bindparam`: constants are rendered into the SQL, and those have no value to render.
    return literal_column(f":{name}")


def bind_each(name: str) -> Select[Any]:
    """Select the values of a bind parameter that holds a JSON array."""
    return select(func.json_each(bind(name)).table_valued("value").c.value)


def compile_statement(statement: ClauseElement) -> str:
    """Return a statement's SQL; its constants are rendered as literals, so that fragments share no names."""
    COMPILATIONS.total += 1
    return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def compile_column(column: Any) -> str:
    """Return the SQL of a column or expression, with the name of its table."""
    return compile_statement(cast("ColumnElement[Any]", col(column)))


def compile_join(table: Any, joined: Any, on: ColumnElement[bool]) -> str:
    """Return the SQL that joins one more table to a table that is selected from."""
    # The join is all that follows the table's name.
    return compile_statement(select(literal_column("1")).select_from(table).join(joined, on)).partition(" JOIN ")[2]


def compile_condition(condition: ColumnElement[bool], *tables: Any) -> str:
    """Return the SQL of a condition on rows of tables that are selected from; its subqueries may refer to them."""
    statement: Select[Any] = select(literal_column("1")).select_from(*tables).where(condition)
    return compile_statement(statement).partition("\nWHERE ")[2]


def compiled_once(
    *tables: Any,
) -> Callable[[Callable[_Arguments, ColumnElement[bool]]], Callable[_Arguments, str]]:
    """Make a function that builds a condition on rows of `tables` return its SQL, compiled once for each argument.

    The arguments must be few: flags and codes, never numbers or texts from a request.
    """

    def decorate(build: Callable[_Arguments, ColumnElement[bool]]) -> Callable[_Arguments, str]:
        @wraps(build)
        def compile_(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> str:
            return compile_condition(build(*args, **kwargs), *tables)

        return cast("Callable[_Arguments, str]", cache(compile_))

    return decorate


def select_sql(columns: str, source: str, conditions: Sequence[str] = (), *, cte: str = "") -> str:
    """Return a SELECT statement; `source` is the SQL after FROM, all conditions must be met, `cte` is a WITH clause."""
    sql = f"{cte}SELECT {columns} FROM {source}"  # noqa: S608 - no fragment contains anything from a request
    return f"{sql} WHERE {' AND '.join(f'({condition})' for condition in conditions)}" if conditions else sql


def bind_values(name: str, values: Sequence[object]) -> dict[str, Value]:
    """Bind the values of one parameter as text: one value by itself, several as one JSON array, none not at all."""
    if not values:
        return {}
    return {name: str(values[0]) if len(values) == 1 else json.dumps([str(value) for value in values])}


def json_array(values: Sequence[int]) -> str:
    """Write numbers as the value of one bind parameter, for SQL's `json_each`."""
    return str(list(values))
