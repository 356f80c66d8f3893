"""What filters and facets by location leave out because the editors derived the link: counted, in lists and exports."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.db import connections
from app.db.database import Database, open_database
from app.db.list_spec import ListSpec
from app.http.list_params import ListParams
from app.main import create_app
from app.resources.events.params import EventListParams
from app.resources.outcomes.params import OutcomeListParams
from app.resources.registry import EVENTS, OUTCOMES
from app.settings import Settings
from tests.client import Client
from tests.db.query_plans import explain_statements, selection_of
from tests.tracing import traced

Record = dict[str, Any]

BOX, WORLD = "105.5,34.3,106.5,35.2", "-180,-90,180,90"
OTHERS = {
    "events": [
        "",
        "campaign=tianshui",
        "kind=event&kind=series",
        "date_from=2024-09-01&date_to=2024-12-31",
        "date_to=2024-12-31&undated=include",
        "undated=only",
        "q=公安",
        "organiser=tianshui-psb",
        "sort=-title&limit=1",
    ],
    "outcomes": ["", "campaign=tianshui", "scope=event", "date_from=2024-09-01", "q=民警", "value_gte=1"],
}
LISTS = [(name, others) for name, queries in OTHERS.items() for others in queries]


def meta_of(client: Client, name: str, *query: str) -> Record:
    meta: Record = client.get(f"/v1/{name}?{'&'.join(filter(None, query))}")["meta"]
    return meta


@pytest.fixture(scope="session")
def places(both: Client) -> list[str]:
    return both.ids("/v1/locations?limit=200")


@pytest.mark.parametrize(("name", "others"), LISTS)
def test_the_count_is_what_any_basis_adds(both: Client, places: list[str], name: str, others: str) -> None:
    filters = [
        *(f"location={place}" for place in places),
        "location=maiji&location=lanzhou",
        "county=maiji",
        "county=maiji&county=qinan",
        "location=tianshui&facet=location",
    ]
    if name == "events":
        filters += [f"bbox={BOX}", f"bbox={WORLD}", f"bbox={BOX}&location=tianshui", f"bbox={BOX}&facet=location"]
    excluded = []
    for given in filters:
        stated, any_ = (meta_of(both, name, given, others, f"location_basis={basis}") for basis in ("stated", "any"))
        assert stated["derived_excluded"] == any_["total"] - stated["total"] >= 0, given
        assert any_["derived_excluded"] == 0
        assert meta_of(both, name, given, others)["derived_excluded"] == stated["derived_excluded"]
        excluded.append(stated["derived_excluded"])
    assert any(excluded) or others


@pytest.mark.parametrize(("name", "others"), LISTS)
def test_a_list_that_depends_on_no_link_leaves_nothing_out(both: Client, name: str, others: str) -> None:
    for facet in ("", "facet=kind"):
        assert meta_of(both, name, others, facet)["derived_excluded"] == 0


def test_other_lists_leave_nothing_out(both: Client) -> None:
    for target in ("campaigns", "sources", "locations?event=tianshui-five-ones-study", f"locations?bbox={BOX}"):
        meta = both.get(f"/v1/{target}")["meta"]
        assert (meta["derived_excluded"], meta["facets_derived_excluded"]) == (0, {})
    meta = both.get("/v1/search?q=maiji&facet=kind")["meta"]
    assert (meta["derived_excluded"], meta["facets_derived_excluded"]) == (0, {})


@pytest.fixture(scope="session")
def events(both: Client) -> dict[str, Record]:
    return {event["id"]: event for event in both.get("/v1/events?limit=200")["data"]}


@pytest.fixture(scope="session")
def above(both: Client) -> dict[str, set[str]]:
    """Every place, and all that it lies in."""
    return {
        place["id"]: {step["id"] for step in place["path"]} for place in both.get("/v1/locations?limit=200")["data"]
    }


@pytest.mark.parametrize(("name", "others"), LISTS)
def test_a_facet_says_how_many_records_some_place_does_not_count(
    both: Client, events: dict[str, Record], above: dict[str, set[str]], name: str, others: str
) -> None:
    def counted_at(record: Record, *bases: str) -> set[str]:
        of = [record] if name == "events" else [events[id_] for id_ in record["events"]]
        linked = (link["id"] for event in of for link in event["locations"] if link["basis"] in bases)
        return {place for link in linked for place in above[link]}

    query = others.replace("&limit=1", "")
    matching = both.get(f"/v1/{name}?limit=200&{query}".rstrip("&"))["data"]
    expected = sum(counted_at(record, "stated") < counted_at(record, "stated", "derived") for record in matching)
    for location in ("", "location=maiji", "location=pingliang"):
        list_alone = meta_of(both, name, query, location)
        meta = meta_of(both, name, query, location, "facet=location", "facet=kind")
        assert meta["facets_derived_excluded"] == {"location": expected}, "a facet ignores the filter on itself"
        assert meta["derived_excluded"] == list_alone["derived_excluded"], "a facet changes nothing in the list"
        assert list_alone["facets_derived_excluded"] == {}
        any_ = meta_of(both, name, query, location, "facet=location", "location_basis=any")
        assert any_["facets_derived_excluded"] == {"location": 0}
        assert (any_["facets"]["location"] != meta["facets"]["location"]) == (expected > 0)


@pytest.mark.parametrize("extension", ["csv", "jsonl", "xlsx", "geojson", "ics", "jsonld"])
def test_exports_have_the_count_in_a_header(both: Client, extension: str) -> None:
    for query in ("", "location=tianshui", f"bbox={WORLD}", "location=tianshui&location_basis=any"):
        header = both.request(f"/v1/events.{extension}?{query}").headers["x-derived-excluded"]
        # A calendar has the dated events alone.
        dated = "undated=exclude" if extension == "ics" else ""
        assert header == str(meta_of(both, "events", query, dated)["derived_excluded"])
    assert both.request("/v1/outcomes.csv?location=tianshui").headers["x-derived-excluded"] == str(
        meta_of(both, "outcomes", "location=tianshui")["derived_excluded"]
    )
    assert both.request("/v1/locations.csv").headers["x-derived-excluded"] == "0"
    assert (
        both.request("/v1/events.geojson?location=tianshui").json()["meta"]["derived_excluded"]
        == meta_of(both, "events", "location=tianshui")["derived_excluded"]
        > 0
    )


def statements_for(database: Path, *targets: str) -> list[list[str]]:
    app = create_app(Settings(data=database))
    client, found = Client(app), []
    for target in targets:
        with pytest.MonkeyPatch.context() as patch, traced(app.state.context.database.inline_reader) as statements:
            # On a busy machine a short query may exceed the inline budget.
            patch.setattr(connections, "INLINE_BUDGET_SECONDS", 60)
            assert client.request(target).status_code == 200
        found.append(statements)
    return found


def test_only_a_list_by_location_is_counted_once_more(two_campaigns_database: Path) -> None:
    plain, with_any, without, again = statements_for(
        two_campaigns_database,
        "/v1/events?kind=event",
        "/v1/events?location=maiji&location_basis=any",
        "/v1/events?location=maiji",
        "/v1/events?location=maiji&limit=1",
    )
    assert len(without) == len(with_any) + 1 == len(plain) + 2
    # The ids of the locations are looked up, and the counts are cached.
    assert sum("count(*)" in statement for statement in without) == 2
    assert not [statement for statement in again if "count(*)" in statement]


@pytest.fixture(scope="module")
def large(large_database: Path) -> Iterator[Database]:
    with closing(open_database(large_database)) as opened:
        yield opened


SPECS: dict[str, tuple[ListSpec, type[ListParams]]] = {
    "events": (EVENTS, EventListParams),
    "outcomes": (OUTCOMES, OutcomeListParams),
}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("events", "location=maiji"),
        ("events", "location=maiji&location=gangu&date_from=2024-10-01"),
        ("events", f"bbox={BOX}"),
        ("events", "facet=location"),
        ("outcomes", "location=maiji"),
        ("outcomes", "facet=location"),
    ],
)
def test_links_are_counted_by_an_index(large: Database, large_database: Path, name: str, query: str) -> None:
    selection = selection_of(large, *SPECS[name], query)
    with traced(large.inline_reader) as statements, closing(sqlite3.connect(large_database)) as plain:
        reader, params = large.inline_reader, SPECS[name][1]
        if "facet" in query:
            assert selection.facet(reader, "location", params.facets["location"], []).derived_excluded
        else:
            assert selection.derived_excluded(reader) > 0
        # The facet itself counts every link.
        counting = [statement for statement in statements if "GROUP BY" not in statement]
        for plan in explain_statements(plain, counting):
            assert not [step for step in plan if step.startswith(("SCAN event_", "SCAN outcome_event"))], plan
