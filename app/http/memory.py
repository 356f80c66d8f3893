"""Memory as the C library manages it, where that is GNU's; elsewhere nothing is done."""

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8


def keep_memory_together() -> None:
    """Let all threads take memory from one place.

    GNU's gives each thread a place of its own, where what others let go of is never used again: with every new version
    of the data the process grew, by a quarter before it ended. They take turns at the interpreter's lock anyway.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_memory_back() -> None:
    """Give the system what was let go of; else the process keeps it between what it still needs."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
