"""Processes that transform and render records while this one inserts them; for few records this one does both.

`concurrent.futures` would not do: its `map` submits everything at once, and its workers outlive a killed parent.
"""

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from app.build.common.importer import BuildContext
from app.build.search_text import Indexer
from app.build.writer import Batch, Written, write_batch
from app.fulltext.tokens import Script

MIN_POOLED_RECORDS = 4_000
"""From how many records on processes are started; one takes a second to start, as long as 1,500 records take."""

# More would wait for the process that inserts.
_MAX_PROCESSES = 4


class ProcessPoolError(Exception):
    """A process of the pool ended early."""


Pool = Callable[[Iterable[Batch]], Iterator[Written]]
"""Writes batches of records, in their order."""


def _write_here(indexer: Indexer, context: BuildContext, batches: Iterable[Batch]) -> Iterator[Written]:
    for batch in batches:
        yield write_batch(batch, context, indexer)


def _write_in_processes(processes: Sequence[Connection], batches: Iterable[Batch]) -> Iterator[Written]:
    """Write each batch in a process; later batches are read while earlier ones are being written."""
    idle, busy = list(processes), deque[Connection]()
    try:
        for batch in batches:
            # Only a process that waits is sent anything: two that both send would wait for each other.
            written = None if idle else busy[0].recv()
            process = idle.pop() if idle else busy.popleft()
            process.send(batch)
            busy.append(process)
            if written is not None:
                yield written
        for process in busy:
            yield process.recv()
    except (EOFError, OSError) as error:
        raise ProcessPoolError("a process that renders records ended early; is there enough memory?") from error


@contextmanager
def process_pool(indexer: Indexer, context: BuildContext, records: int) -> Iterator[Pool]:
    """Start a pool for so many records: a process per processor; for few records, this process uses `indexer`."""
    number = min(os.cpu_count() or 1, _MAX_PROCESSES)
    if number == 1 or records < MIN_POOLED_RECORDS:
        yield partial(_write_here, indexer, context)
        return
    # `spawn`, since this process may have threads. The processes end when their connection does.
    spawn = multiprocessing.get_context("spawn")
    # Otherwise the first process would start it, and it would not ignore Ctrl-C.
    resource_tracker.ensure_running()
    with ExitStack() as stack:
        processes = []
        for _ in range(number):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(theirs, context, indexer.script), daemon=True)
            # It inherits the mask: Ctrl-C reaches all processes of a terminal.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
            stack.callback(process.join)
            stack.callback(ours.close)
            processes.append(ours)
        with _without_gc():
            yield partial(_write_in_processes, processes)


@contextmanager
def _without_gc() -> Iterator[None]:
    """Disable the search for reference cycles: records have none, and it took a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _serve(connection: Connection, context: BuildContext, script: Script) -> None:
    """Write the batches that are received until the connection closes."""
    indexer = Indexer(script)
    with _without_gc(), suppress(EOFError, OSError):
        while True:
            connection.send(write_batch(connection.recv(), context, indexer))
