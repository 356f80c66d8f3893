import json
from typing import Any

import hypothesis
import jsonschema
import pytest
from geojson_pydantic import Feature, FeatureCollection, MultiPoint, Point
from geojson_pydantic.geometries import Geometry
from hypothesis import strategies as st

from app.model.codes import Resource
from app.resources.events.schema import EventRecord
from app.resources.locations.schema import LocationRecord
from tests.exports.conftest import Records
from tests.exports.records import (
    AWKWARD,
    CREDIT,
    EVENT,
    EXPORTS,
    LIVERPOOL,
    LOCATION,
    MONTH,
    SEVERAL,
    Record,
    document,
    facts,
)
from tests.languages import EN, HANS

KINDS = [EVENT, LOCATION]


def collection(kind: Resource, given: list[Record]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(document("geojson", given, facts(kind, len(given), undated_excluded=2)))
    return content


def geometry(record: Record) -> Geometry | None:
    read = FeatureCollection[Feature[Geometry, dict[str, Any]]].model_validate(collection(EVENT, [record]))
    return read.features[0].geometry


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_independent_reader_accepts_it(records: Records, kind: Resource) -> None:
    given = records[kind, HANS]
    read = FeatureCollection[Feature[Geometry, dict[str, Any]]].model_validate(collection(kind, given))
    assert [feature.id for feature in read.features] == [record["id"] for record in given]
    assert [feature.properties for feature in read.features] == given


def test_longitude_comes_first() -> None:
    point = geometry(LIVERPOOL)
    assert isinstance(point, Point)
    assert tuple(point.coordinates) == (-2.98, 53.4)


def test_several_places_are_several_points_and_each_is_there_once() -> None:
    points = geometry(SEVERAL)
    assert isinstance(points, MultiPoint)
    assert [tuple(position) for position in points.coordinates] == [(105.5, 34.5), (-70.25, -0.00001)]


@hypothesis.given(st.text() | st.sampled_from(['"locations":[', "\\", '{"id":"other"']))
def test_any_text_is_passed_on_and_hides_no_place(text: str) -> None:
    given = SEVERAL | {"id": text, "title": text, "note": f'","locations":[{text}'}
    (feature,) = collection(EVENT, [given])["features"]
    assert (feature["id"], feature["properties"]) == (text, given)
    assert feature["geometry"] == {"type": "MultiPoint", "coordinates": [[105.5, 34.5], [-70.25, -0.00001]]}


def test_where_no_point_is_known_the_geometry_is_null() -> None:
    assert geometry(MONTH) is None
    assert [feature["geometry"] for feature in collection(LOCATION, AWKWARD[LOCATION])["features"]] == [
        {"type": "Point", "coordinates": [-2.98, 53.4]},
        None,
    ]


def test_the_collection_describes_itself() -> None:
    assert collection(EVENT, [MONTH])["meta"] == {
        "title": "All events",
        "language": "en",
        "version": "b195ef88",
        "address": "https://example.org/v1/events.any?lang=en",
        "total": 1,
        "undated_excluded": 2,
        "derived_excluded": 5,
        "credits": [
            {
                "name": CREDIT.name,
                "licence": CREDIT.licence,
                "licence_url": CREDIT.licence_url,
                "attribution": CREDIT.attribution,
            }
        ],
    }


@pytest.mark.parametrize(("kind", "model"), [(EVENT, EventRecord), (LOCATION, LocationRecord)], ids=str)
def test_documents_have_the_documented_shape(
    records: Records, kind: Resource, model: type[EventRecord | LocationRecord]
) -> None:
    schema = {
        **EXPORTS[EVENT].by_extension["geojson"].schema("#/components/schemas/Record"),
        "components": {
            "schemas": {"Record": model.model_json_schema(ref_template="#/components/schemas/Record/$defs/{model}")}
        },
    }
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(collection(kind, records[kind, EN]))
    damaged = collection(kind, records[kind, EN])
    damaged["features"][0]["properties"]["id"] = 1
    del damaged["meta"]["total"]
    assert len(list(validator.iter_errors(damaged))) == 2
