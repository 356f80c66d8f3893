from itertools import chain, zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.search_text import neighbours
from app.fulltext.numerals import chinese_values, evaluate, in_arabic, other_numerals, read_aloud
from app.fulltext.tokens import pairs, sentences


@pytest.mark.parametrize(
    ("folded", "others"),
    [
        ("83场", ["八十三场"]),
        ("八十三场", ["83场"]),
        ("十月", ["10月"]),
        ("10月", ["十月"]),
        ("第十一届", ["第11届"]),
        ("2场", ["二场", "两场"]),
        ("两场", ["2场", "二场"]),
        ("12场", ["十二场"]),
        ("200", ["二百", "两百"]),
        ("两千", ["2000", "2,000", "二千"]),
        ("105", ["一百零五"]),
        ("110", ["一百一十"]),
        ("1016", ["1,016", "一千零一十六"]),
        ("12,000", ["12000", "一万二千", "一万两千"]),
        ("2万人", ["20000人", "20,000人", "二万人", "两万人"]),
        ("1.5万", ["15000", "15,000", "一万五千"]),
        ("三亿", ["300000000", "300,000,000", "3亿"]),
        ("2024年10月31日", ["二零二四年十月三十一日"]),
        ("二零二四年十月", ["2024年10月"]),
        ("五一节", ["51节"]),
        ("两结合", ["2结合", "二结合"]),
        ("10", ["十"]),
        ("1", []),
        ("一", []),
        ("0.5", []),
        ("2025-01-10", []),
        ("10:30", []),
        ("g30", []),
        ("3d", []),
        ("公安", []),
        ("9" * 30, []),
    ],
)
def test_other_ways_to_write_a_number(folded: str, others: list[str]) -> None:
    assert other_numerals(folded) == others


@given(st.integers(1000, 10**12 - 1) | st.integers(10, 20_000))
def test_every_way_has_the_same_value(number: int) -> None:
    written = other_numerals(str(number))
    assert written
    for text in written:
        assert evaluate(text.replace(",", "")) == number
        assert in_arabic(text) == str(number)
        assert str(number) in {text, *other_numerals(text)}
    assert chinese_values(written[-1]) == [number]


@pytest.mark.parametrize(
    ("folded", "spoken"),
    [
        ("83场", ["八十三场"]),
        ("2000人", ["二千人", "两千人"]),
        ("2024年10月", ["二零二四年十月"]),
        ("1.2万人", ["一万二千人", "一万两千人"]),
        ("八十三场", []),
        ("two 2025-01-10", []),
    ],
)
def test_how_arabic_numerals_are_read_aloud(folded: str, spoken: list[str]) -> None:
    assert read_aloud(folded) == spoken


marks = st.text(",、()“”—《》: ", max_size=6)


@given(st.tuples(marks, marks, marks, marks))
def test_searches_find_what_is_around_a_numeral(gaps: tuple[str, ...]) -> None:
    """The pairs and triples of characters are those of the text without marks."""
    far, pieces = "天水市公安局" * 3, ("共计", "2000", "人民", "30", "场次")
    text = "".join(chain.from_iterable(zip_longest(pieces, gaps, fillvalue="")))
    assert neighbours_around("".join(pieces)) <= neighbours_around(f"{far}{text}{far}")


def neighbours_around(folded: str) -> set[str]:
    """Return the pairs and triples of characters in a text as it is read aloud."""
    runs = [run for spoken in read_aloud(folded) for sentence in sentences(spoken) for run in sentence]
    return {word for run in runs for word in neighbours(run, pairs(run))}


def test_numerals_go_on_as_long_as_they_can() -> None:
    assert chinese_values("一百八十三场、十二条，第五個") == [183, 12, 5]
    assert chinese_values("83场") == []
