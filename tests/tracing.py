"""Recording the SQL that runs on database connections."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.db.connections import Reader


@contextmanager
def traced(*readers: Reader) -> Iterator[list[str]]:
    """Record every statement that readers run, with its values written in it, until the block ends."""
    statements: list[str] = []

    def record(statement: str) -> None:
        # FTS5 marks the statements that it runs itself as comments.
        if not statement.startswith("--"):
            statements.append(statement)

    for reader in readers:
        reader._connection.set_trace_callback(record)
    try:
        yield statements
    finally:
        for reader in readers:
            reader._connection.set_trace_callback(None)
