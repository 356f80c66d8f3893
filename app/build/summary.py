"""The summary of a campaign: its names, its figures, and counts of its records in the database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from app.build.database_writer import DatabaseWriter
from app.languages import LANGUAGES, StoredText, editorial_text
from app.model.codes import Code, EventCategory, EventKind
from app.model.columns import Tree
from app.model.phrases import MONTHS, PHRASES

_TOTALS = {
    "events": "SELECT count(*) FROM event WHERE campaign = ?",
    "undated_events": "SELECT count(*) FROM event WHERE campaign = ? AND undated",
    "locations": "SELECT count(*) FROM location_campaign WHERE campaign = ?",
    "outcomes": "SELECT count(*) FROM outcome WHERE campaign = ?",
    "sources": "SELECT count(*) FROM source WHERE campaign = ?",
}
_BY_PILLAR = "SELECT pillar, count(*) FROM event WHERE campaign = ? GROUP BY pillar"
_BY_KIND = "SELECT kind, count(*) FROM event WHERE campaign = ? GROUP BY kind"
_BY_CATEGORY = "SELECT category, count(*) FROM event WHERE campaign = ? GROUP BY category"
_BY_PERIOD = """
    SELECT starts_on, ends_on, count(*) FROM event WHERE campaign = ? AND NOT undated GROUP BY starts_on, ends_on
"""
_BY_COUNTY = """
    SELECT location.id, count(*) FROM event
    JOIN event_within ON event_within.event = event.number
    JOIN location ON location.id = event_within.location
    WHERE event.campaign = ? AND event_within.linked_by = 'stated' AND location.kind IN ('county', 'district')
    GROUP BY location.id
"""
_BOX = """
    SELECT min(longitude), min(latitude), max(longitude), max(latitude) FROM event
    JOIN event_location ON event_location.event = event.number
    JOIN location ON location.id = event_location.location
    WHERE event.campaign = ?
"""

_Period = tuple[date, date, int]
"""A first and a last day, and the number of events with these."""


def make_summary(
    campaign: Tree, figures: Iterable[Tree], places: Mapping[str, StoredText], database: DatabaseWriter
) -> Tree:
    """Return a campaign's summary, its texts still in every language.

    `campaign` is its public record, `places` has the names of all places by id, and `database` already has all records
    of the campaign.
    """

    def run(query: str) -> list[Any]:
        return database.run(query, (campaign["id"],))

    periods = [(date.fromisoformat(start), date.fromisoformat(end), count) for start, end, count in run(_BY_PERIOD)]
    return {
        **{name: campaign[name] for name in ("id", "version", "name", "short_name", "summary")},
        "figures": list(figures),
        "totals": {name: run(query)[0][0] for name, query in _TOTALS.items()},
        "events_by_pillar": _in_order(dict(run(_BY_PILLAR)), campaign["pillars"]),
        "events_by_kind": _by_code(EventKind, dict(run(_BY_KIND))),
        "events_by_category": _by_code(EventCategory, dict(run(_BY_CATEGORY))),
        "events_by_month": _by_month(periods),
        "events_by_county": _most_first(_count(id_, places[id_], count) for id_, count in run(_BY_COUNTY)),
        "first_date": min((start for start, _, _ in periods), default=None),
        "last_date": max((end for _, end, _ in periods), default=None),
        "bounding_box": _box(*run(_BOX)[0]),
    }


def _count(id_: str, name: StoredText, count: int) -> Tree:
    return {"id": id_, "name": name, "count": count}


def _in_order(counts: Mapping[str, int], pillars: Iterable[Tree]) -> list[Tree]:
    return [_count(pillar["id"], pillar["name"], counts.get(pillar["id"], 0)) for pillar in pillars]


def _most_first(counts: Iterable[Tree]) -> list[Tree]:
    return sorted(counts, key=lambda counted: (-counted["count"], counted["id"]))


def _by_code(codes: type[Code], counts: Mapping[str, int]) -> list[Tree]:
    return _most_first(_count(code.value, editorial_text(code.names), counts[code]) for code in codes if code in counts)


def _by_month(periods: Iterable[_Period]) -> list[Tree]:
    counts: Counter[tuple[int, int]] = Counter()
    for start, end, count in periods:
        counts.update(dict.fromkeys(_months(start, end), count))
    return [
        _count(f"{year}-{month:02}", _month_name(year, month), counts[year, month]) for year, month in sorted(counts)
    ]


def _months(start: date, end: date) -> Iterator[tuple[int, int]]:
    for month in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        yield month // 12, month % 12 + 1


def _month_name(year: int, month: int) -> StoredText:
    names = MONTHS[month]
    return editorial_text(
        {language: PHRASES[language].month_of_year.format(year=year, month=names[language]) for language in LANGUAGES}
    )


def _box(west: float | None, south: float | None, east: float | None, north: float | None) -> Tree | None:
    return None if west is None else {"west": west, "south": south, "east": east, "north": north}
