"""Reading letters as pinyin: splitting them into the syllables of an index."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

_MAX_READINGS = 8
_MAX_LETTERS = 60

# Syllables may be followed by a digit for the tone. The pattern is unambiguous, so no run is slow to reject.
_SPELLED = re.compile(r"[a-z]+([1-5][a-z]+)*[1-5]?")
_TONE = re.compile(r"[1-5]")

Reading = tuple[str, ...]
"""Consecutive syllables; the last may be incomplete."""


class Syllabary:
    """The syllables of an index."""

    def __init__(self, syllables: Sequence[str]) -> None:
        self._syllables = frozenset(syllables)
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
