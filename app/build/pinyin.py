"""The pinyin of Chinese text, by pypinyin's dictionary."""

import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.seg.simpleseg import seg

from app.fulltext.tokens import Script

_VOWEL = re.compile("[aeiou]")


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


def spoken_characters(characters: Iterable[str], script: Script) -> dict[str, tuple[str, ...]]:
    """Return the common readings of each Chinese character, without tones; ü is u. Others are left out.

    `script` folds variants into the characters; a reading of theirs that occurs in words is one of the character.
    """
    in_words = _readings_in_words()
    variants: defaultdict[str, list[str]] = defaultdict(list)
    for variant, simplified in script.items():
        variants[chr(simplified)].append(chr(variant))
    found: dict[str, tuple[str, ...]] = {}
    for character in characters:
        if ord(character) not in PINYIN_DICT:
            continue
        own = dict.fromkeys(map(_without_tone, PINYIN_DICT[ord(character)].split(",")))
        first, *others = own
        common = [reading for reading in others if in_words[character][reading]]
        # Readings that the dictionary of characters lacks, such as 乐 in 乐亭; in one word alone they may be mistakes.
        also = [reading for reading, words in in_words[character].items() if words > 1]
        of_variants = [reading for variant in variants[character] for reading in in_words[variant]]
        readings = dict.fromkeys([first, *common, *also, *of_variants, *_NAMES.get(character, ())])
        # Not the hum of 嗯, which is n: it would split every syllable that ends so.
        found[character] = tuple(reading for reading in readings if _VOWEL.search(reading))
    return found


@cache
def _readings_in_words() -> defaultdict[str, Counter[str]]:
    """Return in how many words of the dictionary each character has each reading."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, spoken in PHRASES_DICT.items():
        for character, toned in zip(word, spoken, strict=False):
            found[character][_without_tone(toned[0])] += 1
    return found


@cache
def _without_tone(toned: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", toned) if unicodedata.category(letter) != "Mn")


_NAMES = {
    "任": ("lin",), "佴": ("nai",), "区": ("ou",), "召": ("shao",), "员": ("yun",), "婼": ("ruo",), "宕": ("tan",),
    "峙": ("shi",), "洗": ("xian",), "洞": ("tong",), "浚": ("xun",), "盖": ("ge",), "祭": ("zhai",), "种": ("chong",),
    "筠": ("jun",), "缪": ("miao",), "翟": ("zhai",), "能": ("nai",), "覃": ("qin",), "谌": ("shen",), "费": ("bi",),
    "适": ("kuo",), "郗": ("chi",), "黑": ("he",), "繁": ("po",),
}  # fmt: skip
"""The readings of surnames and places that no word of the dictionary has."""
