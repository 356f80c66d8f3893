"""Search: from what a reader typed to a question for the index.

Every word must match. A word matches text that has it, in any language of the record, or Chinese that sounds like it.
Nothing that was typed reaches the index but as words of its own alphabet, so its query language cannot be spoken.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from sqlalchemy import CTE, ColumnElement, Float, Select, func, literal_column, or_, select

from app.db.bounded_cache import BoundedCache
from app.db.connections import Reader
from app.db.keys import search_key, search_keys
from app.db.statements import Conditions, Statement, Values, compiled, given
from app.fulltext.pinyin import Reading, Syllabary
from app.fulltext.table import SEARCH_INDEX
from app.fulltext.tokens import LETTER, RUN, UNSPACED, Script, fold, index_words, is_unspaced, pairs
from app.model.codes import ADDRESSED_RESOURCES, Resource

EVERYWHERE, IN_TITLE, NOT_IN_TITLE = "q", "q_in_title", "q_not_in_title"
"""The parameters that say which records match: wherever they do, with their titles alone, all but these."""

MAX_RANKED = 500
"""How many hits are ranked each by itself. A rank costs 2 to 5 microseconds, and without all there is no first page."""

MAX_WORDS = 24
"""How many words or quoted phrases one search can have; a long title that is spelled out in pinyin fits."""

# Of a hit in title, title_pinyin, body and body_pinyin. BM25 saturates, and holds a record's length against it: with a
# title only ten times a body, the campaign of the very name stood behind every small record that mentions it.
_WEIGHTS = (1000.0, 500.0, 1.0, 0.5)

_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))
_QUOTED = "|".join(f"{opening}([^{closing}]*){closing}" for opening, closing in _QUOTES)
_ASKED = re.compile(rf"{_QUOTED}|([^\s\"“”「」『』]+)")
# What may stand inside a word of letters and digits: gong'an, five-ones, 10:30, works_created.
_JOINERS = ("-", "'", "’", ".", "_", "/", ":")


class SearchError(ValueError):
    """What was typed cannot be searched for; `code` says whether it has too much or nothing in it."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Alphabet:
    """What the words of an index are made of."""

    script: Script
    syllabary: Syllabary


@dataclass(frozen=True)
class Phrase:
    """Runs that must stand one after another."""

    runs: tuple[str, ...]
    open_ended: bool
    """Whether a word that only begins with the last run will do."""

    @property
    def words(self) -> list[str]:
        """The words of the index that must stand one after another."""
        *before, last = self.runs
        return [word for run in before for word in index_words(run)] + (
            [last] if len(last) == 1 or not is_unspaced(last) else pairs(last)
        )

    @property
    def by_prefix(self) -> bool:
        """Whether the last of these words may be the beginning of one."""
        last = self.runs[-1]
        return len(last) == 1 if is_unspaced(last) else self.open_ended and not last.isdigit()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the phrase in a folded text."""
        pieces = []
        for place, run in enumerate(self.runs):
            is_last = place == len(self.runs) - 1
            if is_unspaced(run):
                pieces.append(run if is_last else f"{run}(?!{UNSPACED})")
            else:
                pieces.append(
                    f"(?<!{LETTER}){run}" if is_last and self.by_prefix else f"(?<!{LETTER}){run}(?!{LETTER})"
                )
        return re.compile(r"[\W_]*".join(pieces))


@dataclass(frozen=True)
class SearchTerm:
    """Something that a record must have: all of the phrases, or one of the pronunciations."""

    phrases: tuple[Phrase, ...]
    readings: tuple[Reading, ...]

    def expression(self, written_in: str, spoken_in: str) -> str:
        """Give the term in the language of the index, for some of its columns."""
        written = " AND ".join(_phrase(written_in, phrase.words, phrase.by_prefix) for phrase in self.phrases)
        spoken = [_phrase(spoken_in, reading, by_prefix=True) for reading in self.readings]
        return f"({' OR '.join([f'({written})', *spoken])})"


def _phrase(columns: str, words: Sequence[str], by_prefix: bool) -> str:
    return f'{{{columns}}} : "{" ".join(words)}"{" *" if by_prefix else ""}'


@dataclass(frozen=True)
class Search:
    """What is searched for."""

    terms: tuple[SearchTerm, ...]

    @cached_property
    def phrases(self) -> int:
        """How many phrases there are in all terms."""
        return sum(len(term.phrases) for term in self.terms)

    @cached_property
    def expression(self) -> str:
        """The whole of it in the language of the index."""
        return " AND ".join(term.expression("title body", "title_pinyin body_pinyin") for term in self.terms)

    @cached_property
    def values(self) -> Values:
        """The values of the parameters of questions for the index."""
        in_title = " AND ".join(term.expression("title", "title_pinyin") for term in self.terms)
        return {
            EVERYWHERE: self.expression,
            IN_TITLE: in_title,
            NOT_IN_TITLE: f"({self.expression}) NOT ({in_title})",
        }


def read_search(typed: str, alphabet: Alphabet) -> Search:
    """Read what was typed; raises SearchError when there is nothing to search for in it, or too much."""
    terms: list[SearchTerm] = []
    spelled: list[Phrase] = []
    for phrase in _phrases(fold(typed, alphabet.script)):
        # Syllables that stand apart, liang jie he, are one word that is spelled out.
        if phrase.open_ended and len(phrase.runs) == 1 and alphabet.syllabary.is_one(phrase.runs[0]):
            spelled.append(phrase)
        else:
            terms += [*_term(spelled, alphabet), *_term([phrase], alphabet)]
            spelled = []
    terms += _term(spelled, alphabet)
    if not terms:
        raise SearchError("nothing_to_search", "has no letter, digit or Chinese character in it")
    search = Search(tuple(terms))
    if search.phrases > MAX_WORDS:
        raise SearchError("too_many_words", f"has {search.phrases} words; at most {MAX_WORDS} are taken")
    return search


def _term(phrases: Sequence[Phrase], alphabet: Alphabet) -> list[SearchTerm]:
    if not phrases:
        return []
    runs = [run for phrase in phrases for run in phrase.runs]
    return [SearchTerm(tuple(phrases), alphabet.syllabary.readings(runs))]


def _phrases(folded: str) -> Iterator[Phrase]:
    for found in _ASKED.finditer(folded):
        *quoted, bare = found.groups()
        if bare is not None:
            yield from _words(bare)
        else:
            runs = RUN.findall("".join(filter(None, quoted)))
            if runs:
                yield Phrase(tuple(runs), open_ended=False)


def _words(bare: str) -> Iterator[Phrase]:
    """Part what stands between spaces into words: at punctuation, but not where it is a part of one."""
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


def hits(kinds: Sequence[Resource], parameter: str = EVERYWHERE) -> Conditions:
    """Ask of a row of the index that it is of one of the kinds, and that it matches the expression of a parameter."""
    match = literal_column(SEARCH_INDEX.name).op("MATCH", is_comparison=True)(given(parameter))
    return [match, or_(*(SEARCH_INDEX.c.rowid.between(*span) for span in _spans(kinds)))]


def matches(kind: Resource, parameter: str = EVERYWHERE) -> Select[tuple[int]]:
    """Find the numbers of the records of a kind that match."""
    return select((SEARCH_INDEX.c.rowid - search_key(kind, 0)).label("number")).where(*hits([kind], parameter))


def ranked(kinds: Sequence[Resource]) -> CTE:
    """Find the keys of the records of some kinds that match, each with its `rank`: the lower, the better."""
    table: ColumnElement[str] = literal_column(SEARCH_INDEX.name)
    rank = func.bm25(table, *_WEIGHTS, type_=Float)
    found = select(SEARCH_INDEX.c.rowid.label("key"), rank.label("rank")).where(*hits(kinds))
    # Materialised, since a rank can be taken only where the index itself is read.
    return found.cte("hits").prefix_with("MATERIALIZED")


def are_ranked(reader: Reader, counted: BoundedCache, kinds: Sequence[Resource], search: Search) -> bool:
    """Tell whether so few records of some kinds match that each is ranked by itself."""

    def count() -> bool:
        found: int = reader.scalar(_few(tuple(kinds)), search.values)
        return found <= MAX_RANKED

    return counted.get(("ranked", tuple(kinds), search.expression), count)


@cache
def _few(kinds: tuple[Resource, ...]) -> Statement:
    few = select(SEARCH_INDEX.c.rowid).where(*hits(kinds)).limit(MAX_RANKED + 1).subquery("few")
    return compiled(select(func.count()).select_from(few))


def _spans(kinds: Sequence[Resource]) -> list[tuple[int, int]]:
    """Give the first and the last key of the kinds; of kinds that stand side by side, together."""
    spans: list[tuple[int, int]] = []
    for kind in sorted(kinds, key=ADDRESSED_RESOURCES.index):
        first, last = search_keys(kind)
        if spans and spans[-1][1] + 1 == first:
            first = spans.pop()[0]
        spans.append((first, last))
    return spans
