"""The schemas of the OpenAPI document, in the form that generators of clients type well."""

from collections.abc import Iterator
from typing import Any

from app.http import openapi_texts as texts
from app.languages import Language
from app.model.codes import Code
from app.model.vocabularies import FacetName

_Json = dict[str, Any]

SCHEMA_REFERENCE = "#/components/schemas/{model}"


def reference(model: str) -> _Json:
    """Return a reference to a schema."""
    return {"$ref": SCHEMA_REFERENCE.format(model=model)}


def describe_codes(schemas: _Json, language: Language) -> None:
    """Describe each code by its name in a language."""
    for codes in Code.__subclasses__():
        if codes.__name__ in schemas:
            lines = (f"* `{member.value}`: {member.names[language]}" for member in codes)
            schemas[codes.__name__]["description"] = "\n".join([f"{codes.__doc__}", "", *lines])


def describe_facets(schemas: _Json) -> None:
    """Describe the facets of all lists by name, in place of objects with any members; adds the schema of the names."""
    values = {"type": "array", "items": reference("FacetValue"), "description": texts.FACET_VALUES}
    count = {"type": "integer", "description": texts.FACET_COUNT}
    schemas["FacetName"] = {"type": "string", "enum": [name.value for name in FacetName]}
    schemas["Facets"] = _by_facet(texts.FACETS, values)
    schemas["FacetCounts"] = _by_facet(texts.FACET_COUNTS, count)
    fields_of_meta = schemas["ListMeta"]["properties"]
    fields_of_meta["facets"] |= {"anyOf": [reference("Facets"), {"type": "null"}]}
    fields_of_meta["facets_cut"]["items"] = reference("FacetName")
    excluded = fields_of_meta["facets_derived_excluded"]["description"]
    fields_of_meta["facets_derived_excluded"] = reference("FacetCounts") | {"description": excluded}


def _by_facet(description: str, schema: _Json) -> _Json:
    """Return the schema of an object that may have a property for each facet."""
    properties = {name.value: dict(schema) for name in FacetName}
    return {"type": "object", "description": description, "properties": properties}


def add_examples(schemas: _Json, schema: _Json, value: Any) -> None:
    """Add an example to every field without one: its first value in a response."""
    if value is None:
        return
    for one in schema.get("anyOf", [schema]):
        if one.get("type") == "array":
            for item in value:
                add_examples(schemas, one["items"], item)
        elif "$ref" in one and isinstance(value, dict):
            for name, field in schemas[one["$ref"].rpartition("/")[2]]["properties"].items():
                example = value.get(name)
                add_examples(schemas, field, example)
                if "examples" not in field and _is_short(example):
                    field["examples"] = [example]


def _is_short(value: Any) -> bool:
    """Return whether a value is a scalar or a list of texts, short enough for an example."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], str)
    return value is not None and not isinstance(value, dict)


def simplify(document: _Json) -> None:
    """Make every schema of a document one that generators read in the same way.

    No generated titles, which some generators name types by. Beside a reference there is only a description: some
    ignore the reference otherwise. Numbers have a format, without which some use arbitrary precision. What the schema
    of a response defines becomes a component.
    """
    schemas: _Json = document["components"]["schemas"]
    for operation in (methods["get"] for methods in document["paths"].values()):
        contents = [
            content for response in operation["responses"].values() for content in response.get("content", {}).values()
        ]
        for content in contents:
            schemas |= content["schema"].pop("$defs", {})
        for holder in (*operation["parameters"], *contents):
            _simplify(holder["schema"])
    for schema in (*schemas.values(), *(header["schema"] for header in document["components"]["headers"].values())):
        _simplify(schema)


_FORMATS = {"integer": "int32", "number": "double"}


def _simplify(schema: _Json) -> None:
    schema.pop("title", None)
    if "$ref" in schema:
        schema.pop("examples", None)
        schema.pop("default", None)
    elif schema.get("type") in _FORMATS and "enum" not in schema:
        schema.setdefault("format", _FORMATS[schema["type"]])
    for part in _parts(schema):
        _simplify(part)


def _parts(schema: _Json) -> Iterator[_Json]:
    """Return the schemas within a schema."""
    yield from schema.get("properties", {}).values()
    for name in ("anyOf", "oneOf"):
        yield from schema.get(name, ())
    if "items" in schema:
        yield schema["items"]
