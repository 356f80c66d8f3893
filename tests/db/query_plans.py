"""What SQLite means to do for a query: the queries that a query makes, and the plan of each."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from app.db.connections import Reader
from app.db.database import Database
from app.db.list_query import ListSelection
from app.db.list_spec import ListSpec
from app.db.search_index import spelling_lookup
from app.db.statements import BindValues
from app.fulltext.parsing import parse_search
from app.http.list_params import FilterParams
from app.http.params import parse_params
from app.http.selection import selection_of as make_selection
from tests.languages import EN

Plan = list[str]


class _Unknown(dict[str, Any]):
    """The values of a query; what only the response before would tell is empty, which is all the same to a plan."""

    def __missing__(self, _name: str) -> str:
        return ""


def selection_of(
    database: Database, spec: ListSpec, model: type[FilterParams], query: str, *, dated_only: bool = False
) -> ListSelection:
    """Read a query string as the service does."""
    params = parse_params(model, query.encode())
    lookup = spelling_lookup(database.inline_reader)
    search = parse_search(params.q, database.alphabet, lookup) if params.q is not None else None
    return make_selection(spec, params, EN, search, database.results, dated_only=dated_only)


def pages_of(selection: ListSelection, reader: Reader) -> Iterator[tuple[str, str]]:
    """Return the SQL of the first page and of a later one, of every segment of a list."""
    for number, segment in enumerate(selection.segments(is_ranked=selection.is_ranked(reader))):
        yield f"first page of segment {number}", segment.first_page
        yield f"later page of segment {number}", segment.next_page


def _of_numbers(plan: Plan) -> Plan:
    """Return what is done to find the numbers of a page; the records are then read by their keys, in this order."""
    if plan[0] != "CO-ROUTINE page":
        return plan
    assert plan[-2:] == ["SCAN page", "SEARCH rendered USING INTEGER PRIMARY KEY (rowid=?)"], plan
    return plan[1:-2]


def explain(connection: sqlite3.Connection, sql: str, values: BindValues) -> Plan:
    """Return the steps of a statement's query plan."""
    bound = _Unknown({"limit": 51, **values})
    return _of_numbers([row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", bound)])


def explain_statements(connection: sqlite3.Connection, statements: list[str]) -> list[Plan]:
    """Return the plan of every query that was received."""
    return [_of_numbers([row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]) for sql in statements]
