"""Facets: how many of the matching records have each value."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.db.connections import Reader
from app.db.filters import Filters
from app.db.statements import BindValues, is_one_of, select_sql
from app.languages import Language, text_in
from app.model.codes import Resource

MAX_FACET_VALUES = 200
"""How many values a facet has, the most frequent ones."""


@dataclass(frozen=True)
class Facet:
    """A value to count records by."""

    resource: Resource
    """The resource of the list."""
    column: str
    """The column of the value, with its table, as SQL."""
    named_by: str | Callable[[str, Language], str]
    """The kind of ids that the values are, or a function that names them."""
    joins: str = ""
    """The joins from the list's table to the value's, where that is another, as SQL."""
    repeats: bool = False
    """Whether a record can have the same value in several joined rows; it is then counted once."""
    is_left_out: str = ""
    """The condition of the records that it leaves out at a value, because the editors derived the link; "" for none."""
    has_places: bool = False
    """Whether the values are places, which are shown with their kind and their parent."""

    def sql(self, filters: Filters, name: str, chosen: Sequence[str]) -> str:
        """Return the SQL that counts each value, without the filter `name`, which has the `chosen` values.

        Where there are too many values to show, the chosen ones come first.
        """
        counted = f"DISTINCT {self.resource}.number" if self.repeats else "*"
        conditions = [*filters.every(without=[name]), f"{self.column} IS NOT NULL"]
        sql = select_sql(f"{self.column}, count({counted})", f"{self.resource} {self.joins}", conditions)
        first = f"{is_one_of(self.column, name, chosen)} DESC, " if chosen else ""
        return f"{sql} GROUP BY 1 ORDER BY {first}2 DESC, 1 LIMIT {MAX_FACET_VALUES + 1}"


Places = Mapping[str, tuple[str, str | None]]
"""The kind of each place, and the id of the place that it lies in, by id."""

NO_PLACES: Places = {}


class FacetCounts(NamedTuple):
    """How many records have each value."""

    values: list[tuple[str, str, int]]
    """Values with their names and counts, the highest count first."""
    complete: bool
    """Whether no value is left out."""
    derived_excluded: int | None = None
    """How many records are left out at a value because the editors derived the link; None for values without links."""
    places: Places = NO_PLACES
    """The places that the values are; empty where they are none."""


def count_facet(
    reader: Reader,
    filters: Filters,
    facet: Facet,
    values: BindValues,
    *,
    name: str,
    chosen: Sequence[str],
    language: Language,
) -> FacetCounts:
    """Count records by value without the filter `name`; its `chosen` values are included though no record has them."""
    counted = reader.rows(facet.sql(filters, name, chosen), values)
    shown = dict.fromkeys(chosen, 0) | dict(counted[:MAX_FACET_VALUES])
    names = _names(reader, facet, list(shown), language)
    named = [(value, names[value], count) for value, count in shown.items()]
    named.sort(key=lambda counts: (-counts[2], counts[0]))
    excluded = None
    if facet.is_left_out:
        conditions = [*filters.every(without=[name]), facet.is_left_out]
        excluded = int(reader.scalar(select_sql("count(*)", str(facet.resource), conditions), values))
    places = _read_places(reader, list(shown)) if facet.has_places else NO_PLACES
    return FacetCounts(named, len(counted) <= MAX_FACET_VALUES, excluded, places)


_NAMES = "SELECT id, name FROM identifier WHERE kind = :kind AND id IN (SELECT value FROM json_each(:ids))"


def _names(reader: Reader, facet: Facet, values: Sequence[str], language: Language) -> dict[str, str]:
    named_by = facet.named_by
    if isinstance(named_by, str):
        rows = reader.rows(_NAMES, {"kind": named_by, "ids": json.dumps(values)})
        return {id_: text_in(json.loads(name), language) for id_, name in rows}
    return {value: named_by(value, language) for value in values}


_PLACES = "SELECT id, kind, parent FROM location WHERE id IN (SELECT value FROM json_each(:ids))"


def _read_places(reader: Reader, ids: Sequence[str]) -> Places:
    return {id_: (kind, parent) for id_, kind, parent in reader.rows(_PLACES, {"ids": json.dumps(ids)})}
