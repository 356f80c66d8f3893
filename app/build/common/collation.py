"""Sorting titles as a reader of each language expects it: Chinese by pinyin, equal titles together."""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.build.common.pinyin import toned_syllables
from app.fulltext.tokens import UNSPACED
from app.languages import LANGUAGES, PINYIN_SOURCE, SORTED_BY_PINYIN, Language, StoredText, text_in

_CHINESE_RUN = re.compile(f"({UNSPACED}+)")


def collation_keys(title: StoredText) -> Iterator[tuple[Language, str]]:
    """Iterate over the sort key of a title in each language; keys sort by code points."""
    pinyin = collation_key(text_in(title, PINYIN_SOURCE), PINYIN_SOURCE)
    for language in LANGUAGES:
        yield language, pinyin if language in SORTED_BY_PINYIN else collation_key(text_in(title, language), language)


def collation_key(title: str, language: Language) -> str:
    """Return the sort key of a title: pinyin with tones for Chinese, without case and punctuation.

    Words are separated by a space, which sorts before every character of a word, so a word sorts before a longer one.
    """
    pieces = _spoken(title) if language in SORTED_BY_PINYIN else title.split()
    return " ".join(filter(None, map(_plain, pieces)))


def _spoken(title: str) -> Iterator[str]:
    for index, piece in enumerate(_CHINESE_RUN.split(title)):
        if index % 2:
            yield from toned_syllables(piece)
        else:
            yield piece


@lru_cache(maxsize=20_000)
def _plain(piece: str) -> str:
    return "".join(filter(str.isalnum, piece)).casefold()
