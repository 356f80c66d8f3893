"""Terms: every code that a client can meet has a name and a meaning in each language."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from app.db.list_spec import RELEVANCE
from app.languages import LANGUAGES
from app.model.codes import Code
from app.model.vocabularies import ErrorCode, FacetName, PartName, SortName, Vocabulary
from app.resources.registry import LIST_SPECS
from tests.client import Client

Term = dict[str, str]

SHARED = {"Facet": "FacetName", "Part": "PartName", "SearchKind": "Resource"}
"""The vocabularies of schemas that lists have each their own of, by the end of the schemas' names."""


def all_terms(client: Client, language: str = "en") -> list[Term]:
    return [term for page in client.pages(f"/v1/terms?limit=100&lang={language}") for term in page["data"]]


@pytest.fixture(scope="module")
def codes(both: Client) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for term in all_terms(both):
        found.setdefault(term["vocabulary"], set()).add(term["code"])
    return found


def test_every_vocabulary_has_terms_once_and_in_order(both: Client) -> None:
    terms = all_terms(both)
    keys = [(term["vocabulary"], term["code"]) for term in terms]
    assert len(set(keys)) == len(keys) == both.get("/v1/terms?limit=0")["meta"]["total"]
    assert list(dict.fromkeys(vocabulary for vocabulary, _ in keys)) == [one.value for one in Vocabulary]
    for vocabulary in Code.__subclasses__():
        assert [code for name, code in keys if name == vocabulary.__name__] == [code.value for code in vocabulary]


def test_every_term_has_a_label_and_a_sentence_in_each_language(both: Client) -> None:
    by_language = {language: all_terms(both, language) for language in LANGUAGES}
    for in_languages in zip(*by_language.values(), strict=True):
        assert len({(term["vocabulary"], term["code"]) for term in in_languages}) == 1
        for language, term in zip(by_language, in_languages, strict=True):
            assert term["name"]
            if term["vocabulary"] not in ("Metric", "Unit"):
                # A label for a cell or a choice; the meaning explains it.
                assert len(term["name"]) <= (32 if language == "en" else 17), term
                assert not re.search("[:;：；，。]", term["name"]), term
            assert re.fullmatch(r"\S.*[^\s。.][。.]" if language == "en" else r"\S.*[^。]。", term["meaning"]), term
            assert bool(re.search("[\u4e00-\u9fff]", term["meaning"])) == (language != "en") or term["vocabulary"] in (
                *("Language", "Metric", "Unit"),
            ), term


def schemas_with_codes(client: Client) -> Iterator[tuple[str, list[str]]]:
    document = client.get("/openapi.json")
    for name, schema in document["components"]["schemas"].items():
        values = [value for value in schema.get("enum", ()) if isinstance(value, str)]
        if values:
            yield name, values


def test_every_code_of_the_description_is_a_term(both: Client, codes: dict[str, set[str]]) -> None:
    described = dict(schemas_with_codes(both))
    assert {"EventCategory", "EventFacet", "Undated", "Language", "TextOrigin"} <= described.keys()
    for name, values in described.items():
        vocabulary = next((shared for end, shared in SHARED.items() if name.endswith(end)), name)
        assert set(values) <= codes[vocabulary], name


def test_every_sort_key_facet_and_part_is_a_term() -> None:
    keys = {key for spec in LIST_SPECS.values() for key in spec.sort_keys}
    assert {name.value for name in SortName} == {*keys, RELEVANCE}
    assert {name.value for name in PartName} == {part for spec in LIST_SPECS.values() for part in spec.parts}


def test_every_value_of_a_response_that_is_a_code_is_a_term(both: Client, codes: dict[str, set[str]]) -> None:
    pages = [
        both.get(f"/v1/{name}?limit=200&include=evidence&include=translations")["data"]
        for name in ("campaigns", "events", "locations", "outcomes", "sources")
    ]
    seen: dict[str, set[str]] = {}
    for record in chain.from_iterable(pages):
        for field, value in leaves(record):
            seen.setdefault(field, set()).add(value)
    assert seen["metric"] <= codes["Metric"]
    assert seen["unit"] <= codes["Unit"] | codes["ParticipantUnit"]
    known = set().union(*codes.values())
    for field in ("kind", "category", "basis", "precision", "qualifier", "relation", "level", "origin"):
        assert seen[field] <= known, field
    for field in ("confidence", "language", "admin_code_scheme", "count_qualifier", "scope_level"):
        assert seen.get(field, set()) <= known, field
    facets = both.get("/v1/outcomes?limit=0&facet=metric&facet=unit")["meta"]["facets"]
    named = {(term["vocabulary"], term["code"]): term["name"] for term in all_terms(both, "zh-Hant")}
    for facet, values in facets.items():
        assert values
        for value in values:
            assert named[facet.title(), value["id"]] == value["name"]
    assert set(facets) <= {name.value for name in FacetName}


def leaves(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from leaves(item, name)
    elif isinstance(node, str):
        yield name, node


def test_every_code_of_an_error_is_a_term(both: Client, codes: dict[str, set[str]]) -> None:
    assert codes["ErrorCode"] == set(ErrorCode)
    for query in (
        "limit=x&limt=3&q=%20&bbox=1&date=2024-13&cursor=x&kind=&lang=fr&sort=x&has=1",
        "q=" + "x" * 300,
        "&".join(["kind=event"] * 101),
        "limit=1&limit=2&date_from=2025&date_to=2024",
        "location_basis=any",
        "q=%ff",
    ):
        problem = both.request(f"/v1/events?{query}").json()
        assert problem["type"] in codes["ProblemType"]
        assert {error["code"] for error in problem["errors"]} <= codes["ErrorCode"]
    assert both.request("/v1/nothing").json()["type"] in codes["ProblemType"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("vocabulary=Qualifier", ["exact", "at_least", "about"]),
        ("vocabulary=Basis&vocabulary=LinkBasis&q=editors%20derived", ["derived", "derived"]),
        ("q=座談會", ["symposium"]),
        ("q=座谈会", ["symposium"]),
        ("q=SYMPOSIUM&vocabulary=EventCategory", ["symposium"]),
        ("q=at_least", ["at_least"]),
        ("q=zzzz", []),
    ],
)
def test_terms_are_found_by_vocabulary_and_text(both: Client, query: str, found: list[str]) -> None:
    page = both.get(f"/v1/terms?{query}")
    assert [term["code"] for term in page["data"]] == found
    assert page["meta"]["total"] == len(found)


def test_a_chinese_page_can_print_the_codes_of_an_event(both: Client) -> None:
    for language, expected in (
        ("zh-Hans", {"symposium": "座谈会", "day": "日", "derived": "编者推得"}),
        ("zh-Hant", {"symposium": "座談會", "day": "日", "derived": "編者推得"}),
    ):
        query = "vocabulary=EventCategory&vocabulary=DatePrecision&vocabulary=Basis"
        page = both.get(f"/v1/terms?{query}&lang={language}&limit=200")
        names = {term["code"]: term["name"] for term in page["data"]}
        assert expected.items() <= names.items()


def test_the_list_is_as_strict_and_as_cached_as_the_others(both: Client, tianshui: Client) -> None:
    assert both.errors("/v1/terms?vocabulary=eventcategory")[0]["suggestion"] == "EventCategory"
    assert both.errors("/v1/terms?vocabularies=Basis")[0]["suggestion"] == "vocabulary"
    assert both.errors("/v1/terms?q=%20")[0]["code"] == "nothing_to_search"
    assert both.errors("/v1/terms?sort=code")[0]["code"] == "unknown_parameter"
    first = both.request("/v1/terms?limit=5&vocabulary=EventCategory")
    again = both.request("/v1/terms?vocabulary=EventCategory&limit=5", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    cursor = first.json()["meta"]["next_cursor"]
    page = both.get(f"/v1/terms?vocabulary=EventCategory&limit=5&cursor={cursor}")
    assert page["data"] == both.get("/v1/terms?vocabulary=EventCategory")["data"][5:10]
    assert both.errors(f"/v1/terms?vocabulary=EventKind&cursor={cursor}")[0]["code"] == "cursor_of_another_query"
    assert tianshui.errors(f"/v1/terms?vocabulary=EventCategory&cursor={cursor}")[0]["code"] == "outdated_cursor"
