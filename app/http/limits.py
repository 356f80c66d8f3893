"""The operator's limits on a query; they can only lower the bounds of the parameters."""

from typing import Any

from app.http.errors import InvalidQuery, ParameterError
from app.http.param_errors import parameter_error
from app.http.param_values import format_value
from app.http.params import Params
from app.settings import Settings

_LIMITS = ("max_limit", "max_search_length", "max_values")
"""The settings that limit a query; their defaults are the bounds of the parameters."""


def check_limits(params: Params, settings: Settings) -> None:
    """Raise InvalidQuery where a parameter exceeds a limit of the settings."""
    errors = [
        error
        for name in params.model_fields_set
        if (error := _excess(name, getattr(params, name), settings)) is not None
    ]
    if errors:
        raise InvalidQuery(errors)


def _excess(name: str, value: object, settings: Settings) -> ParameterError | None:
    if isinstance(value, list):
        if len(value) > settings.max_values:
            detail = f"is given {len(value)} times; at most {settings.max_values} are allowed"
            return parameter_error(name, format_value(value[0]), "too_many", detail)
    elif name == "limit" and isinstance(value, int) and value > settings.max_limit:
        limit = str(settings.max_limit)
        return parameter_error(name, str(value), "out_of_range", f"must be from 1 to {limit}", limit)
    elif name == "q" and isinstance(value, str) and len(value) > settings.max_search_length:
        detail = f"String should have at most {settings.max_search_length} characters"
        return parameter_error(name, value, "string_too_long", detail)
    return None


def without_limits(settings: Settings) -> Settings:
    """Return the settings with their default limits, the bounds of the parameters."""
    return settings.model_copy(update={name: Settings.model_fields[name].default for name in _LIMITS})


def describe_limits(parameter: dict[str, Any], settings: Settings) -> None:
    """Set the limits in the OpenAPI description of a parameter."""
    schema = parameter["schema"]
    if "maxItems" in schema:
        schema["maxItems"] = settings.max_values
    elif parameter["name"] == "limit":
        schema["maximum"] = settings.max_limit
    elif parameter["name"] == "q":
        schema["maxLength"] = settings.max_search_length
