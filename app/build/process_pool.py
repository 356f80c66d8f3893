"""The processes that write records out while this one loads them; few records are written out by this one itself."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from app.build.common.context import Library
from app.build.writer import Job, Writer, Written

ENOUGH = 4_000
"""From how many records on processes are started; one takes about a second to be ready, as long as 1,500 records."""

# Beyond that they wait for the process that loads.
_MOST = 4


class WorkforceError(Exception):
    """A process that wrote records out is no longer there."""


class Workforce:
    """Writes batches of records out, in their order."""

    def __init__(self, writer: Writer, library: Library, processes: Sequence[Connection]) -> None:
        self._writer = writer
        self._library = library
        self._processes = processes

    def write(self, batches: Iterable[Sequence[Job]]) -> Iterator[Written]:
        """Write each batch out; the next ones are asked for while some are being written."""
        if not self._processes:
            yield from (self._writer.write(batch, self._library) for batch in batches)
            return
        idle, busy = list(self._processes), deque[Connection]()
        for batch in batches:
            # A process is sent something only when it waits for that: two that both send would wait for each other.
            written = None if idle else _receive(busy[0])
            process = idle.pop() if idle else busy.popleft()
            with _while_there():
                process.send(batch)
            busy.append(process)
            if written is not None:
                yield written
        for process in busy:
            yield _receive(process)


def _receive(process: Connection) -> Written:
    with _while_there():
        written: Written = process.recv()
    return written


@contextmanager
def _while_there() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise WorkforceError("a process that wrote records out has ended; is there memory enough?") from error


@contextmanager
def workforce(writer: Writer, library: Library, records: int) -> Iterator[Workforce]:
    """Give what so many records are to be written out by: `writer`, or as many processes as there are processors."""
    number = min(os.cpu_count() or 1, _MOST) if records >= ENOUGH else 1
    # New ones and no copies of this one, which may have threads. They end when their connection does.
    context = multiprocessing.get_context("spawn")
    if number > 1:
        # The first process would start it, and that lets Ctrl-C through.
        resource_tracker.ensure_running()
    with ExitStack() as stack:
        processes = []
        for _ in range(number if number > 1 else 0):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, library), daemon=True)
            with _without_interruptions():
                process.start()
            theirs.close()
            stack.callback(process.join)
            stack.callback(ours.close)
            processes.append(ours)
        yield Workforce(writer, library, processes)


@contextmanager
def _without_interruptions() -> Iterator[None]:
    """Keep Ctrl-C, which reaches all processes of a terminal, from one that is started here, as long as it lives."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(ours: Connection, library: Library) -> None:
    """Write out what is sent until nothing more can come."""
    writer = Writer()
    try:
        while True:
            ours.send(writer.write(ours.recv(), library))
    except (EOFError, OSError):
        pass
