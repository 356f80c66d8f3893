"""What the file tells someone who opens it with SQL: the facts as columns, the texts in views of each language."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app.build.registry import IMPORTERS, view_name
from app.db.read_only import connect_read_only
from app.languages import LANGUAGES, Language
from app.model.codes import Resource
from tests.build.stored import rendered, rows
from tests.languages import EN

PATHS = {
    Resource.CAMPAIGN: {
        "area": "area.id",
        "implementer": "implementer.id",
        "directed_by": "directed_by.id",
        "reporting_starts_on": "reporting_period.start",
        "reporting_ends_on": "reporting_period.end",
        "reporting_precision": "reporting_period.precision",
        "reporting_basis": "reporting_period.basis",
        "reporting_as_stated": "reporting_period.as_stated",
        "area_name": "area.name",
        "implementer_name": "implementer.name",
        "directed_by_name": "directed_by.name",
        "reporting_note": "reporting_period.note",
        "licence": "licence.id",
        "licence_url": "licence.url",
        "licence_attribution": "licence.attribution",
        "licence_statement": "licence.statement",
    },
    Resource.EVENT: {
        "part_of": "part_of.event",
        "part_of_basis": "part_of.basis",
        "part_of_note": "part_of.note",
        "strand": "strand.id",
        "strand_basis": "strand.basis",
        "strand_note": "strand.note",
        "starts_on": "date.start",
        "ends_on": "date.end",
        "date_precision": "date.precision",
        "date_basis": "date.basis",
        "date_as_stated": "date.as_stated",
        "date_note": "date.note",
        "relative_to": "date.relative_to.event",
        "relation": "date.relative_to.relation",
    },
    Resource.LOCATION: {
        "gcj02_latitude": "gcj02.latitude",
        "gcj02_longitude": "gcj02.longitude",
        "coordinates_source": "coordinates_source.id",
        "coordinates_source_name": "coordinates_source.name",
        "coordinates_reference": "coordinates_source.reference",
        "confidence": "coordinates_source.confidence",
        "attribution": "coordinates_source.attribution",
    },
    Resource.OUTCOME: {"scope_level": "scope.level", "scope_id": "scope.id", "scope_name": "scope.name"},
    Resource.SOURCE: {
        "published_starts_on": "published.start",
        "published_ends_on": "published.end",
        "published_precision": "published.precision",
        "published_basis": "published.basis",
        "published_as_stated": "published.as_stated",
        "published_note": "published.note",
        "not_before_starts_on": "not_before.start",
        "not_before_ends_on": "not_before.end",
        "not_before_precision": "not_before.precision",
        "not_before_basis": "not_before.basis",
        "not_before_as_stated": "not_before.as_stated",
        "not_before_note": "not_before.note",
        "publisher": "publisher.id",
        "publisher_name": "publisher.name",
        "received_sha256": "received.sha256",
        "received_length": "received.length",
        "cleaned_sha256": "cleaned.sha256",
        "cleaned_length": "cleaned.length",
    },
}
"""Where a column of a view stands in the public record, if not under its own name."""


def at(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = None if record is None else record[step]
    return record


def view_rows(connection: sqlite3.Connection, query: str) -> list[dict[str, Any]]:
    connection.row_factory = sqlite3.Row
    return [dict(row) for row in connection.execute(query)]


@pytest.mark.parametrize("resource", IMPORTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_view_says_what_the_public_records_say(
    two_campaigns_database: Path, resource: Resource, language: Language
) -> None:
    records = {number: json.loads(text) for number, _, text in rendered(two_campaigns_database, resource, language)}
    with closing(sqlite3.connect(two_campaigns_database)) as connection:
        found = view_rows(connection, f"SELECT * FROM {view_name(IMPORTERS[resource], language)}")  # noqa: S608
    assert len(found) == len(records) > 0
    for row in found:
        record = records[row.pop("number")]
        undated = row.pop("undated", None)
        assert undated is None or undated == (record["date"]["start"] is None)
        for column, value in row.items():
            expected = at(record, PATHS[resource].get(column, column))
            if isinstance(expected, list):
                expected = json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
            assert value == expected, (record["id"], column)


def scalars(record: dict[str, Any], path: str = "") -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from scalars(value, f"{path}{name}.")
        elif not isinstance(value, list):
            yield path + name


ELSEWHERE = {"coordinates_source.licence", "coordinates_source.licence_url"}
"""The facts that are columns of a table of their own."""


@pytest.mark.parametrize("resource", IMPORTERS)
def test_every_scalar_of_a_record_is_a_column_of_its_views(two_campaigns_database: Path, resource: Resource) -> None:
    with closing(sqlite3.connect(two_campaigns_database)) as connection:
        (first, *_) = view_rows(connection, f"SELECT * FROM {view_name(IMPORTERS[resource], EN)}")  # noqa: S608
    columns = {PATHS[resource].get(column, column) for column in first}
    for *_, text in rendered(two_campaigns_database, resource, EN):
        record = json.loads(text)
        given = {path for path in scalars(record) if at(record, path) is not None}
        assert given <= columns | ELSEWHERE


def test_links_have_their_facts(two_campaigns_database: Path) -> None:
    expected: dict[str, list[tuple[Any, ...]]] = {"organisers": [], "participants": [], "locations": [], "mentions": []}
    for number, _, text in rendered(two_campaigns_database, Resource.EVENT, EN):
        event = json.loads(text)
        expected["organisers"] += [(number, one["id"], one["role"], one["basis"]) for one in event["organisers"]]
        expected["locations"] += [(number, one["id"], one["role"], one["basis"]) for one in event["locations"]]
        expected["participants"] += [
            (number, one["group"], one["role"], one["count"], one["count_qualifier"], one["organisation"])
            for one in event["participants"]
        ]
    for _, _, text in rendered(two_campaigns_database, Resource.LOCATION, EN):
        place = json.loads(text)
        expected["mentions"] += [
            (
                *(one["campaign"], place["id"], one["named"], one["as_stated"], one["basis"]),
                one["denotes"] and one["denotes"]["kind"],
            )
            for one in place["mentions"]
        ]
    queries = {
        "organisers": "SELECT event, organisation, role, basis FROM event_organiser",
        "participants": "SELECT event, group_id, role, count, count_qualifier, organisation FROM event_participant",
        "locations": "SELECT event, location, role, basis FROM event_location",
        "mentions": "SELECT campaign, location, named, as_stated, basis, denotes_kind FROM location_campaign",
    }
    for name, query in queries.items():
        assert expected[name]
        assert sorted(rows(two_campaigns_database, query), key=repr) == sorted(expected[name], key=repr), name


# Six queries of the README, in SQL.

QUERIES: dict[str, list[tuple[Any, ...]]] = {
    # What happened in Maiji, at the district or anywhere inside it?
    """
    SELECT events_en.id FROM events_en JOIN event_within ON event_within.event = events_en.number
    WHERE event_within.location = 'maiji' AND event_within.linked_by = 'stated' ORDER BY events_en.number
    """: [("tianshui-five-ones-study",), ("tianshui-media-field-reporting",)],
    # Which figures does the report give for the whole campaign, as printed?
    """
    SELECT as_stated, unit_name FROM outcomes_zh_hant
    WHERE scope_level = 'campaign' AND kind = 'quantitative' ORDER BY number
    """: [("83場", "場"), ("191條", "條")],
    # When was the open day, and how is that known?
    """
    SELECT starts_on, ends_on, date_precision, date_basis, date_as_stated, substr(date_note, 1, 17)
    FROM events_en WHERE id = 'tianshui-police-open-day'
    """: [("2025-01-10", "2025-01-10", "day", "derived", "警察節當天", "The source prints")],
    # In which counties did it happen, and how often?
    """
    SELECT locations_en.name, count(*) FROM event_within
    JOIN locations_en ON locations_en.id = event_within.location
    WHERE event_within.linked_by = 'stated' AND locations_en.kind IN ('county', 'district')
    GROUP BY locations_en.id ORDER BY count(*) DESC, locations_en.id
    """: [
        ("Maiji District, Tianshui", 2),
        ("Qin'an County, Tianshui", 2),
        ("Wushan County, Tianshui", 2),
        ("Gangu County, Tianshui", 1),
        ("Qingshui County, Tianshui", 1),
        ("Qinzhou District, Tianshui", 1),
    ],
    # What does a calendar get: which days, and how many events have none?
    "SELECT starts_on FROM events_zh_hans WHERE NOT undated ORDER BY starts_on": [
        *(("2024-09-20",), ("2024-09-26",), ("2024-10-17",), ("2024-10-31",), ("2025-01-10",)),
    ],
    # Who speaks of the "two combinations"?
    """
    SELECT pillars.value ->> '$.name' FROM campaigns_zh_hant
    JOIN rendered ON json_extract(rendered.json_text, '$.name') = campaigns_zh_hant.name
    JOIN json_each(rendered.json_text, '$.pillars') AS pillars
    WHERE pillars.value ->> '$.id' = 'two-combinations' LIMIT 1
    """: [("兩結合",)],
}


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_the_readmes_sql_returns_its_results(
    tianshui_database: Path, query: str, expected: list[tuple[Any, ...]]
) -> None:
    assert rows(tianshui_database, query) == expected


def test_the_version_is_a_row(tianshui_database: Path) -> None:
    ((version, language),) = rows(tianshui_database, "SELECT version, language FROM data_version")
    assert len(version) == 32
    assert language == "zh-Hant"


@pytest.mark.parametrize("statement", ["DROP VIEW events_en", "CREATE TEMP VIEW one AS SELECT 1", "DELETE FROM event"])
def test_the_connection_of_the_service_refuses_to_change_anything(tianshui_database: Path, statement: str) -> None:
    with closing(connect_read_only(tianshui_database)) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (13,)
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|may not be modified"):
            connection.execute(statement)


@pytest.mark.slow
def test_datasette_opens_the_file(tianshui_database: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(tianshui_database), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}/{tianshui_database.stem}"
            wait_for(f"{address}.json")
            events = get(f"{address}/events_en.json?{urlencode({'_shape': 'array', 'id': 'tianshui-police-open-day'})}")
            assert [(event["starts_on"], event["date_basis"]) for event in events] == [("2025-01-10", "derived")]
            sql = "SELECT as_stated FROM outcomes_en WHERE scope_level = 'campaign' AND kind = 'quantitative'"
            figures = get(f"{address}.json?{urlencode({'sql': sql, '_shape': 'array'})}")
            assert {figure["as_stated"] for figure in figures} == {"83場", "191條"}
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            get(url)
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert time.monotonic() < deadline, "Datasette does not answer"
            time.sleep(0.2)
        else:
            return


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310 - our own address
        return json.load(response)
