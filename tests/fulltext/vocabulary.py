"""The alphabet of an index of some texts, without a database."""

from itertools import chain

from app.build.search_text import neighbours, pronounce, simplification
from app.fulltext.numerals import read_aloud
from app.fulltext.parsing import Alphabet, parse_search
from app.fulltext.pinyin import Syllabary
from app.fulltext.query import Search
from app.fulltext.tokens import fold, index_words, sentences

SCRIPT = simplification()


class Vocabulary:
    """What searches need to know of an index of texts."""

    def __init__(self, *texts: str) -> None:
        words = {
            word
            for text in texts
            for written in (fold(text, SCRIPT), *read_aloud(fold(text, SCRIPT)))
            for run in chain.from_iterable(sentences(written))
            for word in neighbours(run, index_words(run))
        }
        self.sounds = pronounce(words, SCRIPT)
        self.alphabet = Alphabet(SCRIPT, Syllabary(self.sounds.syllables, self.sounds.words))

    def lookup(self, first: str, last: str) -> str:
        """Return what is written in the texts and sounds like the keys from `first` to `last`."""
        spellings = self.sounds.spellings
        return "".join(spellings[key] for key in sorted(spellings) if first <= key <= last)

    def search(self, typed: str) -> Search:
        """Parse a search."""
        return parse_search(typed, self.alphabet, self.lookup)

    def spelled(self, typed: str) -> list[str]:
        """Return the Chinese words that a search of one term may stand for."""
        (term,) = self.search(typed).terms
        return ["".join(phrase.runs) for phrase in term.alternatives]
