"""Text as search sees it: folded, cut into runs of characters, and written as the words of the index.

Chinese is written without spaces, so a run of it is indexed as its overlapping pairs of characters and, as the last
word, its last character alone: 人民公安 is the words 人民, 民公, 公安 and 安. A phrase of pairs then finds exactly the
runs that hold the characters in this order, a prefix finds a single one, and no phrase reaches over the end of a run.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Script = Mapping[int, int]
"""For each traditional character the simplified one that stands for both, as code points."""

_HAN = "\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPACED = f"\u3041-\u3096\u309d-\u30ff\u31f0-\u31ff{_HAN}"
LETTER = f"[^\\W_{_UNSPACED}]"
"""A letter or digit of a script that parts its words, as a pattern."""
RUN = re.compile(f"[{_UNSPACED}]+|{LETTER}+")
"""A run of Chinese (or kana), or of other letters and digits; all else only separates."""
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")


class Folded(NamedTuple):
    """A text as it is compared, and where each character of it stands in the text as it is written."""

    text: str
    offsets: Sequence[int]


def fold(text: str, script: Script) -> str:
    """Write a text as it is compared: NFKC, no case, no marks on letters, one Chinese script."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = plain.translate(script)
        if not unicodedata.is_normalized("NFD", plain):
            apart = unicodedata.normalize("NFD", plain)
            plain = unicodedata.normalize("NFC", "".join(filter(_is_no_mark, apart)))
    return plain


def fold_in_place(text: str, script: Script) -> Folded:
    """Fold a text and keep count of where each character came from."""
    folded = fold(text, script)
    if len(folded) == len(text):
        return Folded(folded, range(len(text)))
    pieces = [fold(character, script) for character in text]
    return Folded("".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece])


def _is_no_mark(character: str) -> bool:
    return unicodedata.category(character) != "Mn"


def runs(folded: str) -> list[str]:
    """Cut a folded text into its runs."""
    return RUN.findall(folded)


def is_unspaced(run: str) -> bool:
    """Tell a run of Chinese from one of letters and digits."""
    return _IS_UNSPACED.match(run) is not None


def index_words(run: str) -> list[str]:
    """Give the words that a run is indexed as."""
    return [*pairs(run), run[-1]] if is_unspaced(run) else [run]


def pairs(run: str) -> list[str]:
    """Give the overlapping pairs of characters of a run; none where it has but one."""
    return [run[place : place + 2] for place in range(len(run) - 1)]
