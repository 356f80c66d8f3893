"""Reading letters as pinyin: splitting them into the syllables of an index, and these into its Chinese characters.

A character is read in each of its common ways, whatever the word that it is in. So a search in pinyin becomes one for
all words that are read so; which words there are is known from the neighbouring characters in the index.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

_MAX_READINGS = 64
_MAX_LETTERS = 60
MIN_INITIALS = 3
"""From how many letters on a word may be the initials of its syllables: jcj."""
MAX_SPELLINGS = 1000
"""How many words that the index may not have as a whole a search in pinyin may stand for."""

# Syllables may be followed by a digit for the tone. The pattern is unambiguous, so no run is slow to reject.
_SPELLED = re.compile(r"[a-z]+([1-5][a-z]+)*[1-5]?")
_TONE = re.compile(r"[1-5]")
INITIALS = re.compile(f"[a-hj-tw-z]{{{MIN_INITIALS},}}")
"""A pattern for initials: no syllable begins with i, u or v."""

Reading = tuple[str, ...]
"""Consecutive syllables; the last may be incomplete. Or initials, in capitals."""

SpellingLookup = Callable[[str, str], str]
"""Returns what is written in the index and sounds like a key, for all keys from one to another, one after another.

A key is two syllables, `jing cha`, and finds pairs of neighbouring characters; or three initials in capitals, `J C J`,
and finds three neighbours.
"""

_PAIR, _TRIPLE = 2, 3

AFTER_LETTERS = "{"
"""Sorts after every letter: no syllable that begins with `ch` sorts after `ch{`."""


class TooManySpellingsError(ValueError):
    """A reading stands for more words of the index than can be searched for."""

    def __init__(self, letters: str) -> None:
        super().__init__(letters)
        self.letters = letters


class Syllabary:
    """The syllables of an index, each with the characters that are read so."""

    def __init__(self, syllables: Mapping[str, str], words: Sequence[str] = ()) -> None:
        """`words` are the beginnings of Latin words in the index, sorted; these are not read as initials."""
        self._syllables = syllables
        self._words = words
        self._longest = max(map(len, syllables), default=0)
        self._prefixes = {
            syllable[:length] for syllable in syllables for length in range(1, len(syllable) + 1)
        }  # fmt: skip

    def readings(self, runs: Sequence[str]) -> tuple[Reading, ...]:
        """Return the readings of runs of letters, those with long syllables first; none if they are not pinyin.

        A syllable ends with its run: xi'an has two syllables, xian may have one. The last syllable may be incomplete
        only if the letters cannot be split into complete ones: liangj, but not xian as xia n…. `ü` may be written v,
        and is u in the index.
        """
        pieces: list[str] = []
        for run in runs:
            if not _SPELLED.fullmatch(run):
                return ()
            pieces += filter(None, _TONE.split(run.replace("v", "u")))
        if sum(map(len, pieces)) > _MAX_LETTERS:
            return ()
        readings: list[Reading] = [()]
        for index, letters in enumerate(pieces):
            is_last = index == len(pieces) - 1
            splits = self._split(letters) or (self._split(letters, incomplete=True) if is_last else [])
            readings = [(*reading, *split) for reading in readings for split in splits][:_MAX_READINGS]
        return tuple(readings)

    def initials(self, run: str) -> Reading:
        """Return the initials that a run of letters may be; none if it is a word, or in pinyin, or too short."""
        if not INITIALS.fullmatch(run) or len(run) > _MAX_LETTERS or self._split(run):
            return ()
        index = bisect_left(self._words, run)
        is_word = index < len(self._words) and self._words[index].startswith(run)
        return () if is_word else tuple(run.upper())

    def spellings(self, reading: Reading, lookup: SpellingLookup) -> list[str]:
        """Return the words of the index that are read so, the last syllable also as the beginning of a longer one.

        All neighbours in a word are neighbours in the index, two by two, or three by three for initials; longer words
        may not be in it as a whole. Raises TooManySpellingsError for more than MAX_SPELLINGS of these.
        """
        if len(reading) == 1:
            spelled = (self._syllables[one] for one in self._syllables if one.startswith(reading[0]))
            return sorted(set("".join(spelled)))
        size = _TRIPLE if reading[0].isupper() else _PAIR
        steps: list[dict[str, set[str]]] = []
        for end in range(size, len(reading) + 1):
            key = " ".join(reading[end - size : end])
            found = lookup(key, key + AFTER_LETTERS if end == len(reading) and key.islower() else key)
            if not found:
                return []
            step: dict[str, set[str]] = defaultdict(set)
            for start in range(0, len(found), size):
                piece = found[start : start + size]
                step[piece[:-1]].add(piece[-1])
            steps.append(step)
        # From the end, without the ways that lead nowhere.
        for step, next_ in reversed(list(pairwise(steps))):
            for before in list(step):
                step[before] = {last for last in step[before] if (before + last)[1:] in next_}
                if not step[before]:
                    del step[before]
        words = list(steps[0])
        for step in steps:
            words = [word + last for word in words for last in step[word[1 - size :]]]
            if len(words) > MAX_SPELLINGS and len(steps) > 1:
                raise TooManySpellingsError(" ".join(reading).lower())
        return sorted(words)

    def is_one(self, run: str) -> bool:
        """Return whether a run can be a single syllable, or the beginning of one."""
        return any(len(reading) == 1 for reading in self.readings([run]))

    def _split(self, letters: str, *, incomplete: bool = False) -> list[Reading]:
        dead_ends: set[int] = set()

        def splits_from(start: int) -> Iterator[Reading]:
            if start == len(letters):
                yield ()
            if start in dead_ends:
                return
            found = False
            for end in range(min(len(letters), start + self._longest), start, -1):
                piece = letters[start:end]
                ends = incomplete and end == len(letters) and piece in self._prefixes
                if ends or piece in self._syllables:
                    for rest in splits_from(end):
                        found = True
                        yield (piece, *rest)
            if not found:
                dead_ends.add(start)

        return list(islice(splits_from(0), _MAX_READINGS))
