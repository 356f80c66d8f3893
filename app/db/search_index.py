"""Querying the full-text index: which of its rows match a search, as SQL."""

from functools import cache

from app.db.bounded_cache import BoundedCache
from app.db.connections import Reader
from app.db.filters import JoinPath
from app.db.keys import search_key, search_keys
from app.db.statements import select_sql
from app.fulltext.pinyin import SpellingLookup
from app.fulltext.query import EVERYWHERE, IN_TITLE, Search
from app.model.codes import ADDRESSED_RESOURCES, Resource

MAX_RANKED = 500
"""How many hits are ranked one by one. A rank costs 2 to 5 µs, and no page can be read before all are ranked."""

# The weights of title and body. BM25 saturates and counts a record's length against it:
# with a title worth only ten times a body, the campaign of that very name came after every short record that
# mentions it.
_RANK = "bm25(search, 1000.0, 1.0)"

INDEX = "search"
"""The full-text index, a virtual table of SQLite's FTS5."""
ROWID = f"{INDEX}.rowid"

HITS, RANK, HIT_KEY = "hits", "hits.rank", "hits.key"


_SPELLINGS = "SELECT written FROM search_spelling WHERE spoken BETWEEN :first AND :last"


def spelling_lookup(reader: Reader) -> SpellingLookup:
    """Return how to look up what is written in the index by its sounds."""
    return lambda first, last: "".join(
        written for (written,) in reader.rows(_SPELLINGS, {"first": first, "last": last})
    )


@cache
def matches(resources: tuple[Resource, ...], parameter: str = EVERYWHERE) -> str:
    """Return the condition that a row of the index is of one of the resources and matches a bound expression."""
    ranges = (f"{ROWID} BETWEEN {first} AND {last}" for first, last in _key_ranges(resources))
    return f"{INDEX} MATCH :{parameter} AND ({' OR '.join(ranges)})"


def ranked_hits(resources: tuple[Resource, ...], condition: str = "") -> str:
    """Return the WITH clause of `hits`: the key of each row that matches, and its rank, the lower the better.

    `condition` is one more condition on the rows of the index, "" for none.
    """
    conditions = [matches(resources), condition] if condition else [matches(resources)]
    found = select_sql(f"{ROWID} AS key, {_RANK} AS rank", INDEX, conditions)
    # Materialised, because a rank can be computed only where the index itself is read.
    return f"WITH {HITS} AS MATERIALIZED ({found}) "


@cache
def search_path(resource: Resource, parameter: str = EVERYWHERE) -> JoinPath:
    """Return the path to the records of a resource that match."""
    number, found = f"{resource}.number", f"{ROWID} - {search_key(resource, 0)}"
    condition = matches((resource,), parameter)
    # One subquery for all records: the index is slow to search once for each.
    exists = f"{number} IN ({select_sql(found, INDEX, [condition])})"
    return JoinPath(f"{INDEX} ON {number} = {found}", ROWID, condition, exists)


def title_hits_first(resource: Resource) -> str:
    """Return the expression that is 0 for a record that matches with its title, and 1 for any other."""
    return f"CASE WHEN {search_path(resource, IN_TITLE).exists} THEN 0 ELSE 1 END"


def ranked_path(resource: Resource) -> JoinPath:
    """Return the path to the records of a resource that match, each with its rank."""
    join = f"{HITS} ON {resource}.number = {HIT_KEY} - {search_key(resource, 0)}"
    return JoinPath(join, HIT_KEY, "", search_path(resource).exists, cte=ranked_hits((resource,)))


def are_ranked(reader: Reader, results: BoundedCache, resources: tuple[Resource, ...], search: Search) -> bool:
    """Return whether so few records of some resources match that each is ranked."""

    def count() -> bool:
        few = select_sql("1", INDEX, [matches(resources)])
        found: int = reader.scalar(f"SELECT count(*) FROM ({few} LIMIT {MAX_RANKED + 1})", search.values)
        return found <= MAX_RANKED

    return results.get(("ranked", resources, search.expression), count)


def _key_ranges(resources: tuple[Resource, ...]) -> list[tuple[int, int]]:
    """Return the first and the last key of each resource, in one range where resources are adjacent."""
    ranges: list[tuple[int, int]] = []
    for resource in sorted(resources, key=ADDRESSED_RESOURCES.index):
        first, last = search_keys(resource)
        if ranges and ranges[-1][1] + 1 == first:
            first = ranges.pop()[0]
        ranges.append((first, last))
    return ranges
