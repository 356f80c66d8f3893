"""The operator's limits on a query; they can only lower the bounds of the parameters."""

from typing import Any

from app.http.errors import InvalidParameter, InvalidQuery
from app.http.param_errors import parameter_error, too_long, too_many
from app.http.param_values import format_value
from app.http.params import Params
from app.settings import Settings


def check_limits(params: Params, settings: Settings) -> None:
    """Raise InvalidQuery where a parameter exceeds a limit of the settings; `limit` was checked when it was parsed."""
    errors: list[InvalidParameter] = []
    for name in params.model_fields_set:
        value = getattr(params, name)
        if isinstance(value, list):
            if len(value) > settings.max_values:
                errors.append(too_many(name, format_value(value[0]), len(value), settings.max_values))
        elif name == "q" and len(value) > settings.max_search_length:
            detail = too_long(settings.max_search_length)
            errors.append(parameter_error(name, value, "string_too_long", detail))
    if errors:
        raise InvalidQuery(errors)


def describe_limits(parameter: dict[str, Any], settings: Settings) -> None:
    """Set the limits in the OpenAPI description of a parameter."""
    schema = parameter["schema"]
    if "maxItems" in schema:
        schema["maxItems"] = settings.max_values
    elif parameter["name"] == "limit":
        schema["maximum"] = settings.max_limit
    elif parameter["name"] == "q":
        schema["maxLength"] = settings.max_search_length
