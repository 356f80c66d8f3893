"""Snippets: the part of a record's text that shows why a search found it, and the ranges that match."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.fulltext.pinyin import Reading
from app.fulltext.query import Search, SearchTerm
from app.fulltext.tokens import RUN, Script, fold, is_unspaced, source_positions
from app.languages import Language

BREAK = "、"
"""The word that ends each text and each run of Chinese in the index's pinyin; no query contains it."""

_WIDTH = 120
_LEAD = 24

Span = tuple[int, int]
"""The first code point and the one after the last, zero-based."""


@dataclass(frozen=True)
class SearchedText:
    """A text of a record, and its pinyin as in the index."""

    field: str
    language: Language
    written: str
    pinyin: str | None


@dataclass(frozen=True)
class FoundSnippet:
    """A part of a text, with the ranges that match."""

    of: SearchedText
    start: int
    """Where the part begins in the text, in code points."""
    end: int
    spans: Sequence[Span]
    """The ranges that match, counted from the beginning of the part."""
    matches: int
    """How many of the search's phrases match in the text."""


def find_snippet(
    search: Search, texts: Iterable[SearchedText], script: Script, best: FoundSnippet | None = None
) -> FoundSnippet | None:
    """Return the text in which most phrases match, `best` or the first of equals; None if none match.

    The words of a search may be in several texts of a record, so the chosen text need not contain all of them.
    """
    for text in texts:
        if best is not None and best.matches == search.phrases:
            break
        folded = fold(text.written, script)
        found = [_find(term, folded, text.pinyin) for term in search.terms]
        matches = sum(number for number, _ in found)
        if matches > (best.matches if best else 0):
            positions = source_positions(text.written)
            spans = {(positions[start], positions[end - 1] + 1) for _, each in found for start, end in each}
            best = _cut_out(text, sorted(spans), matches)
    return best


def _find(term: SearchTerm, folded: str, pinyin: str | None) -> tuple[int, list[Span]]:
    """Return how many phrases of a term a text contains, and where; all of them if it is pronounced like the term."""
    written = [spans for phrase in term.phrases if (spans := [it.span() for it in phrase.pattern.finditer(folded)])]
    if pinyin and len(written) < len(term.phrases):
        spoken = [span for reading in term.readings for span in _spoken(reading, folded, pinyin)]
        if spoken:
            return len(term.phrases), spoken
    return len(written), [span for spans in written for span in spans]


def _spoken(reading: Reading, text: str, pinyin: str) -> Iterator[Span]:
    """Find where a text is pronounced like a reading; its pinyin has a word for each character of a run of Chinese."""
    starts = [(run.start(), run.end() - run.start()) for run in RUN.finditer(text) if is_unspaced(run[0])]
    spoken = [run.split() for run in pinyin.split(BREAK)]
    if [length for _, length in starts] != [len(words) for words in spoken]:
        return
    *whole, last = reading
    for (start, length), words in zip(starts, spoken, strict=True):
        for offset in range(length - len(whole)):
            end = offset + len(whole)
            if words[offset:end] == whole and words[end].startswith(last):
                yield start + offset, start + end + 1


def _cut_out(text: SearchedText, spans: Sequence[Span], matches: int) -> FoundSnippet:
    """Return the part that contains most matches, the first of equals."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    parts = [_part_around(len(text.written), first) for first, _ in merged]
    start, end = max(parts, key=lambda part: len(_inside(merged, part)))
    shown = [(first - start, last - start) for first, last in _inside(merged, (start, end))]
    return FoundSnippet(text, start, end, shown, matches)


def _part_around(length: int, first: int) -> Span:
    """Return the part of a text that shows a match at `first`."""
    start = max(0, min(first - _LEAD, length - _WIDTH))
    return start, min(length, start + _WIDTH)


def _inside(spans: Sequence[Span], part: Span) -> list[Span]:
    start, end = part
    return [(max(first, start), min(last, end)) for first, last in spans if first < end and start < last]
