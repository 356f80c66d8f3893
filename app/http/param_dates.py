"""Days, months and years in a query, and the window of days that they make."""

import calendar
import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.http.param_values import half_width, invalid
from app.messages import message
from app.model.codes import Code

_SYNTAX = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d\d?)(?:[-/.](\d\d?))?|(\d{4})(\d\d)(\d\d)", re.ASCII)
_CHINESE = re.compile(r"(\d{4}) ?年(?: ?(\d\d?) ?月(?: ?(\d\d?) ?[日号號])?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(?:(\d\d?)[-/.])?(\d\d?)[-/.](\d{4})", re.ASCII)


class Undated(Code):
    """Whether records without a date match."""

    EXCLUDE = "exclude"
    INCLUDE = "include"
    ONLY = "only"


def _parse(value: str) -> tuple[date, date]:
    """Return the first and the last day of a day, a month or a year."""
    if not _SYNTAX.fullmatch(value):
        reason = message("must be a day, a month or a year, like 2024-09-30, 2024-09 or 2024")
        raise invalid("bad_form", reason, suggestion=_correct(value))
    try:
        first = date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError as error:
        raise _no_such_date(value) from error
    match len(value):
        case 4:
            return first, first.replace(month=12, day=31)
        case 7:
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first, first


def _no_such_date(value: str) -> PydanticCustomError:
    year, month, *_ = map(int, f"{value}-01".split("-"))
    if year == 0:
        known = message("is not in the calendar; years are from 0001 to 9999")
    elif not 1 <= month <= 12:
        known = message("is not in the calendar; months are from 01 to 12")
    else:
        last = calendar.monthrange(year, month)[1]
        known = message("is not in the calendar; days of {month} are from 01 to {last}", month=value[:7], last=last)
    return invalid("no_such_date", known)


def _correct(value: str) -> str | None:
    """Return a date that is written in another way, as it is to be written; None if it can be read as two dates.

    A time of day or a zone is never dropped: the day at one place may be another one elsewhere.
    """
    plain = half_width(value).strip()
    readings: list[tuple[str, ...]] = []
    if found := _SYNTAX.fullmatch(plain) or _YEAR_FIRST.fullmatch(plain) or _CHINESE.fullmatch(plain):
        readings = [tuple(part for part in found.groups() if part)]
    elif found := _YEAR_LAST.fullmatch(plain):
        one, other, year = found.groups()
        readings = [(year, other, one), (year, one, other)] if one else [(year, other)]
    dates = [one for one in {"-".join(part.zfill(2) for part in reading) for reading in readings} if _exists(one)]
    return dates[0] if len(dates) == 1 else None


def _exists(value: str) -> bool:
    try:
        _parse(value)
    except PydanticCustomError:
        return False
    return True


def _check(value: str) -> str:
    _parse(value)
    return value


_DESCRIBED = WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"})

FirstDay = Annotated[date, PlainValidator(lambda value: _parse(value)[0]), _DESCRIBED]
"""A day, or the first one of a month or a year."""

LastDay = Annotated[date, PlainValidator(lambda value: _parse(value)[1]), _DESCRIBED]
"""A day, or the last one of a month or a year."""

Period = Annotated[str, PlainValidator(_check), _DESCRIBED]
"""A day, a month or a year."""


def _month(value: str) -> str:
    if not _SYNTAX.fullmatch(value) or len(value) != len("2024-09"):
        corrected = _correct(value) or ""
        suggestion = corrected if len(corrected) == len("2024-09") else None
        raise invalid("bad_form", message("must be a month, like 2024-09"), suggestion=suggestion)
    return _check(value)


Month = Annotated[
    str, PlainValidator(_month), WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"})
]
"""A month."""


def days_of_months(months: Sequence[str]) -> tuple[date, date]:
    """Return the first day of the first of some months and the last day of the last."""
    return _parse(min(months))[0], _parse(max(months))[1]


_Params = TypeVar("_Params", bound=BaseModel)


def date_field() -> Any:
    """Make the parameter `date`."""
    return Field(
        None,
        description=(
            "One day, month or year: short for `date_from` and `date_to` with the same value, and not allowed beside "
            "them."
        ),
        examples=["2024-10", "2024-10-17", "2024"],
    )


def expand_date(params: _Params) -> _Params:
    """Return the parameters with `date_from` and `date_to` in place of `date`; raises an error where both are given."""
    given = vars(params)
    if given["date"] is None:
        return params
    if given["date_from"] is not None or given["date_to"] is not None:
        reason = message("is short for date_from and date_to and cannot be given beside them; give either")
        raise invalid("conflict", reason, parameter="date")
    first, last = _parse(given["date"])
    return params.model_copy(update={"date": None, "date_from": first, "date_to": last})


def check_window(
    date_from: date | None, date_to: date | None, months: Sequence[str], undated: Undated | None = None
) -> None:
    """Raise an error for a window that ends before it starts, and for one that would have no effect."""
    if date_from is not None and date_to is not None and date_from > date_to:
        reason = message("is after date_to ({date_to}); put the earlier date in date_from", date_to=date_to)
        raise invalid("out_of_order", reason, parameter="date_from")
    if undated is Undated.ONLY and (date_from or date_to or months):
        reason = message(
            "selects undated records only, which no date, date_from, date_to or month can match; leave one of them out"
        )
        raise invalid("without_effect", reason, parameter="undated")
