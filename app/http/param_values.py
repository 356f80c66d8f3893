"""The syntax of parameter values (numbers, dates), and how a value is written in a canonical query."""

import calendar
import decimal
import re
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Annotated, Any, LiteralString, get_args

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError


def invalid(code: LiteralString, reason: str, **context: object) -> PydanticCustomError:
    """Make the error of a validator.

    `context` may have a `suggestion`, and the `parameter` and `value` of an error that is in no single field.
    """
    return PydanticCustomError(code, "{reason}", {"reason": reason, **context})


def _syntax(pattern: str, expected: str, correct: Callable[[str], str | None]) -> BeforeValidator:
    """Make the check of a syntax; `correct` returns the value that was probably meant, for the error."""
    syntax = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        if isinstance(value, str) and not syntax.fullmatch(value):
            raise invalid("bad_form", expected, suggestion=correct(value))
        return value

    return BeforeValidator(check)


def _first_number(pattern: str) -> Callable[[str], str | None]:
    def correct(value: str) -> str | None:
        found = re.search(pattern, value.replace("_", "").replace(",", ""), re.ASCII)
        return found.group() if found else None

    return correct


def _correct_date(value: str) -> str | None:
    found = re.search(r"(\d{4})\D?(\d\d?)\D?(\d\d?)(?!\d)", value, re.ASCII)
    return _nearest_date(*map(int, found.groups())) if found else None


def _nearest_date(year: int, month: int, day: int) -> str | None:
    """Return the nearest day of the month; None where the month does not exist."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    return date(year, month, max(1, min(day, calendar.monthrange(year, month)[1]))).isoformat()


def _parse_date(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        suggestion = _nearest_date(*map(int, value.split("-")))
        raise invalid("no_such_date", f"is not in the calendar: {error}", suggestion=suggestion) from error


Integer = Annotated[
    int,
    _syntax(r"-?\d{1,18}", "must be a whole number in digits, such as 20", _first_number(r"-?(?<!\d)\d{1,18}(?!\d)")),
]
_DECIMAL = r"-?\d{1,15}(\.\d{1,15})?"
Decimal = Annotated[float, _syntax(_DECIMAL, "must be a number such as 20 or 3.5", _first_number(_DECIMAL))]
# Validators run from the last to the first: the syntax, then the calendar.
IsoDate = Annotated[
    date, BeforeValidator(_parse_date), _syntax(r"\d{4}-\d\d-\d\d", "must be a date like 2024-09-30", _correct_date)
]


def annotations(field: FieldInfo) -> tuple[Any, ...]:
    """Return the type of a parameter, and its type arguments."""
    return (field.annotation, *get_args(field.annotation))


def format_value(value: object) -> str:
    """Write a value as in a canonical query: equal values are written alike."""
    if isinstance(value, Enum):
        return str(value.value)
    return format_number(value) if isinstance(value, float) else str(value)


def format_number(value: float) -> str:
    """Write a number in digits, without an exponent or trailing zeros."""
    digits = format(decimal.Decimal(repr(value)), "f")
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if plain == "-0" else plain
