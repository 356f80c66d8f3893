"""The forms in which parameters are written: numbers, dates; and how they are written again."""

import calendar
import decimal
import re
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _written(pattern: str, expected: str, mend: Callable[[str], str | None]) -> BeforeValidator:
    form = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        if isinstance(value, str) and not form.fullmatch(value):
            context = {"expected": expected, "suggestion": mend(value)}
            raise PydanticCustomError("bad_form", "{expected}", context)
        return value

    return BeforeValidator(check)


def _first_number(pattern: str) -> Callable[[str], str | None]:
    def mend(value: str) -> str | None:
        found = re.search(pattern, value.replace("_", "").replace(",", ""), re.ASCII)
        return found.group() if found else None

    return mend


def _digits_of_date(value: str) -> str | None:
    found = re.search(r"(\d{4})\D?(\d\d?)\D?(\d\d?)(?!\d)", value, re.ASCII)
    return _nearest_date(*map(int, found.groups())) if found else None


def _nearest_date(year: int, month: int, day: int) -> str | None:
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    return date(year, month, max(1, min(day, calendar.monthrange(year, month)[1]))).isoformat()


def _calendar_date(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        context = {
            "reason": f"is not in the calendar: {error}",
            "suggestion": _nearest_date(*map(int, value.split("-"))),
        }
        raise PydanticCustomError("no_such_date", "{reason}", context) from error


Integer = Annotated[
    int,
    _written(r"-?\d{1,18}", "must be a whole number in digits, such as 20", _first_number(r"-?(?<!\d)\d{1,18}(?!\d)")),
]
_DECIMAL = r"-?\d{1,15}(\.\d{1,15})?"
Decimal = Annotated[float, _written(_DECIMAL, "must be a number such as 20 or 3.5", _first_number(_DECIMAL))]
# The validator that stands last is run first: the form, and then the calendar.
IsoDate = Annotated[
    date,
    BeforeValidator(_calendar_date),
    _written(r"\d{4}-\d\d-\d\d", "must be a date like 2024-09-30", _digits_of_date),
]


def spell(value: object) -> str:
    """Write a value as it may stand in a query: one spelling for each."""
    if isinstance(value, Enum):
        return str(value.value)
    return spell_number(value) if isinstance(value, float) else str(value)


def spell_number(value: float) -> str:
    """Write a number in digits, without an exponent or a needless nought."""
    digits = format(decimal.Decimal(repr(value)), "f")
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if plain == "-0" else plain
