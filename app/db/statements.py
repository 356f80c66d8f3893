"""Statements as the driver takes them: written once as SQL expressions, compiled once, and run on the driver alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Executable, bindparam
from sqlalchemy.dialects import sqlite

Value = int | float | str | None
"""What a parameter of a statement can be. Days are ISO 8601, lists of numbers a JSON array."""

Values = Mapping[str, Value]
"""The values of parameters by name; those that a statement does not have are no concern of it."""

Conditions = list[ColumnElement[bool]]
"""Conditions of which all are to be met."""

_DIALECT = sqlite.dialect(paramstyle="named")


@dataclass(frozen=True, slots=True)
class Statement:
    """A question in SQL, whose values are bound when it is asked."""

    sql: str
    constants: Values
    """The values that are a part of the question."""


def compiled(expression: Executable) -> Statement:
    """Compile a question. It costs a hundred times what the driver then takes to ask it, so the result is for keeping.

    Values that change from one question to the next are parameters by name, as `given` makes them.
    """
    made = expression.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    constants = {name: _plain(parameter.value) for parameter, name in made.bind_names.items() if not parameter.required}
    return Statement(str(made), constants)


def given(name: str) -> BindParameter[Any]:
    """Make a parameter whose value comes with the question."""
    return bindparam(name, required=True)


def given_each(name: str, count: int) -> list[BindParameter[Any]]:
    """Make the parameters of a value that is given so many times."""
    return [given(f"{name}_{place}") for place in range(count)]


def values_of_each(name: str, values: Sequence[Value]) -> dict[str, Value]:
    """Give the values of the parameters that `given_each` makes."""
    return {f"{name}_{place}": value for place, value in enumerate(values)}


def numbers(values: Sequence[int]) -> str:
    """Write numbers as the value of one parameter, for SQL's `json_each`."""
    return str(list(values))


def _plain(value: Any) -> Value:
    return int(value) if isinstance(value, bool) else value
