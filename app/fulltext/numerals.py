"""Numbers in Chinese and in Arabic numerals: their values, and how else a text may write them."""

import re
from functools import lru_cache, partial
from itertools import chain, zip_longest

DIGITS = {
    digit: value
    for value, forms in enumerate(("零〇", "一壹", "二兩两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for digit in forms
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
SCALES = {"萬": 10_000, "万": 10_000, "億": 100_000_000, "亿": 100_000_000}
NUMBER = rf"[0-9]+(?:\.[0-9]+)?|[{''.join(DIGITS)}]+"
_UNITS_AND_SCALES = "".join((*UNITS, *SCALES))
_TOKEN = re.compile(rf"{NUMBER}|[{_UNITS_AND_SCALES}]")

_CHINESE = re.compile(f"[{''.join(DIGITS)}{_UNITS_AND_SCALES}]+")
# Not the numbers of 2025-01-10, 10:30 and g30. What precedes a number is looked at after its first digit, which can be
# searched for quickly.
_ARABIC = (
    r"[0-9](?<![a-z0-9].)(?<![a-z0-9][-‐–/:._'].)(?:[0-9]{0,2}(?:,[0-9]{3})+|[0-9]*)(?:\.[0-9]+)?"
    rf"[{_UNITS_AND_SCALES}]*(?![-‐–/:._']?[a-z0-9])"
)
_NUMERAL = re.compile(f"{_ARABIC}|{_CHINESE.pattern}")
_IN_DIGITS = re.compile(_ARABIC)
# Searches in pinyin need the two Chinese characters on each side of a numeral; up to six marks may stand between.
_AROUND = 8
_WRITTEN_TWO = re.compile("^二$|二(?=[百佰千仟万亿])")
_ONES = "零一二三四五六七八九"
_BEYOND = 10**12
_SMALL = 10


def evaluate(numeral: str) -> float:
    """Add up 三億五千萬 from the left: a number waits for its unit, a section of thousands for its scale."""
    total = section = 0.0
    number: float | None = None
    for token in _TOKEN.findall(numeral):
        if token in UNITS:
            section += (1 if number is None else number) * UNITS[token]
            number = None
        elif token in SCALES:
            section += number or 0
            total = total + section * SCALES[token] if section else total * SCALES[token]
            section, number = 0.0, None
        else:
            number = float(token) if token[0].isascii() else float("".join(str(DIGITS[digit]) for digit in token))
    return total + section + (number or 0)


def chinese_values(folded: str) -> list[int]:
    """Return the values of the Chinese numerals of a text, each as long as it goes on."""
    return [int(value) for numeral in _CHINESE.findall(folded) if (value := evaluate(numeral)) < _BEYOND]


def in_arabic(folded: str) -> str:
    """Write the numbers of a text in Arabic numerals."""
    return _NUMERAL.sub(partial(_rewrite, style="arabic"), folded)


def other_numerals(folded: str) -> list[str]:
    """Return how else a text may write its numbers, all of them alike: 83场 as 八十三场, 两千 as 2000 or 二千.

    A number below ten that stands alone is left: 1 is not sought in each 一.
    """
    found = _NUMERAL.search(folded)
    if found is None or (found[0] == folded and _value(found[0]) < _SMALL):
        return []
    written = [
        _NUMERAL.sub(partial(_rewrite, style=style), folded)
        for style in ("arabic", "grouped", "scaled", "chinese", "spoken")
    ]
    return [text for text in dict.fromkeys(written) if text != folded]


def read_aloud(folded: str) -> list[str]:
    """Return the parts of a text around its Arabic numerals, as these are read in Chinese: 2000人 as 二千人 and 两千人.

    Numerals that are near each other are in one part. Without numerals there are none.
    """
    numerals = [*_IN_DIGITS.finditer(folded)]
    written = tuple([numeral[0] for numeral in numerals])
    readings = zip(*[_readings(numeral[0], _is_year(numeral)) for numeral in numerals], strict=True)
    others = [reading for reading in dict.fromkeys(readings) if reading != written]
    if not others:
        return []
    first, *between, last = _IN_DIGITS.split(folded)
    around = [one if len(one) <= 2 * _AROUND else f"{one[:_AROUND]}\n{one[-_AROUND:]}" for one in between]
    pieces = (first[-_AROUND:], *around, last[:_AROUND])
    spoken = ["".join(chain.from_iterable(zip_longest(pieces, reading, fillvalue=""))) for reading in others]
    return "\n".join(spoken).split("\n")


def _value(numeral: str) -> float:
    return evaluate(numeral.replace(",", ""))


def _is_year(found: re.Match[str]) -> bool:
    return found.string.startswith("年", found.end())


def _rewrite(found: re.Match[str], style: str) -> str:
    return _write(found[0], style, is_year=_is_year(found))


@lru_cache(maxsize=2_000)
def _readings(numeral: str, is_year: bool) -> tuple[str, str]:
    chinese, spoken = (_write(numeral, style, is_year=is_year) for style in ("chinese", "spoken"))
    return chinese, spoken


@lru_cache(maxsize=2_000)
def _write(numeral: str, style: str, *, is_year: bool) -> str:
    value = _value(numeral)
    if value >= _BEYOND or not value.is_integer():
        return numeral
    number = int(value)
    if style == "arabic":
        return str(number)
    if is_year and 1000 <= number < 10_000:
        return str(number) if style in ("grouped", "scaled") else "".join(_ONES[int(digit)] for digit in str(number))
    if style == "grouped":
        return f"{number:,}"
    if style == "scaled":
        scale = next((scale for scale in ("亿", "万") if number and not number % SCALES[scale]), "")
        return f"{number // SCALES[scale]}{scale}" if scale else str(number)
    if len(numeral) > 1 and all(digit in DIGITS for digit in numeral):
        # Digits one by one, 五一, are not 五十一.
        return numeral
    spelled = _spell(number)
    return _WRITTEN_TWO.sub("两", spelled) if style == "spoken" else spelled


def _spell(number: int) -> str:
    """Write a number in Chinese: 105 is 一百零五, 12 is 十二."""
    if number < _SMALL:
        return _ONES[number]
    unit, value = next(
        (unit, value)
        for unit, value in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10))
        if number >= value
    )
    high, low = divmod(number, value)
    gap = "零" if 0 < low < value // 10 else ""
    rest = _spell(low) if low else ""
    if rest.startswith("十"):
        rest = f"一{rest}"
    return f"{'' if (unit, high) == ('十', 1) else _spell(high)}{unit}{gap}{rest}"
