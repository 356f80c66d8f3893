"""The parameters and responses of a route in the OpenAPI document, from its path and the model of its parameters."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from app.http import openapi_texts as texts
from app.http.errors import PROBLEM_JSON, InvalidQuery
from app.http.limits import describe_limits
from app.http.list_params import ListParams
from app.http.param_errors import parameter_error
from app.http.params import LocalisedParams, Params
from app.settings import Settings

Json = dict[str, Any]

SCHEMA_REFERENCE = "#/components/schemas/{model}"


def describe_parameters(model: type[Params], schemas: Json, settings: Settings) -> list[Json]:
    """Return the query parameters of a model; adds the schemas that they refer to."""
    schema = model.model_json_schema(ref_template=SCHEMA_REFERENCE)
    schemas |= schema.get("$defs", {})
    required = schema.get("required", ())
    parameters = [
        _describe(name, dict(described), required=name in required)
        for name, described in schema.get("properties", {}).items()
    ]
    for parameter in parameters:
        describe_limits(parameter, settings)
    return parameters


def _describe(name: str, schema: Json, *, required: bool) -> Json:
    description = schema.pop("description")
    schema.pop("title", None)
    # A parameter is omitted, never null.
    if "anyOf" in schema:
        (schema_of_value,) = (one for one in schema.pop("anyOf") if one != {"type": "null"})
        schema |= schema_of_value
    if schema.get("default", ...) in (None, []):
        del schema["default"]
    # An empty value of any parameter is an error.
    for text in (schema, schema.get("items", {})):
        if text.get("type") == "string" and "format" not in text:
            text.setdefault("minLength", 1)
    # Swagger UI fills in a parameter's own `example`, and all filters at once would match nothing. So unless the
    # parameter is required, its examples are in the schema alone, and the description shows one.
    for example in schema.get("examples", ())[:1]:
        shown = ", ".join(f"`{one}`" for one in (example if isinstance(example, list) else [example]))
        description = f"{description} Example: {shown}."
    parameter = {"name": name, "in": "query", "required": required, "description": description, "schema": schema}
    return parameter | ({"example": schema["examples"][0]} if required else {})


def describe_responses(path: str, model: type[Params], success: Json, example: Any) -> Json:
    """Return the responses of the route at `path` by status; completes `success`, its 200."""
    if example is not None:
        success["content"]["application/json"]["example"] = example
    errors = ["422", "500", "503"]
    responses: Json = {"200": success}
    if issubclass(model, LocalisedParams):
        headers = dict(texts.HEADERS)
        if issubclass(model, ListParams):
            headers["Link"] = texts.LINK_HEADER
        if path.endswith("/snapshot"):
            headers["Content-Disposition"] = texts.EXPORT_HEADERS["Content-Disposition"]
        responses["304"] = {"description": texts.NOT_MODIFIED}
        errors += ["406", "412", "414", "431"]
        if "{format}" in path:
            headers |= texts.EXPORT_HEADERS
            errors.append("404")
        if "{id}" in path:
            errors += ["404", "410"]
            location = _describe_headers({"Location": texts.MOVED_LOCATION})
            responses["308"] = {"description": texts.MOVED, "headers": location}
        success["headers"] = _describe_headers(headers)
    for status in sorted(errors):
        schema = {"$ref": SCHEMA_REFERENCE.format(model="ProblemDocument")}
        content = {"schema": schema, "example": _problem_example(int(status), path)}
        responses[status] = {"description": texts.ERRORS[status], "content": {PROBLEM_JSON: content}}
    return responses


def _describe_headers(headers: Mapping[str, str]) -> Json:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}


def _problem_example(status: int, path: str) -> Json:
    problem: Json = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    problem |= {"detail": texts.ERRORS[str(status)], "instance": path, "errors": [], "nearest": []}
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        detail = "is not a parameter here; did you mean limit?"
        error = parameter_error("limt", "5", "unknown_parameter", detail, "limit")
        problem |= {"type": InvalidQuery.type, "title": InvalidQuery.title, "errors": [error.model_dump()]}
    return problem
