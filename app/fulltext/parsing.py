"""Parsing the text of a search: its words, and what else they stand for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

from app.fulltext.dates import SPACED_DATE, searched_date
from app.fulltext.numerals import chinese_values, other_numerals
from app.fulltext.pinyin import MAX_SPELLINGS, SpellingLookup, Syllabary, TooManySpellingsError
from app.fulltext.query import Phrase, Search, SearchTerm
from app.fulltext.tokens import (
    DOTS,
    RUN,
    Script,
    fold,
    is_unspaced,
    join_runs,
    sentences,
    source_positions,
    unsearchable,
)
from app.messages import Message, message

MAX_WORDS = 24
"""How many words or quoted phrases a search may have; a long title written in pinyin fits."""

_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))
_QUOTED = "|".join(f"{opening}([^{closing}]*){closing}" for opening, closing in _QUOTES)
_PIECE = re.compile(rf"(?<!\S)(?P<date>{SPACED_DATE})(?!\S)|{_QUOTED}|(?P<bare>[^\s\"“”「」『』]+)")
# Allowed inside a word of letters and digits: gong'an, five-ones, 10:30, works_created.
_JOINERS = ("-", "‐", "–", "'", "’", ".", "_", "/", ":")


class SearchError(ValueError):
    """A text cannot be searched for; `code` is that of the error in the response."""

    def __init__(self, code: str, reason: Message) -> None:
        super().__init__(reason)
        self.code = code
        self.message = reason


@dataclass(frozen=True)
class Alphabet:
    """The alphabet of an index: one Chinese script, and syllables of pinyin."""

    script: Script
    syllabary: Syllabary


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
    folded = fold(text, alphabet.script)
    if strange := unsearchable(text, folded, alphabet.script):
        named = [f"{character} (U+{ord(character):04X})" for character in strange]
        raise SearchError(
            "not_searchable", message("has characters that cannot be searched for: {characters}", characters=named)
        )
    positions = source_positions(text)
    groups = list(_grouped(_words(folded), alphabet.syllabary))
    number = sum(map(len, groups))
    if not groups:
        raise SearchError("nothing_to_search", message("contains no letter, digit or Chinese character"))
    if number > MAX_WORDS:
        reason = message("has {number} words; at most {limit} are allowed", number=number, limit=MAX_WORDS)
        raise SearchError("too_many_words", reason)
    terms: list[SearchTerm] = []
    for words in groups:
        start, end = words[0].start, words[-1].end
        alternatives = tuple(_alternatives(words, folded[start:end], alphabet.syllabary, spelling_lookup))
        date = searched_date("".join(folded[start:end].split())) if words[0].is_bare else None
        typed = text[positions[start] : positions[end - 1] + 1]
        unspaced = tuple(_unspaced_runs(words, folded, text, positions))
        terms.append(SearchTerm(typed, tuple(word.phrase for word in words), alternatives, date, unspaced))
    return Search(tuple(terms))


def _unspaced_runs(
    words: Sequence[_Word], folded: str, text: str, positions: Sequence[int]
) -> Iterator[tuple[str, str]]:
    """Iterate over the runs of Chinese in words without quotation marks, folded and as they were typed."""
    for word in words:
        if not word.is_bare:
            continue
        for run in RUN.finditer(folded, word.start, word.end):
            typed = text[positions[run.start()] : positions[run.end() - 1] + 1]
            # A character that is folded to several cannot be split.
            if is_unspaced(run[0]) and len(typed) == len(run[0]):
                yield run[0], typed


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
            values = tuple(dict.fromkeys(chinese_values(text))) if has_arabic else ()
            for sentence in sentences(text):
                yield Phrase(tuple(sentence), first.is_bare, values)
    readings = syllabary.readings(runs)
    if len(runs) == 1 and first.is_bare:
        readings = (*readings, *filter(None, [syllabary.initials(runs[0])]))
    if not readings:
        return
    # Readings of the same letters have most of their syllables in common.
    lookup = cache(spelling_lookup)
    try:
        spelled = {word for reading in readings for word in syllabary.spellings(reading, lookup)}
    except TooManySpellingsError as error:
        reason = message(
            "{letters} can be read as more than {limit} words; put spaces between the syllables or add more",
            letters=error.letters,
            limit=MAX_SPELLINGS,
        )
        raise SearchError("too_many_readings", reason) from error
    for word in sorted(spelled):
        yield Phrase((word,), open_ended=True)
        # A single syllable is more likely one of many words than a number.
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
