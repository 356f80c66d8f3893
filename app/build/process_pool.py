"""Processes that transform and render records while this one inserts them; for few records this one does both.

`concurrent.futures` would not do: its `map` submits everything at once, and its workers outlive a killed parent.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from app.build.common.importer import BuildContext
from app.build.search_text import Indexer
from app.build.writer import Batch, Written, write

MIN_POOLED_RECORDS = 4_000
"""From how many records on processes are started; one takes a second to start, as long as 1,500 records take."""

# More would wait for the process that inserts.
_MAX_PROCESSES = 4


class ProcessPoolError(Exception):
    """A process of the pool ended early."""


class ProcessPool:
    """Writes batches of records, in their order."""

    def __init__(self, indexer: Indexer, context: BuildContext, processes: Sequence[Connection]) -> None:
        """Use the processes at the other ends of connections, or `indexer` if there are none."""
        self._indexer = indexer
        self._context = context
        self._processes = processes

    def write(self, batches: Iterable[Batch]) -> Iterator[Written]:
        """Write each batch; later batches are read while earlier ones are being written."""
        if not self._processes:
            yield from (write(batch, self._context, self._indexer) for batch in batches)
            return
        idle, busy = list(self._processes), deque[Connection]()
        for batch in batches:
            # Only a process that waits is sent anything: two that both send would wait for each other.
            written = None if idle else _receive(busy[0])
            process = idle.pop() if idle else busy.popleft()
            with _raising_pool_error():
                process.send(batch)
            busy.append(process)
            if written is not None:
                yield written
        for process in busy:
            yield _receive(process)


def _receive(process: Connection) -> Written:
    with _raising_pool_error():
        written: Written = process.recv()
    return written


@contextmanager
def _raising_pool_error() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise ProcessPoolError("a process that renders records ended early; is there enough memory?") from error


@contextmanager
def process_pool(indexer: Indexer, context: BuildContext, records: int) -> Iterator[ProcessPool]:
    """Start a pool for so many records: a process per processor, or none for few records."""
    number = min(os.cpu_count() or 1, _MAX_PROCESSES) if records >= MIN_POOLED_RECORDS else 1
    # `spawn`, since this process may have threads. The processes end when their connection does.
    spawn = multiprocessing.get_context("spawn")
    if number > 1:
        # Otherwise the first process would start it, and it would not ignore Ctrl-C.
        resource_tracker.ensure_running()
    with ExitStack() as stack:
        processes = []
        for _ in range(number if number > 1 else 0):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_work, args=(theirs, context), daemon=True)
            with _blocking_interrupts():
                process.start()
            theirs.close()
            stack.callback(process.join)
            stack.callback(ours.close)
            processes.append(ours)
        yield ProcessPool(indexer, context, processes)


@contextmanager
def _blocking_interrupts() -> Iterator[None]:
    """Block SIGINT in a process started here: Ctrl-C reaches all processes of a terminal."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection, context: BuildContext) -> None:
    """Write the batches that are received until the connection closes."""
    indexer = Indexer()
    try:
        while True:
            connection.send(write(connection.recv(), context, indexer))
    except (EOFError, OSError):
        pass
