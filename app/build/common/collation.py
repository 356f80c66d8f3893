"""Sorting titles as a reader of each language expects it: Chinese by pinyin, equal titles together."""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.build.pinyin import toned_syllables
from app.fulltext.tokens import UNSPACED
from app.languages import CHINESE, LANGUAGES, Language, Text, words

_CHINESE_RUN = re.compile(f"({UNSPACED}+)")


def collation_keys(title: Text) -> Iterator[tuple[Language, str]]:
    """Give what a title is sorted by in each language, as text that sorts by code points."""
    chinese = collation_key(words(title, Language.ZH_HANS), Language.ZH_HANS)
    for language in LANGUAGES:
        yield language, chinese if language in CHINESE else collation_key(words(title, language), language)


def collation_key(title: str, language: Language) -> str:
    """Give what a title is sorted by: pinyin with tones for Chinese, and no heed to case or punctuation.

    Between words stands a space, which sorts before all that words have: a word stands before a longer one.
    """
    pieces = _spoken(title) if language in CHINESE else title.split()
    return " ".join(filter(None, map(_plain, pieces)))


def _spoken(title: str) -> Iterator[str]:
    for place, piece in enumerate(_CHINESE_RUN.split(title)):
        if place % 2:
            yield from toned_syllables(piece)
        else:
            yield piece


@lru_cache(maxsize=20_000)
def _plain(piece: str) -> str:
    return "".join(filter(str.isalnum, piece)).casefold()
