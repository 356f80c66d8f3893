import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.common.numerals import printed_numbers


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("83場", {83}),
        ("7個集體", {7}),
        ("56名個人", {56}),
        ("３８場", {38}),
        ("１．５公里", {1.5}),
        ("3.5公里", {3.5}),
        ("0.5", {0.5}),
        ("1,200人", {1200}),
        ("12,000,000人", {12_000_000}),
        ("１，２００人", {1200}),
        ("200余人", {200}),
        ("200餘人", {200}),
        ("200多人", {200}),
        ("1.2万份", {12_000}),
        ("1.2萬餘人", {12_000}),
        ("10余万人", {100_000}),
        ("3億元", {300_000_000}),
        ("1.4亿人", {140_000_000}),
        ("近千人", {1000}),
        ("百餘人", {100}),
        ("十多人", {10}),
        ("十萬人", {100_000}),
        ("三十餘萬人", {300_000}),
        ("兩萬份", {20_000}),
        ("两亿", {200_000_000}),
        ("一萬億元", {1_000_000_000_000}),
        ("三場", {3}),
        ("十五", {15}),
        ("二十", {20}),
        ("一百零五", {105}),
        ("一百一十", {110}),
        ("一千零一", {1001}),
        ("一千零一十", {1010}),
        ("兩千兩百", {2200}),
        ("壹佰", {100}),
        ("二〇二四年", {2024}),
        ("第30個", {30}),
        ("2024年9月20日", {2024, 9, 20}),
        ("7個單位、56人", {7, 56}),
        ("12个", {12}),
        ("٣ 人", set()),
        ("若干处", set()),
        ("X個", set()),
        ("7X8", {7, 8}),
        ("活動開展以來", set()),
        ("", set()),
    ],
)
def test_these_numbers_are_printed(printed: str, numbers: set[float]) -> None:
    assert printed_numbers(printed) == numbers


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("一萬二千份", 12_000),
        ("一万二千三百四十五", 12_345),
        ("十二萬五千人", 125_000),
        ("三億五千萬元", 350_000_000),
        ("一億零五百萬", 105_000_000),
        ("3億5000萬", 350_000_000),
        ("2千餘人", 2000),
        ("1萬2千", 12_000),
    ],
)
def test_a_number_in_several_parts_is_one_number(printed: str, number: float) -> None:
    assert number in printed_numbers(printed)


DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """Write 1 to 9999 as it is read aloud: one 零 for a gap, and 十 for ten to nineteen."""
    words = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            words += DIGITS[digit] + name
        elif words and number and not words.endswith("零"):
            words += "零"
    return words.removeprefix("一") if words.startswith("一十") else words


def test_the_tests_own_writer_writes_well() -> None:
    written = {10: "十", 18: "十八", 20: "二十", 105: "一百零五", 110: "一百一十", 1005: "一千零五", 1050: "一千零五十"}
    assert {number: in_chinese(number) for number in written} == written


def test_every_chinese_numeral_to_9999_is_read() -> None:
    for number in range(1, 10_000):
        assert printed_numbers(in_chinese(number)) == {number}
        assert printed_numbers("".join(DIGITS[int(digit)] for digit in str(number))) == {number}


AFFIXES = st.sampled_from(["", "共", "約", "近", "參加家長", "“", "（"])


@given(
    st.integers(1, 9999), AFFIXES, st.sampled_from(["", "餘", "余", "多"]), st.sampled_from(["人", "場", "", "公里"])
)
def test_a_chinese_numeral_is_found_among_words(number: int, before: str, more: str, unit: str) -> None:
    assert printed_numbers(f"{before}{in_chinese(number)}{more}{unit}") == {number}


@given(st.integers(1, 9999), st.sampled_from([("萬", 10_000), ("万", 10_000), ("億", 10**8), ("亿", 10**8)]))
def test_a_chinese_numeral_is_multiplied_by_its_scale(number: int, scale: tuple[str, int]) -> None:
    assert printed_numbers(f"{in_chinese(number)}{scale[0]}人") == {number * scale[1]}


FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(st.integers(0, 10**12), st.booleans(), st.booleans(), AFFIXES)
def test_an_arabic_number_is_found_however_it_is_written(
    number: int, separated: bool, full_width: bool, before: str
) -> None:
    written = f"{number:,}" if separated else str(number)
    printed = written.translate(FULL_WIDTH) if full_width else written
    assert printed_numbers(f"{before}{printed}餘人") == {number}


@given(st.decimals(0, 10_000, places=2), st.sampled_from(["", "万", "萬"]))
def test_a_decimal_is_multiplied_without_noise(number: float, scale: str) -> None:
    factor = 10_000 if scale else 1
    assert printed_numbers(f"{number}{scale}份") == {float(number * factor)}
