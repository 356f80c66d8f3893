"""The page's words: dates, numbers and lists of names in each language."""

from typing import Any

import pytest

from tests.explorer.browsers import Page

SPANS = (
    ("day", "2024-10-17", "2024-10-17"),
    ("range", "2024-10-17", "2024-10-31"),
    ("range", "2024-10-17", "2024-11-03"),
    ("range", "2024-12-30", "2025-01-02"),
    ("month", "2024-10-01", "2024-10-31"),
    ("season", "2024-03-01", "2024-05-31"),
    ("season", "2024-12-01", "2025-02-28"),
    ("year", "2024-01-01", "2024-12-31"),
    ("year", "2024-01-01", "2025-12-31"),
)
"""Dates as records have them: precision, first and last day."""

WRITTEN = {
    "zh-Hant": (
        "2024年10月17日",
        "2024年10月17日至31日",
        "2024年10月17日至11月3日",
        "2024年12月30日至2025年1月2日",
        "2024年10月",
        "2024年3月至5月",
        "2024年12月至2025年2月",
        "2024年",
        "2024年至2025年",
    ),
    "en": (
        "17 October 2024",
        "17–31 October 2024",
        "17 October – 3 November 2024",
        "30 December 2024 – 2 January 2025",
        "October 2024",
        "March–May 2024",
        "December 2024 – February 2025",
        "2024",
        "2024 – 2025",
    ),
}
WRITTEN["zh-Hans"] = WRITTEN["zh-Hant"]


def in_page(page: Page, language: str, expression: str, *arguments: Any) -> Any:
    """Evaluate an expression in the page of a language; it may use `words`, and the arguments as `given`."""
    page.open(f"/?lang={language}")
    return page.promise(
        "const config = JSON.parse(document.getElementById('config').textContent);"
        "const { createWords } = await import(`${config.base}/explorer/${config.digest}/words.js`);"
        f"const words = createWords(config); return {expression};",
        *arguments,
    )


@pytest.mark.parametrize("language", WRITTEN)
def test_how_dates_are_written(page: Page, language: str) -> None:
    dates = [{"precision": precision, "start": start, "end": end} for precision, start, end in SPANS]
    assert in_page(page, language, "given[0].map(words.date)", dates) == list(WRITTEN[language])


@pytest.mark.parametrize(
    ("language", "lists"),
    [("zh-Hant", ["", "甲", "甲和乙", "甲、乙和丙"]), ("en", ["", "甲", "甲 and 乙", "甲, 乙 and 丙"])],
)
def test_how_lists_and_numbers_are_written(page: Page, language: str, lists: list[str]) -> None:
    names = [[], ["甲"], ["甲", "乙"], ["甲", "乙", "丙"]]
    assert in_page(page, language, "given[0].map(words.list)", names) == lists
    numbers = [0, 999, 1000, 1234567, 12.5, -3]
    written = ["0", "999", "1,000", "1,234,567", "12.5", "-3"]
    assert in_page(page, language, "given[0].map(words.number)", numbers) == written
