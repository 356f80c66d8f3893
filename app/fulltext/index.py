"""Querying the full-text index: which of its rows match a search, as SQL fragments that are compiled once."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, func, literal_column, or_, select
from sqlmodel import col

from app.db.bounded_cache import BoundedCache
from app.db.connections import Reader
from app.db.filters import JoinPath
from app.db.keys import search_key, search_keys
from app.db.statements import bind, compile_column, compile_condition, compile_statement
from app.fulltext.query import EVERYWHERE, IN_TITLE, Search
from app.fulltext.table import SEARCH_INDEX
from app.model.codes import ADDRESSED_RESOURCES, Resource

MAX_RANKED = 500
"""How many hits are ranked one by one. A rank costs 2 to 5 µs, and no page can be read before all are ranked."""

# The weights of title, title_pinyin, body and body_pinyin. BM25 saturates and counts a record's length against it:
# with a title worth only ten times a body, the campaign of that very name came after every short record that
# mentions it.
_WEIGHTS = (1000.0, 500.0, 1.0, 0.5)

HITS = "hits"
RANK = f"{HITS}.rank"
HIT_KEY = f"{HITS}.key"
ROWID = f"{SEARCH_INDEX.name}.rowid"


@cache
def matches(resources: tuple[Resource, ...], parameter: str = EVERYWHERE) -> str:
    """Return the condition that a row of the index is of one of the resources and matches a bound expression."""
    return compile_condition(_matches(resources, parameter), SEARCH_INDEX)


@cache
def ranked_hits(resources: tuple[Resource, ...], condition: str = "") -> str:
    """Return the WITH clause of `hits`: the key of each row that matches, and its rank, the lower the better.

    `condition` is one more condition on the rows of the index. It must be one of few.
    """
    table: ColumnElement[str] = literal_column(SEARCH_INDEX.name)
    rank = func.bm25(table, *_WEIGHTS, type_=Float)
    found = compile_statement(select(SEARCH_INDEX.c.rowid.label("key"), rank.label("rank")))
    where = matches(resources) + (f" AND ({condition})" if condition else "")
    # Materialised, because a rank can be computed only where the index itself is read.
    return f"WITH {HITS} AS MATERIALIZED ({found} WHERE {where}) "


@cache
def search_path(resource: Resource, table: Any, parameter: str = EVERYWHERE) -> JoinPath:
    """Return the path to the records of a resource that match."""
    number, rowid, first = col(table.number), SEARCH_INDEX.c.rowid, search_key(resource, 0)
    where = _matches((resource,), parameter)
    # One subquery for all records: the index is slow to search once for each.
    found = number.in_(select(rowid - first).where(where))
    return JoinPath.through(table, SEARCH_INDEX, position=rowid, on=number == rowid - first, where=where, exists_=found)


@cache
def title_hits_first(resource: Resource, table: Any) -> str:
    """Return the expression that is 0 for a record that matches with its title, and 1 for any other."""
    return f"CASE WHEN ({search_path(resource, table, IN_TITLE).exists}) THEN 0 ELSE 1 END"


@cache
def ranked_path(resource: Resource, table: Any) -> JoinPath:
    """Return the path to the records of a resource that match, each with its rank."""
    number = compile_column(table.number)
    join = f"{HITS} ON {number} = {HIT_KEY} - {search_key(resource, 0)}"
    return JoinPath(join, HIT_KEY, "", search_path(resource, table).exists, cte=ranked_hits((resource,)))


def are_ranked(reader: Reader, counts: BoundedCache, resources: tuple[Resource, ...], search: Search) -> bool:
    """Return whether so few records of some resources match that each is ranked."""

    def count() -> bool:
        found: int = reader.scalar(_count_up_to_limit(resources), search.values)
        return found <= MAX_RANKED

    return counts.get(("ranked", resources, search.expression), count)


@cache
def _count_up_to_limit(resources: tuple[Resource, ...]) -> str:
    few = select(SEARCH_INDEX.c.rowid).where(_matches(resources, EVERYWHERE)).limit(MAX_RANKED + 1).subquery("few")
    return compile_statement(select(func.count()).select_from(few))


def _matches(resources: Sequence[Resource], parameter: str) -> ColumnElement[bool]:
    match = literal_column(SEARCH_INDEX.name).op("MATCH", is_comparison=True)(bind(parameter))
    return and_(match, or_(*(SEARCH_INDEX.c.rowid.between(*keys) for keys in _key_ranges(resources))))


def _key_ranges(resources: Sequence[Resource]) -> list[tuple[int, int]]:
    """Return the first and the last key of each resource, in one range where resources are adjacent."""
    ranges: list[tuple[int, int]] = []
    for resource in sorted(resources, key=ADDRESSED_RESOURCES.index):
        first, last = search_keys(resource)
        if ranges and ranges[-1][1] + 1 == first:
            first = ranges.pop()[0]
        ranges.append((first, last))
    return ranges
