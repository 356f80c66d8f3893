"""Snippets: the piece of a record's text that shows why a search found it, and where in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.languages import Language
from app.storage.pinyin import Reading
from app.storage.search import Search, Term
from app.storage.words import RUN, Folded, Script, fold_in_place, is_unspaced

BREAK = "、"
"""The word of the index that ends a text or a run of Chinese; no query has it."""

_WIDTH = 120
_LEAD = 24

Span = tuple[int, int]
"""The first code point and the one after the last."""


@dataclass(frozen=True)
class SearchedText:
    """A text of a record, and its pinyin as the index has it."""

    field: str
    language: Language
    written: str
    pinyin: str | None


@dataclass(frozen=True)
class Snippet:
    """A piece of a text, with what matches in it."""

    of: SearchedText
    start: int
    """Where the piece begins in the text, code points."""
    end: int
    spans: Sequence[Span]
    """What matches, counted from the beginning of the piece."""
    terms: int
    """How many of the search's terms match in the text."""


def find_snippet(search: Search, texts: Iterable[SearchedText], script: Script) -> Snippet | None:
    """Choose the text in which most terms match, the first of equals; None where none does in any."""
    best: Snippet | None = None
    for text in texts:
        folded = fold_in_place(text.written, script)
        found = [spans for term in search.terms if (spans := list(_spans(term, folded, text.pinyin)))]
        if found and (best is None or len(found) > best.terms):
            best = _cut_out(text, sorted({span for spans in found for span in spans}), len(found))
            if best.terms == len(search.terms):
                break
    return best


def _spans(term: Term, folded: Folded, pinyin: str | None) -> Iterator[Span]:
    written = [[found.span() for found in phrase.pattern.finditer(folded.text)] for phrase in term.phrases]
    spans = [span for spans in written for span in spans] if all(written) else []
    if not spans and pinyin:
        spans = [span for reading in term.readings for span in _spoken(reading, folded.text, pinyin.split())]
    for start, end in spans:
        yield folded.offsets[start], folded.offsets[end - 1] + 1


def _spoken(reading: Reading, text: str, words: Sequence[str]) -> Iterator[Span]:
    """Find where a text sounds like a reading; its pinyin has a word for each Chinese character."""
    characters = [
        place for run in RUN.finditer(text) if is_unspaced(run[0]) for place in range(run.start(), run.end())
    ]  # fmt: skip
    sounds = [(place, word) for place, word in enumerate(words) if word != BREAK]
    if len(sounds) != len(characters):
        return
    character_of = {place: character for (place, _), character in zip(sounds, characters, strict=True)}
    *whole, last = reading
    for place in range(len(words) - len(whole)):
        end = place + len(whole)
        if list(words[place:end]) == whole and words[end].startswith(last):
            yield character_of[place], character_of[end] + 1


def _cut_out(text: SearchedText, spans: Sequence[Span], terms: int) -> Snippet:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    length = len(text.written)
    start = max(0, min(merged[0][0] - _LEAD, length - _WIDTH)) if length > _WIDTH else 0
    end = min(length, start + _WIDTH)
    inside = [(first - start, min(last, end) - start) for first, last in merged if first < end]
    return Snippet(text, start, end, inside, terms)
