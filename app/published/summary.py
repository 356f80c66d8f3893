"""A campaign at a glance: what a first screen shows of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field

from app.languages import Text, editorial_text, names
from app.published.common import Id, Number, Published, ValueCount
from app.tables import CampaignRow, EventLocationRow, EventRow, LocationRow, OutcomeRow
from app.tables.columns import Tree
from app.vocabulary import EventCategory, EventKind, LinkBasis, LocationKind, OutcomeKind, Qualifier, ScopeLevel, Term


class Figure(Published):
    """A figure of the whole campaign, as the source gives it."""

    id: str = Field(description="The outcome's id.", examples=["tianshui-activities-held"])
    label: str = Field(description="What was counted.")
    value: Number = Field(description="The figure.", examples=[83])
    qualifier: Qualifier = Field(description="`exact`, `at_least` or `about`.", examples=["exact"])
    unit: str = Field(description="What is counted, a stable code.", examples=["session"])
    unit_name: str = Field(description="The unit's name.", examples=["場"])
    as_stated: str | None = Field(description="The figure as it is printed.", examples=["83場"])


class Totals(Published):
    """How many records the campaign has here; not figures of the source."""

    events: int = Field(description="Events.", examples=[13])
    undated_events: int = Field(description="Events of which the source gives no date.", examples=[8])
    locations: int = Field(description="Locations that its sources speak of.", examples=[21])
    outcomes: int = Field(description="Outcomes.", examples=[21])
    sources: int = Field(description="Sources.", examples=[1])


class BoundingBox(Published):
    """A box on the map, WGS 84 degrees; `bbox` takes it as west,south,east,north."""

    west: float = Field(description="Degrees east of its western edge.", examples=[105.12])
    south: float = Field(description="Degrees north of its southern edge.", examples=[34.3])
    east: float = Field(description="Degrees east of its eastern edge.", examples=[106.4])
    north: float = Field(description="Degrees north of its northern edge.", examples=[35.2])


class Summary(Published):
    """A campaign at a glance. The counts are of records, as a list with the same filter counts them."""

    id: Id
    version: str = Field(description="The campaign's version.")
    name: str = Field(description="The campaign's name.")
    short_name: str = Field(description="The short name.")
    summary: str = Field(description="What the campaign was, in the editors' words.")
    figures: list[Figure] = Field(description="The figures that the source gives for the whole campaign.")
    totals: Totals = Field(description="How many records there are.")
    events_by_pillar: list[ValueCount] = Field(description="Events of each pillar, in the pillars' order.")
    events_by_kind: list[ValueCount] = Field(description="Events of each kind, the most first.")
    events_by_category: list[ValueCount] = Field(description="Events of each category, the most first.")
    events_by_month: list[ValueCount] = Field(
        description=(
            "Events that touch each month (`2024-10`), in order. One that lasts into the next month, or is known "
            "only to a season, counts in each of its months; those without a date in none."
        )
    )
    events_by_county: list[ValueCount] = Field(
        description="Events that the source places in each county or district, the most first; in several, in each."
    )
    first_date: date | None = Field(
        description="The first day that an event may have been on; null if all are undated."
    )
    last_date: date | None = Field(description="The last day that an event may have been on; null if all are undated.")
    bounding_box: BoundingBox | None = Field(
        description="The box around the known points of the events' places, those of derived links too; null if none."
    )


def compose_summary(
    row: CampaignRow,
    version: str,
    *,
    events: Sequence[EventRow],
    places: Sequence[tuple[EventLocationRow, Sequence[LocationRow]]],
    outcomes: Sequence[OutcomeRow],
    totals: Mapping[str, int],
) -> Tree:
    """Compose a campaign's summary, its texts still in every language.

    `places` has each link of these events to a place, with the place and all that it lies in, itself first.
    """
    dated = [(event.starts_on, event.ends_on) for event in events if event.starts_on and event.ends_on]
    return {
        "id": row.id,
        "version": version,
        "name": row.name,
        "short_name": row.details["short_name"],
        "summary": row.details["summary"],
        "figures": [_figure(outcome) for outcome in outcomes if _is_headline(outcome)],
        "totals": {**totals, "events": len(events), "undated_events": len(events) - len(dated)},
        "events_by_pillar": _in_order(Counter(event.pillar for event in events), row.details["pillars"]),
        "events_by_kind": _by_term(EventKind, Counter(event.kind for event in events)),
        "events_by_category": _by_term(EventCategory, Counter(event.category for event in events)),
        "events_by_month": _by_month(dated),
        "events_by_county": _by_county(places),
        "first_date": min((start for start, _ in dated), default=None),
        "last_date": max((end for _, end in dated), default=None),
        "bounding_box": _box_around(place for _, (place, *_) in places),
    }


def _is_headline(outcome: OutcomeRow) -> bool:
    of_all = outcome.scope_level == ScopeLevel.CAMPAIGN and outcome.kind == OutcomeKind.QUANTITATIVE
    return of_all and outcome.value is not None


def _figure(outcome: OutcomeRow) -> Tree:
    told = ("label", "qualifier", "unit_name", "as_stated")
    figure = {"id": outcome.id, "value": outcome.value, "unit": outcome.unit}
    return figure | {name: outcome.details[name] for name in told}


def _count(id_: str, name: Text, count: int) -> Tree:
    return {"id": id_, "name": name, "count": count}


def _in_order(counts: Mapping[Any, int], pillars: Iterable[Tree]) -> list[Tree]:
    return [_count(pillar["id"], pillar["name"], counts.get(pillar["id"], 0)) for pillar in pillars]


def _most_first(counts: Iterable[Tree]) -> list[Tree]:
    return sorted(counts, key=lambda counted: (-counted["count"], counted["id"]))


def _by_term(terms: type[Term], counts: Mapping[str, int]) -> list[Tree]:
    return _most_first(_count(term.value, editorial_text(term.names), counts[term]) for term in terms if term in counts)


def _by_month(dated: Iterable[tuple[date, date]]) -> list[Tree]:
    counts = Counter(month for start, end in dated for month in _months(start, end))
    return [
        _count(f"{year}-{month:02}", _month_name(year, month), counts[year, month]) for year, month in sorted(counts)
    ]


def _months(start: date, end: date) -> Iterator[tuple[int, int]]:
    for month in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        yield month // 12, month % 12 + 1


def _month_name(year: int, month: int) -> Text:
    chinese = f"{year}年{month}月"
    return editorial_text(names(chinese, chinese, f"{date(year, month, 1):%B} {year}"))


def _by_county(places: Iterable[tuple[EventLocationRow, Sequence[LocationRow]]]) -> list[Tree]:
    counties: dict[str, LocationRow] = {}
    events: dict[str, set[int]] = defaultdict(set)
    for link, around in places:
        for place in around:
            if place.kind in (LocationKind.COUNTY, LocationKind.DISTRICT) and link.basis == LinkBasis.STATED:
                counties[place.id] = place
                events[place.id].add(link.event)
    return _most_first(_count(id_, place.name, len(events[id_])) for id_, place in counties.items())


def _box_around(places: Iterable[LocationRow]) -> Tree | None:
    points = [(place.longitude, place.latitude) for place in places if place.longitude is not None]
    if not points:
        return None
    longitudes, latitudes = zip(*points, strict=True)
    return {"west": min(longitudes), "south": min(latitudes), "east": max(longitudes), "north": max(latitudes)}
