"""Dates of events as sources state them: mostly days, some periods, a tenth not given."""

from datetime import date, timedelta
from random import Random

from app.build.common.documents import DateDocument, RelativeDocument
from app.model.codes import Basis, DateRelation
from tests.tools.generating.random_choice import pick
from tests.tools.generating.words import Words, editorial

FIRST_DAY = date(2019, 1, 1)
_DAYS = 2557  # seven years
_DAY, _DERIVED, _RANGE, _MONTH, _SEASON, _YEAR = 0.62, 0.70, 0.78, 0.85, 0.87, 0.90
_RELATIONS = tuple(DateRelation)

_YEAR_FROM_CONTEXT = editorial(
    Words(
        "原文只印月日，年份承前文。",
        "原文只印月日，年份承前文。",
        "The source prints month and day; the year is carried from the text before.",
    )
)
_SPRING_OR_AUTUMN = editorial(
    Words(
        "原文以農事說時令，按氣象季節推得。",
        "原文以农事说时令，按气象季节推得。",
        "The source tells the time by farm work; the season is derived.",
    )
)
_NOT_GIVEN = tuple(
    editorial(words)
    for words in (
        Words("原文沒有給出日期。", "原文没有给出日期。", "The source gives no date."),
        Words("原文只說「近日」。", "原文只说“近日”。", "The source says only 近日 (lately)."),
        Words("日期不在所得的文字中。", "日期不在所得的文字中。", "The date is not in the text that was received."),
    )
)


def make_date(rng: Random, previous: str | None) -> DateDocument:
    """Return the date of an event. A date that is not given may be relative to the event with the id `previous`."""
    day = FIRST_DAY + timedelta(days=int(rng.random() * _DAYS))
    form = rng.random()
    if form < _DAY:
        return DateDocument(when=day.isoformat(), basis=Basis.STATED, as_stated=f"{day.year}年{day.month}月{day.day}日")
    if form < _DERIVED:
        printed = f"{day.month}月{day.day}日"
        return DateDocument(when=day.isoformat(), basis=Basis.DERIVED, as_stated=printed, note=_YEAR_FROM_CONTEXT)
    if form < _RANGE:
        return make_range(day, 1 + int(rng.random() * 13))
    if form < _MONTH:
        return DateDocument(when=f"{day:%Y-%m}", basis=Basis.STATED, as_stated=f"{day.year}年{day.month}月")
    if form < _SEASON:
        season = pick(rng, (21, 23))
        return DateDocument(when=f"{day.year}-{season}", basis=Basis.DERIVED, note=_SPRING_OR_AUTUMN)
    if form < _YEAR:
        return DateDocument(when=str(day.year), basis=Basis.STATED, as_stated=f"{day.year}年")
    relative = None
    if previous is not None and rng.random() < 0.4:
        relative = RelativeDocument(event=previous, relation=pick(rng, _RELATIONS))
    return DateDocument(when=None, basis=Basis.NOT_GIVEN, note=pick(rng, _NOT_GIVEN), relative_to=relative)


def make_range(first: date, days: int) -> DateDocument:
    """Return a range that ends so many `days` after its first day."""
    last = first + timedelta(days=days)
    printed = f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"
    return DateDocument(when=f"{first}/{last}", basis=Basis.STATED, as_stated=printed)
