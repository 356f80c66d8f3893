import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from geojson_pydantic import Feature, FeatureCollection, MultiPoint, Point
from geojson_pydantic.geometries import Geometry
from hypothesis import strategies as st

from app.exports.columns import CellType
from app.exports.format import Datum, PointLayout
from app.model.codes import Resource
from app.resources.events.schema import EventFallback
from tests.exports.conftest import Records
from tests.exports.records import (
    ANCIENT,
    AWKWARD,
    COLUMNS,
    CREDIT,
    EVENT,
    EXPORTS,
    LAST,
    LICENCE,
    LIVERPOOL,
    LOCATION,
    MONTH,
    SEVERAL,
    SPAN,
    UNDATED,
    Record,
    document,
    event,
    facts,
    location,
    place,
    published,
    validator_of,
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
    longitudes, latitudes = zip(*coordinates(read), strict=True)
    assert read.bbox == (min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def coordinates(read: FeatureCollection[Any]) -> Iterator[tuple[float, float]]:
    for feature in read.features:
        if isinstance(feature.geometry, Point):
            yield feature.geometry.coordinates[0], feature.geometry.coordinates[1]
        elif isinstance(feature.geometry, MultiPoint):
            yield from ((position[0], position[1]) for position in feature.geometry.coordinates)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_properties_are_cells_of_the_csv(records: Records, kind: Resource) -> None:
    given, columns = records[kind, EN], COLUMNS[kind].columns
    cells = zip(*COLUMNS[kind].read(published(given), facts(kind, len(given))), strict=True)
    for feature, row in zip(collection(kind, given)["features"], cells, strict=True):
        properties = feature["properties"]
        places = properties.pop("point_location_ids")
        assert (places is None) == (feature["geometry"] is None)
        expected = {column.name: cell for column, cell in zip(columns, row, strict=True) if column.name not in OMITTED}
        texts = {column.name for column in columns if column.type is CellType.TEXT}
        assert properties == {name: cell for name, cell in expected.items() if cell is not None or name in texts}


OMITTED = {"latitude", "longitude", "gcj02_latitude", "gcj02_longitude", "points", "date_as_stated"}


def test_a_number_is_always_whole_or_never(records: Records) -> None:
    """A reader takes the column for integers or for decimal numbers."""
    types: dict[str, set[type]] = {}
    for kind in KINDS:
        for feature in collection(kind, records[kind, EN])["features"]:
            for name, value in feature["properties"].items():
                if isinstance(value, float | int) and not isinstance(value, bool):
                    types.setdefault(name, set()).add(type(value))
    assert types == {"series_count": {int}, "uncertainty_km": {float}}


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL is not installed; .ci/run installs it")
class TestGdal:
    """What QGIS and most other programs for maps read GeoJSON with."""

    FIELD = re.compile(r"^(\w+): (\w+(?:\(\w+\))?) \(\d+\.\d+\)$", re.MULTILINE)

    @classmethod
    def fields(cls, content: bytes, file: Path) -> dict[str, str]:
        """Return the type of each field of a document."""
        file.write_bytes(content)
        command = ["ogrinfo", "-ro", "-so", "-al", str(file)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        assert run.stderr == ""
        return dict(cls.FIELD.findall(run.stdout))

    EXPECTED: ClassVar = {
        EVENT: {
            **dict.fromkeys(("date_start", "date_end"), "Date"),
            **dict.fromkeys(("locations_complete", "forms_complete", "online"), "Integer(Boolean)"),
            "series_count": "Integer",
        },
        LOCATION: {"uncertainty_km": "Real", "named_in_source": "Integer(Boolean)"},
    }

    @pytest.mark.parametrize("kind", KINDS, ids=str)
    def test_fields_have_their_types(self, records: Records, kind: Resource, tmp_path: Path) -> None:
        given = records[kind, HANS]
        fields = self.fields(document("geojson", given, facts(kind, len(given))), tmp_path / "all.geojson")
        names = [column.name for column in COLUMNS[kind].columns if column.name not in OMITTED]
        assert set(fields) == {*names, "point_location_ids"}
        assert fields == dict.fromkeys(fields, "String") | self.EXPECTED[kind]

    @pytest.mark.parametrize("dated", [MONTH, SPAN, ANCIENT, LAST, LIVERPOOL], ids=lambda record: record["id"])
    @pytest.mark.parametrize("layout", PointLayout)
    def test_dates_are_dates_among_events_without_one(self, dated: Record, layout: PointLayout, tmp_path: Path) -> None:
        given = [UNDATED, UNDATED | {"id": "other"}, dated, UNDATED | {"id": "last"}]
        content = document("geojson", given, replace(facts(EVENT, 4), point_layout=layout))
        fields = self.fields(content, tmp_path / "dated.geojson")
        assert (fields["date_start"], fields["date_end"]) == ("Date", "Date")

    def test_where_no_event_has_a_date_there_is_no_column_of_dates(self, tmp_path: Path) -> None:
        """As the format's description says."""
        given = [UNDATED, UNDATED | {"id": "other"}]
        fields = self.fields(document("geojson", given, facts(EVENT, 2)), tmp_path / "undated.geojson")
        assert "date_note" in fields
        assert not {"date_start", "date_end"} & fields.keys()

    def test_places_of_their_own_have_properties_with_types(self, tmp_path: Path) -> None:
        fields = self.fields(split([SEVERAL, LIVERPOOL, MONTH]), tmp_path / "typed.geojson")
        of_place = {name: type_ for name, type_ in fields.items() if name.startswith("place_")}
        assert of_place == dict.fromkeys(of_place, "String") | {"place_uncertainty_km": "Real"}

    def test_places_of_their_own_are_a_layer_of_points(self, tmp_path: Path) -> None:
        file = tmp_path / "split.geojson"
        file.write_bytes(split([SEVERAL, LIVERPOOL, MONTH]))
        command = ["ogrinfo", "-ro", "-so", "-al", str(file)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        assert run.stderr == ""
        assert "Geometry: Point\n" in run.stdout
        assert "Feature Count: 5\n" in run.stdout

    @pytest.mark.parametrize("kind", KINDS, ids=str)
    def test_types_do_not_depend_on_the_data(self, records: Records, kind: Resource, tmp_path: Path) -> None:
        """Each record alone: a field has the type that it has beside the others, or is not there."""
        expected = self.EXPECTED[kind]
        texts = {column.name for column in COLUMNS[kind].columns if column.type is CellType.TEXT} - OMITTED
        for record in (*AWKWARD[kind], *records[kind, EN][:3]):
            fields = self.fields(document("geojson", [record], facts(kind, 1)), tmp_path / f"{record['id']}.geojson")
            assert fields.keys() >= texts
            assert fields.items() <= (dict.fromkeys({*texts, "point_location_ids"}, "String") | expected).items()


def test_longitude_comes_first() -> None:
    point = geometry(LIVERPOOL)
    assert isinstance(point, Point)
    assert tuple(point.coordinates) == (-2.98, 53.4)


def test_several_places_are_several_points_and_each_is_there_once() -> None:
    points = geometry(SEVERAL)
    assert isinstance(points, MultiPoint)
    assert [tuple(position) for position in points.coordinates] == [(105.5, 34.5), (-70.25, -0.00001)]


def test_each_point_names_its_place() -> None:
    several, one, none = collection(EVENT, [SEVERAL, LIVERPOOL, MONTH])["features"]
    assert several["properties"]["point_location_ids"] == "a; b"
    assert one["properties"]["point_location_ids"] == "mersey"
    assert one["properties"]["location_ids"] == "mersey; unknown"
    assert none["properties"]["point_location_ids"] is None


@hypothesis.given(st.text() | st.sampled_from(['"locations":[', "\\", '{"id":"other"']))
def test_any_text_is_passed_on_and_hides_no_place(text: str) -> None:
    given = SEVERAL | {"id": text, "title": text, "note": f'","locations":[{text}'}
    (feature,) = collection(EVENT, [given])["features"]
    shown = feature["properties"]
    assert (feature["id"], shown["id"], shown["title"], shown["note"]) == (text, text, text, given["note"])
    assert feature["geometry"] == {"type": "MultiPoint", "coordinates": [[105.5, 34.5], [-70.25, -0.00001]]}


SHIFTED = {"latitude": 34.501, "longitude": 105.504}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_positions_are_in_the_datum_requested(kind: Resource) -> None:
    known, unknown = place("a", 34.5, 105.5) | {"gcj02": SHIFTED}, place("b", 34.6, 105.6) | {"gcj02": None}
    given = {
        EVENT: [event("one", locations=[known, unknown]), event("other", locations=[unknown])],
        LOCATION: [location("a", **point(known)), location("b", **point(unknown))],
    }[kind]
    said = replace(facts(kind, 2), datum=Datum.GCJ02)
    read = json.loads(document("geojson", given, said))
    first, second = read["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [105.504, 34.501]}
    assert first["properties"]["point_location_ids"] == "a"
    assert second["geometry"] is second["properties"]["point_location_ids"] is None
    assert read["bbox"] == [105.504, 34.501, 105.504, 34.501]
    assert read["meta"]["datum"] == "gcj02"


def point(of: Record) -> Record:
    return {name: of[name] for name in ("latitude", "longitude", "gcj02")}


def split(given: list[Record], datum: Datum = Datum.WGS84) -> bytes:
    return document("geojson", given, replace(facts(EVENT, len(given)), point_layout=PointLayout.SPLIT, datum=datum))


def test_each_event_and_place_is_a_feature_of_its_own() -> None:
    read = json.loads(split([SEVERAL, LIVERPOOL, MONTH]))
    together = collection(EVENT, [SEVERAL, LIVERPOOL, MONTH])
    assert [(feature["id"], feature["geometry"]) for feature in read["features"]] == [
        ("several/a", {"type": "Point", "coordinates": [105.5, 34.5]}),
        ("several/b", {"type": "Point", "coordinates": [-70.25, -0.00001]}),
        ("liverpool/mersey", {"type": "Point", "coordinates": [-2.98, 53.4]}),
        ("liverpool/unknown", None),
        ("month", None),
    ]
    first, _, _, unknown, nowhere = (feature["properties"] for feature in read["features"])
    assert {name: value for name, value in first.items() if name.startswith("place_")} == {
        "place_id": "a",
        "place_name": "Place a",
        "place_role": "venue; visited_site",
        "place_role_name": "venue; visited site",
        "place_basis": "stated; stated",
        "place_coordinates_source": "geonames",
        "place_fallback_id": None,
        "place_uncertainty_km": 1.0,
    }
    assert (unknown["place_id"], unknown["place_coordinates_source"]) == ("unknown", None)
    assert "place_uncertainty_km" not in unknown
    assert {value for name, value in nowhere.items() if name.startswith("place_")} == {None}
    # All else is as it is otherwise.
    for of_place, number in ((first, 0), (unknown, 1), (nowhere, 2)):
        expected = together["features"][number]["properties"]
        del expected["point_location_ids"]
        assert {name: value for name, value in of_place.items() if not name.startswith("place_")} == expected
    assert read["bbox"] == together["bbox"]
    assert read["meta"] == together["meta"] | {"undated_excluded": 0}


def test_a_place_without_a_point_names_the_one_to_show_instead() -> None:
    around = {name: value for name, value in place("around", 34.5, 105.5).items() if name in EventFallback.model_fields}
    given = event("one", locations=[place("village", None, None) | {"fallback": around}])
    (feature,) = json.loads(split([given]))["features"]
    assert (feature["geometry"], feature["properties"]["place_fallback_id"]) == (None, "around")


def test_places_of_their_own_are_in_the_datum_requested() -> None:
    given = event("one", locations=[place("a", 34.5, 105.5) | {"gcj02": SHIFTED}, place("b", 1, 2) | {"gcj02": None}])
    one, other = json.loads(split([given], Datum.GCJ02))["features"]
    assert one["geometry"]["coordinates"] == [105.504, 34.501]
    assert (other["id"], other["geometry"]) == ("one/b", None)


def test_feature_ids_of_places_are_unique_and_the_document_has_the_documented_shape(records: Records) -> None:
    read = json.loads(split(records[EVENT, EN]))
    ids = [feature["id"] for feature in read["features"]]
    assert len(set(ids)) == len(ids) > len(records[EVENT, EN])
    assert {id_.partition("/")[0] for id_ in ids} == {record["id"] for record in records[EVENT, EN]}
    validator = validator_of(EXPORTS[EVENT], "geojson")
    validator.validate(read)
    described = EXPORTS[EVENT].by_extension["geojson"].schema["$defs"]["EventProperties"]["properties"]
    shown = {name for feature in read["features"] for name in feature["properties"]}
    assert set(described) - {"point_location_ids"} == shown
    read["features"][0]["properties"] |= {"place_id": 1, "place_uncertainty_km": None}
    assert len(list(validator.iter_errors(read))) == 2


def test_where_no_point_is_known_the_geometry_is_null() -> None:
    assert geometry(MONTH) is None
    assert [feature["geometry"] for feature in collection(LOCATION, AWKWARD[LOCATION])["features"]] == [
        {"type": "Point", "coordinates": [-2.98, 53.4]},
        None,
    ]
    assert "bbox" not in collection(EVENT, [MONTH])


def test_the_collection_describes_itself() -> None:
    assert collection(EVENT, [LIVERPOOL])["meta"] == {
        "title": "All events",
        "language": "en",
        "version": "b195ef88",
        "revised_on": "2025-06-30",
        "datum": "wgs84",
        "address": "https://example.org/v1/events.any?lang=en",
        "total": 1,
        "undated_excluded": 2,
        "derived_excluded": 5,
        "licences": [{"id": LICENCE.id, "url": LICENCE.url, "attribution": LICENCE.attribution}],
        "credits": [
            {
                "id": "geonames",
                "name": CREDIT.name,
                "licence": CREDIT.licence,
                "licence_url": CREDIT.licence_url,
                "attribution": CREDIT.attribution,
            }
        ],
    }


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_documents_have_the_documented_shape(records: Records, kind: Resource) -> None:
    validator = validator_of(EXPORTS[kind], "geojson")
    validator.validate(collection(kind, records[kind, EN]))
    damaged = collection(kind, records[kind, EN])
    damaged["features"][0]["properties"]["id"] = 1
    damaged["bbox"].append(0)
    del damaged["meta"]["total"]
    assert len(list(validator.iter_errors(damaged))) == 3
