"""Parsed searches as expressions for the full-text index.

Every word must match. A word matches a text that contains it, in any language of the record, perhaps with its numbers
in other numerals; Chinese text that is pronounced like it; or an event of its date. Only words of the index's own
alphabet reach the index, so a search cannot contain FTS5 syntax.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.fulltext.dates import SearchedDate
from app.fulltext.tokens import GAP, LETTER, index_words, is_unspaced, pairs, value_word

EVERYWHERE, IN_TITLE, NOT_IN_TITLE = "q", "q_in_title", "q_not_in_title"
"""The bind parameters for records that match with any text, with their titles, and with other texts only."""

MAX_PROBES = 32
"""How many searches for words and parts of words are tried for suggestions."""

_MAX_CHEAP_PHRASES = 4
"""Each takes up to 0.4 ms, in which the index looks up its words, or merges all that begin with one."""


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


def _part(folded: str) -> "SearchTerm":
    return SearchTerm(folded, (Phrase((folded,), open_ended=True),))


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
    unspaced: tuple[tuple[str, str], ...] = ()
    """Its runs of Chinese, folded and as they were typed."""

    def parts(self, finds: Callable[["Search"], bool]) -> Iterator[str]:
        """Iterate over the longest parts of its Chinese, from the left, that find something."""
        for folded, typed in self.unspaced:
            start = 0
            while start < len(folded):
                end = start + 1
                # A part finds something only if the same part without its last character does.
                while end < len(folded) and finds(Search((_part(folded[start : end + 1]),))):
                    end += 1
                if end > start + 1:
                    yield typed[start:end]
                start = end

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

    @cached_property
    def is_costly(self) -> bool:
        """Whether reading its hits may take milliseconds that SQLite's clock does not see, before the first hit."""
        return sum(len(term.phrases) + len(term.alternatives) for term in self.terms) > _MAX_CHEAP_PHRASES

    def suggestions(self, finds: Callable[["Search"], bool]) -> list[str]:
        """Return the words, as they were typed, that find something alone, for a search that finds nothing.

        A word that finds nothing is replaced by the longest parts of its Chinese that do. `finds` is called MAX_PROBES
        times at most.
        """
        probes = iter(range(MAX_PROBES))
        found: list[str] = []

        def bounded(search: Search) -> bool:
            return next(probes, None) is not None and finds(search)

        for term in self.terms:
            if len(self.terms) > 1 and bounded(Search((term,))):
                found.append(term.text)
            else:
                found += term.parts(bounded)
        return list(dict.fromkeys(found))

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
