"""The sort keys of titles in each language."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from app.build.pinyin import toned_syllables
from app.fulltext.tokens import UNSPACED
from app.languages import LANGUAGES, PINYIN_SOURCE, SORTED_BY_PINYIN, Language, StoredText, text_in

_CHINESE_RUN = re.compile(f"({UNSPACED}+)")


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
