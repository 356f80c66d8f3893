"""The data package describes the CSV files as they are, by the judgement of Frictionless over HTTP."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from app.main import create_app
from app.resources.registry import COLUMNS
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import BASE, Client
from tests.wire import serving


@pytest.fixture(scope="module")
def package(two_campaigns_database: Path) -> Iterator[Package]:
    app = create_app(Settings(data=two_campaigns_database))
    with serving(app, Protocol) as wire:
        yield Package(f"http://127.0.0.1:{wire.port}/datapackage.json")


@pytest.mark.slow
def test_every_file_is_as_described(both: Client, package: Package) -> None:
    report = package.validate()
    assert report.errors == []
    assert report.valid
    assert [task.name for task in report.tasks] == ["events", "locations", "outcomes"]
    for task in report.tasks:
        assert (task.errors, task.warnings) == ([], [])
        assert task.stats["rows"] == both.get(f"/v1/{task.name}?limit=1")["meta"]["total"] > 0


def test_cells_are_read_with_their_types(package: Package) -> None:
    locations = {row["id"]: row.to_dict() for row in package.get_table_resource("locations").read_rows()}
    maiji = locations["maiji"]
    assert maiji["admin_code"] == "620503"
    assert maiji["named_in_source"] is True
    assert float(maiji["latitude"]) == pytest.approx(34.5, abs=0.2)
    assert locations["gansu"]["latitude"] is None
    events = {row["id"]: row.to_dict() for row in package.get_table_resource("events").read_rows()}
    assert events["tianshui-police-open-day"]["date_start"] == datetime.date(2025, 1, 10)
    assert {event["online"] for event in events.values()} <= {True, False, None}
    outcomes = {row["id"]: row.to_dict() for row in package.get_table_resource("outcomes").read_rows()}
    assert outcomes["tianshui-activities-held"]["value"] == 83


def test_a_wrong_type_is_noticed(package: Package) -> None:
    """The judgement can fail: a code is no date."""
    locations = package.get_table_resource("locations").to_copy()
    locations.schema.set_field_type("admin_code", "date")
    report = locations.validate()
    assert not report.valid
    assert {error.type for task in report.tasks for error in task.errors} == {"type-error"}


def test_every_column_is_described(both: Client) -> None:
    resources = {one["name"]: one for one in both.get("/datapackage.json")["resources"]}
    for resource, columns in COLUMNS.items():
        fields: list[dict[str, Any]] = resources[f"{resource}s"]["schema"]["fields"]
        names = [field["name"] for field in fields]
        heading = both.request(f"/v1/{resource}s.csv?lang=en").content.decode("utf-8-sig").partition("\r\n")[0]
        assert ",".join(names) == heading
        described = {field["name"]: field["description"] for field in fields}
        assert {column.name: column.description for column in columns.columns}.items() < described.items()
        assert described.keys() - {column.name for column in columns.columns} == {"language", "data_version"}
        assert all(re.fullmatch(r"[A-Z].+[^.]\.", text) for text in described.values())


@pytest.mark.slow
def test_it_has_the_licences_and_the_sources(both: Client) -> None:
    found = both.get("/datapackage.json")
    campaigns = both.get("/v1/campaigns?lang=en")["data"]
    licences = {campaign["licence"]["url"]: campaign["licence"]["id"] for campaign in campaigns}
    assert {one["path"]: one["name"] for one in found["licenses"]} == licences
    for campaign in campaigns:
        assert campaign["licence"]["attribution"] in found["description"]
    assert "GeoNames (geonames.org), used under CC BY 4.0" in found["description"]
    sources = both.get("/v1/sources?lang=en")["data"]
    reports = [one for one in found["sources"] if "path" in one]
    assert {one["path"] for one in reports} == {source["url"] for source in sources} - {None}
    assert {one["title"] for one in found["sources"]} >= {source["publisher"]["name"] for source in sources}
    assert found["version"] == both.get("/v1/events?limit=1")["meta"]["version"]
    assert found["homepage"] == f"{BASE}/docs"
