from datetime import date

import pytest

from app.fulltext.dates import MAX_DAYS, SearchedDate, date_words, searched_date
from app.model.codes import DatePrecision


@pytest.mark.parametrize(
    ("folded", "parts"),
    [
        ("2025-01-10", (2025, 1, 10)),
        ("2025-1-10", (2025, 1, 10)),
        ("2025–01–10", (2025, 1, 10)),
        ("2025‐01", (2025, 1, None)),
        ("2025/01/10", (2025, 1, 10)),
        ("2025.1.10", (2025, 1, 10)),
        ("20250110", (2025, 1, 10)),
        ("2025年1月10日", (2025, 1, 10)),
        ("2025年01月10号", (2025, 1, 10)),
        ("二零二五年一月十日", (2025, 1, 10)),
        ("2025-01", (2025, 1, None)),
        ("2025年1月", (2025, 1, None)),
        ("2025年1月份", (2025, 1, None)),
        ("2025年", (2025, None, None)),
        ("1月10日", (None, 1, 10)),
        ("十二月三十一日", (None, 12, 31)),
        ("10月", (None, 10, None)),
        ("十月份", (None, 10, None)),
        ("2024—10—17", (2024, 10, 17)),
        ("17october2024", (2024, 10, 17)),
        ("1stmay2024", (2024, 5, 1)),
        ("october17,2024", (2024, 10, 17)),
        ("sept.2024", (2024, 9, None)),
    ],
)
def test_dates_are_recognised(folded: str, parts: tuple[int | None, int | None, int | None]) -> None:
    assert searched_date(folded) == SearchedDate(*parts)


@pytest.mark.parametrize(
    "folded",
    ["", "2025", "31日", "2025-13", "2025-00", "2025-01-32", "13月", "1月32日", "20251301", "2025-01/10", "83场",
     "十月革命", "2025年10日", "公安", "10may10,2025", "mayor2024"],
)  # fmt: skip
def test_other_words_are_no_dates(folded: str) -> None:
    assert searched_date(folded) is None


def test_words_of_periods() -> None:
    day, range_, month, season, year = (
        getattr(DatePrecision, name) for name in ("DAY", "RANGE", "MONTH", "SEASON", "YEAR")
    )
    assert date_words(date(2025, 1, 10), date(2025, 1, 10), day) == ["2025、01、10", "、01、10"]
    assert date_words(date(2024, 10, 31), date(2024, 11, 1), range_) == [
        "2024、10、31", "、10、31", "2024、11、01", "、11、01",
    ]  # fmt: skip
    assert date_words(date(2024, 10, 1), date(2024, 10, 31), month) == ["2024、10、", "、10、"]
    assert date_words(date(2024, 12, 1), date(2025, 2, 28), season) == [
        "2024、12、", "、12、", "2025、01、", "、01、", "2025、02、", "、02、",
    ]  # fmt: skip
    assert date_words(date(2024, 1, 1), date(2025, 12, 31), year) == ["2024、", "2025、"]
    # Long periods have few words.
    assert len(date_words(date(2024, 1, 1), date(2024, 1, MAX_DAYS), range_)) == 2 * MAX_DAYS
    assert date_words(date(2024, 1, 1), date(2024, 2, 1), range_) == ["2024、01、", "、01、", "2024、02、", "、02、"]
    assert len(date_words(date(2000, 1, 1), date(2020, 1, 1), range_)) == 21


@pytest.mark.parametrize("folded", ["2025-01-10", "2025-01", "2025年", "1月10日", "1月"])
def test_a_date_finds_a_day_in_it(folded: str) -> None:
    searched = searched_date(folded)
    assert searched is not None
    inside = date_words(date(2025, 1, 10), date(2025, 1, 10), DatePrecision.DAY)
    outside = date_words(date(2024, 11, 11), date(2024, 11, 11), DatePrecision.DAY)
    for words, is_found in ((inside, True), (outside, False)):
        found = [
            word for word in words if word == searched.word or (searched.by_prefix and word.startswith(searched.word))
        ]
        assert bool(found) is is_found
