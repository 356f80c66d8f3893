"""The parts and sort keys of a resource, for list queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.db.connections import Reader
from app.languages import Language
from app.model.codes import Resource

RELEVANCE = "relevance"
"""The sort key of a search: the best hits first."""


@dataclass(frozen=True)
class SortColumn:
    """A column to sort by, as SQL."""

    sql: str
    type: type
    """The type of its values in Python."""
    descends: bool = False


@dataclass(frozen=True)
class SortKey:
    """A key to sort a list by."""

    column: str
    """A column with its table, as SQL."""
    type: type = str
    """The type of its values in Python."""
    gap: str = ""
    """The column that is 1 for a record without a value, else 0; such records come last in either direction."""


TITLE = SortKey("title.rank", int)
"""Sorts by title or name, as readers of the response's language expect."""


PartReader = Callable[[Reader, Sequence[int], Sequence[bytes], Language], list[bytes]]
"""Reads a part of the records with some numbers, as JSON, given the last part of each in brief."""


@dataclass(frozen=True)
class ListSpec:
    """A resource, for list queries."""

    resource: Resource
    """The resource; its table has the same name, and is numbered in the order of `default_sort` and the id."""
    parts: Sequence[str]
    """The parts that `include` adds, in their order in a record."""
    sort_keys: Mapping[str, SortKey]
    default_sort: str
    is_undated: str = ""
    """The condition of records without a date; "" for a resource without dates."""
    linked_parts: Mapping[str, PartReader] = field(default_factory=dict)
    """The readers of parts that consist of other records."""

    @property
    def number(self) -> str:
        """The column of the records' numbers, as SQL."""
        return f"{self.resource}.number"

    def sorts_by_title(self, sort: Sequence[str]) -> bool:
        """Return whether an order differs from language to language."""
        return any(self.sort_keys.get(key.removeprefix("-")) is TITLE for key in sort)
