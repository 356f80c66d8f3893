"""Errors in query parameters: the fault of each, and the nearest right name or value."""

import difflib
from collections.abc import Mapping
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from app.http.errors import ParameterError
from app.http.param_values import annotations, format_value
from app.languages import Language, language_of
from app.model.codes import Code

MAX_SHOWN = 200
"""How many characters of a name or value an error repeats."""


def parameter_error(
    parameter: str, value: str, code: str, detail: str, suggestion: str | None = None
) -> ParameterError:
    """Make the error of one parameter, its name and value cut to MAX_SHOWN characters."""
    return ParameterError(
        parameter=parameter[:MAX_SHOWN], value=value[:MAX_SHOWN], code=code, detail=detail, suggestion=suggestion
    )


def unknown_value(parameter: str, value: str, reason: str, suggestion: str | None) -> ParameterError:
    """Make the error of a value that does not exist; `reason` begins the message."""
    return parameter_error(parameter, value, "unknown_value", f"{reason}{did_you_mean(suggestion)}", suggestion)


def unknown_parameter(name: str, value: str, known: list[str]) -> ParameterError:
    """Make the error of a parameter that does not exist, among those that do."""
    existing = f"there are: {', '.join(known)}" if known else "there are none"
    suggestion = nearest(name, known)
    hint = f"did you mean {suggestion}? " if suggestion else ""
    detail = f"is not a parameter here; {hint}{existing}"
    return parameter_error(name, value, "unknown_parameter", detail, suggestion)


def without_value(name: str, field: FieldInfo, value: str | None) -> ParameterError:
    """Make the error of a parameter without a value: an empty one, or None for a required one that is missing."""
    suggestion = _example(field)
    give = f"give a value, such as {suggestion}" if suggestion else "give a value"
    if value is None:
        code, detail = "missing", f"is required; {give}"
    else:
        code, detail = "empty", f"is empty; leave the parameter out or {give}"
    return ParameterError(parameter=name, value=value, code=code, detail=detail, suggestion=suggestion)


def too_many(name: str, first: str, count: int, limit: int) -> ParameterError:
    """Make the error of a parameter that is repeated too often; `first` is its first value."""
    return parameter_error(name, first, "too_many", f"is given {count} times; at most {limit} are allowed")


def did_you_mean(suggestion: str | None) -> str:
    """Return the end of a message that suggests a value; nothing for None."""
    return f"; did you mean {suggestion}?" if suggestion else ""


def nearest(value: str, choices: list[str]) -> str | None:
    """Return the most similar choice, ignoring case and the difference of `-` and `_`; None if none is similar."""
    by_folded = {choice.casefold().replace("-", "_"): choice for choice in choices}
    folded = value[:MAX_SHOWN].casefold().replace("-", "_")
    matches = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.4)
    return by_folded[matches[0]] if matches else None


def explain(details: ErrorDetails, model: type[BaseModel]) -> ParameterError:
    """Turn a validation error of pydantic into the error of a parameter."""
    context: Mapping[str, Any] = details.get("ctx", {})
    location = details["loc"]
    parameter = str(location[0]) if location else str(context.get("parameter", "query"))
    value = str(details["input"]) if location else str(context.get("value", ""))
    if details["type"] == "missing":
        return without_value(parameter, model.model_fields[parameter], None)
    if details["type"] == "enum":
        codes = _codes(model.model_fields[parameter])
        reason = f"is not one of: {', '.join(str(code.value) for code in codes)}"
        return unknown_value(parameter, value, reason, _nearest_code(value, codes))
    if details["type"] == "too_long":
        return too_many(parameter, str(details["input"][0]), context["actual_length"], context["max_length"])
    if "le" in context or "ge" in context:
        low, high = _bounds(model.model_fields[parameter])
        bound = high if "le" in context else low
        return parameter_error(parameter, value, "out_of_range", f"must be from {low} to {high}", str(bound))
    suggestion = context.get("suggestion")
    return parameter_error(parameter, value, details["type"], details["msg"], suggestion and str(suggestion))


def _example(field: FieldInfo) -> str | None:
    """Return the first example of a parameter, as in a query."""
    example = (field.examples or [None])[0]
    value = example[0] if isinstance(example, list) else example
    return None if value is None else format_value(value)


def _bounds(field: FieldInfo) -> tuple[Any, Any]:
    """Return the inclusive bounds of a number."""
    low, high = (next(getattr(item, name) for item in field.metadata if hasattr(item, name)) for name in ("ge", "le"))
    return low, high


def _codes(field: FieldInfo) -> list[Enum]:
    """Return the values of an enumerated parameter."""
    for annotation in annotations(field):
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return list(annotation)
    raise TypeError(f"{field} is not enumerated")


def _nearest_code(value: str, codes: list[Enum]) -> str | None:
    """Return the code nearest to a misspelled one, to a name in any language, or to a language tag."""
    if all(isinstance(code, Language) for code in codes):
        language = language_of(value)
        return str(language) if language else None
    codes_by_name: dict[str, str] = {}
    for code in codes:
        for name in (code.value, *(code.names.values() if isinstance(code, Code) else ())):
            codes_by_name[name] = str(code.value)
    name = nearest(value, list(codes_by_name))
    return codes_by_name[name] if name else None
