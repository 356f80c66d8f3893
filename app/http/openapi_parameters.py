"""The query parameters in the OpenAPI document, from the model of each endpoint."""

from typing import Any

from app.http.limits import describe_limits
from app.http.params import Params
from app.settings import Settings

Json = dict[str, Any]

SCHEMA_REFERENCE = "#/components/schemas/{model}"


def describe_parameters(model: type[Params], schemas: Json, settings: Settings) -> list[Json]:
    """Return the parameters of a model; adds the schemas that they refer to."""
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
