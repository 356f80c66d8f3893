import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.common.calendar import contradicts, parse_period
from app.model.codes import DatePrecision


@pytest.mark.parametrize(
    ("when", "start", "end", "precision"),
    [
        ("2024-09-20", "2024-09-20", "2024-09-20", "day"),
        ("2024-02-29", "2024-02-29", "2024-02-29", "day"),
        ("2024-09", "2024-09-01", "2024-09-30", "month"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2025-02", "2025-02-01", "2025-02-28", "month"),
        ("1900-02", "1900-02-01", "1900-02-28", "month"),
        ("2000-02", "2000-02-01", "2000-02-29", "month"),
        ("2024-12", "2024-12-01", "2024-12-31", "month"),
        ("2024", "2024-01-01", "2024-12-31", "year"),
        ("2025-21", "2025-03-01", "2025-05-31", "season"),
        ("2025-22", "2025-06-01", "2025-08-31", "season"),
        ("2025-23", "2025-09-01", "2025-11-30", "season"),
        ("2025-24", "2025-12-01", "2026-02-28", "season"),
        ("2023-24", "2023-12-01", "2024-02-29", "season"),
        ("2024-10-31/2024-11-01", "2024-10-31", "2024-11-01", "range"),
        ("2024-12-30/2025-01-02", "2024-12-30", "2025-01-02", "range"),
        ("2024-12/2025-05", "2024-12-01", "2025-05-31", "month"),
        ("2024-21/2024-22", "2024-03-01", "2024-08-31", "season"),
        ("2024-24/2025-21", "2024-12-01", "2025-05-31", "season"),
        ("2019/2024", "2019-01-01", "2024-12-31", "year"),
        ("0001", "0001-01-01", "0001-12-31", "year"),
        ("9999-12-31", "9999-12-31", "9999-12-31", "day"),
        ("9999-23", "9999-09-01", "9999-11-30", "season"),
    ],
)
def test_a_date_is_a_period(when: str, start: str, end: str, precision: str) -> None:
    assert parse_period(when) == (date.fromisoformat(start), date.fromisoformat(end), precision)


def test_no_date_is_a_period_that_is_not_known() -> None:
    assert parse_period(None) == (None, None, DatePrecision.UNKNOWN)


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("2024-02-30", "'2024-02-30' does not exist in the calendar (day is out of range for month)"),
        ("2025-02-29", "'2025-02-29' does not exist in the calendar (day is out of range for month)"),
        ("2024-09-00", "'2024-09-00' does not exist in the calendar"),
        ("2024-13", "'2024-13' does not exist in the calendar (month must be in 1..12)"),
        ("2024-00", "'2024-00' does not exist in the calendar"),
        ("2024-20", "'2024-20' does not exist in the calendar"),
        ("2024-25", "'2024-25' does not exist in the calendar"),
        ("2024-21-01", "'2024-21-01' does not exist in the calendar"),
        ("0000", "'0000' does not exist in the calendar"),
        ("9999-24", "'9999-24' does not exist in the calendar"),
        ("2024-10-01/2024-09-01", "'2024-10-01/2024-09-01' ends before it starts; put the earlier date first"),
        ("2024/2023", "ends before it starts"),
        ("2024-24/2024-21", "ends before it starts"),
        ("2024-10-01/2024-10-01", "starts and ends together; write '2024-10-01'"),
        ("2024/2024", "starts and ends together; write '2024'"),
        ("2024-10/2024-11-01", "joins a month and a day"),
        ("2024/2025-03", "joins a year and a month"),
        ("2024-21/2024-10", "joins a season and a month"),
        ("2024-02-30/2024-03-01", "'2024-02-30' does not exist"),
        ("2024-03-01/2024-04-31", "'2024-04-31' does not exist"),
        ("", "'' is not a date"),
        ("/", "'' is not a date"),
        ("2024/", "'' is not a date"),
        ("/2024", "'' is not a date"),
        ("2024/2025/2026", "'2025/2026' is not a date"),
        ("2024-9-1", "'2024-9-1' is not a date"),
        ("20240920", "'20240920' is not a date"),
        ("2024-09-20T10:00", "is not a date"),
        ("2024-09-20\n", "is not a date"),
        (" 2024", "is not a date"),
        ("2024~", "is not a date"),
        ("2024-XX", "is not a date"),
        ("-2024", "is not a date"),
        ("last autumn", "'last autumn' is not a date"),
        ("二〇二四", "is not a date"),
        ("２０２４", "'２０２４' is not a date"),
        ("2024-0٩", "is not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_what_would_be(when: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as caught:
        parse_period(when)
    assert "; write " in str(caught.value) or "; put the earlier date first" in str(caught.value)


@pytest.mark.parametrize("when", ["2024-02-30", "2024-10/2024-11-01", "spring 2025"])
def test_a_refusal_names_every_form(when: str) -> None:
    with pytest.raises(ValueError, match=r"2024-09-20, 2024-09, 2024, 2025-21 \(spring\) to 2025-24 \(winter\)"):
        parse_period(when)


DAYS = st.dates(date(1, 1, 1), date(9998, 12, 31))


def season_of(day: date) -> str:
    """Write the meteorological season that a day is in; January and February are of the winter before."""
    year = day.year - 1 if day.month < 3 else day.year
    return f"{year:04}-{24 if day.month in (12, 1, 2) else 20 + day.month // 3}"


@given(DAYS)
def test_every_day_is_in_its_own_day_month_and_year(day: date) -> None:
    for when in (f"{day.year:04}-{day.month:02}-{day.day:02}", f"{day.year:04}-{day.month:02}", f"{day.year:04}"):
        start, end, _ = parse_period(when)
        assert start is not None
        assert end is not None
        assert start <= day <= end


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_every_day_is_in_its_own_season_alone(day: date) -> None:
    start, end, _ = parse_period(season_of(day))
    assert start is not None
    assert end is not None
    assert start <= day <= end
    assert season_of(start) == season_of(end) == season_of(day)
    assert season_of(start - timedelta(days=1)) != season_of(day)
    assert season_of(end + timedelta(days=1)) != season_of(day)


@given(DAYS, DAYS)
def test_a_range_goes_from_the_earlier_day_to_the_later(one: date, other: date) -> None:
    when = f"{one.isoformat()}/{other.isoformat()}"
    if one < other:
        assert parse_period(when) == (one, other, DatePrecision.RANGE)
    else:
        with pytest.raises(ValueError, match=r"put the earlier date first|starts and ends together"):
            parse_period(when)


@given(st.from_regex(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?", fullmatch=True) | st.text(max_size=20))
def test_anything_is_a_period_or_refused(when: str) -> None:
    try:
        start, end, precision = parse_period(when)
    except ValueError as error:
        assert repr(when) in str(error) or any(repr(part) in str(error) for part in when.split("/"))  # noqa: PT017
    else:
        assert start is not None
        assert end is not None
        assert start <= end
        assert (start == end) is (precision is DatePrecision.DAY)


@pytest.mark.parametrize(
    ("printed", "when", "expected"),
    [
        ("2025年5月16日", "2025-05-16", False),
        ("2025年5月16日", "2025-05-17", True),
        ("2025年5月16日", "2025-06-16", True),
        ("2025年5月16日", "2024-05-16", True),
        ("2024年12月至2025年5月", "2024-12/2025-05", False),
        ("2024年12月至2025年5月", "2024-12/2025-06", True),
        ("2024年12月30日至2025年1月2日", "2024-12-30/2025-01-02", False),
        ("二〇二五年五月十六號", "2025-05-16", False),
        ("二〇二五年五月十六號", "2025-05-15", True),
        ("25年5月", "2025-05", False),
        ("24年5月", "2025-05", True),
        ("2025年春季", "2025-21", False),
        ("2024年春季", "2025-21", True),
        ("２０２５年５月", "2025-06", True),
        ("近日", "2025-05-16", False),
    ],
)
def test_a_date_is_held_against_the_printed_one(printed: str, when: str, expected: bool) -> None:
    assert contradicts(printed, parse_period(when)) is expected
