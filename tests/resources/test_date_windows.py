"""Windows of dates that touch the first or the last day of an event, for events of very many lengths.

The index of dates groups events by the power of two that their length stays below, so the lengths next to each power
of two are tried.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.build.common.documents import DateDocument
from app.build.pipeline import build_seeds
from app.main import create_app
from app.model.codes import Basis, ScopeLevel
from app.resources.campaigns.document import ScopeDocument
from app.resources.events.document import EventDocument
from app.settings import Settings
from tests.client import Client
from tests.tools.generating.chosen import model_event, model_outcome, seeds_of

POWERS = range(14)
"""Up to 8192 days; the index keeps all events of 4096 days and more together."""

LENGTHS = sorted({2**power + more for power in POWERS for more in (-2, -1, 0, 1, 2) if 2**power + more >= 1})
"""How many days the events last, the first and the last included."""

FIRST, LAST = date(2025, 1, 10), date(2000, 6, 20)
"""The day on which one half of the events begin, and that on which the other half end."""

DAY = timedelta(1)


def event_id(what: str, length: int) -> str:
    return f"{what}-{length:04}-days"


def lasting(what: str, length: int) -> EventDocument:
    more = (length - 1) * DAY
    start, end = (FIRST, FIRST + more) if what == "from" else (LAST - more, LAST)
    dates = DateDocument(when=f"{start}/{end}" if more else f"{start}", basis=Basis.STATED)
    return model_event().model_copy(update={"id": event_id(what, length), "date": dates})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A client of a campaign with two events of each length, and an outcome of each event."""
    events = [lasting(what, length) for what in ("from", "until") for length in LENGTHS]
    outcomes = [
        model_outcome().model_copy(
            update={"id": f"of-{event.id}", "scope": ScopeDocument(level=ScopeLevel.EVENT, id=event.id)}
        )
        for event in events
    ]
    path: Path = tmp_path_factory.mktemp("lengths") / "database.sqlite3"
    return Client(create_app(Settings(data=build_seeds(seeds_of(events, outcomes), path).path)))


def found(client: Client, window: str) -> set[str]:
    """Return the events in a window, and check that all that takes a window finds the same."""
    pages = list(client.pages(f"/v1/events?limit=200&{window}"))
    ids = [record["id"] for page in pages for record in page["data"]]
    assert len(ids) == len(set(ids)) == pages[0]["meta"]["total"]
    outcomes = [record["id"] for page in client.pages(f"/v1/outcomes?limit=200&{window}") for record in page["data"]]
    assert sorted(outcomes) == sorted(f"of-{id_}" for id_ in ids)
    exported = client.request(f"/v1/events.jsonl?{window}")
    assert exported.text.count("\n") == int(exported.headers["x-total-count"]) == len(ids)
    (category,) = client.get(f"/v1/events?limit=1&facet=category&{window}")["meta"]["facets"]["category"] or [{}]
    assert category.get("count", 0) == len(ids)
    return set(ids)


def ids_of(what: str, lengths: Iterable[int] = LENGTHS) -> set[str]:
    return {event_id(what, length) for length in lengths}


@pytest.mark.slow
def test_events_that_end_on_the_first_day_of_a_window_are_in_it(client: Client) -> None:
    assert found(client, f"date_from={LAST}&date_to={LAST}") == ids_of("until")
    assert found(client, f"date_from={LAST}&date_to={FIRST - DAY}") == ids_of("until")
    assert found(client, f"date_from={LAST}") == ids_of("until") | ids_of("from")


def test_events_that_end_the_day_before_a_window_are_not_in_it(client: Client) -> None:
    assert found(client, f"date_from={LAST + DAY}&date_to={FIRST - DAY}") == set()
    assert found(client, f"date_from={LAST + DAY}") == ids_of("from")


def test_events_that_begin_on_the_last_day_of_a_window_are_in_it(client: Client) -> None:
    assert found(client, f"date_from={FIRST}&date_to={FIRST}") == ids_of("from")
    assert found(client, f"date_from={LAST + DAY}&date_to={FIRST}") == ids_of("from")
    assert found(client, f"date_to={FIRST}") == ids_of("until") | ids_of("from")


def test_events_that_begin_the_day_after_a_window_are_not_in_it(client: Client) -> None:
    assert found(client, f"date_to={FIRST - DAY}") == ids_of("until")


@pytest.mark.parametrize("length", [2**power + more for power in (1, 2, 4, 5, 8, 12) for more in (-1, 0, 1)])
def test_an_event_is_in_every_window_from_its_first_to_its_last_day(client: Client, length: int) -> None:
    first_of_until, last_of_from = LAST - (length - 1) * DAY, FIRST + (length - 1) * DAY
    longer = [other for other in LENGTHS if other >= length]
    for day, what, among in (
        (first_of_until, "until", longer),
        (first_of_until - DAY, "until", longer[1:]),
        (last_of_from, "from", longer),
        (last_of_from + DAY, "from", longer[1:]),
    ):
        assert set(client.ids(f"/v1/events?limit=200&date_from={day}&date_to={day}")) == ids_of(what, among), day


def test_a_window_may_begin_on_the_first_days_of_the_calendar(client: Client) -> None:
    for power in POWERS:
        for ordinal in (2**power - 1, 2**power, 2**power + 1, 2**power + 2):
            day = date.fromordinal(max(ordinal, 1))
            assert client.get(f"/v1/events?limit=1&date_from={day}")["meta"]["total"] == 2 * len(LENGTHS)
            assert client.ids(f"/v1/events?date_from={day}&date_to={day}") == []


@settings(max_examples=40)
@given(
    st.dates(date(1985, 1, 1), date(2050, 12, 31)) | st.dates(),
    st.sampled_from([4, 7, 10]),
    st.sampled_from(["", "&undated=include", "&undated=exclude"]),
)
def test_a_month_or_a_year_is_the_window_of_its_days(client: Client, day: date, length: int, undated: str) -> None:
    period = str(day)[:length]
    first = date.fromisoformat(f"{period}-01-01"[:10])
    last = first
    while last < date.max and str(last + DAY).startswith(period):
        last += DAY
    plain = f"date_from={first}&date_to={last}{undated}"
    expected = client.request(f"/v1/events?limit=7&{plain}")
    for same in (f"date={period}", f"date_from={period}&date_to={period}", f"date_from={first}&date_to={period}"):
        response = client.request(f"/v1/events?limit=7&{same}{undated}")
        assert (response.content, response.headers["etag"]) == (expected.content, expected.headers["etag"])
        assert f"&date_from={first}&date_to={last}" in response.json()["links"]["self"]


def test_a_month_or_a_year_selects_the_same_everywhere(client: Client) -> None:
    for period, first, last in (
        (f"{FIRST:%Y}", "2025-01-01", "2025-12-31"),
        (f"{FIRST:%Y-%m}", "2025-01-01", "2025-01-31"),
        (f"{LAST}", LAST, LAST),
        ("2000-02", "2000-02-01", "2000-02-29"),
    ):
        window = f"date_from={first}&date_to={last}"
        assert found(client, f"date={period}") == found(client, window) != set()
        assert found(client, f"date_from={period}") == found(client, f"date_from={first}")
        assert found(client, f"date_to={period}") == found(client, f"date_to={last}")
        for path in ("events.csv", "events.ics", "events.jsonld", "outcomes.xlsx"):
            one, other = (client.request(f"/v1/{path}?{query}") for query in (f"date={period}", window))
            assert (one.content, one.headers["etag"]) == (other.content, other.headers["etag"])


def test_a_cursor_belongs_to_the_days_however_they_are_written(client: Client) -> None:
    following = client.get("/v1/events?limit=1&date=2025")["links"]["next"].partition("cursor=")[2]
    pages = [
        client.get(f"/v1/events?limit=1&{window}&cursor={following}")
        for window in ("date=2025", "date_from=2025&date_to=2025-12", "date_from=2025-01-01&date_to=2025-12-31")
    ]
    assert pages[0] == pages[1] == pages[2]
    (error,) = client.errors(f"/v1/events?limit=1&date=2024&cursor={following}")
    assert error["code"] == "cursor_of_another_query"
