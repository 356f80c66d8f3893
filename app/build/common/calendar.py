"""Parsing dates in the subset of EDTF (ISO 8601-2) that the seeds use."""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from app.build.common.faults import document_error, quoted
from app.build.common.numerals import printed_numbers
from app.model.codes import DatePrecision


class Period(NamedTuple):
    """The first and last possible day of something, both inclusive, and how exactly they are known."""

    start: date | None
    end: date | None
    precision: DatePrecision


_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_SEASON_MONTHS = {21: 3, 22: 6, 23: 9, 24: 12}
_EXPECTED = "write 2024-09-20, 2024-09, 2024, 2025-21 (spring) to 2025-24 (winter), or two of one kind like a/b"


@lru_cache(maxsize=10_000)
def parse_period(when: str | None) -> Period:
    """Parse a date; None is a period that is not known.

    Seasons are the meteorological ones of the northern hemisphere: 2025-21 is March to May 2025, and
    2025-24 December 2025 to February 2026. Raises ValueError with a message that says how to write it.
    """
    if when is None:
        return Period(None, None, DatePrecision.UNKNOWN)
    first, slash, second = when.partition("/")
    start, end, precision = _parse_one(first)
    if not slash:
        return Period(start, end, precision)
    last_start, end, last_precision = _parse_one(second)
    if last_precision is not precision:
        raise document_error(f"{quoted(when)} joins a {precision} and a {last_precision}; {_EXPECTED}")
    if last_start < start:
        raise document_error(f"{quoted(when)} ends before it starts; put the earlier date first")
    if last_start == start:
        raise document_error(f"{quoted(when)} starts and ends together; write {quoted(first)}")
    return Period(start, end, DatePrecision.RANGE if precision is DatePrecision.DAY else precision)


_PRINTED = re.compile(r"([\d〇零一二三四五六七八九十]+)(年|月|[日号號])")


@lru_cache(maxsize=10_000)
def contradicts(printed: str, period: Period) -> bool:
    """Return whether a Chinese date, as a source prints it, has another year, month or day than a period's ends."""
    days = [day for day in (period.start, period.end) if day is not None]
    for numeral, unit in _PRINTED.findall(printed):
        match unit:
            case "年":
                known = {year for day in days for year in (day.year, day.year % 100)}
            case "月":
                known = {day.month for day in days}
            case _:
                known = {day.day for day in days}
        if not printed_numbers(numeral) <= known:
            return True
    return False


def _parse_one(when: str) -> tuple[date, date, DatePrecision]:
    match = _FORM.fullmatch(when)
    if match is None:
        raise document_error(f"{quoted(when)} is not a date; {_EXPECTED}")
    year, month, day = match.groups()
    try:
        if day is not None:
            start = date(int(year), int(month), int(day))
            return start, start, DatePrecision.DAY
        if month is None:
            return date(int(year), 1, 1), date(int(year), 12, 31), DatePrecision.YEAR
        season = _SEASON_MONTHS.get(int(month))
        start = date(int(year), season or int(month), 1)
        last = start + timedelta(days=62) if season else start
    except (ValueError, OverflowError) as error:
        raise document_error(f"{quoted(when)} does not exist in the calendar ({error}); {_EXPECTED}") from error
    end = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return start, end, DatePrecision.SEASON if season else DatePrecision.MONTH
