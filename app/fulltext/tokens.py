"""Tokenising text for search: folding it, splitting it into runs of characters, and the words to index.

Chinese is written without spaces, so a run of it is indexed as its overlapping pairs of characters and, as the last
word, its last character alone: 人民公安 becomes the words 人民, 民公, 公安 and 安. A phrase of pairs then finds exactly
the runs that contain the characters in this order, a prefix finds a single one, and no phrase crosses the end of a run.
Punctuation inside a sentence does not end a run of Chinese.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from app.fulltext.radicals import UNIFIED

Script = Mapping[int, int]
"""Maps traditional characters and variants to the simplified ones that all are folded to, as code points."""

BREAK = "、"
"""The word between two sentences of the index; no query contains it, and no other word contains the character."""

_HAN = "\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPACED_RANGES = f"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff{_HAN}"
UNSPACED = f"[{_UNSPACED_RANGES}]"
"""A pattern for one Chinese character or kana."""
LETTER = f"[^\\W_{_UNSPACED_RANGES}]"
"""A pattern for one letter or digit of a script that separates words by spaces."""
RUN = re.compile(f"{UNSPACED}+|{LETTER}+")
"""A run of Chinese (or kana), or of other letters and digits; everything else separates runs."""
_IS_UNSPACED = re.compile(UNSPACED)

# A full stop after Latin letters may as well end an abbreviation, so it ends no sentence. All begin with one class of
# characters, which can be searched for quickly.
_SENTENCE_END = rf"[。!?;\n\r\u2028\u2029.](?:(?<!\.)|\.+|(?<={UNSPACED}\.)(?=\s|$))"
_SENTENCE_ENDS = re.compile(_SENTENCE_END)
GAP = rf"(?:(?!{_SENTENCE_END})[\W_])*"
"""A pattern for what may stand between two runs of one sentence."""

DOTS = "·•.・‧⋅∙⸱"
"""The dots between the parts of a name: 阿凡提·买买提. Half and full-width ones are folded to these."""

# Marks on letters, and invisible characters: soft hyphens, joiners, signs of direction.
_INVISIBLE_CATEGORIES = ("Mn", "Cf")
_MARKS = f"{DOTS}⁄−"  # The fraction slash of ½, and the minus sign.
_UNSEARCHABLE_CATEGORIES = ("So", "Sm", "Sc", "Sk", "Co", "Cn", "Cs", "Cc")


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
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold()).translate(UNIFIED)
    return "".join(letter for letter in plain if unicodedata.category(letter) not in _INVISIBLE_CATEGORIES)


def unsearchable(text: str, folded: str, script: Script) -> list[str]:
    """Return the characters of a text that are neither indexed nor punctuation: emoji, private, unassigned ones.

    `folded` is the text, folded.
    """
    if not any(map(_is_unsearchable, folded)):
        return []
    return [character for character in dict.fromkeys(text) if any(map(_is_unsearchable, fold(character, script)))]


def _is_unsearchable(folded: str) -> bool:
    # ASCII symbols are punctuation to a search:座談+會, (座談|會).
    is_mark = folded in _MARKS or folded.isspace() or (folded.isascii() and folded.isprintable())
    return not is_mark and unicodedata.category(folded) in _UNSEARCHABLE_CATEGORIES


def sentences(folded: str) -> Iterator[list[str]]:
    """Split a folded text into its sentences, each into its runs; those of Chinese go on across punctuation."""
    for sentence in _SENTENCE_ENDS.split(folded):
        runs = RUN.findall(sentence)
        if runs:
            yield runs if sentence.isascii() else join_runs(runs)


def join_runs(runs: list[str]) -> list[str]:
    """Join the runs of Chinese that follow one another."""
    joined: list[str] = []
    follows_unspaced = False
    for run in runs:
        if not is_unspaced(run):
            joined.append(run)
            follows_unspaced = False
        elif follows_unspaced:
            joined[-1] += run
        else:
            joined.append(run)
            follows_unspaced = True
    return joined


def is_unspaced(run: str) -> bool:
    """Return whether a run is Chinese or kana."""
    return not run.isascii() and _IS_UNSPACED.match(run) is not None


def index_words(run: str) -> list[str]:
    """Return the words that a run is indexed as."""
    return [*pairs(run), run[-1]] if is_unspaced(run) else [run]


def value_word(value: int) -> str:
    """Return the word that a Chinese numeral of this value is indexed as, beside its characters."""
    return f"{value}{BREAK}"


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of characters of a run; none for a single character."""
    return [run[start : start + 2] for start in range(len(run) - 1)]
