"""Tokenising text for search: folding it, splitting it into runs of characters, and the words to index.

Chinese is written without spaces, so a run of it is indexed as its overlapping pairs of characters and, as the last
word, its last character alone: 人民公安 becomes the words 人民, 民公, 公安 and 安. A phrase of pairs then finds exactly
the runs that contain the characters in this order, a prefix finds a single one, and no phrase crosses the end of a run.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

Script = Mapping[int, int]
"""Maps traditional characters to the simplified ones that both are folded to, as code points."""

_HAN = "\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPACED_RANGES = f"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff{_HAN}"
UNSPACED = f"[{_UNSPACED_RANGES}]"
"""A pattern for one Chinese character or kana."""
LETTER = f"[^\\W_{_UNSPACED_RANGES}]"
"""A pattern for one letter or digit of a script that separates words by spaces."""
RUN = re.compile(f"{UNSPACED}+|{LETTER}+")
"""A run of Chinese (or kana), or of other letters and digits; everything else separates runs."""
_IS_UNSPACED = re.compile(UNSPACED)

# Marks on letters, and invisible characters: soft hyphens, joiners, signs of direction.
_INVISIBLE_CATEGORIES = ("Mn", "Cf")


def fold(text: str, script: Script) -> str:
    """Normalise a text for comparison: compatible forms, case, marks on letters and the Chinese script."""
    plain = text.lower() if text.isascii() else "".join(map(_fold_character, text))
    return plain.translate(script)


def source_positions(text: str) -> list[int]:
    """Return for each character of the folded text the position in `text` of the character that it came from."""
    return [index for index, character in enumerate(text) for _ in _fold_character(character)]


@lru_cache(maxsize=10_000)
def _fold_character(character: str) -> str:
    """Fold one character by itself, so that the result does not depend on its neighbours.

    NFKD, not NFKC: without marks the two are equal, and NFKD composes no character with a neighbour.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(letter for letter in plain if unicodedata.category(letter) not in _INVISIBLE_CATEGORIES)


def runs(folded: str) -> list[str]:
    """Split a folded text into its runs."""
    return RUN.findall(folded)


def is_unspaced(run: str) -> bool:
    """Return whether a run is Chinese or kana."""
    return _IS_UNSPACED.match(run) is not None


def index_words(run: str) -> list[str]:
    """Return the words that a run is indexed as."""
    return [*pairs(run), run[-1]] if is_unspaced(run) else [run]


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of characters of a run; none for a single character."""
    return [run[start : start + 2] for start in range(len(run) - 1)]
