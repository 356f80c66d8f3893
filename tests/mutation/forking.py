"""Doing something in a copy of this process: it may break, never end, or take all memory, and nothing is left of it."""

import os
import pickle
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

_MEMORY_BYTES = 4 * 1024**3

_Made = TypeVar("_Made")


class LostError(Exception):
    """A copy ended without a result, or did not end in time."""


def in_a_copy(make: Callable[[], _Made], seconds: float, *, is_quiet: bool = True) -> _Made:
    """Give what is made in a copy of this process; raises LostError."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _make_and_end(make, reading, writing, is_quiet=is_quiet)
    os.close(writing)
    try:
        told = _read_all(reading, seconds)
    finally:
        os.close(reading)
        # What it started is of its group.
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if not told:
        raise LostError("it ended without a result")
    made: _Made = pickle.loads(told)  # noqa: S301 - of our own making
    return made


def _make_and_end(make: Callable[[], object], reading: int, writing: int, *, is_quiet: bool) -> None:
    try:
        os.setsid()
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        if is_quiet:
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nowhere, descriptor)
        told = pickle.dumps(make())
        with open(writing, "wb") as pipe:
            pipe.write(told)
    except BaseException:  # whatever ends it, it must not go on as this process
        traceback.print_exc()
    finally:
        os._exit(0)


def _read_all(reading: int, seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    told = b""
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise LostError("it did not end in time")
        piece = os.read(reading, 65536)
        if not piece:
            return told
        told += piece
