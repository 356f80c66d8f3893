"""Reading what was typed as pinyin: cutting letters into the syllables that an index has."""

import re
from collections.abc import Iterator, Sequence

_MAX_READINGS = 8
_MAX_LETTERS = 60

# Tones may stand behind syllables as digits. A run can be matched in one way only, so no run is slow to refuse.
_SPELLED = re.compile(r"[a-z]+([1-5][a-z]+)*[1-5]?")
_TONE = re.compile(r"[1-5]")

Reading = tuple[str, ...]
"""Syllables one after another, the last perhaps unfinished."""


class Syllabary:
    """The syllables that an index has."""

    def __init__(self, syllables: Sequence[str]) -> None:
        self._syllables = frozenset(syllables)
        self._longest = max(map(len, syllables), default=0)
        self._beginnings = {
            syllable[:length] for syllable in syllables for length in range(1, len(syllable) + 1)
        }  # fmt: skip

    def readings(self, runs: Sequence[str]) -> tuple[Reading, ...]:
        """Give the ways to read runs of letters, those of long syllables first; none where there is no way.

        A run ends a syllable: xi'an is two, and xian may be one. Only where the letters make no whole syllables is the
        last taken for unfinished: liangj, but not xian for xia n…. `ü` may be written v, and is u in the index.
        """
        pieces: list[str] = []
        for run in runs:
            if not _SPELLED.fullmatch(run):
                return ()
            pieces += filter(None, _TONE.split(run.replace("v", "u")))
        if sum(map(len, pieces)) > _MAX_LETTERS:
            return ()
        readings: list[Reading] = [()]
        for place, letters in enumerate(pieces):
            is_last = place == len(pieces) - 1
            ways = self._cut(letters) or (self._cut(letters, unfinished=True) if is_last else [])
            readings = [(*reading, *way) for reading in readings for way in ways][:_MAX_READINGS]
        return tuple(readings)

    def is_one(self, run: str) -> bool:
        """Tell whether a run may be a single syllable, or the beginning of one."""
        return any(len(reading) == 1 for reading in self.readings([run]))

    def _cut(self, letters: str, *, unfinished: bool = False) -> list[Reading]:
        dead: set[int] = set()

        def ways(start: int) -> Iterator[Reading]:
            if start == len(letters):
                yield ()
            if start in dead:
                return
            alive = False
            for end in range(min(len(letters), start + self._longest), start, -1):
                piece = letters[start:end]
                ends = unfinished and end == len(letters) and piece in self._beginnings
                if ends or piece in self._syllables:
                    for rest in ways(end):
                        alive = True
                        yield (piece, *rest)
            if not alive:
                dead.add(start)

        return [way for way, _ in zip(ways(0), range(_MAX_READINGS), strict=False)]
