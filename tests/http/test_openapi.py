"""The OpenAPI document: complete, described, and true of every response."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.db.connections import Reader
from app.http.context import Context
from app.languages import Language
from app.main import ROUTES, create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.wire import SECONDS, serving, until


@pytest.fixture(scope="session")
def document(tianshui: Client) -> dict[str, Any]:
    """The document as it is served."""
    served: dict[str, Any] = tianshui.get("/openapi.json")
    return served


def component(document: dict[str, Any], reference: dict[str, str]) -> Any:
    """Return the component that is referred to."""
    _, _, kind, name = reference["$ref"].split("/")
    return document["components"][kind][name]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"], path
        yield path, methods["get"]


def test_every_route_is_described(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    described = {path for path, _ in operations(document)}
    assert described == {route.path for route in ROUTES if route.include_in_schema}
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert ids == [route.name for route in ROUTES if route.include_in_schema]
    tags = [tag["name"] for tag in document["tags"]]
    assert tags == list(dict.fromkeys(operation["tags"][0] for _, operation in operations(document)))


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        for parameter in operation.get("parameters", []):
            assert parameter["description"], f"{path} {parameter['name']}"
            assert "anyOf" not in parameter["schema"], f"{path} {parameter['name']}"
            # The values of a reference are an example enough, and beside it some generators would drop it.
            if parameter["name"] != "cursor" and "$ref" not in parameter["schema"]:
                assert parameter["schema"].get("examples") or parameter["example"], f"{path} {parameter['name']}"


def test_orders_and_boxes_are_described_by_patterns(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/v1/locations"]["get"]["parameters"]
    (sort,) = (parameter for parameter in parameters if parameter["name"] == "sort")
    key = "-?(name|kind|source|id|relevance)"
    assert sort["schema"]["pattern"] == f"^{key}(,{key})*$"
    (box,) = (parameter for parameter in parameters if parameter["name"] == "bbox")
    assert box["schema"]["pattern"] == r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$"


@pytest.mark.parametrize("path", ["/v1/events", "/v1/events.jsonl", "/v1/outcomes", "/v1/outcomes.jsonl"])
def test_dates_are_described_by_a_pattern_that_is_true(both: Client, document: dict[str, Any], path: str) -> None:
    described = {one["name"]: one["schema"] for one in document["paths"][path]["get"]["parameters"]}
    for name in ("date", "date_from", "date_to"):
        pattern = re.compile(described[name]["pattern"])
        assert {len(example) for example in described[name]["examples"]} == {4, 7, 10}
        for value in (*described[name]["examples"], "0001", "9999-12-31", "2024-02-29"):
            assert pattern.search(value)
            assert both.request(f"{path}?{name}={value}").status_code == 200
        for value in (
            "2024-13",
            "2024-00",
            "2024-1",
            "2024-10-32",
            "2024-10-00",
            "20241017",
            "202",
            "2024-10-17T00:00",
        ):
            assert not pattern.search(value)
            assert both.errors(f"{path}?{name}={value}")


def test_every_field_is_described_and_required(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert "_" not in name
        assert schema["description"]
        for field, described in schema.get("properties", {}).items():
            assert described.get("description"), f"{name}.{field}"
            assert described.get("type") or described.get("$ref") or described.get("anyOf"), f"{name}.{field}"
            assert "default" not in described
        optional = schema.get("properties", {}).keys() - schema.get("required", [])
        if name in ("Facets", "FacetCounts"):
            assert optional == schema["properties"].keys(), "only requested facets are there"
        elif name.endswith("FeatureCollection"):
            assert optional == {"bbox"}, "where there is no point"
        elif name.endswith("Properties"):
            nullable = {field for field in optional if "anyOf" in schema["properties"][field]}
            by_layout = {field for field in nullable if field == "point_location_ids" or field.startswith("place_")}
            assert nullable == by_layout, "GDAL reads nulls as text"
        else:
            assert schema.get("required", []) == list(schema.get("properties", {})), name


def test_every_error_is_a_documented_problem(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]
                content = response["content"]["application/problem+json"]
                assert content["example"]["status"] == int(status)
                validate(content["example"], content["schema"], document)
        assert {"414", "431", "500", "503"} <= operation["responses"].keys()
        is_strict = path == "/v1" or path.startswith("/v1/")
        assert (operation["responses"].keys() >= {"406", "422"}) == is_strict
        assert ("422" in operation["responses"]) == is_strict


def test_parts_are_of_exports_snapshots_and_documents(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        responses = operation["responses"]
        has_parts = "." in path or path.endswith("/snapshot")
        assert ("416" in responses) == has_parts, path
        assert ("Accept-Ranges" in responses["200"].get("headers", {})) == has_parts, path


def test_every_object_may_have_further_members(document: dict[str, Any]) -> None:
    def check(node: object, path: str) -> None:
        if isinstance(node, dict):
            assert node.get("additionalProperties", True) is not False, path
            for name, value in node.items():
                check(value, f"{path}/{name}")
        elif isinstance(node, list):
            for index, value in enumerate(node):
                check(value, f"{path}/{index}")

    check(document, "")
    error = document["paths"]["/v1/events"]["get"]["responses"]["422"]["content"]["application/problem+json"]
    (parameter_error,) = error["example"]["errors"]
    extended = error["example"] | {"errors": [parameter_error | {"more": 1}], "trace": "x"}
    validate(extended, error["schema"], document)


def test_when_to_retry_is_documented(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        assert "Retry-After" in operation["responses"]["503"]["headers"], path


def test_examples_are_real_responses(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        if "." in path or path == "/metrics":
            continue
        content = operation["responses"]["200"]["content"]["application/json"]
        if path in ("/healthz", "/readyz"):
            assert "example" not in content, "the document has an ETag, and whether the data are ready changes"
            fields = component(document, content["schema"])["properties"]
            assert all(field["examples"] for field in fields.values())
        elif path.endswith("/snapshot"):
            assert "example" not in content, "all of a campaign is too long for an example"
        else:
            validate(content["example"], content["schema"], document)
            assert content["example"]["links" if path == "/v1" else "data"]


def test_every_document_is_as_described(both: Client, document: dict[str, Any]) -> None:
    documents = {path: operation for path, operation in operations(document) if "." in path}
    assert len(documents) == 14
    for path, operation in documents.items():
        success = operation["responses"]["200"]
        response = both.request(path.replace("{id}", "tianshui-police-open-day"))
        media_type = response.headers["content-type"].partition(";")[0]
        assert list(success["content"]) == [media_type]
        if media_type.endswith("+json"):
            validate(response.json(), success["content"][media_type]["schema"], document)
        assert "Link" in success["headers"]
        for header in success["headers"]:
            assert header in response.headers, header


def test_the_datum_is_a_parameter_of_maps_alone(document: dict[str, Any]) -> None:
    having = {
        path: parameter
        for path, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "datum"
    }
    assert having.keys() == {"/v1/events.geojson", "/v1/locations.geojson"}
    for parameter in having.values():
        assert document["components"]["schemas"]["Datum"]["enum"] == ["wgs84", "gcj02"]
        assert parameter["schema"]["$ref"] == "#/components/schemas/Datum"


def validate(instance: Any, schema: dict[str, Any], document: dict[str, Any]) -> None:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(instance)


def test_every_response_fits_its_schema(both: Client, document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        if "{" in path or "." in path or not path.startswith("/v1/"):
            continue
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        queries = ["?limit=3&lang=en&q=pingliang"]
        if path != "/v1/search":
            queries += [""] if path == "/v1/terms" else ["", "?include=evidence&include=translations&limit=200"]
        for query in queries:
            validate(both.get(path + query), schema, document)
        problem = {"$ref": "#/components/schemas/ProblemDocument"}
        validate(both.request(f"{path}?nonsense=1").json(), problem, document)
        validate(both.request(f"{path}/nonsense").json(), problem, document)


def test_it_is_made_once_for_several_clients_while_others_are_served(tianshui_database: Path) -> None:
    app = create_app(Settings(data=tianshui_database))
    context, may_go_on = app.state.context, threading.Event()
    runs: list[threading.Thread] = []

    def describe(of: Context, reader: Reader, language: Language) -> bytes:
        runs.append(threading.current_thread())
        may_go_on.wait(SECONDS)
        document: bytes = context.describe(of, reader, language)
        return document

    app.state.context = replace(context, describe=describe)
    wanted, other = (b"GET %b HTTP/1.1\r\nHost: example.org\r\n\r\n" % path for path in (b"/openapi.json", b"/healthz"))
    with serving(app, Protocol) as wire, ExitStack() as stack:
        connections = [stack.enter_context(wire.connect()) for _ in range(3)]
        for connection in connections:
            connection.send(wanted)
        until(lambda: context.metrics.cache_misses == len(connections))
        with wire.connect() as connection:
            assert connection.request(other).start == b"HTTP/1.1 200 OK"
        assert len(runs) == 1
        may_go_on.set()
        first, *rest = [connection.read_response(wanted) for connection in connections]
        assert first.start == b"HTTP/1.1 200 OK"
        assert rest == [first, first]
    assert len(runs) == 1
