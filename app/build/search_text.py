"""Indexing records for search: their texts in every language, and the pinyin of the Chinese ones.

OpenCC and pypinyin are loaded by the build alone; a server reads their results from the database.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from opencc import OpenCC

from app.build.common.importer import Record
from app.build.common.trees import SIMPLE
from app.build.pinyin import syllables
from app.build.render import Texts
from app.fulltext.snippets import BREAK
from app.fulltext.tokens import Script, fold, index_words, is_unspaced, runs
from app.languages import PINYIN_SOURCE, is_text, text_in

_CHINESE = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
_BETWEEN = f" {BREAK} "
_PLAIN = ("as_stated", "name_as_stated", "admin_code")
"""The searched fields whose text is the same in every language, beside a record's id."""

# A campaign's places, organisers and notes recur in its records: one text in three is found here.
_CACHED_TEXTS = 10_000

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Folding(dict[int, str]):
    """The folded form of each character, computed on first use: a table for `str.translate`."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold(chr(code), self._script)
        return folded


class Indexer:
    """Makes the index entries of records, and collects the alphabet that they are written in."""

    def __init__(self) -> None:
        self.script = simplification()
        """The table that folds the scripts."""
        self.syllables: set[str] = set()
        """Every syllable of pinyin in the index so far."""
        self._folding = _Folding(self.script)
        self._words_and_pinyin = lru_cache(_CACHED_TEXTS)(self._read)

    def index(self, record: Record, texts: Texts) -> tuple[tuple[str, ...], str]:
        """Return the index entry of a record; `texts` are those of its public record, with their pointers.

        These are the words of its title, the title's pinyin, the words of its other texts, their pinyin; and, for each
        text but the id, its JSON Pointer and its pinyin, as JSON.
        """
        # As keys of dictionaries: each text once, in order.
        title, title_pinyin, body, body_pinyin = columns = [dict[str, None]() for _ in range(4)]
        documented: list[tuple[str, str | None]] = []
        # The title first: of texts that match equally, the first is shown.
        for pointer, text in sorted(texts, key=lambda found: found[1] != record.title):
            written, pinyin = self._words_and_pinyin(text_in(text, PINYIN_SOURCE), *text["text"].values())
            words, spoken = (title, title_pinyin) if text == record.title else (body, body_pinyin)
            words.update(dict.fromkeys(written))
            if pinyin is not None:
                spoken[pinyin] = None
            documented.append((pointer, pinyin))
        for pointer, unlocalised in _plain(record.body):
            body[_words_of(unlocalised.translate(self._folding))] = None
            documented.append((pointer, None))
        body[_words_of(record.body["id"].translate(self._folding))] = None
        return tuple(map(_BETWEEN.join, columns)), _encode(documented)

    def _read(self, simplified: str, *languages: str) -> tuple[list[str], str | None]:
        """Return the words of a text in all languages, and its pinyin, a syllable for each Chinese character.

        The pinyin is None without Chinese. A character's reading depends on the words around it; the dictionary has
        these in simplified script.
        """
        # Folded, the two Chinese ones are nearly always the same.
        folded = dict.fromkeys(text.translate(self._folding) for text in languages)
        written = list(map(_words_of, folded))
        spoken = [
            syllables(run)
            for run in runs(simplified.translate(self._folding))
            if not run.isascii() and is_unspaced(run)
        ]
        self.syllables.update(syllable for run in spoken for syllable in run)
        return written, _BETWEEN.join(map(" ".join, spoken)) or None


def simplification() -> Script:
    """Return the table that folds the scripts: for each traditional character the simplified one, as code points."""
    characters = [chr(code) for first, beyond in _CHINESE for code in range(first, beyond)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {ord(traditional): ord(simplified) for traditional, simplified in zip(characters, converted, strict=True)}
    # Some characters simplify in two steps.
    return {code: table.get(simpler, simpler) for code, simpler in table.items() if code != simpler}


def _words_of(folded: str) -> str:
    # Most runs are English words, which need no cutting.
    return " ".join([word for run in runs(folded) for word in ((run,) if run.isascii() else index_words(run))])


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
