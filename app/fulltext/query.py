"""Parsing a search into an expression for the full-text index.

Every word must match. A word matches a text that contains it, in any language of the record, or Chinese text that is
pronounced like it. Only words of the index's own alphabet reach the index, so a search cannot contain FTS5 syntax.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.fulltext.pinyin import Reading, Syllabary
from app.fulltext.tokens import LETTER, RUN, UNSPACED, Script, fold, index_words, is_unspaced, pairs

EVERYWHERE, IN_TITLE, NOT_IN_TITLE = "q", "q_in_title", "q_not_in_title"
"""The bind parameters for records that match with any text, with their titles, and with other texts only."""

MAX_WORDS = 24
"""How many words or quoted phrases a search may have; a long title written in pinyin fits."""

_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))
_QUOTED = "|".join(f"{opening}([^{closing}]*){closing}" for opening, closing in _QUOTES)
_PIECE = re.compile(rf"{_QUOTED}|([^\s\"“”「」『』]+)")
# Allowed inside a word of letters and digits: gong'an, five-ones, 10:30, works_created.
_JOINERS = ("-", "'", "’", ".", "_", "/", ":")


class SearchError(ValueError):
    """A text cannot be searched for; `code` is `too_many_words` or `nothing_to_search`."""

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

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the phrase in a folded text."""
        pieces = []
        for index, run in enumerate(self.runs):
            is_last = index == len(self.runs) - 1
            if is_unspaced(run):
                pieces.append(run if is_last else f"{run}(?!{UNSPACED})")
            else:
                pieces.append(
                    f"(?<!{LETTER}){run}" if is_last and self.by_prefix else f"(?<!{LETTER}){run}(?!{LETTER})"
                )
        return re.compile(r"[\W_]*".join(pieces))


@dataclass(frozen=True)
class SearchTerm:
    """A condition on a record: it contains all of the phrases, or one of the pronunciations."""

    phrases: tuple[Phrase, ...]
    readings: tuple[Reading, ...]

    def expression(self, text_columns: str, pinyin_columns: str) -> str:
        """Return the FTS5 expression of the term, for columns with texts and columns with pinyin."""
        written = " AND ".join(_phrase(text_columns, phrase.words, phrase.by_prefix) for phrase in self.phrases)
        spoken = [_phrase(pinyin_columns, reading, by_prefix=True) for reading in self.readings]
        return f"({' OR '.join([f'({written})', *spoken])})"


def _phrase(columns: str, words: Sequence[str], by_prefix: bool) -> str:
    return f'{{{columns}}} : "{" ".join(words)}"{" *" if by_prefix else ""}'


@dataclass(frozen=True)
class Search:
    """A parsed search."""

    terms: tuple[SearchTerm, ...]

    @cached_property
    def phrases(self) -> int:
        """The number of phrases in all terms."""
        return sum(len(term.phrases) for term in self.terms)

    @cached_property
    def expression(self) -> str:
        """The FTS5 expression of the whole search."""
        return " AND ".join(term.expression("title body", "title_pinyin body_pinyin") for term in self.terms)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The values that queries of the index bind."""
        in_title = " AND ".join(term.expression("title", "title_pinyin") for term in self.terms)
        return {EVERYWHERE: self.expression, IN_TITLE: in_title, NOT_IN_TITLE: f"({self.expression}) NOT ({in_title})"}


def parse_search(text: str, alphabet: Alphabet) -> Search:
    """Parse the text of a search; raises SearchError if it has no words, or too many."""
    terms: list[SearchTerm] = []
    syllables: list[Phrase] = []
    for phrase in _phrases(fold(text, alphabet.script)):
        # Separate syllables, liang jie he, are one word in pinyin.
        if phrase.open_ended and len(phrase.runs) == 1 and alphabet.syllabary.is_one(phrase.runs[0]):
            syllables.append(phrase)
        else:
            terms += [*_term(syllables, alphabet), *_term([phrase], alphabet)]
            syllables = []
    terms += _term(syllables, alphabet)
    if not terms:
        raise SearchError("nothing_to_search", "contains no letter, digit or Chinese character")
    search = Search(tuple(terms))
    if search.phrases > MAX_WORDS:
        raise SearchError("too_many_words", f"has {search.phrases} words; at most {MAX_WORDS} are allowed")
    return search


def _term(phrases: Sequence[Phrase], alphabet: Alphabet) -> list[SearchTerm]:
    if not phrases:
        return []
    runs = [run for phrase in phrases for run in phrase.runs]
    return [SearchTerm(tuple(phrases), alphabet.syllabary.readings(runs))]


def _phrases(folded: str) -> Iterator[Phrase]:
    for found in _PIECE.finditer(folded):
        *quoted, bare = found.groups()
        if bare is not None:
            yield from _words(bare)
        else:
            runs = RUN.findall("".join(filter(None, quoted)))
            if runs:
                yield Phrase(tuple(runs), open_ended=False)


def _words(bare: str) -> Iterator[Phrase]:
    """Split the text between two spaces into words: at punctuation, unless it is part of a word."""
    runs: list[str] = []
    end = 0
    for found in RUN.finditer(bare):
        gap = bare[end : found.start()]
        if runs and gap and not (gap in _JOINERS and not is_unspaced(runs[-1]) and not is_unspaced(found[0])):
            yield Phrase(tuple(runs), open_ended=True)
            runs = []
        runs.append(found[0])
        end = found.end()
    if runs:
        yield Phrase(tuple(runs), open_ended=True)
