"""What generators of clients make types of: schemas, enums, problems and headers of the OpenAPI document."""

import ast
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from app.http.errors import PROBLEM_TITLES, Problem
from app.main import ROUTES
from app.model.vocabularies import ErrorCode, ProblemType
from tests.client import Client
from tests.http.test_openapi import component, document, operations, validate

__all__ = ["document"]

APP = Path(__file__).parents[2] / "app"

SENT_BY_EVERY_SERVICE = {
    *("content-type", "content-length", "content-encoding", "content-security-policy", "referrer-policy"),
    *("access-control-allow-origin", "access-control-expose-headers", "cross-origin-resource-policy"),
    *("permissions-policy", "timing-allow-origin", "x-content-type-options"),
}
"""The headers that browsers read, not programs."""


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return a schema and all schemas in it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *(schema[name] for name in ("items",) if name in schema)]
    for name in ("anyOf", "oneOf", "prefixItems"):
        inner.extend(schema.get(name, ()))
    for one in inner:
        yield from parts(one)


def roots(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the schemas of parameters, contents and headers by their place."""
    for path, operation in operations(document):
        for parameter in operation["parameters"]:
            yield f"{path} {parameter['name']}", parameter["schema"]
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                yield f"{path} {status} {media_type}", content["schema"]
    for name, header in document["components"]["headers"].items():
        yield name, header["schema"]


def test_every_object_and_union_is_a_component(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for place, root in (*roots(document), *schemas.items()):
        for schema in parts(root):
            if schema is not schemas.get(place):
                assert not {"properties", "additionalProperties", "oneOf", "patternProperties"} & schema.keys(), place
                assert schema.get("type") != "object", place
            if "anyOf" in schema:
                value, null = schema["anyOf"]
                assert null == {"type": "null"}, f"{place}: a value or null, and no other union"
                assert value.keys() & {"$ref", "type"}, place
            assert "allOf" not in schema, place


def test_schemas_have_only_what_generators_read_in_the_same_way(document: dict[str, Any]) -> None:
    for place, root in (*roots(document), *document["components"]["schemas"].items()):
        for schema in parts(root):
            assert "title" not in schema, f"{place}: some name types by titles"
            if "$ref" in schema:
                assert schema.keys() <= {"$ref", "description"}, place
                assert component(document, schema)
            else:
                assert schema.keys() & {"type", "anyOf", "oneOf"}, f"{place}: would be unknown"
            assert isinstance(schema.get("type", ""), str), f"{place}: one type; null is another of anyOf"
            if schema.get("type") in ("integer", "number") and "enum" not in schema:
                assert schema["format"] in ("int32", "double"), place


def test_every_component_is_used_and_every_union_has_a_discriminator(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    used = {
        reference.rpartition("/")[2]
        for _, root in (*roots(document), *schemas.items())
        for schema in parts(root)
        for reference in (schema.get("$ref"), *schema.get("discriminator", {}).get("mapping", {}).values())
        if reference
    }
    assert used == schemas.keys()
    unions = {name: schema for name, schema in schemas.items() if "oneOf" in schema}
    assert unions.keys() == {"SearchHit", "FeatureGeometry", "LinkedDataNode"}
    for schema in unions.values():
        mapping, name = schema["discriminator"]["mapping"], schema["discriminator"]["propertyName"]
        assert [{"$ref": reference} for reference in mapping.values()] == schema["oneOf"]
        for value, one in zip(mapping, schema["oneOf"], strict=True):
            assert component(document, one)["properties"][name]["const"] == value
            assert name in component(document, one)["required"]


def test_documents_have_types_of_their_own(document: dict[str, Any]) -> None:
    contents = {
        path.rpartition(".")[2] + path.partition(".")[0].replace("/v1/", " "): schema
        for path, operation in operations(document)
        if "." in path
        for schema in [next(iter(operation["responses"]["200"]["content"].values()))["schema"]]
    }
    components = {name: schema["$ref"].rpartition("/")[2] for name, schema in contents.items() if "$ref" in schema}
    assert components == {
        "geojson events": "EventFeatureCollection",
        "geojson locations": "LocationFeatureCollection",
        "jsonld events": "LinkedDataDocument",
    }
    for name, schema in contents.items():
        if name.startswith("xlsx"):
            assert schema["format"] == "binary"
            assert schema["contentMediaType"].endswith("spreadsheetml.sheet")
        elif name not in components:
            assert schema == {"type": "string"}, name


def codes_in_the_source() -> set[str]:
    """Return the codes of errors that the source has as literals."""
    position = {"invalid": 0, "SearchError": 0, "CursorError": 0, "cls": 0, "parameter_error": 2}
    found = set()
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in position:
                arguments = node.args[position[node.func.id] :]
                if arguments and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
                    found.add(arguments[0].value)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ErrorCode":
                found.add(ErrorCode[node.attr].value)
    return found


def test_the_codes_of_errors_are_those_that_occur(document: dict[str, Any]) -> None:
    # The only type of a validation error of pydantic that is returned as it is.
    assert codes_in_the_source() | {"string_too_long"} == set(ErrorCode)
    schemas = document["components"]["schemas"]
    assert schemas["ErrorCode"]["enum"] == [*ErrorCode]
    assert schemas["ParameterError"]["properties"]["code"]["$ref"] == "#/components/schemas/ErrorCode"


LISTS = [route for route in ROUTES if route.include_in_schema and route.path in ("/v1/search", "/v1/events.ics")]
LISTS += [route for route in ROUTES if "limit" in route.params_model.model_fields and route not in LISTS]


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
def test_no_parameter_has_an_error_without_a_code(tianshui: Client, route: Any) -> None:
    for name in route.params_model.model_fields:
        for value in ("", "x", "x" * 2000, "-1", "9" * 30, "1e999", "nan", "2024-99-99", "1,2,3,4,5", "%F0%9F%98%80"):
            response = tianshui.request(f"{route.path}?{name}={value}")
            assert response.status_code in (200, 422), f"{name}={value}"
            if response.status_code == 422:
                assert {error["code"] for error in response.json()["errors"]} <= set(ErrorCode)
        repeated = tianshui.request(f"{route.path}?" + "&".join(f"{name}=x{index}" for index in range(101)))
        assert repeated.status_code == 422


def test_the_statuses_and_types_of_problems_are_those_that_occur(document: dict[str, Any]) -> None:
    classes, subclasses = [Problem], [Problem]
    while subclasses:
        subclasses = [below for one in subclasses for below in one.__subclasses__()]
        classes += subclasses
    statuses = {one.status.value for one in classes}
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                for keyword in node.keywords:
                    if (
                        keyword.arg == "status"
                        and isinstance(keyword.value, ast.Constant)
                        and isinstance(keyword.value.value, int)
                    ):
                        statuses.add(keyword.value.value)
                    elif keyword.arg == "status" and ast.unparse(keyword.value).startswith("HTTPStatus."):
                        statuses.add(HTTPStatus[ast.unparse(keyword.value).partition(".")[2]].value)
    assert statuses == set(PROBLEM_TITLES)
    assert {one.type for one in classes} == set(ProblemType)
    properties = document["components"]["schemas"]["ProblemDocument"]["properties"]
    assert properties["status"]["enum"] == [*PROBLEM_TITLES]
    assert properties["type"]["$ref"] == "#/components/schemas/ProblemType"
    for path, operation in operations(document):
        assert {int(status) for status in operation["responses"] if int(status) >= 400} <= set(PROBLEM_TITLES), path


def test_the_facets_are_named(both: Client, document: dict[str, Any]) -> None:
    schemas, names = document["components"]["schemas"], set()
    for path, operation in operations(document):
        for parameter in operation["parameters"]:
            if parameter["name"] == "facet":
                facets = component(document, parameter["schema"]["items"])["enum"]
                names |= {*facets}
                query = "&".join(f"facet={facet}" for facet in facets)
                found = both.get(f"{path}?limit=1&q=tianshui&{query}")["meta"]["facets"]
                assert found.keys() == {*facets}
                validate(found, {"$ref": "#/components/schemas/Facets"}, document)
    assert names == schemas["Facets"]["properties"].keys() == {*schemas["FacetName"]["enum"]}
    assert schemas["ListMeta"]["properties"]["facets_cut"]["items"] == {"$ref": "#/components/schemas/FacetName"}


def test_the_headers_of_responses_are_declared(both: Client, document: dict[str, Any]) -> None:
    """Every header is declared, and required where every such response has it."""
    seen: set[int] = set()
    for path, operation in operations(document):
        target = path.replace("{id}", "tianshui" if "campaigns" in path else "tianshui-police-open-day")
        target = target.replace("/v1/locations/tianshui-police-open-day", "/v1/locations/maiji")
        for old, new in (("outcomes", "tianshui-works-created"), ("sources", "tianshui-report")):
            target = target.replace(f"/v1/{old}/tianshui-police-open-day", f"/v1/{old}/{new}")
        target += "?q=tianshui" if path == "/v1/search" else ""
        whole = both.request(target)
        responses = [whole, both.request(target + ("&" if "?" in target else "?") + "limt=1")]
        if path.startswith("/v1"):
            etag = whole.headers["etag"]
            responses.append(both.request(target + ("&" if "?" in target else "?") + "lang=en"))
            responses += [
                both.request(target, headers=headers)
                for headers in ({"If-None-Match": etag}, {"If-Match": '"x"'}, {"Accept": "text/none"})
            ]
        if "{id}" in path:
            responses.append(both.request(target + "x"))
        for response in responses:
            seen.add(response.status_code)
            declared = operation["responses"][str(response.status_code)].get("headers", {})
            required = {name.lower() for name in declared if component(document, declared[name])["required"]}
            sent = {name.lower() for name in response.headers} - SENT_BY_EVERY_SERVICE
            assert required <= sent, f"{target} {response.status_code}"
            optional = {"vary"} if response.status_code >= 400 else set()
            assert sent - optional <= {name.lower() for name in declared}, f"{target} {response.status_code}"
    assert seen >= {200, 304, 404, 412, 422}


def test_clients_can_revalidate_what_may_be_cached(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        names = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"]
        assert names == (["If-None-Match"] if path.startswith("/v1") else []), path
        assert ("304" in operation["responses"]) == path.startswith("/v1")
        for parameter in operation["parameters"]:
            if parameter["in"] == "header":
                assert parameter["required"] is False
