"""Reading the numbers in a figure as a source prints it."""

import re

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_DIGITS = {
    digit: value
    for value, forms in enumerate(("零〇", "一壹", "二兩两", "三", "四", "五", "六", "七", "八", "九"))
    for digit in forms
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"萬": 10_000, "万": 10_000, "億": 100_000_000, "亿": 100_000_000}
_NUMERAL = re.compile(
    rf"(?:(?P<arabic>\d+(?:\.\d+)?)|(?P<chinese>[{''.join(_DIGITS)}{''.join(_UNITS)}]+))"
    r"[餘余多]?(?P<scale>[萬万億亿])?"
)


def printed_numbers(text: str) -> set[float]:
    """Find the numbers in a figure: Arabic, full-width or Chinese numerals, with 萬 and 億.

    >>> sorted(printed_numbers("1.2萬餘人"))
    [12000.0]
    """
    plain = text.translate(_FULL_WIDTH).replace(",", "")
    found: set[float] = set()
    for match in _NUMERAL.finditer(plain):
        arabic = match["arabic"]
        number = float(arabic) if arabic else float(_chinese_number(match["chinese"]))
        found.add(round(number * _SCALES.get(match["scale"] or "", 1), 6))
    return found


def _chinese_number(numeral: str) -> int:
    total, digit = 0, 0
    for character in numeral:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[character]
    return total + digit
