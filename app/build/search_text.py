"""Indexing records for search: the words of their texts in every language, and what these sound like.

OpenCC and pypinyin are loaded by the build alone; a server reads their results from the database.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as date_type
from functools import cache, lru_cache
from itertools import chain, product
from operator import itemgetter
from typing import Any
from unicodedata import normalize

from opencc import OpenCC

from app.build.common.importer import Record
from app.build.common.trees import SIMPLE
from app.build.pinyin import spoken_characters
from app.build.render import Texts
from app.fulltext.dates import date_words
from app.fulltext.numerals import chinese_values, read_aloud
from app.fulltext.pinyin import INITIALS
from app.fulltext.tokens import BREAK, Script, fold, index_words, is_unspaced, sentences, value_word
from app.languages import Tree, is_text
from app.model.codes import DatePrecision

_CHINESE = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
# Variants that OpenCC leaves, and the circle that is typed for the digit zero.
_VARIANTS = "靑淸戸姪寕甯鬪擕砲蔴痲妳馀锺鍾黏竝讎珮甦邨菓徧廸毗硏𠮷〇○"
_STANDARD = "青清户侄宁宁斗携炮麻麻你余钟钟粘并仇佩苏村果遍迪毘研吉零零"
_BETWEEN = f" {BREAK} "
_PLAIN = ("as_stated", "name_as_stated", "admin_code")
"""The searched fields whose text is the same in every language, beside a record's id."""

# A campaign's places, organisers and notes recur in its records: one text in three is found here.
_CACHED_TEXTS = 10_000
# The words of other scripts, nearly all that a campaign's records have.
_CACHED_RUNS = 20_000

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Folding(dict[int, str]):
    """The folded form of each character, computed on first use: a table for `str.translate`."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold(chr(code), self._script)
        return folded


class Indexer:
    """Makes the index entries of records, and collects the words that searches in pinyin need."""

    def __init__(self, script: Script) -> None:
        self.script = script
        """The table that folds the scripts."""
        self._folding = _Folding(self.script)
        self._words_in_languages = lru_cache(_CACHED_TEXTS)(self._read)
        self._words_of_run = lru_cache(_CACHED_RUNS)(self._read_run)
        self._collect_spoken = lru_cache(_CACHED_RUNS)(self._read_spoken)
        self._known: set[str] = set()
        self._new: set[str] = set()

    def index(self, record: Record, texts: Texts) -> tuple[tuple[str, str], str]:
        """Return the index entry of a record; `texts` are those of its public record, with their pointers.

        These are the words of its title and those of its other texts; and the JSON Pointer of each text but the id, as
        JSON.
        """
        # As keys of dictionaries: each text once, in order.
        title, body = columns = dict[str, None](), dict[str, None]()
        pointers: list[str] = []
        # The title first: of texts that match equally, the first is shown.
        for is_other, pointer, text in sorted(
            ((text != record.title, pointer, text) for pointer, text in texts), key=itemgetter(0)
        ):
            words = body if is_other else title
            words |= self._words_in_languages(*text["text"].values())
            pointers.append(pointer)
        for pointer, unlocalised in _plain(record.body):
            body |= self._words_in_languages(unlocalised)
            pointers.append(pointer)
        body |= self._read(record.body["id"]) | dict.fromkeys(_days(record.body.get("date")))
        written, other = map(_BETWEEN.join, columns)
        return (written, other), _encode(pointers)

    def take_new_words(self) -> set[str]:
        """Return the words that searches in pinyin need and that were not returned before."""
        new, self._new = self._new, set()
        return new

    def _read(self, *languages: str) -> dict[str, None]:
        """Return the words of each sentence of a text in all languages, and of its Chinese numerals, as keys."""
        # Folded, the two Chinese ones are nearly always the same.
        folded = dict.fromkeys(text.translate(self._folding) for text in languages)
        found = dict.fromkeys(
            " ".join(map(self._words_of_run, sentence)) for text in folded for sentence in sentences(text)
        )
        # Searches in pinyin need numbers as they are read aloud.
        for spoken in chain.from_iterable(map(read_aloud, folded)):
            self._collect_spoken(spoken)
        return found | dict.fromkeys(map(value_word, chain.from_iterable(map(chinese_values, folded))))

    def _read_spoken(self, spoken: str) -> None:
        """Collect what searches in pinyin need; the index has no such words."""
        for run in filter(is_unspaced, chain.from_iterable(sentences(spoken))):
            self._words_of_run(run)

    def _read_run(self, run: str) -> str:
        words = index_words(run)
        new = set(neighbours(run, words)) - self._known
        self._new |= new
        self._known |= new
        return " ".join(words)


def _days(date: Tree | None) -> list[str]:
    """Return the words for the days of a record with a date."""
    if date is None or date["start"] is None:
        return []
    start, end = (date_type.fromisoformat(date[name]) for name in ("start", "end"))
    return date_words(start, end, DatePrecision(date["precision"]))


def neighbours(run: str, words: Sequence[str]) -> Iterable[str]:
    """Return what searches in pinyin need of a run and its words.

    This is each Chinese character, pair and triple; of a Latin word, the letters at its beginning that may be initials.
    """
    if is_unspaced(run):
        return (*words, *map("".join, zip(run, run[1:], run[2:], strict=False)))
    initials = INITIALS.match(run)
    return (initials[0],) if initials else ()


@dataclass(frozen=True)
class Sounds:
    """What the words of an index sound like."""

    syllables: Mapping[str, str]
    """Each syllable with the characters that are read so."""
    spellings: Mapping[str, str]
    """The pairs of characters by their syllables, and triples by their initials, as `SpellingLookup` finds them."""
    words: Sequence[str]
    """The beginnings of Latin words that may be initials of pinyin, sorted."""


def pronounce(words: Iterable[str], script: Script) -> Sounds:
    """Return how the words of an index are pronounced."""
    every = sorted(words)
    spoken = spoken_characters({character for word in every if len(word) <= 2 for character in word}, script)
    by_syllable, by_sounds = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for character in sorted(spoken):
        for syllable in spoken[character]:
            by_syllable[syllable].append(character)
    for word in every:
        if len(word) in (2, 3) and all(character in spoken for character in word):
            readings = map(" ".join, product(*(spoken[character] for character in word)))
            for key in {reading if len(word) == 2 else _initials(reading) for reading in readings}:
                by_sounds[key].append(word)
    syllables, spellings = ({key: "".join(found[key]) for key in sorted(found)} for found in (by_syllable, by_sounds))
    return Sounds(syllables, spellings, [word for word in every if INITIALS.fullmatch(word)])


def _initials(reading: str) -> str:
    return " ".join(syllable[0] for syllable in reading.split()).upper()


@cache
def simplification() -> Script:
    """Return the table that folds the scripts: for each other character the simplified one, as code points."""
    characters = [chr(code) for first, beyond in _CHINESE for code in range(first, beyond)]
    tables = [
        dict(zip(characters, OpenCC(standard).convert("\n".join(characters)).split("\n"), strict=True))
        for standard in ("t2s", "hk2s", "tw2s")
    ]
    simplified = {simple for character, simple in tables[0].items() if simple != normalize("NFKC", character)}
    table: dict[str, str] = {}
    for character in characters:
        simpler = (each[character] for each in tables if each[character] != character)
        # In Taiwan 么 is a variant of 幺, but it is also what 麼 is simplified to.
        table[character] = character if character in simplified else next(simpler, character)
    table |= dict(zip(_VARIANTS, _STANDARD, strict=True))
    # Some characters simplify in two steps.
    folded = {character: table.get(simple, simple) for character, simple in table.items()}
    return {ord(character): ord(simple) for character, simple in folded.items() if character != simple}


def _plain(node: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if is_text(node):
            return
        for key, value in node.items():
            if type(value) not in SIMPLE:
                yield from _plain(value, f"{pointer}/{key}")
            elif key in _PLAIN and value is not None:
                yield f"{pointer}/{key}", value
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _plain(value, f"{pointer}/{index}")
