"""The summary of a campaign: its names, its figures, and counts of its records in the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.build.common.importer import BuildContext
from app.build.database_writer import DatabaseWriter
from app.languages import LANGUAGES, StoredText, Tree, editorial_text
from app.model.codes import Code, EventCategory, EventKind
from app.model.phrases import name_of_month

# Every row of a stated link has one of any link beside it.
_HAS_DERIVED_COUNTY = """
    (SELECT sum(iif(linked_by = 'any', 1, -1)) FROM event_within JOIN location ON location.id = event_within.location
     WHERE event_within.event = event.number AND location.kind IN ('county', 'district')) > 0
"""
_TOTALS = {
    "events": "SELECT count(*) FROM event WHERE campaign = ?",
    "undated_events": "SELECT count(*) FROM event WHERE campaign = ? AND undated",
    "derived_county_events": f"SELECT count(*) FROM event WHERE campaign = ? AND {_HAS_DERIVED_COUNTY}",  # noqa: S608
    "locations": "SELECT count(*) FROM location_campaign WHERE campaign = ?",
    "outcomes": "SELECT count(*) FROM outcome WHERE campaign = ?",
    "sources": "SELECT count(*) FROM source WHERE campaign = ?",
}
_PERIOD = "SELECT min(starts_on), max(ends_on) FROM event WHERE campaign = ?"
_BY_MONTH = """
    SELECT month, count(*) FROM event JOIN event_month ON event_month.event = event.number
    WHERE campaign = ? GROUP BY month ORDER BY month
"""
_BY_COUNTY = """
    SELECT location.id, count(*) FROM event
    JOIN event_within ON event_within.event = event.number
    JOIN location ON location.id = event_within.location
    WHERE event.campaign = ? AND event_within.linked_by = 'stated' AND location.kind IN ('county', 'district')
    GROUP BY location.id
"""
# Places without a point of their own are in no box, as for the parameter `bbox`; a fallback is not where they are.
_POINTS = """
    FROM event
    JOIN event_location ON event_location.event = event.number
    JOIN location ON location.id = event_location.location
    WHERE event.campaign = ? AND location.longitude IS NOT NULL
"""
_BOX = f"SELECT min(longitude), min(latitude), max(longitude), max(latitude) {_POINTS}"
_BOX_SOURCES = f"SELECT DISTINCT coordinates_source {_POINTS} ORDER BY coordinates_source"


def make_summary(campaign: Tree, figures: Iterable[Tree], context: BuildContext, database: DatabaseWriter) -> Tree:
    """Return a campaign's summary, its texts still in every language.

    `campaign` is its public record, and `database` already has all records of the campaign.
    """

    def run(query: str) -> list[Any]:
        return database.run(query, (campaign["id"],))

    def events_by(column: str) -> Mapping[str, int]:
        query = f"SELECT {column}, count(*) FROM event WHERE campaign = ? GROUP BY {column}"  # noqa: S608 - our names
        return dict(run(query))

    by_pillar, (box,), ((first, last),) = events_by("pillar"), run(_BOX), run(_PERIOD)
    required = [context.coordinate_sources[source]["attribution"] for (source,) in run(_BOX_SOURCES)]
    credits_ = [
        credit for index, credit in enumerate(required) if credit is not None and credit not in required[:index]
    ]
    return {
        **{name: campaign[name] for name in ("id", "version", "name", "short_name", "summary", "licence")},
        "figures": list(figures),
        "totals": {name: run(query)[0][0] for name, query in _TOTALS.items()},
        "events_by_pillar": [
            _count(pillar["id"], pillar["name"], by_pillar.get(pillar["id"], 0)) for pillar in campaign["pillars"]
        ],
        "events_by_kind": _by_code(EventKind, events_by("kind")),
        "events_by_category": _by_code(EventCategory, events_by("category")),
        "events_by_month": [_month(month, count) for month, count in run(_BY_MONTH)],
        "events_by_county": _most_first(_count(id_, context.places[id_].name, count) for id_, count in run(_BY_COUNTY)),
        "first_date": first,
        "last_date": last,
        "bounding_box": None if None in box else dict(zip(("west", "south", "east", "north"), box, strict=True)),
        "credits": credits_,
    }


def _count(id_: str, name: StoredText, count: int) -> Tree:
    return {"id": id_, "name": name, "count": count}


def _most_first(counts: Iterable[Tree]) -> list[Tree]:
    return sorted(counts, key=lambda counted: (-counted["count"], counted["id"]))


def _by_code(codes: type[Code], counts: Mapping[str, int]) -> list[Tree]:
    return _most_first(_count(code.value, editorial_text(code.names), counts[code]) for code in codes if code in counts)


def _month(month: str, count: int) -> Tree:
    return _count(month, editorial_text({language: name_of_month(month, language) for language in LANGUAGES}), count)
