"""Indexing every record for search: its texts in every language, and how the Chinese ones sound.

The dictionaries of scripts and sounds are needed here alone; a server reads what they gave from the snapshot.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from opencc import OpenCC
from pypinyin import lazy_pinyin

from app.languages import Language, Text, in_every_language, texts, words
from app.seeding.composing import Composed
from app.storage.search import search_key
from app.storage.snippets import BREAK
from app.storage.words import Script, fold, index_words, is_unspaced, runs
from app.tables import SearchAlphabetRow, SearchDocumentRow
from app.tables.columns import Tree
from app.vocabulary import RecordKind

_CHINESE = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
_PLAIN = ("as_stated", "name_as_stated", "admin_code")
"""What is searched of the texts that are the same in every language, beside a record's id."""


@dataclass
class _Column:
    """What a record has for two columns of the index: the words of its texts, each text once, and their sounds."""

    written: dict[str, None] = field(default_factory=dict)
    spoken: dict[str, None] = field(default_factory=dict)

    def add(self, folded: Iterable[str], pinyin: str | None) -> None:
        self.written.update(dict.fromkeys(_words_of(text) for text in folded))
        if pinyin:
            self.spoken[pinyin] = None


class Indexer:
    """Makes what the index has of each record, and remembers what it was written with."""

    def __init__(self) -> None:
        self._script = simplification()
        self._syllables: set[str] = set()

    def index(self, kind: RecordKind, composed: Sequence[Composed]) -> Iterator[tuple[SearchDocumentRow, Tree]]:
        """Give each record's document, and its row of the index."""
        for item in composed:
            title, body = _Column(), _Column()
            documented: list[list[str | None]] = []
            # The title first: of texts that match alike, the first is shown.
            for pointer, text in sorted(texts(item.record), key=lambda found: found[1] != item.title):
                pinyin = self._pinyin(text)
                column = title if text == item.title else body
                column.add((fold(written, self._script) for _, written, _ in in_every_language(text)), pinyin)
                documented.append([pointer, pinyin])
            for pointer, plain in _plain(item.record):
                body.add([fold(plain, self._script)], None)
                documented.append([pointer, None])
            body.add([fold(item.record["id"], self._script)], None)
            key = search_key(kind, item.number)
            row = {
                "rowid": key,
                "title": f" {BREAK} ".join(title.written),
                "title_pinyin": f" {BREAK} ".join(title.spoken),
                "body": f" {BREAK} ".join(body.written),
                "body_pinyin": f" {BREAK} ".join(body.spoken),
            }
            yield SearchDocumentRow(key=key, kind=kind, id=item.record["id"], texts=documented), row

    def alphabet(self) -> SearchAlphabetRow:
        """Give what queries must be written with; once everything is indexed."""
        return SearchAlphabetRow(
            id=1,
            traditional="".join(map(chr, self._script)),
            simplified="".join(map(chr, self._script.values())),
            syllables=sorted(self._syllables),
        )

    def _pinyin(self, text: Text) -> str | None:
        """Write how a text sounds, a syllable for each of its characters; None where it has no Chinese."""
        # Which sound a character has is known from the words that it stands in; the dictionary has them simplified.
        folded = fold(words(text, Language.ZH_HANS), self._script)
        spoken = [syllables(run) for run in runs(folded) if is_unspaced(run)]
        self._syllables.update(syllable for run in spoken for syllable in run)
        return f" {BREAK} ".join(map(" ".join, spoken)) or None


def simplification() -> Script:
    """Make the table that folds the scripts: for each traditional character the simplified one, as code points."""
    characters = [chr(code) for first, beyond in _CHINESE for code in range(first, beyond)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {ord(traditional): ord(simplified) for traditional, simplified in zip(characters, converted, strict=True)}
    # Some simplify in two steps.
    return {code: table.get(simpler, simpler) for code, simpler in table.items() if code != simpler}


@lru_cache(maxsize=100_000)
def syllables(run: str) -> tuple[str, ...]:
    """Give the sound of each character of a run of Chinese, without tones; ü is u, and what has none is itself."""
    # Its type does not say that a list of what has no sound is taken too.
    spoken = lazy_pinyin(run, errors=list)  # type: ignore[arg-type]
    return tuple(sound.replace("v", "u") for sound in spoken)


def _words_of(folded: str) -> str:
    return " ".join(word for run in runs(folded) for word in index_words(run))


def _plain(node: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _PLAIN and isinstance(value, str):
                yield f"{pointer}/{key}", value
            else:
                yield from _plain(value, f"{pointer}/{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _plain(value, f"{pointer}/{place}")
