"""Pinyin of Chinese text, by pypinyin's dictionary, and the sort keys of titles in each language."""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg

from app.fulltext.tokens import UNSPACED
from app.languages import LANGUAGES, PINYIN_SOURCE, SORTED_BY_PINYIN, Language, StoredText, text_in

_CHINESE_RUN = re.compile(f"({UNSPACED}+)")


@lru_cache(maxsize=10_000)
def toned_syllables(run: str) -> tuple[str, ...]:
    """Return the pinyin of each character of a run of Chinese, its tone as a digit; others are themselves.

    A character's reading depends on the word that it is in; the dictionary has words in simplified script.
    """
    return tuple(chain.from_iterable(map(_toned_word, seg(run))))


# Cutting a run into words takes a seventh of the time of reading them, and words recur.
@lru_cache(maxsize=20_000)
def _toned_word(word: str) -> tuple[str, ...]:
    # The annotation of `errors` omits callables that return lists.
    spoken = lazy_pinyin(word, style=Style.TONE3, errors=list)  # type: ignore[arg-type]
    # There are only some 1,600 different syllables.
    return tuple(map(sys.intern, spoken))


def collation_keys(title: StoredText) -> Iterator[tuple[Language, str]]:
    """Iterate over the sort key of a title in each language; keys sort by code points.

    A key has the pinyin with tones for Chinese, no case and no punctuation. Words are separated by a space, which sorts
    before every character of a word, so a word sorts before a longer one.
    """
    pinyin = _key(_spoken(text_in(title, PINYIN_SOURCE)))
    for language in LANGUAGES:
        yield language, pinyin if language in SORTED_BY_PINYIN else _key(text_in(title, language).split())


def _key(pieces: Iterable[str]) -> str:
    return " ".join(filter(None, map(_plain, pieces)))


def _spoken(title: str) -> Iterator[str]:
    for index, piece in enumerate(_CHINESE_RUN.split(title)):
        yield from toned_syllables(piece) if index % 2 else (piece,)


@lru_cache(maxsize=20_000)
def _plain(piece: str) -> str:
    return "".join(filter(str.isalnum, piece)).casefold()
