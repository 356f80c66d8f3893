"""The OpenAPI document: what the framework knows of routes and models, completed to a manual.

Query parameters come from each endpoint's query model, errors from the problems, and examples from the data.
"""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.requests import Request

from app.vocabulary import Term
from app.web.problems import PROBLEM_JSON, ProblemDocument
from app.web.queries import Query, parse_query

Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/{model}"
_PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}

_TITLE = "Campaign API"
_SUMMARY = "The events, locations and outcomes of public campaigns, each fact traceable to its sentence."
_DESCRIPTION = """\
A public report tells of a campaign; this service gives it as data. **Every date and figure points to its sentence**
in the source (`include=evidence`) and says whether it was `stated` there or `derived` by the editors. What the
source does not give is null, and a note says why: nothing is guessed, summed or rounded.

* **Languages**: `lang=zh-Hant`, `zh-Hans` or `en`, else `Accept-Language`, else the source's own language.
  `include=translations` gives all of them, each marked as the source's own, converted or translated.
* **Lists** take filters (repeat one for OR; different ones are ANDed), `sort`, `limit` and `cursor`. Follow
  `links.next`, or the `Link` header, until it is null.
* **Errors** are `application/problem+json` (RFC 9457). A name or value that is not understood is a 422 that names
  the nearest right one; nothing is ignored.
* **Change**: within /v1 fields may be added; ignore those that you do not know.
* **Caching**: answers carry a strong `ETag` and `Last-Modified`; send `If-None-Match` and get a 304 while nothing
  changed. A campaign's `version` changes exactly when its data do.
* **Coordinates** are WGS 84, with the same point in GCJ-02 for Chinese base maps. Those marked GeoNames are under
  CC BY 4.0 and need the attribution that `coordinates_source` carries.
"""
_TAGS = [
    {
        "name": "campaigns",
        "description": "What the report tells of: pillars, programmes, organisations, plans.",
    },
    {"name": "events", "description": "What was done, when, where and by whom."},
    {"name": "locations", "description": "Where: from provinces to memorials."},
    {"name": "outcomes", "description": "What came of it: figures and attributed claims."},
    {"name": "sources", "description": "The documents that the records were drawn from."},
    {"name": "health", "description": "For operators: alive, and able to answer."},
]
_HEADERS = {
    "ETag": "A strong validator of exactly this representation.",
    "Last-Modified": "When this version of the data came to be here.",
    "Cache-Control": "How long the answer may be kept.",
    "Content-Language": "The language of the answer.",
    "Vary": "The request headers that the answer depends on.",
    "X-Request-ID": "Names this request; sent back as it was received, where it was.",
}
_LINK = "For a list: the next page, as RFC 8288."
_ERRORS = {
    "404": "There is nothing at this path, or no record of this id; `nearest` has the paths most like it.",
    "406": "No representation fits what the request accepts.",
    "410": "The id was withdrawn; `detail` says why.",
    "422": "Something in the query is not understood; `errors` names each parameter and the nearest right value.",
    "500": "Something went wrong on our side.",
    "503": "The data cannot be read just now; try again after `Retry-After` seconds.",
}


async def describe(app: FastAPI) -> Json:
    """Give the OpenAPI document of the application, with examples from the data that it serves."""
    kept: Json | None = getattr(app.state, "openapi", None)
    if kept is None:
        kept = app.state.openapi = await _describe(app)
    return kept


async def _describe(app: FastAPI) -> Json:
    base = app.state.context.settings.public_base_url
    document = get_openapi(
        title=_TITLE,
        version=app.version,
        summary=_SUMMARY,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=_TAGS,
        servers=[{"url": str(base).rstrip("/") if base else "/", "description": "This service."}],
    )
    schemas: Json = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemDocument.model_json_schema(ref_template=_SCHEMAS)
    schemas |= problem.pop("$defs")
    schemas["ProblemDocument"] = problem
    _explain_terms(schemas)
    routes: tuple[APIRoute, ...] = app.state.routes
    for route in (route for route in routes if route.include_in_schema):
        operation = document["paths"][route.path_format]["get"]
        model = query_model_of(route)
        for parameter in operation.get("parameters", []):
            parameter["example"] = parameter["schema"].pop("examples")[0]
        if model is not None:
            operation.setdefault("parameters", []).extend(_parameters(model, schemas))
        operation["responses"] = await _responses(app, route, model, operation["responses"])
    return document


def _explain_terms(schemas: Json) -> None:
    """Say what each code of the controlled terms means, in every language."""
    for term in Term.__subclasses__():
        if term.__name__ in schemas:
            codes = (f"* `{member.value}`: {', '.join(dict.fromkeys(member.names.values()))}" for member in term)
            schemas[term.__name__]["description"] = "\n".join([f"{term.__doc__}", "", *codes])


def query_model_of(route: APIRoute) -> type[Query] | None:
    """Find the model that a route reads its query string into."""
    models = (getattr(dependency.call, "query_model", None) for dependency in route.dependant.dependencies)
    return next((model for model in models if model is not None), None)


def _parameters(model: type[Query], schemas: Json) -> list[Json]:
    schema = model.model_json_schema(ref_template=_SCHEMAS)
    schemas |= schema.get("$defs", {})
    return [_parameter(name, dict(described)) for name, described in schema["properties"].items()]


def _parameter(name: str, schema: Json) -> Json:
    description = schema.pop("description")
    schema.pop("title", None)
    # Leaving a parameter out is how one says null.
    if "anyOf" in schema:
        (schema_when_given,) = (one for one in schema.pop("anyOf") if one != {"type": "null"})
        schema |= schema_when_given
    if schema.get("default", ...) in (None, []):
        del schema["default"]
    # Swagger UI fills a parameter's own `example` in, and all filters at once would match nothing; so the
    # examples stay in the schema, and the description shows one to people.
    for example in schema.get("examples", ())[:1]:
        shown = ", ".join(f"`{one}`" for one in (example if isinstance(example, list) else [example]))
        description = f"{description} Example: {shown}."
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


async def _responses(app: FastAPI, route: APIRoute, model: type[Query] | None, known: Json) -> Json:
    success = known["200"]
    success["content"]["application/json"]["example"] = await _example(app, route, model)
    if model is None:
        errors = ["503"] if route.path == "/readyz" else []
    else:
        headers = _HEADERS | ({} if "{id}" in route.path else {"Link": _LINK})
        success["headers"] = {
            name: {"description": description, "schema": {"type": "string"}} for name, description in headers.items()
        }
        errors = ["404", "406", "410", "422"] if "{id}" in route.path else ["406", "422"]
    responses: Json = {"200": success}
    if model is not None:
        responses["304"] = {"description": "The client has this representation already (`If-None-Match`)."}
    if "{id}" in route.path:
        responses["308"] = {
            "description": "The id was merged into another; `Location` has it.",
            "headers": {"Location": {"description": "The record's address now.", "schema": {"type": "string"}}},
        }
    for status in [*errors, "500"]:
        responses[status] = {"description": _ERRORS[status], "content": {PROBLEM_JSON: {"schema": _PROBLEM}}}
    return responses


async def _example(app: FastAPI, route: APIRoute, model: type[Query] | None) -> Any:
    """Ask the route itself, for its smallest answer."""
    arguments: Json = {}
    path, query = route.path, b""
    if "{id}" in path:
        (parameter,) = (field for field in route.dependant.path_params if field.name == "id")
        arguments["id"] = (parameter.field_info.examples or [""])[0]
        path = path.replace("{id}", arguments["id"])
    elif model is not None:
        query = b"limit=1"
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "path": path,
        "query_string": query,
        "headers": [],
        "app": app,
    }
    names = {name for name in (route.dependant.request_param_name,) if name}
    if names:
        arguments["request"] = Request(scope)
    if model is not None:
        arguments["query"] = parse_query(model, query)
    response = await route.endpoint(**arguments)
    return json.loads(response.body)
