"""Metadata and links are written as dicts; they have the fields of their models, in the same order."""

import pytest
from pydantic import BaseModel

from app.model.envelopes import FacetValue, ListLinks, ListMeta, RecordLinks, RecordMeta
from app.resources.campaigns.snapshot import SnapshotMeta
from app.resources.events.schema import EventLinks
from tests.client import Client

LISTED = [
    "campaigns",
    "sources?facet=campaign",
    "events?facet=county&facet=month",
    "events?limit=2",
    "events?limit=0",
    "locations?q=nowhere",
    "outcomes?facet=location",
    "search?q=police&facet=kind",
    "terms",
]


def check(written: dict[str, object], model: type[BaseModel]) -> None:
    assert list(written) == list(model.model_fields)
    model.model_validate(written)


@pytest.mark.parametrize("path", LISTED)
def test_a_list_has_the_fields_of_its_schema(both: Client, path: str) -> None:
    body = both.get(f"/v1/{path}")
    assert list(body) == ["data", "meta", "links"]
    check(body["meta"], ListMeta)
    check(body["links"], ListLinks)
    for values in (body["meta"]["facets"] or {}).values():
        assert values
        for value in values:
            check(value, FacetValue)


@pytest.mark.parametrize(
    ("path", "meta", "links"),
    [
        ("campaigns/tianshui", RecordMeta, RecordLinks),
        ("campaigns/tianshui/summary", RecordMeta, RecordLinks),
        ("campaigns/tianshui/snapshot", SnapshotMeta, RecordLinks),
        ("events/tianshui-five-ones-study", RecordMeta, EventLinks),
        ("locations/maiji", RecordMeta, RecordLinks),
        ("outcomes/tianshui-works-created", RecordMeta, RecordLinks),
        ("sources/tianshui-report", RecordMeta, RecordLinks),
    ],
)
def test_a_record_has_the_fields_of_its_schema(
    both: Client, path: str, meta: type[BaseModel], links: type[BaseModel]
) -> None:
    body = both.get(f"/v1/{path}")
    assert list(body) == ["data", "meta", "links"]
    check(body["meta"], meta)
    check(body["links"], links)
