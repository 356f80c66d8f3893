"""List queries: what they find, and how much is cached for them."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db.cursors import CursorError, CursorValues
from app.db.database import STATEMENT_BYTES, Database, open_database
from app.db.list_query import ListSelection
from app.db.records import RecordView, read_records
from app.resources.events.params import EventFacet, EventListParams
from app.resources.outcomes.params import OutcomeFacet, OutcomeListParams
from app.resources.registry import EVENTS, OUTCOMES
from tests.db.query_plans import selection_of
from tests.languages import EN

Event = dict[str, Any]
Pairs = list[tuple[str, str]]


def months(first: str | None, last: str | None) -> set[str]:
    """Return the months from one day to another; none without days."""
    start, end = first or "9999-12", last or "0001-01"
    return {month for month in MONTHS if start[:7] <= month <= end[:7]}


MONTHS = [f"{year}-{month:02}" for year in (2023, 2024, 2025, 2026) for month in range(1, 13)]
VALUES: dict[str, Callable[[Event], set[str]]] = {
    "campaign": lambda event: {event["campaign"]},
    "pillar": lambda event: {event["pillar"]},
    "category": lambda event: {event["category"]},
    "kind": lambda event: {event["kind"]},
    "organiser": lambda event: {organiser["id"] for organiser in event["organisers"]},
    "parent": lambda event: {event["part_of"]["event"]} if event["part_of"] else set(),
    "strand": lambda event: {event["strand"]["id"]} if event["strand"] else set(),
    "month": lambda event: months(event["date"]["start"], event["date"]["end"]),
}
"""The values by which each filter finds an event."""

KNOWN = {
    "campaign": ["tianshui", "pingliang"],
    "pillar": ["two-combinations", "dual-platforms", "dual-vehicles", "pingliang-guard"],
    "category": ["symposium", "site_study", "practice_series", "open_day", "award_ceremony", "lecture"],
    "kind": ["event", "series", "initiative", "component"],
    "organiser": ["tianshui-psb", "seven-bureaus", "pingliang-psb"],
    "parent": ["tianshui-commendation-ceremony"],
    "strand": ["inviting-in", "going-out", "pingliang-online"],
    "month": ["2024-09", "2024-10", "2024-11", "2025-01", "2026-01"],
}


@pytest.fixture(scope="module")
def database(two_campaigns_database: Path) -> Iterator[Database]:
    with closing(open_database(two_campaigns_database)) as opened:
        yield opened


def select_events(database: Database, pairs: Pairs, *, dated_only: bool = False) -> ListSelection:
    return selection_of(database, EVENTS, EventListParams, urlencode(pairs), dated_only=dated_only)


def read_events(database: Database, selection: ListSelection) -> list[Event]:
    numbers = [number for batch in selection.batches(database.inline_reader) for number in batch]
    records = read_records(database.inline_reader, EVENTS, numbers, RecordView(EN))
    return [json.loads(record) for record in records]


@pytest.fixture(scope="module")
def events(database: Database) -> list[Event]:
    found = read_events(database, select_events(database, []))
    assert len(found) == 19
    assert any(event["date"]["start"] is None for event in found)
    return found


def matches(event: Event, filters: Mapping[str, Sequence[str]], but: str = "") -> bool:
    """Filter as a reader of the parameters' descriptions would."""
    for name, chosen in filters.items():
        # Whether those without a month match is up to `undated`.
        is_exempt = name == "month" and event["date"]["start"] is None
        if name in VALUES and name != but and not is_exempt and not VALUES[name](event) & set(chosen):
            return False
    first, last = filters.get("date_from", [""])[0], filters.get("date_to", ["9999"])[0]
    has_window = not filters.keys().isdisjoint({"date_from", "date_to", "month"})
    undated = filters.get("undated", ["exclude" if has_window else "include"])[0]
    if event["date"]["start"] is None:
        return undated != "exclude"
    return undated != "only" and event["date"]["start"] <= last and event["date"]["end"] >= first


def in_order(events: list[Event], sort: str) -> list[Event]:
    """Sort as the description of `sort` says."""
    keys = [(key.removeprefix("-"), key.startswith("-")) for key in sort.split(",")]
    if keys[0][0] != "date":
        return by_keys(events, keys)
    dated = [event for event in events if event["date"]["start"] is not None]
    undated = [event for event in events if event["date"]["start"] is None]
    return by_keys(dated, keys) + by_keys(undated, keys[1:] or [("id", False)])


def by_keys(events: list[Event], keys: Sequence[tuple[str, bool]]) -> list[Event]:
    found = sorted(events, key=lambda event: str(event["id"]), reverse=keys[-1][1])
    for key, descends in reversed(keys):
        if key == "date":
            found.sort(key=lambda event: event["date"]["start"] or "", reverse=descends)
            found.sort(key=lambda event: event["date"]["start"] is None)
        else:
            found.sort(key=lambda event, key=key: str(event[key]), reverse=descends)  # type: ignore[misc]
    return found


filters_of_events = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(known), min_size=1, max_size=4) for name, known in KNOWN.items()}
)
windows: st.SearchStrategy[dict[str, list[str]]] = st.one_of(
    st.just({}),
    st.sampled_from([{"undated": ["only"]}, {"undated": ["exclude"]}, {"undated": ["include"]}]),
    st.fixed_dictionaries(
        {"date_from": st.sampled_from(["2024-08-15", "2024-10-01", "2024-12-30"]).map(lambda day: [day])},
        optional={"undated": st.sampled_from([["include"], ["exclude"]])},
    ),
    st.fixed_dictionaries(
        {"date_to": st.sampled_from(["2024-09-30", "2024-10-31", "2025-03-01"]).map(lambda day: [day])},
        optional={"date_from": st.just(["2024-09-01"]), "undated": st.sampled_from([["include"], ["exclude"]])},
    ),
)
sorts = (
    st.lists(st.sampled_from(["date", "category", "id"]), unique=True, min_size=1)
    .flatmap(lambda keys: st.tuples(*(st.sampled_from([key, f"-{key}"]) for key in keys)))
    .map(",".join)
)


@settings(max_examples=150, deadline=None)
@given(filters_of_events, windows, st.tuples(sorts, st.integers(1, 7)))
def test_a_query_finds_what_a_plain_filter_finds(
    database: Database,
    events: list[Event],
    chosen: dict[str, list[str]],
    window: dict[str, list[str]],
    order: tuple[str, int],
) -> None:
    if window.get("undated") == ["only"]:
        chosen.pop("month", None)
    filters, (sort, limit) = chosen | window, order
    pairs = [(name, value) for name, values in filters.items() for value in values] + [("sort", sort)]
    selection = select_events(database, pairs)
    expected = in_order([event for event in events if matches(event, filters)], sort)
    assert [event["id"] for event in read_events(database, selection)] == [event["id"] for event in expected]
    assert selection.count(database.inline_reader) == len(expected)
    numbers = [number for batch in selection.batches(database.inline_reader) for number in batch]
    assert [number for page in pages(database, selection, limit) for number in page] == numbers

    if window.get("undated") in (["include"], ["only"]) or not (window or "month" in chosen):
        left_out = 0
    else:
        with_undated = filters | {"undated": ["only"]}
        with_undated = {name: values for name, values in with_undated.items() if name[:5] not in ("date_", "month")}
        left_out = sum(matches(event, with_undated) for event in events)
    assert selection.undated_excluded(database.inline_reader) == left_out

    for name, facet in EventListParams.facets.items():
        if name in ("location", "county"):
            continue
        counted = Counter(
            value for event in events if matches(event, filters, but=name) for value in VALUES[name](event) if value
        )
        for value in chosen.get(name, ()):
            counted.setdefault(value, 0)
        found = selection.facet(database.inline_reader, name, facet, chosen.get(name, []))
        assert {value: number for value, _, number in found.values} == counted
        assert found.complete


def pages(database: Database, selection: ListSelection, limit: int) -> Iterator[list[int]]:
    after: CursorValues | None = None
    while True:
        page = selection.page(database.inline_reader, after, limit)
        yield [row[0] for row in page.rows]
        after = page.last
        if after is None:
            return
        assert selection.accepts(after)


@pytest.mark.parametrize("sort", ["date", "-date", "category", "title", "id"])
@pytest.mark.parametrize("filters", [{}, {"undated": ["include"], "date_from": ["2024-10-01"]}, {"undated": ["only"]}])
def test_a_document_of_dated_records_has_no_others(
    database: Database, events: list[Event], sort: str, filters: dict[str, list[str]]
) -> None:
    pairs = [(name, value) for name, values in filters.items() for value in values]
    selection = select_events(database, [*pairs, ("sort", sort)], dated_only=True)
    expected = {event["id"] for event in events if matches(event, filters) and event["date"]["start"] is not None}
    assert {event["id"] for event in read_events(database, selection)} == expected
    assert selection.count(database.inline_reader) == len(expected)
    assert selection.undated_excluded(database.inline_reader) > 0


def test_a_page_after_what_no_page_ends_at_is_refused(database: Database) -> None:
    with pytest.raises(CursorError) as error:
        select_events(database, []).page(database.inline_reader, (0, "x"), 5)
    assert error.value.code == "invalid_cursor"


ALL_FACETS = [(EVENTS, EventListParams, name) for name in EventFacet] + [
    (OUTCOMES, OutcomeListParams, name) for name in OutcomeFacet
]


def run(database: Database, number: int) -> None:
    """Run one of many different queries: other filters, other numbers of values, another order, another facet."""
    reader = database.inline_reader
    spec, model, facet = ALL_FACETS[number % len(ALL_FACETS)]
    names = sorted(set(model.model_fields) & {"campaign", "pillar", "kind", "location"})
    known = {"kind": ["event", "series"] if spec is EVENTS else ["quantitative"]}
    pairs: Pairs = []
    for bit, name in enumerate(names):
        if number >> bit & 1:
            values = known.get(name, [f"{name}-{value}" for value in range(1 + number % 50)])
            pairs += [(name, value) for value in values]
    keys = list(spec.sort_keys)
    shift = number % len(keys)
    ordered = keys[shift:] + keys[:shift]
    sort = ",".join(f"-{key}" if number >> bit & 1 else key for bit, key in enumerate(ordered[: 1 + number % 3]))
    pairs.append(("sort", sort))
    if number % 4 == 0:
        pairs.append(("date_from", f"2024-{1 + number % 12:02}-01"))
    selection = selection_of(database, spec, model, urlencode(pairs))
    selection.page(reader, None, 10)
    selection.count(reader)
    selection.undated_excluded(reader)
    selection.facet(reader, str(facet), model.facets[facet], [])


def test_counts_are_bounded_in_bytes(two_campaigns_database: Path) -> None:
    with closing(open_database(two_campaigns_database, count_cache_bytes=20_000)) as database:
        for number in range(300):
            run(database, number)
        assert 0 < database.results.bytes <= 20_000
        assert len(database.results) < 200


@pytest.mark.parametrize(("statements", "cached"), [(0, 0), (2, 1), (40, 20)])
def test_prepared_statements_are_bounded(two_campaigns_database: Path, statements: int, cached: int) -> None:
    with closing(open_database(two_campaigns_database, statement_cache_bytes=statements * STATEMENT_BYTES)) as database:
        prepared: list[int] = []

        def note(action: int, *_: object) -> int:
            prepared.append(action)
            return sqlite3.SQLITE_OK

        reader = database.inline_reader
        reader._connection.set_authorizer(note)
        texts = [f"SELECT number FROM event /* {number} */" for number in range(50)]  # noqa: S608
        for sql in texts:
            reader.rows(sql, {})
        prepared.clear()
        again = 0
        for sql in reversed(texts):
            before = len(prepared)
            reader.rows(sql, {})
            again += len(prepared) == before
        assert again == cached
