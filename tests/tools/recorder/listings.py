"""The lists that the service has, each with its parameters and the values to try."""

from dataclasses import dataclass, field

from tests.tools.recorder.catalogue import (
    BOXES,
    EVENT_CATEGORIES,
    EVENT_KINDS,
    FIRST_DATES,
    LAST_DATES,
    LINKED_BY,
    LOCATION_KINDS,
    NUMBERS,
    PERIODS,
    UNDATED,
)


@dataclass(frozen=True)
class Listing:
    """A list and what it can be queried: filters with fixed right values, or with discovered ids of a kind."""

    path: str
    record: str
    fixed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    sorts: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    includes: tuple[str, ...] = ("evidence", "translations")
    formats: tuple[str, ...] = ()


_DATES = {"date": PERIODS, "date_from": FIRST_DATES, "date_to": LAST_DATES}

LISTINGS = (
    Listing(
        "/v1/events",
        "event",
        fixed={
            "category": EVENT_CATEGORIES,
            "kind": EVENT_KINDS,
            "bbox": BOXES,
            "undated": UNDATED,
            "basis": LINKED_BY,
            **_DATES,
        },
        found={
            "campaign": "campaign",
            "pillar": "pillar",
            "organiser": "organiser",
            "parent": "event",
            "location": "location",
        },
        sorts=("date", "title", "category", "id"),
        facets=("campaign", "pillar", "category", "kind", "organiser", "location"),
        includes=("evidence", "translations", "outcomes", "locations"),
        formats=("csv", "jsonl", "xlsx", "geojson", "ics", "jsonld"),
    ),
    Listing(
        "/v1/locations",
        "location",
        fixed={"kind": LOCATION_KINDS, "bbox": BOXES},
        found={"campaign": "campaign", "parent": "location", "event": "event"},
        sorts=("name", "kind", "id"),
        facets=("campaign", "kind", "parent"),
        formats=("csv", "jsonl", "xlsx", "geojson"),
    ),
    Listing(
        "/v1/outcomes",
        "outcome",
        fixed={
            "scope": ("campaign", "pillar", "event"),
            "kind": ("quantitative", "qualitative"),
            "basis": LINKED_BY,
            "value_gte": NUMBERS,
            "value_lte": NUMBERS,
            **_DATES,
        },
        found={
            "campaign": "campaign",
            "pillar": "pillar",
            "event": "event",
            "metric": "metric",
            "unit": "unit",
            "location": "location",
        },
        sorts=("value", "metric", "id"),
        facets=("campaign", "pillar", "scope", "kind", "metric", "unit", "location"),
        formats=("csv", "jsonl", "xlsx"),
    ),
    Listing("/v1/sources", "source", found={"campaign": "campaign"}, facets=("campaign",)),
    Listing("/v1/campaigns", "campaign"),
)

SEARCH = Listing(
    "/v1/search",
    "search",
    fixed={"kind": ("campaign", "event", "location", "outcome")},
    found={"campaign": "campaign"},
    facets=("kind",),
    includes=(),
)
