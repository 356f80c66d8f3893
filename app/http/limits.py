"""How much may be asked at once: the operator's bounds, which lie within those that every query has."""

from typing import Any

from app.http.errors import InvalidQuery, ParameterError
from app.http.param_values import spell
from app.http.params import Params, refused
from app.settings import Settings


def check_bounds(query: Params, settings: Settings) -> None:
    """Raise InvalidQuery where more is asked than the settings allow."""
    errors = [
        error for name in query.model_fields_set if (error := _excess(name, getattr(query, name), settings)) is not None
    ]
    if errors:
        raise InvalidQuery(errors)


def _excess(name: str, value: object, settings: Settings) -> ParameterError | None:
    if isinstance(value, list):
        if len(value) > settings.max_values:
            detail = f"is given {len(value)} times; at most {settings.max_values} are taken"
            return refused(name, spell(value[0]), "too_many", detail)
    elif name == "limit" and isinstance(value, int) and value > settings.max_limit:
        most = str(settings.max_limit)
        return refused(name, str(value), "out_of_range", f"must be from 1 to {most}", most)
    elif name == "q" and isinstance(value, str) and len(value) > settings.max_search:
        return refused(name, value, "string_too_long", f"String should have at most {settings.max_search} characters")
    return None


def describe_bounds(parameter: dict[str, Any], settings: Settings) -> None:
    """Put the bounds into the OpenAPI description of a parameter."""
    schema = parameter["schema"]
    if "maxItems" in schema:
        schema["maxItems"] = settings.max_values
    elif parameter["name"] == "limit":
        schema["maximum"] = settings.max_limit
    elif parameter["name"] == "q":
        schema["maxLength"] = settings.max_search
