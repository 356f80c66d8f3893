"""Snippets: the piece of a record's text that shows why a search found it, and where in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.fulltext.pinyin import Reading
from app.fulltext.query import Search, SearchTerm
from app.fulltext.tokens import RUN, Script, fold, is_unspaced, unfold
from app.languages import Language

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
    matching: int
    """How many of the search's phrases match in the text."""


def find_snippet(
    search: Search, texts: Iterable[SearchedText], script: Script, best: Snippet | None = None
) -> Snippet | None:
    """Choose the text in which most of the search matches, `best` or the first of equals; None where nothing does.

    The words of a search may be in several texts of a record, so the one that is chosen need not have them all.
    """
    for text in texts:
        if best is not None and best.matching == search.phrases:
            break
        folded = fold(text.written, script)
        found = [_find(term, folded, text.pinyin) for term in search.terms]
        matching = sum(number for number, _ in found)
        if matching > (best.matching if best else 0):
            places = unfold(text.written)
            spans = {(places[start], places[end - 1] + 1) for _, each in found for start, end in each}
            best = _cut_out(text, sorted(spans), matching)
    return best


def _find(term: SearchTerm, folded: str, pinyin: str | None) -> tuple[int, list[Span]]:
    """Give how many phrases of a term a text has, all where it sounds like the term, and where they are."""
    written = [spans for phrase in term.phrases if (spans := [it.span() for it in phrase.pattern.finditer(folded)])]
    if pinyin and len(written) < len(term.phrases):
        spoken = [span for reading in term.readings for span in _spoken(reading, folded, pinyin)]
        if spoken:
            return len(term.phrases), spoken
    return len(written), [span for spans in written for span in spans]


def _spoken(reading: Reading, text: str, pinyin: str) -> Iterator[Span]:
    """Find where a text sounds like a reading; its pinyin has a word for each character of each run of Chinese."""
    starts = [(run.start(), run.end() - run.start()) for run in RUN.finditer(text) if is_unspaced(run[0])]
    spoken = [run.split() for run in pinyin.split(BREAK)]
    if [length for _, length in starts] != [len(words) for words in spoken]:
        return
    *whole, last = reading
    for (start, length), words in zip(starts, spoken, strict=True):
        for place in range(length - len(whole)):
            end = place + len(whole)
            if words[place:end] == whole and words[end].startswith(last):
                yield start + place, start + end + 1


def _cut_out(text: SearchedText, spans: Sequence[Span], matching: int) -> Snippet:
    """Cut out the first of the pieces with most in them."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    pieces = [_piece(len(text.written), first) for first, _ in merged]
    start, end = max(pieces, key=lambda piece: len(_inside(merged, piece)))
    shown = [(first - start, last - start) for first, last in _inside(merged, (start, end))]
    return Snippet(text, start, end, shown, matching)


def _piece(length: int, first: int) -> Span:
    """Give the piece of a text that shows what begins at `first`."""
    start = max(0, min(first - _LEAD, length - _WIDTH))
    return start, min(length, start + _WIDTH)


def _inside(spans: Sequence[Span], piece: Span) -> list[Span]:
    start, end = piece
    return [(max(first, start), min(last, end)) for first, last in spans if first < end and start < last]
