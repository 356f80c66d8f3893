"""The responses of a route in the OpenAPI document: headers, errors and their examples."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from app.http import openapi_texts as texts
from app.http.errors import PROBLEM_JSON, InvalidQuery
from app.http.list_params import ListParams
from app.http.openapi_parameters import Json
from app.http.param_errors import parameter_error
from app.http.params import LocalisedParams, Params

_PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}


def describe_responses(path: str, model: type[Params], success: Json, example: Any) -> Json:
    """Return the responses of the route at `path` by status; completes `success`, its 200."""
    if example is not None:
        success["content"]["application/json"]["example"] = example
    errors = ["422", "500", "503"]
    responses: Json = {"200": success}
    if issubclass(model, LocalisedParams):
        success["headers"] = _describe_headers(_headers_of(path, model))
        responses["304"] = {"description": texts.NOT_MODIFIED}
        errors += ["406", "412", "414", "431"]
        if "{format}" in path:
            errors.append("404")
        if "{id}" in path:
            errors += ["404", "410"]
            location = _describe_headers({"Location": texts.MOVED_LOCATION})
            responses["308"] = {"description": texts.MOVED, "headers": location}
    for status in sorted(errors):
        content = {"schema": _PROBLEM, "example": _problem_example(int(status), path)}
        responses[status] = {"description": texts.ERRORS[status], "content": {PROBLEM_JSON: content}}
    return responses


def _headers_of(path: str, model: type[Params]) -> dict[str, str]:
    headers = dict(texts.HEADERS)
    if issubclass(model, ListParams):
        headers["Link"] = texts.LINK_HEADER
    if path.endswith("/snapshot"):
        headers["Content-Disposition"] = texts.EXPORT_HEADERS["Content-Disposition"]
    if "{format}" in path:
        headers |= texts.EXPORT_HEADERS
    return headers


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
