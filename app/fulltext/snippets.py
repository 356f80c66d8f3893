"""Snippets: the part of a record's text that shows why a search found it, and the ranges that match."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.fulltext.query import Search, SearchTerm
from app.fulltext.tokens import Script, fold, source_positions
from app.languages import Language

_WIDTH = 120
_LEAD = 24

Span = tuple[int, int]
"""The first code point and the one after the last, zero-based."""


@dataclass(frozen=True)
class SearchedText:
    """A text of a record."""

    field: str
    language: Language
    written: str
    is_date: bool = False
    """Whether it is the first day of an event, which also stands for its other days."""


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
        found = [_find(term, folded, is_date=text.is_date) for term in search.terms]
        matches = sum(number for number, _ in found)
        if matches > (best.matches if best else 0):
            positions = source_positions(text.written)
            spans = {(positions[start], positions[end - 1] + 1) for _, each in found for start, end in each}
            best = _cut_out(text, sorted(spans), matches)
    return best


def _find(term: SearchTerm, folded: str, *, is_date: bool) -> tuple[int, list[Span]]:
    """Return how many phrases of a term a text contains, and where; all of them if it matches the term otherwise."""
    if is_date:
        if term.date is None:
            return 0, []
        found = re.search(term.date.pattern, folded)
        return len(term.phrases), [found.span() if found else (0, len(folded))]
    written = [spans for phrase in term.phrases if (spans := [it.span() for it in phrase.pattern.finditer(folded)])]
    others = [found.span() for found in term.pattern.finditer(folded)] if term.pattern else []
    if others and len(written) < len(term.phrases):
        return len(term.phrases), others
    return len(written), [span for spans in (*written, others) for span in spans]


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
