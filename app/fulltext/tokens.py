"""Text as search sees it: folded, cut into runs of characters, and written as the words of the index.

Chinese is written without spaces, so a run of it is indexed as its overlapping pairs of characters and, as the last
word, its last character alone: 人民公安 is the words 人民, 民公, 公安 and 安. A phrase of pairs then finds exactly the
runs that hold the characters in this order, a prefix finds a single one, and no phrase reaches over the end of a run.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

Script = Mapping[int, int]
"""For each traditional character the simplified one that stands for both, as code points."""

_HAN = "\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPACED_RANGES = f"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff{_HAN}"
UNSPACED = f"[{_UNSPACED_RANGES}]"
"""A Chinese character or kana, as a pattern."""
LETTER = f"[^\\W_{_UNSPACED_RANGES}]"
"""A letter or digit of a script that parts its words, as a pattern."""
RUN = re.compile(f"{UNSPACED}+|{LETTER}+")
"""A run of Chinese (or kana), or of other letters and digits; all else only separates."""
_IS_UNSPACED = re.compile(UNSPACED)

_UNSEEN = ("Mn", "Cf")
"""Marks on letters, and what is not to be seen at all: soft hyphens, joiners, signs of direction."""


def fold(text: str, script: Script) -> str:
    """Write a text as it is compared: compatible forms as one, no case, no marks on letters, one Chinese script."""
    plain = text.lower() if text.isascii() else "".join(map(_fold_character, text))
    return plain.translate(script)


def unfold(text: str) -> list[int]:
    """Tell of each character of a text when folded which one it came from of the text as it is written."""
    return [place for place, character in enumerate(text) for _ in _fold_character(character)]


@lru_cache(maxsize=10_000)
def _fold_character(character: str) -> str:
    """Fold one character by itself, so that it is folded alike wherever it stands.

    Hence NFKD and not NFKC: with the marks left out the two say the same, and nothing is composed with its neighbour.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(letter for letter in plain if unicodedata.category(letter) not in _UNSEEN)


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
