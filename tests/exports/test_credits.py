"""Credits: a document, and each row and entry of it, has those of its own coordinates and no others."""

import csv
import io
import json
import zipfile
from dataclasses import replace

import openpyxl
import pytest
import vobject  # type: ignore[import-untyped]

from app.exports.format import Credits
from app.model.codes import Resource
from tests.exports.records import (
    CREDIT,
    EVENT,
    EXPORTS,
    LICENCE,
    LOCATION,
    MONTH,
    SURVEY,
    Record,
    document,
    event,
    facts,
    located,
    place,
)

GEONAMES, OTHER = CREDIT.attribution, SURVEY.attribution

WITH_POINT = [
    pytest.param(format_.extension, kind, id=f"{kind}s.{format_.extension}")
    for kind in (EVENT, LOCATION)
    for format_ in EXPORTS[kind].formats
    # A line of JSON is the record alone.
    if format_.extension != "jsonl"
]

BY_SURVEY = event("surveyed", locations=[place("a", 34.5, 105.5, source="survey"), place("b", None, None)])
BY_BOTH = event(
    "both",
    locations=[
        place("a", 34.5, 105.5, source="survey"),
        place("b", 34.6, 105.6),
        place("c", 34.7, 105.7, source="editors"),
        place("d", 34.8, 105.8, source="survey"),
    ],
)
BY_EDITORS = event("estimated", locations=[place("c", 34.7, 105.7, source="editors")])


def text_of(content: bytes) -> str:
    """Return the whole text of a document, that of a workbook's members too, on one line."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.replace(b"\r\n ", b"").decode().replace("\\,", ",")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def one_at(kind: Resource, source: str) -> Record:
    """Return a record with one point from a source."""
    if kind is LOCATION:
        return located("a", 34.5, 105.5, source)
    return event("one", locations=[place("a", 34.5, 105.5, source=source)])


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["geonames"], {GEONAMES}),
        (["survey"], {OTHER}),
        (["geonames", "editors", "survey"], {GEONAMES, OTHER}),
        (["editors"], set()),
        ([], set()),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, list) else None,
)
@pytest.mark.parametrize(("extension", "kind"), WITH_POINT)
def test_a_document_has_the_credits_of_its_coordinates(
    extension: str, kind: Resource, sources: list[str], expected: set[str]
) -> None:
    given = [one_at(kind, source) for source in sources]
    text = text_of(document(extension, given, facts(kind, len(given))))
    assert {credit for credit in (GEONAMES, OTHER) if credit in text} == expected


def test_each_row_has_its_own() -> None:
    given = [BY_BOTH, BY_SURVEY, MONTH, BY_EDITORS, one_at(EVENT, "geonames")]
    expected = [f"{GEONAMES} {OTHER}", OTHER, "", "", GEONAMES]
    content = document("csv", given, facts(EVENT, 5)).decode("utf-8-sig")
    assert [row["credit"] for row in csv.DictReader(io.StringIO(content, newline=""))] == expected
    heading, *rows = (
        openpyxl.load_workbook(io.BytesIO(document("xlsx", given, facts(EVENT, 5)))).worksheets[0].iter_rows()
    )
    column = [cell.value for cell in heading].index("credit")
    assert [row[column].value or "" for row in rows] == expected


def test_each_entry_has_that_of_its_point_alone() -> None:
    # Of several points an entry has none.
    given = [BY_BOTH, BY_SURVEY, one_at(EVENT, "geonames")]
    entries = vobject.readOne(document("ics", given, facts(EVENT, 3)).decode()).vevent_list
    assert [entry.comment.value if hasattr(entry, "comment") else None for entry in entries] == [None, OTHER, GEONAMES]


def test_each_place_of_linked_data_has_its_own() -> None:
    node, dataset = json.loads(document("jsonld", [BY_BOTH], facts(EVENT, 1)))["@graph"]
    assert [one.get("credit") for one in node["location"]] == [OTHER, GEONAMES, None, OTHER]
    assert [one["coordinates_source"] for one in node["location"]] == ["survey", "geonames", "editors", "survey"]
    assert dataset["creditText"] == f"{LICENCE.attribution} {GEONAMES} {OTHER}"
    assert [one["name"] for one in dataset["isBasedOn"]] == [CREDIT.name, SURVEY.name]


@pytest.mark.parametrize("sources", [["survey", "geonames"], ["geonames", "survey"]])
def test_the_order_is_that_of_the_sources_as_in_a_summary(sources: list[str]) -> None:
    together, apart = Credits([SURVEY, CREDIT]), Credits([SURVEY, CREDIT])
    assert together.add(sources) == f"{GEONAMES} {OTHER}"
    for source in sources:
        apart.add([source])
    for credits_ in (together, apart):
        assert (list(credits_), credits_.line) == ([CREDIT, SURVEY], f"{GEONAMES} {OTHER}")


def test_equal_credits_of_two_sources_are_there_once() -> None:
    credits_ = Credits([CREDIT, replace(CREDIT, id="survey")])
    assert list(credits_) == []
    assert credits_.line is None
    assert credits_.add(["geonames", "survey", "geonames"]) == GEONAMES
    assert credits_.line == GEONAMES
