"""What SQLite means to do for a question: the questions that a query makes, and the plan of each."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.db.connections import Reader
from app.db.database import Database
from app.db.list_query import ListQuery, ListSpec
from app.db.statements import Statement, Values
from app.fulltext.query import read_search
from app.http.list_params import FilterParams
from app.http.params import parse_query
from app.http.plan import Asked
from app.languages import Language

Plan = list[str]


class _Unknown(dict[str, Any]):
    """The values of a question; what only the answer before would tell is empty, which is all the same to a plan."""

    def __missing__(self, _name: str) -> str:
        return ""


def asked_of(snapshot: Database, listing: ListSpec, model: type[FilterParams], query: str) -> Asked:
    """Read a query string as the service does."""
    read = parse_query(model, query.encode())
    search = read_search(read.q, snapshot.alphabet) if read.q is not None else None
    values = {**read.values(), **(search.values if search is not None else {}), "language": Language.EN}
    return Asked(snapshot, listing, read, Language.EN, search, dated_only=False, values=values, filters=query)


def pages_of(question: ListQuery) -> Iterator[tuple[str, Statement]]:
    """Give what is asked for the first page and for a later one, of every stretch of a list."""
    for number, segment in enumerate(question.segments):
        yield f"first page of stretch {number}", segment.beginning
        yield f"later page of stretch {number}", segment.continuation


def explain(connection: sqlite3.Connection, statement: Statement, values: Values) -> Plan:
    """Give the steps of a question's plan."""
    bound = _Unknown({**statement.constants, "limit": 51, **values})
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", bound)]


def explain_heard(connection: sqlite3.Connection, heard: list[str]) -> list[Plan]:
    """Give the plan of every question that was heard."""
    return [[row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in heard]


@contextmanager
def traced(*readers: Reader) -> Iterator[list[str]]:
    """Hear every question that readers are asked, with its values written in it."""
    heard: list[str] = []

    def hear(statement: str) -> None:
        # What begins as a comment does, the index for words asks by itself.
        if not statement.startswith("--"):
            heard.append(statement)

    for reader in readers:
        reader._connection.set_trace_callback(hear)
    try:
        yield heard
    finally:
        for reader in readers:
            reader._connection.set_trace_callback(None)
