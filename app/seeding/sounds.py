"""How Chinese sounds, by pypinyin's dictionary of words and characters."""

import sys
from functools import lru_cache

from pypinyin import Style, lazy_pinyin


# The dictionary takes some 8 microseconds a character, and words recur. Of the syllables there are but some 1,600.
@lru_cache(maxsize=20_000)
def toned_syllables(run: str) -> tuple[str, ...]:
    """Give the sound of each character of a run of Chinese, its tone as a digit; what has no sound is itself.

    Which sound a character has is known from the words that it stands in, and those are known in simplified script.
    """
    # Its type does not say that a list of what has no sound is taken too.
    spoken = lazy_pinyin(run, style=Style.TONE3, errors=list)  # type: ignore[arg-type]
    return tuple(map(sys.intern, spoken))
