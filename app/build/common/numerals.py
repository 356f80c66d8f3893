"""Parsing the numbers in a figure as a source prints it."""

import re

from app.fulltext.numerals import NUMBER, SCALES, UNITS, evaluate

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_NUMERAL = re.compile(rf"(?:(?:{NUMBER}|[{''.join(UNITS)}])[{''.join(UNITS)}{''.join(SCALES)}餘余多]*)+")


def printed_numbers(text: str) -> set[float]:
    """Return the numbers in a figure in Arabic, full-width or Chinese numerals, mixed or not, with 萬 and 億.

    >>> sorted(printed_numbers("1.2萬餘人，三億五千萬元"))
    [12000.0, 350000000.0]
    """
    plain = text.translate(_FULL_WIDTH).replace(",", "")
    return {round(evaluate(numeral), 6) for numeral in _NUMERAL.findall(plain)}
