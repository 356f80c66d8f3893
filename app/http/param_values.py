"""Numbers in a query, and how a value is written in a canonical query."""

import decimal
import re
from enum import Enum
from typing import Annotated, Any, LiteralString, get_args

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from app.messages import Message, message


def invalid(code: LiteralString, reason: Message, **context: object) -> PydanticCustomError:
    """Make the error of a validator.

    `context` may have a `suggestion`, which means all that was sent, and the `parameter` of an error that is in no
    single field.
    """
    return PydanticCustomError(code, "{reason}", {"reason": reason, **context})


_FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F)))
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_HALF_WIDTH = str.maketrans(
    f"{_FULL_WIDTH}\u3000{_DASHES}", "".join(map(chr, range(0x21, 0x7F))) + " " + "-" * len(_DASHES)
)


def half_width(value: str) -> str:
    """Return a text with ASCII in place of full-width characters and of other dashes, as Chinese keyboards write."""
    return value.translate(_HALF_WIDTH)


# No commas: 1,5 may be a fraction, and 50,100 two numbers.
_ANY_NUMBER = re.compile(r"[-+]?(\d+(_\d+)*\.?\d*|\.\d+)(e[-+]?\d\d?)?", re.ASCII | re.IGNORECASE)


def correct_number(value: str, syntax: re.Pattern[str]) -> str | None:
    """Return a number that is written in another way, in the `syntax`; None where that would not be the same number."""
    plain = half_width(value).strip()
    if not _ANY_NUMBER.fullmatch(plain):
        return None
    written = _in_digits(decimal.Decimal(plain))
    return written if syntax.fullmatch(written) else None


def _number(pattern: str, expected: Message) -> BeforeValidator:
    """Make the check of a number's syntax."""
    syntax = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        if isinstance(value, str) and not syntax.fullmatch(value):
            raise invalid("bad_form", expected, suggestion=correct_number(value, syntax))
        return value

    return BeforeValidator(check)


_LONG_INTEGER = re.compile(r"(-?[1-9]\d{18})\d*", re.ASCII)


def _cut(value: object) -> object:
    """Cut a whole number of more than 19 digits, so that it is quick to read; it is out of any range all the same."""
    long = _LONG_INTEGER.fullmatch(value) if isinstance(value, str) else None
    return long[1] if long else value


Integer = Annotated[
    int,
    _number(r"-?(\d{1,18}|[1-9]\d{18})", message("must be a whole number in digits, such as 20")),
    BeforeValidator(_cut),
]
Decimal = Annotated[
    float,
    _number(
        r"-?\d{1,15}(\.\d{1,15})?",
        message("must be a number such as 20 or 3.5, with at most 15 digits before the point and 15 after it"),
    ),
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
    return _in_digits(decimal.Decimal(repr(value)))


def _in_digits(value: decimal.Decimal) -> str:
    digits = format(value, "f")
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if plain == "-0" else plain
