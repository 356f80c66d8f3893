"""The OpenAPI document: what the framework knows of routes and models, completed to a manual.

Query parameters come from each endpoint's query model, errors from the problems, and examples from the data.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request

from app.http.cache import asked_of
from app.http.context import ASKED, CONTEXT, ROUTE, Context
from app.http.errors import PROBLEM_JSON, InvalidQuery, ProblemDocument
from app.http.limits import describe_bounds
from app.http.list_params import ListParams
from app.http.params import LocalisedParams, Params, parse_query, refused
from app.http.routing import QueryRoute
from app.http.streaming import StreamedResponse
from app.model.codes import Code
from app.settings import Settings

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
* **Search**: `q` on every list, and `/v1/search` over everything: 兩結合, 两结合, `liangjiehe` and "two combinations"
  find the same. `facet` counts what matches by value, and `/v1/campaigns/{id}/summary` is a first screen in one answer.
* **Take it away**: `/v1/events.csv`, and likewise `xlsx`, `jsonl`, `geojson`, `ics`, `jsonld`, by the same filters and
  without pages. An app that works offline loads `/v1/campaigns/{id}/snapshot` once, and asks again with its `ETag`.
* **Errors** are `application/problem+json` (RFC 9457). A name or value that is not understood is a 422 that names
  the nearest right one; nothing is ignored.
* **Change**: within /v1 fields may be added; ignore those that you do not know.
* **Caching**: answers carry a strong `ETag` and `Last-Modified`; send `If-None-Match` and get a 304 while nothing
  changed, or `If-Match` and get a 412 once something did. A campaign's `version` changes exactly when its data do.
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
    {"name": "search", "description": "One search over all of it, in any script."},
    {"name": "health", "description": "For operators: alive, able to answer, and how it goes."},
]
_HEADERS = {
    "ETag": "A strong validator of exactly this representation.",
    "Last-Modified": "When this version of the data came to be here.",
    "Cache-Control": "How long the answer may be kept.",
    "Content-Language": "The language of the answer.",
    "Vary": "The request headers that the answer depends on.",
    "X-Request-ID": "Names this request; sent back as it was received, where it was.",
}
_EXPORT_HEADERS = {
    "Content-Disposition": "A name for the file.",
    "X-Data-Version": "The version of the data, a digest.",
    "X-Total-Count": "How many records the document has.",
    "X-Undated-Excluded": "How many that match were left out only because they have no date.",
}
_LINK = "For a list: the next page, as RFC 8288."
_ERRORS = {
    "404": "There is nothing at this path, or no record of this id; `nearest` has the paths most like it.",
    "406": "No representation fits what the request accepts.",
    "412": "It is not as `If-Match` or `If-Unmodified-Since` wants it: the data changed meanwhile.",
    "414": "The address is too long.",
    "431": "The headers are too large.",
    "410": "The id was withdrawn; `detail` says why.",
    "422": "Something in the query is not understood; `errors` names each parameter and the nearest right value.",
    "500": "Something went wrong on our side.",
    "503": (
        "The data cannot be read just now, or as many whole documents are being sent as can be at once; try again "
        "after `Retry-After` seconds."
    ),
}


async def describe(app: FastAPI) -> Json:
    """Give the OpenAPI document of the application, with examples from the data that it serves."""
    # All examples are of one version of the data, though another may come meanwhile.
    context: Context = app.state.context
    asking = {"app": app, CONTEXT: context}
    base = context.settings.public_base_url
    address = str(base).rstrip("/") if base else "/"
    document = get_openapi(
        title=_TITLE,
        version=app.version,
        summary=_SUMMARY,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=_TAGS,
        servers=[{"url": address, "description": "This service."}],
        contact={"name": "Who runs this service"} | ({"url": address} if base else {}),
    )
    # Nobody needs to say who they are.
    document["security"] = []
    schemas: Json = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemDocument.model_json_schema(ref_template=_SCHEMAS)
    schemas |= problem.pop("$defs")
    schemas["ProblemDocument"] = problem
    _explain_terms(schemas)
    routes: tuple[QueryRoute, ...] = app.state.routes
    # The ids that examples are about: each list comes before its records, so the last one is of theirs.
    ids: list[str] = []
    for route in (route for route in routes if route.include_in_schema):
        operation = document["paths"][route.path_format]["get"]
        model = route.query_model
        parameters = operation.setdefault("parameters", [])
        for parameter in parameters:
            (usual,) = parameter["schema"].pop("examples")
            parameter["example"] = ids[-1] if parameter["name"] == "id" else usual
        parameters.extend(_parameters(model, schemas, context.settings))
        example = await _ask(asking, route, model, ids[-1] if ids else "", _a_short_query(model, ids[:1]))
        operation["responses"] = _responses(route, model, operation["responses"], example)
        if "include" in model.model_fields and "{id}" not in route.path:
            ids.append(example["data"][0]["id"] if example["data"] else "")
            many = await _ask(asking, route, model, "", b"limit=200&lang=zh-Hant&include=evidence&include=translations")
            _illustrate(schemas, operation["responses"]["200"]["content"]["application/json"]["schema"], many)
    return document


def _a_short_query(model: type[Params], ids: Sequence[str]) -> bytes:
    """Make a query for a short example; where something must be searched for it is an id, which finds its record."""
    query = ["limit=1"] if issubclass(model, ListParams) else []
    if "q" in model.model_fields and model.model_fields["q"].is_required():
        query += [f"q={id_}" for id_ in ids]
    return "&".join(query).encode()


def _explain_terms(schemas: Json) -> None:
    """Say what each code of the controlled terms means, in every language."""
    for term in Code.__subclasses__():
        if term.__name__ in schemas:
            codes = (f"* `{member.value}`: {', '.join(dict.fromkeys(member.names.values()))}" for member in term)
            schemas[term.__name__]["description"] = "\n".join([f"{term.__doc__}", "", *codes])


def _parameters(model: type[Params], schemas: Json, settings: Settings) -> list[Json]:
    schema = model.model_json_schema(ref_template=_SCHEMAS)
    schemas |= schema.get("$defs", {})
    required = schema.get("required", ())
    parameters = [
        _parameter(name, dict(described), required=name in required)
        for name, described in schema.get("properties", {}).items()
    ]
    for parameter in parameters:
        describe_bounds(parameter, settings)
    return parameters


def _parameter(name: str, schema: Json, *, required: bool) -> Json:
    description = schema.pop("description")
    schema.pop("title", None)
    # Leaving a parameter out is how one says null.
    if "anyOf" in schema:
        (schema_when_given,) = (one for one in schema.pop("anyOf") if one != {"type": "null"})
        schema |= schema_when_given
    if schema.get("default", ...) in (None, []):
        del schema["default"]
    # An empty value is an error, whatever the parameter.
    for written in (schema, schema.get("items", {})):
        if written.get("type") == "string" and "format" not in written:
            written.setdefault("minLength", 1)
    # Swagger UI fills a parameter's own `example` in, and all filters at once would match nothing; so unless one must
    # be given the examples stay in the schema, and the description shows one to people.
    for example in schema.get("examples", ())[:1]:
        shown = ", ".join(f"`{one}`" for one in (example if isinstance(example, list) else [example]))
        description = f"{description} Example: {shown}."
    parameter = {"name": name, "in": "query", "required": required, "description": description, "schema": schema}
    return parameter | ({"example": schema["examples"][0]} if required else {})


def _responses(route: QueryRoute, model: type[Params], known: Json, example: Any) -> Json:
    success = known["200"]
    if example is not None:
        success["content"]["application/json"]["example"] = example
    errors = ["422", "500", "503"]
    responses: Json = {"200": success}
    if issubclass(model, LocalisedParams):
        of_one = "{id}" in route.path
        headers = _HEADERS | ({"Link": _LINK} if issubclass(model, ListParams) else {})
        if route.path.endswith("/snapshot"):
            headers |= {"Content-Disposition": _EXPORT_HEADERS["Content-Disposition"]}
        if "{format}" in route.path:
            headers |= _EXPORT_HEADERS
            errors.append("404")
        success["headers"] = {
            name: {"description": description, "schema": {"type": "string"}} for name, description in headers.items()
        }
        responses["304"] = {"description": "The client has this representation already (`If-None-Match`)."}
        errors += ["406", "412", "414", "431"]
        if of_one:
            errors += ["404", "410"]
            responses["308"] = {
                "description": "The id was merged into another; `Location` has it.",
                "headers": {"Location": {"description": "The record's address now.", "schema": {"type": "string"}}},
            }
    for status in sorted(errors):
        content = {"schema": _PROBLEM, "example": _problem_example(int(status), route.path)}
        responses[status] = {"description": _ERRORS[status], "content": {PROBLEM_JSON: content}}
    return responses


def _problem_example(status: int, path: str) -> Json:
    problem: Json = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    problem |= {"detail": _ERRORS[str(status)], "instance": path, "errors": [], "nearest": []}
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        error = refused("limt", "5", "unknown_parameter", "is not a parameter here; did you mean limit?", "limit")
        problem |= {"type": InvalidQuery.type, "title": InvalidQuery.title, "errors": [error.model_dump()]}
    return problem


async def _ask(asking: Json, route: QueryRoute, model: type[Params], id_: str, query: bytes) -> Any:
    """Ask a route itself; gives its answer, or None where there is none that is JSON, or one too long to show."""
    if route.response_model is None or ("{id}" in route.path and not id_):
        return None
    arguments: Json = {"id": id_} if "{id}" in route.path else {}
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "path": route.path.format(id=id_),
        "query_string": query,
        "headers": [],
        ROUTE: route.path,
        **asking,
    }
    scope[ASKED] = asked_of(scope)
    if route.dependant.request_param_name:
        arguments["request"] = Request(scope)
    response = await route.endpoint(**arguments, query=parse_query(model, query))
    return None if isinstance(response, StreamedResponse) else json.loads(response.body)


def _illustrate(schemas: Json, schema: Json, value: Any) -> None:
    """Give every field that has no example the first value that an answer has for it."""
    if value is None:
        return
    for one in schema.get("anyOf", [schema]):
        if one.get("type") == "array":
            for item in value:
                _illustrate(schemas, one["items"], item)
        elif "$ref" in one and isinstance(value, dict):
            for name, field in schemas[one["$ref"].rpartition("/")[2]]["properties"].items():
                _illustrate(schemas, field, value[name])
                if value[name] is not None and not isinstance(value[name], dict):
                    plain = not isinstance(value[name], list) or (value[name] and isinstance(value[name][0], str))
                    if plain and "examples" not in field:
                        field["examples"] = [value[name]]
