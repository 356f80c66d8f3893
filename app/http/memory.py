"""Tuning glibc's memory allocator; with another C library nothing happens."""

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8


def limit_arenas() -> None:
    """Let all threads allocate from one arena.

    By default each thread has its own, and memory that others free there is not reused: the process grew with every
    reload, by a quarter in all. The interpreter's lock serialises the threads anyway.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def trim_memory() -> None:
    """Return freed memory to the system."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
