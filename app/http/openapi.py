"""The OpenAPI document: FastAPI's description of routes and models, completed.

Query parameters come from the model of each endpoint, errors from the problems, and examples from the data.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.openapi.utils import get_openapi

from app import __version__
from app.db.connections import Reader
from app.http import openapi_texts as texts
from app.http.context import ApiRequest, Context
from app.http.errors import PROBLEM_JSON, PROBLEM_TITLES, InvalidQuery, ProblemDocument
from app.http.headers import not_modified_headers
from app.http.limits import describe_limits
from app.http.list_params import ListParams
from app.http.openapi_language import DocumentTranslator
from app.http.openapi_schemas import (
    SCHEMA_REFERENCE,
    add_examples,
    describe_codes,
    describe_facets,
    reference,
    simplify,
)
from app.http.param_errors import parameter_error
from app.http.params import LocalisedParams, OpenParams, Params
from app.http.plan import Plan
from app.http.request_key import RequestKey
from app.http.routing import ApiRoute
from app.languages import LANGUAGES, Language
from app.messages import WRITTEN_IN, message
from app.settings import Settings

_Json = dict[str, Any]

_EXAMPLE_ORIGIN = "http://127.0.0.1:8000"
"""What the addresses in all examples begin with; the public base URL replaces it."""

_EVERYTHING = f"limit=200&lang={LANGUAGES[0]}&include=evidence&include=translations".encode()


def describe(routes: Sequence[ApiRoute], context: Context, reader: Reader, language: Language) -> bytes:
    """Return the OpenAPI document of the routes, with examples from the data; takes tenths of a second."""
    settings = context.settings
    document = _framework_document(routes, settings)
    schemas: _Json = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemDocument.model_json_schema(ref_template=SCHEMA_REFERENCE)
    schemas |= problem.pop("$defs")
    problem["properties"]["instance"]["examples"] = [f"{context.base_path}/v1/events"]
    schemas["ProblemDocument"] = problem
    describe_facets(schemas)
    describe_codes(schemas, language)
    document["components"]["headers"] = _header_components()
    # The ids of the records in examples. Each list comes before its records, so the last id is of their resource.
    ids: list[str] = []
    for route in (route for route in routes if route.include_in_schema):
        operation = document["paths"][route.path_format]["get"]
        model = route.params_model
        parameters = [one for one in operation.get("parameters", []) if one["in"] == "path"]
        operation["parameters"] = parameters
        for parameter in parameters:
            (default,) = parameter["schema"].pop("examples")
            parameter["example"] = ids[-1] if parameter["name"] == "id" else default
        parameters.extend(_describe_parameters(model, schemas, settings))
        if issubclass(model, LocalisedParams):
            parameters.append(_IF_NONE_MATCH)
        example = _example_of(context, reader, route, ids[-1] if ids else "", _short_query(model, ids[:1]))
        responses = _describe_responses(context.base_path, route, operation["responses"]["200"], example)
        operation["responses"] = responses
        if "include" in model.model_fields and "{id}" not in route.path:
            ids.append(example["data"][0]["id"] if example["data"] else "")
            many = _example_of(context, reader, route, "", _EVERYTHING)
            add_examples(schemas, responses["200"]["content"]["application/json"]["schema"], many)
    simplify(document)
    if language is not WRITTEN_IN:
        DocumentTranslator(language).translate(document)
    text = json.dumps(document, ensure_ascii=False)
    return (text.replace(_EXAMPLE_ORIGIN, _public_url(settings)) if settings.public_base_url else text).encode()


def _framework_document(routes: Sequence[ApiRoute], settings: Settings) -> _Json:
    url = _public_url(settings) if settings.public_base_url else "/"
    document = get_openapi(
        title=texts.TITLE,
        version=__version__,
        summary=texts.SUMMARY,
        description=texts.DESCRIPTION,
        routes=routes,
        tags=texts.TAGS,
        servers=[{"url": url, "description": "This service."}],
    )
    # No operation needs authentication.
    document["security"] = []
    return document


def _public_url(settings: Settings) -> str:
    return str(settings.public_base_url).rstrip("/")


def _short_query(model: type[Params], ids: Sequence[str]) -> bytes:
    """Return a query with a short response; a required search is for an id, which finds its record."""
    query = ["limit=1"] if issubclass(model, ListParams) else []
    if "q" in model.model_fields and model.model_fields["q"].is_required():
        query += [f"q={id_}" for id_ in ids]
    return "&".join(query).encode()


def _example_of(context: Context, reader: Reader, route: ApiRoute, id_: str, query: bytes) -> Any:
    """Return the JSON response of a route; None where there is none, or one that is long or changes by itself."""
    if route.response_model is None or ("{id}" in route.path and not id_):
        return None
    path = route.path.format(id=id_)
    key = RequestKey(("http", ("127.0.0.1", 8000)), path.encode(), None, None, None)
    request, parameters = ApiRequest(context, key, path, query, reader), {"id": id_} if "{id}" in route.path else {}
    plan = route.plan(request, parameters, is_limited=False)
    return json.loads(plan.render(reader).body) if isinstance(plan, Plan) else None


def _describe_parameters(model: type[Params], schemas: _Json, settings: Settings) -> list[_Json]:
    """Return the query parameters of a model; adds the schemas that they refer to."""
    schema = model.model_json_schema(ref_template=SCHEMA_REFERENCE)
    schemas |= schema.get("$defs", {})
    required = schema.get("required", ())
    parameters = [
        _describe_parameter(name, dict(described), required=name in required)
        for name, described in schema.get("properties", {}).items()
    ]
    for parameter in parameters:
        describe_limits(parameter, settings)
    return parameters


def _describe_parameter(name: str, schema: _Json, *, required: bool) -> _Json:
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


_IF_NONE_MATCH: _Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": texts.IF_NONE_MATCH,
    "schema": {"type": "string", "examples": ['"5d8a3c9e0f1b2a4c6d7e8f90"']},
}


def _describe_responses(base_path: str, route: ApiRoute, success: _Json, example: Any) -> _Json:
    """Return the responses of a route by status; completes `success`, its 200."""
    path, model = route.path, route.params_model
    if example is not None:
        success["content"]["application/json"]["example"] = example
    # Without parameters all are ignored, and no query is refused.
    errors = ["414", "431", "500", "503"] + ([] if model is OpenParams else ["422"])
    responses: _Json = {"200": success}
    headers = texts.HEADERS
    if issubclass(model, LocalisedParams):
        headers = texts.HEADERS | texts.CACHEABLE_HEADERS
        if issubclass(model, ListParams) or "." in path or path.endswith(("/snapshot", "/v1")):
            headers |= texts.LINK_HEADER
        if path.endswith("/snapshot"):
            headers |= texts.FILE_HEADERS
        elif "{id}." in path:
            headers |= texts.FILE_HEADERS | texts.VERSION_HEADERS
        elif "." in path:
            headers |= texts.FILE_HEADERS | texts.VERSION_HEADERS | texts.COUNT_HEADERS
        if route.streams or "{id}." in path:
            # The header describes the 206: with a response of its own, clients would type the 200 as bytes or unknown.
            headers |= texts.RANGES_HEADERS
            errors.append("416")
        responses["304"] = {"description": texts.NOT_MODIFIED, "headers": _headers(not_modified_headers(headers))}
        errors += ["406", "412"]
        if "{id}" in path:
            errors += ["404", "410"]
            responses["308"] = {"description": texts.MOVED, "headers": _headers(texts.HEADERS | texts.MOVED_HEADERS)}
    success["headers"] = _headers(headers)
    for status in sorted(errors):
        content = {"schema": reference("ProblemDocument"), "example": _problem_example(int(status), base_path + path)}
        responses[status] = {
            "description": texts.ERRORS[status],
            "headers": _headers(texts.HEADERS | texts.PROBLEM_HEADERS),
            "content": {PROBLEM_JSON: content},
        }
    responses["503"]["headers"] |= _headers(texts.RETRY_HEADERS)
    return responses


def _headers(described: Mapping[str, str]) -> _Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in described}


def _header_components() -> _Json:
    """Return the headers of all responses; a response always has those that it names, except for `Vary`."""
    return {
        name: {
            "description": text,
            # A workbook in the language of `lang` depends on no header.
            "required": name != "Vary",
            "schema": {"type": "integer" if name in texts.NUMBER_HEADERS else "string"},
        }
        for name, text in texts.ALL_HEADERS.items()
    }


def _problem_example(status: int, path: str) -> _Json:
    problem: _Json = {"type": "about:blank", "title": str(PROBLEM_TITLES[status]), "status": status}
    problem |= {"detail": texts.ERRORS[str(status)], "instance": path, "errors": [], "nearest": []}
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        detail = message("is not a parameter here; did you mean limit?")
        error = parameter_error("limt", "5", "unknown_parameter", detail, "limit").in_language(WRITTEN_IN)
        problem |= {"type": InvalidQuery.type, "errors": [error.model_dump()]}
    return problem
