"""The days of events as words of the index, and dates in a search as queries for them.

A day is the words 2025、01、10 and 、01、10, so that a beginning finds its month or its year.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.fulltext.numerals import DIGITS, UNITS, in_arabic
from app.fulltext.tokens import BREAK
from app.model.codes import KNOWN_TO_THE_DAY, DatePrecision

MAX_DAYS = 31
"""Up to how many days a period is indexed day by day, a longer one by its months."""

_DIGITS = "[0-9零一二三四五六七八九十]"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = "[0-9]{1,2}(?:st|nd|rd|th)?"
SPACED_DATE = (
    rf"{_DIGITS}{{4}}\s*年(?:\s*{_DIGITS}{{1,2}}\s*月(?:\s*{_DIGITS}{{1,3}}\s*[日号])?)?"
    rf"|{_DIGITS}{{1,2}}\s*月\s*{_DIGITS}{{1,3}}\s*[日号]"
    rf"|(?:{_DAY}\s+)?{_MONTH}\s+[0-9]{{4}}|{_MONTH}\s+{_DAY}\s*,?\s+[0-9]{{4}}"
)
"""A pattern for a date in a folded text that may have spaces in it, Chinese or with an English month and a year."""

_HAS_NUMERAL = re.compile(f"[0-9{''.join((*DIGITS, *UNITS))}]").search
_ISO = re.compile(r"([0-9]{4})([-‐–—―/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?")
_COMPACT = re.compile("([12][0-9]{3})(0[1-9]|1[0-2])([0-3][0-9])")
_ENGLISH = re.compile(f"({_DAY})?({_MONTH})({_DAY},?)?([0-9]{{4}})")
_CHINESE = re.compile("(?:([0-9]{4})年)?(?:([0-9]{1,2})月(?:份|([0-9]{1,2})[日号])?)?")


@dataclass(frozen=True)
class SearchedDate:
    """A year, a month, or a day, perhaps of any year."""

    year: int | None
    month: int | None
    day: int | None

    @property
    def word(self) -> str:
        """The word of the index, or what it begins with."""
        year = "" if self.year is None else f"{self.year:04}"
        numbers = [f"{number:02}" for number in (self.month, self.day) if number is not None]
        return BREAK.join([year, *numbers, *([""] if self.by_prefix else [])])

    @property
    def by_prefix(self) -> bool:
        """Whether the word of the index only begins so: a day is whole."""
        return self.day is None

    @property
    def pattern(self) -> str:
        """Matches it in an ISO date."""
        numbers = [f"{number:02}" for number in (self.year, self.month, self.day) if number is not None]
        before = "(?<=-)" if self.year is None else ""
        return before + "-".join(numbers) + ("(?=-)" if self.day is None else "")


def date_words(start: date, end: date, precision: DatePrecision) -> list[str]:
    """Return the words for a period: of its days if these are known and few, else of its months, else of its years."""
    days = (end - start).days + 1
    months = end.year * 12 + end.month - start.year * 12 - start.month + 1
    if precision in KNOWN_TO_THE_DAY and days <= MAX_DAYS:
        found = [start + timedelta(number) for number in range(days)]
        dates = [SearchedDate(year, day.month, day.day) for day in found for year in (day.year, None)]
    elif precision is not DatePrecision.YEAR and months <= MAX_DAYS:
        numbers = [start.year * 12 + start.month - 1 + number for number in range(months)]
        dates = [SearchedDate(year, each % 12 + 1, None) for each in numbers for year in (each // 12, None)]
    else:
        dates = [SearchedDate(year, None, None) for year in range(start.year, end.year + 1)]
    return list(dict.fromkeys(each.word for each in dates))


def searched_date(folded: str) -> SearchedDate | None:
    """Return the date that a word is, such as 2025-01-10, 2025年1月10日, 一月十日 or 10january2025; None for none."""
    if not _HAS_NUMERAL(folded):
        return None
    if found := _ENGLISH.fullmatch(folded):
        before, name, after, year_ = found.groups()
        numeral = re.sub("[^0-9]", "", before or after or "")
        if before and after:
            return None
        day_ = f"-{numeral:0>2}" if numeral else ""
        folded = f"{year_}-{_MONTHS.index(name[:3]) + 1:02}{day_}"
    found = _ISO.fullmatch(folded) or _COMPACT.fullmatch(folded) or _CHINESE.fullmatch(in_arabic(folded))
    if found is None or not found[0]:
        return None
    groups = found.groups()
    year, month, day = (None if number is None else int(number) for number in (groups[0], *groups[-2:]))
    if month is not None and not 1 <= month <= 12:
        return None
    return None if day is not None and not 1 <= day <= 31 else SearchedDate(year, month, day)
