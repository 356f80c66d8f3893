"""No query reads a table from end to end to sort it, whatever is filtered and however it is sorted."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from app.db.database import Database, open_database
from app.db.identifiers import find_identifiers, names_of_kind, nearest_ids
from app.db.keys import SUMMARY
from app.db.list_spec import ListSpec
from app.db.records import RecordView, read_part, read_records
from app.http.list_params import FilterParams
from app.languages import LANGUAGES
from app.model.codes import Resource
from app.resources.events.params import EventListParams
from app.resources.locations.params import LocationListParams
from app.resources.outcomes.params import OutcomeListParams
from app.resources.registry import EVENTS, LOCATIONS, OUTCOMES
from tests.db.query_plans import Plan, explain, explain_statements, pages_of, selection_of
from tests.languages import EN
from tests.tracing import traced

BIG = frozenset(
    (
        *("event", "rendered", "rendered_part", "outcome", "event_location", "event_within", "event_organiser"),
        *("event_month", "identifier", "search_document", "outcome_event", "title"),
    )
)
"""The tables that grow with the number of events."""

SORTED = "USE TEMP B-TREE FOR ORDER BY"
WINDOW = "date_from=2024-10-01&date_to=2024-10-31"


@dataclass(frozen=True)
class QueriedList:
    """A list, and the queries to try on it."""

    model: type[FilterParams]
    spec: ListSpec
    filters: dict[str, str]
    pairs: tuple[tuple[str, str], ...]
    """Filters that are likely to be requested together."""

    def queries(self) -> Iterator[tuple[str, bool]]:
        """Return every filter alone and the pairs, each with every order; and whether a query is in the quick set.

        The quick set has each filter and each pair with one of the orders in turn, and each order without a filter.
        """
        orders = [f"{sign}{key}" for key in self.spec.sort_keys for sign in ("", "-")]
        combinations = [(), *((name,) for name in self.filters), *self.pairs]
        for (turn, names), (place, order) in product(enumerate(combinations), enumerate(orders)):
            query = "&".join((*(self.filters[name] for name in names), f"sort={order}"))
            yield query, not names or place == turn % len(orders)
        searches = [name for name, query in self.filters.items() if query.startswith("q=")]
        for name, sign in product(searches, ("", "-")):
            yield f"{self.filters[name]}&sort={sign}relevance", True


EVENT_FILTERS = {
    "id": "id=safe-winter-event-7",
    "ids": "id=safe-winter-event-7&id=safe-winter-event-9",
    "campaign": "campaign=safe-winter",
    "pillar": "pillar=safe-winter-pillar-1",
    "pillars": "pillar=safe-winter-pillar-1&pillar=torch-bearers-pillar-2",
    "strand": "strand=safe-winter-s1",
    "category": "category=symposium",
    "categories": "category=symposium&category=training",
    "kind": "kind=event",
    "kinds": "kind=series&kind=component",
    "organiser": "organiser=safe-winter-bureau-of-gangu",
    "organisers": "organiser=safe-winter-bureau-of-gangu&organiser=torch-bearers-bureau-of-wushan",
    "parent": "parent=safe-winter-event-1",
    "location": "location=gansu",
    "small location": "location=maiji",
    "locations": "location=maiji&location=gangu",
    "location by any link": "location=gansu&location_basis=any",
    "county": "county=maiji",
    "counties": "county=maiji&county=gangu",
    "bbox": "bbox=105.5,34.3,106.5,35.2",
    "month": "month=2024-10",
    "months": "month=2024-10&month=2021-02",
    "month and undated": "month=2024-10&undated=include",
    "dates": WINDOW,
    "date": "date=2024-10",
    "date_from": "date_from=2024-10-01",
    "date_to": "date_to=2024-10-31",
    "dates and undated": f"{WINDOW}&undated=include",
    "undated": "undated=only",
    "dated": "undated=exclude",
    "basis": "basis=derived",
    "bases": "basis=derived&basis=stated",
    "q rare": "q=赵伟",
    "q": "q=纪念",
    "q common": "q=公安",
}
OUTCOME_FILTERS = {
    "id": "id=safe-winter-activities-held",
    "campaign": "campaign=safe-winter",
    "pillar": "pillar=safe-winter-pillar-1",
    "event": "event=safe-winter-event-1",
    "scope": "scope=event",
    "kind": "kind=quantitative",
    "metric": "metric=works_created",
    "unit": "unit=session",
    "location": "location=gansu",
    "location by any link": "location=gansu&location_basis=any",
    "strand": "strand=safe-winter-s1",
    "county": "county=maiji",
    "month": "month=2024-10",
    "dates": WINDOW,
    "date": "date=2024-10",
    "value": "value_gte=10&value_lte=1000",
    "basis": "basis=derived",
    "q": "q=公安",
}
LOCATION_FILTERS = {
    "id": "id=maiji",
    "has": "has=events&has=outcomes&has=coordinates",
    "has by any link": "has=events&location_basis=any",
    "campaign": "campaign=safe-winter",
    "kind": "kind=county",
    "parent": "parent=tianshui",
    "event": "event=safe-winter-event-1",
    "bbox": "bbox=105.5,34.3,106.5,35.2",
    "q": "q=公安",
}
LISTS = {
    "events": QueriedList(
        EventListParams,
        EVENTS,
        EVENT_FILTERS,
        (
            ("category", "dates"),
            ("location", "dates"),
            ("small location", "dates"),
            ("campaign", "category"),
            ("location", "category"),
            ("pillar", "dates"),
            ("organiser", "dates"),
            ("kind", "dates"),
            ("campaign", "dates"),
            ("campaign", "location"),
            ("campaign", "pillar"),
            ("location", "organiser"),
            ("location", "undated"),
            ("county", "month"),
            ("strand", "month"),
            ("month", "dates"),
            ("organiser", "months"),
            ("bbox", "dates"),
            ("q", "dates"),
            ("q", "location"),
            ("q common", "dates"),
            ("q common", "category"),
            ("q common", "location"),
        ),
    ),
    "outcomes": QueriedList(
        OutcomeListParams,
        OUTCOMES,
        OUTCOME_FILTERS,
        (("campaign", "kind"), ("pillar", "scope"), ("location", "dates"), ("kind", "value"), ("q", "kind")),
    ),
    "locations": QueriedList(
        LocationListParams, LOCATIONS, LOCATION_FILTERS, (("campaign", "kind"), ("bbox", "kind"), ("q", "kind"))
    ),
}
QUERIES = [(name, query, is_quick) for name, case in LISTS.items() for query, is_quick in case.queries()]


@pytest.fixture(scope="module")
def database(large_database: Path) -> Iterator[Database]:
    opened = open_database(large_database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def plain(large_database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{large_database}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


def is_whole(step: str) -> bool:
    """Return whether a step of a plan reads a big table from end to end, or as much of it as is requested."""
    words = step.split()
    if words[0] != "SCAN":
        return False
    # The index for words is read by what is searched for, and by nothing else.
    is_search = words[1] == "search" and not re.match(r"SCAN search VIRTUAL TABLE INDEX \d+:M", step)
    return words[1] in BIG or is_search


def main_steps(plan: Plan) -> Plan:
    """Return the steps of the query itself, without those of the one day or number that a subquery looks up."""
    ends = [place for place, step in enumerate(plan) if step.startswith("SCALAR SUBQUERY")]
    inside = {place + 1 for place in ends}
    return [step for place, step in enumerate(plan) if place not in inside]


def test_every_filter_and_every_order_is_requested() -> None:
    for name, model, spec in (
        ("events", EventListParams, EVENTS),
        ("outcomes", OutcomeListParams, OUTCOMES),
        ("locations", LocationListParams, LOCATIONS),
    ):
        queries = "&".join(query for resource, query, is_quick in QUERIES if resource == name and is_quick)
        pairs = parse_qsl(queries, strict_parsing=True)
        not_filters = {"lang", "limit", "cursor", "include", "facet"}
        assert {parameter for parameter, _ in pairs} == model.model_fields.keys() - not_filters
        orders = {f"{sign}{key}" for key in spec.sort_keys for sign in ("", "-")}
        assert orders <= {value for parameter, value in pairs if parameter == "sort"}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        pytest.param(name, query, marks=() if is_quick else pytest.mark.slow, id=f"{name}?{query}")
        for name, query, is_quick in QUERIES
    ],
)
def test_no_big_table_is_read_whole_but_in_the_order_of_the_list(
    database: Database, plain: sqlite3.Connection, name: str, query: str
) -> None:
    case = LISTS[name]
    selection = selection_of(database, case.spec, case.model, query)
    for what, sql in pages_of(selection, database.inline_reader):
        plan = explain(plain, sql, selection.values)
        scans = [step for step in main_steps(plan) if is_whole(step)]
        assert not (scans and SORTED in plan), (what, plan)
        assert len(scans) <= 1, (what, plan)


ALONE = [
    (name, f"{filter_}&sort={sign}{case.spec.default_sort}")
    for name, case in LISTS.items()
    for filter_ in ("", *case.filters.values())
    for sign in ("", "-")
    # Places are hundreds, and so few that whichever is requested are sorted at once.
    if name != "locations"
]


@pytest.mark.parametrize(("name", "query"), ALONE)
def test_the_usual_order_is_never_sorted_for(
    database: Database, plain: sqlite3.Connection, name: str, query: str
) -> None:
    case = LISTS[name]
    selection = selection_of(database, case.spec, case.model, query.lstrip("&"))
    for what, sql in pages_of(selection, database.inline_reader):
        plan = explain(plain, sql, selection.values)
        # Of several ids the records are a hundred at most, read by the ids and then sorted.
        by_ids = "SEARCH event USING COVERING INDEX sqlite_autoindex_event_1 (id=?" in plan[0]
        assert by_ids or not [step for step in plan if "TEMP B-TREE" in step], (what, plan)


@pytest.mark.parametrize("name", ["events", "outcomes"])
def test_a_facet_of_few_records_reads_no_big_table_whole(
    database: Database, plain: sqlite3.Connection, name: str
) -> None:
    case, query = LISTS[name], {"events": "parent=safe-winter-event-1", "outcomes": "metric=works_created"}[name]
    selection = selection_of(database, case.spec, case.model, query)
    for facet, described in case.model.facets.items():  # type: ignore[attr-defined]
        if not described.joins:
            # Its own index is read instead, grouped.
            continue
        plan = explain(plain, described.sql(selection.filters, facet, []), selection.values)
        assert not [step for step in plan if is_whole(step)], (facet, plan)


def test_records_and_ids_are_read_by_their_keys(database: Database, plain: sqlite3.Connection) -> None:
    reader = database.inline_reader
    with traced(reader) as statements:
        (found,) = find_identifiers(reader, ["safe-winter-event-1"])
        assert found.number is not None
        read_records(reader, EVENTS, [found.number, 7], RecordView(EN, EVENTS.parts))
        read_part(reader, Resource.CAMPAIGN, 1, SUMMARY, EN)
        assert nearest_ids(reader, "event", "safe-winter-event-x")
        assert len(names_of_kind(reader, "campaign")) == 2
    plans = explain_statements(plain, statements)
    # Translations are decompressed with the record in every language, and evidence cites sentences in one and in all.
    assert len(plans) == 1 + 1 + len(EVENTS.parts) + len(LANGUAGES) - 1 + 2 + 1 + 2 + 1
    for plan in plans:
        assert not [step for step in plan if is_whole(step)], plan
