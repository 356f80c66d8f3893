"""Parsing a search into an expression for the full-text index.

Every word must match. A word matches a text that contains it, in any language of the record, perhaps with its numbers
in other numerals; Chinese text that is pronounced like it; or an event of its date. Only words of the index's own
alphabet reach the index, so a search cannot contain FTS5 syntax.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple

from app.fulltext.dates import SPACED_DATE, SearchedDate, searched_date
from app.fulltext.numerals import chinese_values, other_numerals
from app.fulltext.pinyin import SpellingLookup, Syllabary, TooManySpellingsError
from app.fulltext.tokens import (
    DOTS,
    GAP,
    LETTER,
    RUN,
    Script,
    fold,
    index_words,
    is_unspaced,
    join_runs,
    pairs,
    sentences,
    source_positions,
    unsearchable,
    value_word,
)

EVERYWHERE, IN_TITLE, NOT_IN_TITLE = "q", "q_in_title", "q_not_in_title"
"""The bind parameters for records that match with any text, with their titles, and with other texts only."""

MAX_WORDS = 24
"""How many words or quoted phrases a search may have; a long title written in pinyin fits."""

_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))
_QUOTED = "|".join(f"{opening}([^{closing}]*){closing}" for opening, closing in _QUOTES)
_PIECE = re.compile(rf"(?<!\S)(?P<date>{SPACED_DATE})(?!\S)|{_QUOTED}|(?P<bare>[^\s\"“”「」『』]+)")
# Allowed inside a word of letters and digits: gong'an, five-ones, 10:30, works_created.
_JOINERS = ("-", "‐", "–", "'", "’", ".", "_", "/", ":")


class SearchError(ValueError):
    """A text cannot be searched for; `code` is that of the error in the response."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Alphabet:
    """The alphabet of an index: one Chinese script, and syllables of pinyin."""

    script: Script
    syllabary: Syllabary


@dataclass(frozen=True)
class Phrase:
    """Runs that must follow one another."""

    runs: tuple[str, ...]
    open_ended: bool
    """Whether a word that begins with the last run matches it."""
    values: tuple[int, ...] = ()
    """The values of its Chinese numerals, which must be whole numerals of the text: not the 十三 of 八十三."""

    @property
    def words(self) -> list[str]:
        """The words of the index that must follow one another."""
        *before, last = self.runs
        return [word for run in before for word in index_words(run)] + (
            [last] if len(last) == 1 or not is_unspaced(last) else pairs(last)
        )

    @property
    def by_prefix(self) -> bool:
        """Whether the last of these words matches as a prefix."""
        last = self.runs[-1]
        return len(last) == 1 if is_unspaced(last) else self.open_ended and not last.isdigit()

    @property
    def expression(self) -> str:
        """Its FTS5 expression."""
        words = _quote(" ".join(self.words), self.by_prefix)
        return (
            f"({' AND '.join([words, *(_quote(value_word(value)) for value in self.values)])})"
            if self.values
            else words
        )

    @property
    def regex(self) -> str:
        """Matches the phrase in a folded text."""
        pieces: list[str] = []
        for index, run in enumerate(self.runs):
            if is_unspaced(run):
                pieces += run
            else:
                is_last = index == len(self.runs) - 1
                pieces.append(f"(?<!{LETTER}){run}" + ("" if is_last and self.by_prefix else f"(?!{LETTER})"))
        return GAP.join(pieces)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """`regex`, compiled."""
        return re.compile(self.regex)


def _quote(words: str, by_prefix: bool = False) -> str:
    return f'"{words}"{" *" if by_prefix else ""}'


@dataclass(frozen=True)
class SearchTerm:
    """A condition on a record: it contains all of the phrases, or one of the alternatives, or is of the date."""

    text: str
    """As it was typed."""
    phrases: tuple[Phrase, ...]
    alternatives: tuple[Phrase, ...] = ()
    date: SearchedDate | None = None

    @property
    def expression(self) -> str:
        """Its FTS5 expression."""
        written = " AND ".join(phrase.expression for phrase in self.phrases)
        others = [phrase.expression for phrase in self.alternatives]
        dates = [_quote(self.date.word, self.date.by_prefix)] if self.date else []
        return f"({' OR '.join([f'({written})', *others, *dates])})"

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Matches one of the alternatives in a folded text; None if there are none."""
        if not self.alternatives:
            return None
        return re.compile("|".join(phrase.regex for phrase in self.alternatives))


@dataclass(frozen=True)
class Search:
    """A parsed search."""

    terms: tuple[SearchTerm, ...]

    @cached_property
    def phrases(self) -> int:
        """The number of phrases in all terms."""
        return sum(len(term.phrases) for term in self.terms)

    @property
    def alone(self) -> list[tuple[str, "Search"]]:
        """Each word as it was typed, with the search for it alone; nothing for a search of one word."""
        words = {term.text: Search((term,)) for term in self.terms}
        return list(words.items()) if len(words) > 1 else []

    def names(self, day: str) -> bool:
        """Return whether the search has the year, the month or the day of an ISO date."""
        return any(term.date is not None and re.search(term.date.pattern, day) for term in self.terms)

    @cached_property
    def expression(self) -> str:
        """The FTS5 expression of the whole search."""
        return " AND ".join(term.expression for term in self.terms)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The values that queries of the index bind."""
        in_title = f"{{title}} : ({self.expression})"
        return {EVERYWHERE: self.expression, IN_TITLE: in_title, NOT_IN_TITLE: f"({self.expression}) NOT ({in_title})"}


class _Word(NamedTuple):
    """A word or a quoted phrase of a search."""

    phrase: Phrase
    start: int
    """Where it begins in the folded search."""
    end: int
    is_bare: bool
    """Whether it is without quotation marks."""


def parse_search(text: str, alphabet: Alphabet, spelling_lookup: SpellingLookup) -> Search:
    """Parse the text of a search.

    Raises SearchError if it has no words, too many, or a character that no search finds.
    """
    if strange := unsearchable(text, alphabet.script):
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in strange)
        raise SearchError("not_searchable", f"has characters that cannot be searched for: {named}")
    # Readings of the same letters have most of their syllables in common.
    lookup = cache(spelling_lookup)
    folded = fold(text, alphabet.script)
    positions = source_positions(text)
    groups = list(_grouped(_words(folded), alphabet.syllabary))
    number = sum(map(len, groups))
    if not groups:
        raise SearchError("nothing_to_search", "contains no letter, digit or Chinese character")
    if number > MAX_WORDS:
        raise SearchError("too_many_words", f"has {number} words; at most {MAX_WORDS} are allowed")
    terms: list[SearchTerm] = []
    for words in groups:
        start, end = words[0].start, words[-1].end
        alternatives = tuple(_alternatives(words, folded[start:end], alphabet.syllabary, lookup))
        date = searched_date("".join(folded[start:end].split())) if words[0].is_bare else None
        typed = text[positions[start] : positions[end - 1] + 1]
        terms.append(SearchTerm(typed, tuple(word.phrase for word in words), alternatives, date))
    return Search(tuple(terms))


def _grouped(words: Iterator[_Word], syllabary: Syllabary) -> Iterator[list[_Word]]:
    """Group the words into terms: separate syllables, liang jie he, are one word in pinyin."""
    syllables: list[_Word] = []
    for word in words:
        if word.is_bare and len(word.phrase.runs) == 1 and syllabary.is_one(word.phrase.runs[0]):
            syllables.append(word)
            continue
        if syllables:
            yield syllables
            syllables = []
        yield [word]
    if syllables:
        yield syllables


def _alternatives(
    words: Sequence[_Word], folded: str, syllabary: Syllabary, spelling_lookup: SpellingLookup
) -> Iterator[Phrase]:
    """Iterate over what else matches a term: its numbers written otherwise, or what is read like its letters."""
    first, runs = words[0], [run for word in words for run in word.phrase.runs]
    if len(words) == 1 and not all(run.isascii() and run.isalpha() for run in runs):
        has_arabic = any(map(str.isdigit, folded))
        for text in other_numerals(folded if first.is_bare else " ".join(runs)):
            for sentence in sentences(text):
                yield Phrase(
                    tuple(sentence), first.is_bare, tuple(dict.fromkeys(chinese_values(text))) if has_arabic else ()
                )
    readings = syllabary.readings(runs)
    if len(runs) == 1 and first.is_bare:
        readings = (*readings, *filter(None, [syllabary.initials(runs[0])]))
    try:
        spelled = {word for reading in readings for word in syllabary.spellings(reading, spelling_lookup)}
    except TooManySpellingsError as error:
        raise SearchError("too_many_readings", f"{error}; put spaces between the syllables or add more") from error
    for word in sorted(spelled):
        yield Phrase((word,), open_ended=True)
        # A single syllable is rather one of many words than a number.
        for text in other_numerals(word) if len(word) > 1 else ():
            yield Phrase(tuple(chain.from_iterable(sentences(text))), open_ended=True)


def _words(folded: str) -> Iterator[_Word]:
    for found in _PIECE.finditer(folded):
        if found["bare"] is not None:
            yield from _split(found["bare"], found.start())
        elif found["date"] is not None:
            runs = join_runs(RUN.findall(found[0]))
            yield _Word(Phrase(tuple(runs), open_ended=True), *found.span(), is_bare=True)
        else:
            for runs in sentences("".join(filter(None, found.groups()))):
                yield _Word(Phrase(tuple(runs), open_ended=False), *found.span(), is_bare=False)


def _split(bare: str, offset: int) -> Iterator[_Word]:
    """Split the text between two spaces into words: at punctuation, unless it is part of a word."""
    runs: list[str] = []
    start = end = 0

    def word() -> _Word:
        return _Word(Phrase(tuple(join_runs(runs)), open_ended=True), offset + start, offset + end, is_bare=True)

    for found in RUN.finditer(bare):
        if runs and not _joins(runs[-1], bare[end : found.start()], found[0]):
            yield word()
            runs = []
        if not runs:
            start = found.start()
        runs.append(found[0])
        end = found.end()
    if runs:
        yield word()


def _joins(before: str, gap: str, after: str) -> bool:
    if gap == ",":
        return before.isdigit() and after.isdigit()
    return gap in DOTS or (gap in _JOINERS and not is_unspaced(before) and not is_unspaced(after))
