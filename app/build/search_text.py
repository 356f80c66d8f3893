"""Indexing records for search: their texts in every language, and how the Chinese ones sound.

The dictionaries of scripts and sounds are needed here alone; a server reads what they gave from the snapshot.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from opencc import OpenCC

from app.build.common.trees import SIMPLE
from app.build.pinyin import toned_syllables
from app.build.records import Composed
from app.build.render import Texts
from app.db.keys import search_key
from app.fulltext.snippets import BREAK
from app.fulltext.tokens import Script, fold, index_words, is_unspaced, runs
from app.languages import Language, is_text, words

_CHINESE = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
_BETWEEN = f" {BREAK} "
_PLAIN = ("as_stated", "name_as_stated", "admin_code")
"""What is searched of the texts that are the same in every language, beside a record's id."""


# A campaign's places, organisers and notes recur in its records: a text in three takes no work.
_KEPT = 10_000

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Indexed:
    """What search has of a record."""

    key: int
    columns: tuple[str, str, str, str]
    """The words of its title, how that sounds, the words of the rest, how that sounds."""
    documented: str
    """For each text but the id its place and its sound, as JSON."""


@dataclass
class _Column:
    """What a record has for two columns of the index: the words of its texts, each text once, and their sounds."""

    written: dict[str, None] = field(default_factory=dict)
    spoken: dict[str, None] = field(default_factory=dict)

    def add(self, written: Iterable[str], pinyin: str | None) -> None:
        self.written.update(dict.fromkeys(written))
        if pinyin:
            self.spoken[pinyin] = None

    def joined(self) -> tuple[str, str]:
        return _BETWEEN.join(self.written), _BETWEEN.join(self.spoken)


class _Folding(dict[int, str]):
    """What each character is folded to, found when it is first asked for: a table for `str.translate`."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold(chr(code), self._script)
        return folded


class Indexer:
    """Makes what the index has of each record, and remembers what it was written with."""

    def __init__(self) -> None:
        self.script = simplification()
        """What the scripts are folded with."""
        self.syllables: set[str] = set()
        """Every syllable that the index has so far."""
        self._folding = _Folding(self.script)
        self._words_and_sound = lru_cache(_KEPT)(self._read)

    def index(self, item: Composed, texts: Texts) -> Indexed:
        """Give what search has of a record; `texts` are those of its public record, by their places."""
        title, body = _Column(), _Column()
        documented: list[tuple[str, str | None]] = []
        # The title first: of texts that match alike, the first is shown.
        for pointer, text in sorted(texts, key=lambda found: found[1] != item.title):
            written, pinyin = self._words_and_sound(words(text, Language.ZH_HANS), *text["text"].values())
            column = title if text == item.title else body
            column.add(written, pinyin)
            documented.append((pointer, pinyin))
        plain = list(_plain(item.record))
        for place, unlocalised in plain:
            body.add([self._words_of(unlocalised)], None)
            documented.append((place, None))
        body.add([self._words_of(item.id)], None)
        return Indexed(search_key(item.kind, item.number), (*title.joined(), *body.joined()), _encode(documented))

    def _words_of(self, text: str) -> str:
        return _words_of(runs(text.translate(self._folding)))

    def _read(self, simplified: str, *languages: str) -> tuple[list[str], str | None]:
        """Give the words of a text in all languages, and how it sounds, a syllable for each of its characters.

        None where it has no Chinese. Which sound a character has is known from the words that it stands in; the
        dictionary has them simplified.
        """
        # Folded, the two Chinese ones are nearly always the same.
        folded = dict.fromkeys(text.translate(self._folding) for text in languages)
        written = [_words_of(runs(text)) for text in folded]
        spoken = [
            syllables(run)
            for run in runs(simplified.translate(self._folding))
            if not run.isascii() and is_unspaced(run)
        ]
        self.syllables.update(syllable for run in spoken for syllable in run)
        return written, _BETWEEN.join(map(" ".join, spoken)) or None


def simplification() -> Script:
    """Make the table that folds the scripts: for each traditional character the simplified one, as code points."""
    characters = [chr(code) for first, beyond in _CHINESE for code in range(first, beyond)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {ord(traditional): ord(simplified) for traditional, simplified in zip(characters, converted, strict=True)}
    # Some simplify in two steps.
    return {code: table.get(simpler, simpler) for code, simpler in table.items() if code != simpler}


def syllables(run: str) -> tuple[str, ...]:
    """Give the sound of each character of a run of Chinese, without tones; ü is u, and what has none is itself."""
    return tuple(map(_plain_syllable, toned_syllables(run)))


@cache
def _plain_syllable(toned: str) -> str:
    return toned.rstrip("12345").replace("v", "u")


def _words_of(runs_of: Iterable[str]) -> str:
    # Most runs are English words, and those need no more than to be known for such.
    return " ".join([word for run in runs_of for word in ((run,) if run.isascii() else index_words(run))])


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
        for place, value in enumerate(node):
            yield from _plain(value, f"{pointer}/{place}")
