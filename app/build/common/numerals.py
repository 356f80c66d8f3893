"""Parsing the numbers in a figure as a source prints it."""

import re

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_DIGITS = {
    digit: value
    for value, forms in enumerate(("零〇", "一壹", "二兩两", "三", "四", "五", "六", "七", "八", "九"))
    for digit in forms
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"萬": 10_000, "万": 10_000, "億": 100_000_000, "亿": 100_000_000}
_NUMBER = rf"[0-9]+(?:\.[0-9]+)?|[{''.join(_DIGITS)}]+"
_NUMERAL = re.compile(rf"(?:(?:{_NUMBER}|[{''.join(_UNITS)}])[{''.join(_UNITS)}{''.join(_SCALES)}餘余多]*)+")
_TOKEN = re.compile(rf"{_NUMBER}|[{''.join(_UNITS)}{''.join(_SCALES)}]")


def printed_numbers(text: str) -> set[float]:
    """Return the numbers in a figure in Arabic, full-width or Chinese numerals, mixed or not, with 萬 and 億.

    >>> sorted(printed_numbers("1.2萬餘人，三億五千萬元"))
    [12000.0, 350000000.0]
    """
    plain = text.translate(_FULL_WIDTH).replace(",", "")
    return {round(_evaluate(numeral), 6) for numeral in _NUMERAL.findall(plain)}


def _evaluate(numeral: str) -> float:
    """Add up 三億五千萬 from the left: a number waits for its unit, a section of thousands for its scale."""
    total = section = 0.0
    number: float | None = None
    for token in _TOKEN.findall(numeral):
        if token in _UNITS:
            section += (1 if number is None else number) * _UNITS[token]
            number = None
        elif token in _SCALES:
            section += number or 0
            total = total + section * _SCALES[token] if section else total * _SCALES[token]
            section, number = 0.0, None
        else:
            number = float(token) if token[0].isascii() else float("".join(str(_DIGITS[digit]) for digit in token))
    return total + section + (number or 0)
