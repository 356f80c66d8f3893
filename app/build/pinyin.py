"""The pinyin of Chinese text, by pypinyin's dictionary."""

import sys
from functools import cache, lru_cache
from itertools import chain

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg


@lru_cache(maxsize=10_000)
def toned_syllables(run: str) -> tuple[str, ...]:
    """Return the pinyin of each character of a run of Chinese, its tone as a digit; others are themselves.

    A character's reading depends on the word that it is in; the dictionary has words in simplified script.
    """
    return tuple(chain.from_iterable(map(_toned_word, seg(run))))


def syllables(run: str) -> tuple[str, ...]:
    """Return the pinyin of each character of a run of Chinese, without tones; ü is u, and others are themselves."""
    return tuple(map(_plain_syllable, toned_syllables(run)))


# Cutting a run into words takes a seventh of the time of reading them, and words recur.
@lru_cache(maxsize=20_000)
def _toned_word(word: str) -> tuple[str, ...]:
    # The annotation of `errors` omits callables that return lists.
    spoken = lazy_pinyin(word, style=Style.TONE3, errors=list)  # type: ignore[arg-type]
    # There are only some 1,600 different syllables.
    return tuple(map(sys.intern, spoken))


@cache
def _plain_syllable(toned: str) -> str:
    return toned.rstrip("12345").replace("v", "u")
