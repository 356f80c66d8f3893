"""Every resource with URLs is in every registry: one that is left out would be missing without an error."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from app.build.registry import IMPORTERS
from app.endpoints.search import SearchKind
from app.endpoints.search_schema import SearchHit
from app.http.openapi_texts import TAGS
from app.main import ROUTES
from app.model.codes import ADDRESSED_RESOURCES, Resource
from app.resources.campaigns.snapshot import CampaignSnapshot
from app.resources.membership import CAMPAIGN_RESOURCES
from app.resources.registry import LIST_SPECS
from tests.lists import LISTS

every_resource = pytest.mark.parametrize("resource", ADDRESSED_RESOURCES)


def test_registries_have_the_resources_with_urls() -> None:
    addressed = set(ADDRESSED_RESOURCES)
    assert set(IMPORTERS) == set(LIST_SPECS) == set(CAMPAIGN_RESOURCES) == addressed
    assert set(LISTS) == {f"{resource}s" for resource in addressed}
    names = [resource.value if resource is Resource.CAMPAIGN else f"{resource}s" for resource in CAMPAIGN_RESOURCES]
    assert list(CampaignSnapshot.model_fields) == [names[0], "summary", *names[1:], "terms"]


@every_resource
def test_a_resource_has_its_routes_and_a_tag(resource: Resource) -> None:
    paths = {route.path for route in ROUTES}
    assert {f"/v1/{resource}s", f"/v1/{resource}s/{{id}}"} <= paths
    assert f"{resource}s" in {tag["name"] for tag in TAGS}


@every_resource
def test_a_resource_is_loaded(resource: Resource, tianshui_database: Path) -> None:
    with closing(sqlite3.connect(tianshui_database)) as connection:
        ((records,),) = connection.execute(f"SELECT count(*) FROM {resource}")  # noqa: S608 - a code of ours
    assert records > 0


@every_resource
def test_a_resource_is_numbered_in_its_default_order(resource: Resource, two_campaigns_database: Path) -> None:
    spec = LIST_SPECS[resource]
    key = spec.sort_keys[spec.default_sort]
    order = ", ".join(filter(None, (key.gap, key.column, f"{resource}.id")))
    with closing(sqlite3.connect(two_campaigns_database)) as connection:
        numbered, ordered = (
            connection.execute(f"SELECT id FROM {resource} ORDER BY {by}").fetchall()  # noqa: S608 - ours
            for by in (spec.number, order)
        )
    assert numbered == ordered
    assert numbered


def test_each_kind_of_hit_has_a_schema() -> None:
    hits = get_args(SearchHit.model_fields["root"].annotation)
    kinds = [get_args(hit.model_fields["kind"].annotation) for hit in hits]
    assert kinds == [(kind.value,) for kind in SearchKind]
