import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from pyld import jsonld  # type: ignore[import-untyped]

from app.languages import LANGUAGES, Language
from tests.exports.conftest import Records
from tests.exports.records import (
    AWKWARD,
    BASE,
    CREDIT,
    EVENT,
    EXPORTS,
    FULL,
    LIVERPOOL,
    MONTH,
    SPAN,
    UNDATED,
    Record,
    document,
    facts,
)
from tests.languages import EN

SCHEMA = "https://schema.org/"
OURS = "urn:campaign-api:terms:"


def no_loading(address: str, _: object) -> None:
    raise AssertionError(f"{address} was requested")


def read(given: list[Record], language: Language = EN) -> Any:
    return json.loads(document("jsonld", given, facts(EVENT, len(given), language, undated_excluded=2)))


def expanded(given: list[Record], language: Language = EN) -> list[dict[str, Any]]:
    """Expand a document without loading remote contexts; returns the document and its events."""
    nodes: list[dict[str, Any]] = jsonld.expand(read(given, language), {"documentLoader": no_loading})
    return nodes


def event(record: Record, language: Language = EN) -> dict[str, Any]:
    return expanded([record], language)[1]


def leaves(node: Any) -> Iterator[Any]:
    """Every value in a tree that is not null."""
    if isinstance(node, dict):
        for value in node.values():
            yield from leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value)
    elif node is not None:
        yield node


def keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_expansion_keeps_every_value_of_a_record(records: Records, language: Language) -> None:
    given = records[EVENT, language]
    _, *nodes = expanded(given, language)
    assert [node["@id"] for node in nodes] == [f"{BASE}/events/{record['id']}" for record in given]
    for record, node in zip(given, nodes, strict=True):
        understood = set()
        for value in leaves(node):
            understood.add(value)
            if isinstance(value, str):
                # Ids stand at the end of addresses, and both days of a span in one value.
                understood |= {value.rpartition("/")[2], value.rpartition(":")[2], value.partition("/")[0]}
        assert set(leaves(record)) - understood == set()


def test_nothing_is_dropped_on_expansion(records: Records) -> None:
    given = records[EVENT, EN]
    written = read(given)
    used = {key for key in keys(written["@graph"]) if not key.startswith("@")}
    understood = {key.removeprefix(SCHEMA).removeprefix(OURS) for key in keys(expanded(given)) if key[0] != "@"}
    assert used == understood
    assert None not in [value for node in written["@graph"] for value in node.values()]
    # Terms that the context has and no document uses would be dead.
    assert set(written["@context"]) - {"@vocab", "@language"} <= used


def test_the_terms_of_schema_org_are_its_own(records: Records) -> None:
    terms = {key.removeprefix(SCHEMA) for key in keys(expanded(records[EVENT, EN])) if key.startswith(SCHEMA)}
    assert terms == {
        *("name", "description", "identifier", "url", "version", "inLanguage", "creditText", "license", "isBasedOn"),
        *("keywords", "startDate", "endDate", "temporalCoverage", "location", "organizer", "superEvent"),
        *("geo", "latitude", "longitude", "eventAttendanceMode"),
    }


def test_dates_known_to_the_day_are_typed() -> None:
    node = event(SPAN)
    day = "http://www.w3.org/2001/XMLSchema#date"
    assert node[f"{SCHEMA}startDate"] == [{"@type": day, "@value": "2024-12-30"}]
    assert node[f"{SCHEMA}endDate"] == [{"@type": day, "@value": "2025-01-02"}]
    assert f"{SCHEMA}temporalCoverage" not in node


def test_dates_known_to_the_month_have_no_day() -> None:
    node = event(MONTH)
    assert node[f"{SCHEMA}temporalCoverage"] == [{"@value": "2024-09-01/2024-09-30"}]
    assert node[f"{OURS}date"][0][f"{OURS}precision"] == [{"@value": "month"}]
    assert f"{SCHEMA}startDate" not in node
    assert f"{SCHEMA}endDate" not in node


def test_undated_events_have_the_reason() -> None:
    node = event(UNDATED)
    assert node[f"{OURS}date"] == [
        {
            f"{OURS}precision": [{"@value": "unknown"}],
            f"{OURS}basis": [{"@value": "not_given"}],
            f"{OURS}note": [{"@value": "The source gives no date.", "@language": "en"}],
        }
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_in_its_language_and_codes_are_in_none(language: Language) -> None:
    node = event(FULL, language)
    tag = str(language).lower()
    for term in (f"{SCHEMA}name", f"{SCHEMA}description", f"{SCHEMA}keywords", f"{OURS}purpose", f"{OURS}note"):
        assert {value["@language"].lower() for value in node[term]} == {tag}
    for term in (f"{SCHEMA}identifier", f"{OURS}kind", f"{OURS}category", f"{OURS}programme", f"{OURS}channel"):
        assert all("@language" not in value for value in node[term])
    assert node[f"{OURS}date"][0][f"{OURS}as_stated"] == [{"@value": "其後"}]


def test_a_place_has_its_point_in_both_datums() -> None:
    mersey, unknown = event(LIVERPOOL)[f"{SCHEMA}location"]
    assert mersey["@id"] == f"{BASE}/locations/mersey"
    assert mersey["@type"] == [f"{SCHEMA}Place"]
    (point,) = mersey[f"{SCHEMA}geo"]
    assert point["@type"] == [f"{SCHEMA}GeoCoordinates"]
    assert point[f"{SCHEMA}latitude"] == [{"@value": 53.4}]
    assert point[f"{SCHEMA}longitude"] == [{"@value": -2.98}]
    assert mersey[f"{OURS}gcj02_longitude"] == [{"@value": -2.98}]
    assert f"{SCHEMA}geo" not in unknown


def test_the_role_of_a_place_is_a_property_of_the_link() -> None:
    node = event(FULL)
    (link,) = node[f"{OURS}locations"][0]["@list"]
    assert link[f"{OURS}place"] == [{"@id": f"{BASE}/locations/a"}]
    assert link[f"{OURS}basis"] == [{"@value": "derived"}]
    assert f"{OURS}basis" not in node[f"{SCHEMA}location"][0]
    (organiser,) = node[f"{SCHEMA}organizer"]
    assert organiser["@id"] == "urn:campaign-api:organisation:psb"
    assert organiser["@type"] == [f"{SCHEMA}Organization"]
    assert node[f"{OURS}organisers"][0]["@list"][0][f"{OURS}organisation"] == [{"@id": organiser["@id"]}]


def test_online_events_have_a_virtual_location() -> None:
    here, online, mixed = event(MONTH), event(MONTH | {"online": True}), event(FULL)
    assert here[f"{SCHEMA}location"] == []
    assert f"{SCHEMA}eventAttendanceMode" not in here
    assert online[f"{SCHEMA}location"] == [{"@type": [f"{SCHEMA}VirtualLocation"]}]
    assert online[f"{SCHEMA}eventAttendanceMode"] == [{"@id": f"{SCHEMA}OnlineEventAttendanceMode"}]
    assert len(mixed[f"{SCHEMA}location"]) == 2
    assert mixed[f"{SCHEMA}eventAttendanceMode"] == [{"@id": f"{SCHEMA}MixedEventAttendanceMode"}]


def test_an_event_refers_to_others_by_their_ids() -> None:
    node = event(FULL)
    assert node[f"{OURS}campaign"] == [{"@id": f"{BASE}/campaigns/tianshui"}]
    (when,) = node[f"{OURS}date"]
    assert when[f"{OURS}relative_to"][0][f"{OURS}event"] == [{"@id": f"{BASE}/events/month"}]
    participant, other = node[f"{OURS}participants"][0]["@list"]
    assert participant[f"{OURS}organisation"] == [{"@id": "urn:campaign-api:organisation:psb"}]
    assert f"{OURS}organisation" not in other


def test_a_part_points_at_its_whole() -> None:
    node = event(FULL)
    assert node[f"{SCHEMA}superEvent"] == [{"@id": f"{BASE}/events/month"}]
    assert node[f"{OURS}part_of"][0][f"{OURS}event"] == [{"@id": f"{BASE}/events/month"}]


def test_the_document_describes_itself() -> None:
    dataset = expanded([MONTH])[0]
    assert dataset["@type"] == [f"{SCHEMA}Dataset"]
    assert dataset["@id"] == f"{BASE}/events.any?lang=en"
    assert dataset[f"{SCHEMA}version"] == [{"@value": "b195ef88"}]
    assert dataset[f"{SCHEMA}inLanguage"] == [{"@value": "en"}]
    assert dataset[f"{OURS}total"] == [{"@value": 1}]
    assert dataset[f"{OURS}undated_excluded"] == [{"@value": 2}]
    assert dataset[f"{OURS}derived_excluded"] == [{"@value": 5}]
    (basis,) = dataset[f"{SCHEMA}isBasedOn"]
    assert basis["@type"] == [f"{SCHEMA}Dataset"]
    assert basis[f"{SCHEMA}license"] == [{"@id": CREDIT.licence_url}]
    assert basis[f"{SCHEMA}creditText"] == dataset[f"{SCHEMA}creditText"]
    assert basis[f"{OURS}licence"] == [{"@value": CREDIT.licence}]


def test_documents_have_the_documented_shape() -> None:
    validator = jsonschema.Draft202012Validator(
        EXPORTS[EVENT].by_extension["jsonld"].schema("#/components/schemas/Event")
    )
    validator.validate(read(AWKWARD[EVENT]))
    assert len(list(validator.iter_errors({"@context": [], "@graph": [{"@id": "x"}]}))) == 3
