"""Errors in query parameters: the fault of each, and the nearest right name or value."""

import re
from collections.abc import Container, Mapping, Sequence
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from app.http.errors import ParameterError
from app.http.param_values import annotations, format_value
from app.http.spelling import meant_name, nearest
from app.model.codes import Code
from app.model.vocabularies import ErrorCode

MAX_SHOWN = 200
"""How many characters of a name or value an error repeats."""


MAX_SUGGESTIONS = 5
"""For how many errors of one query the right name, value or id is looked up: each takes up to 0.4 ms."""


def parameter_error(
    parameter: str, value: str, code: str, detail: str, suggestion: str | None = None
) -> ParameterError:
    """Make the error of one parameter, its name and value cut to MAX_SHOWN characters."""
    return ParameterError(
        parameter=parameter[:MAX_SHOWN],
        value=value[:MAX_SHOWN],
        code=ErrorCode(code),
        detail=detail,
        suggestion=suggestion,
    )


def unknown_value(parameter: str, value: str, reason: str, suggestion: str | None) -> ParameterError:
    """Make the error of a value that does not exist; `reason` begins the message."""
    return parameter_error(parameter, value, "unknown_value", f"{reason}{did_you_mean(suggestion)}", suggestion)


def unknown_parameter(
    name: str, value: str, known: Sequence[str], given: Container[str | None], *, suggests: bool
) -> ParameterError:
    """Make the error of a parameter that does not exist, among those that do.

    `given` are those that cannot be given once more; `suggests` is whether the error may suggest another name.
    """
    existing = f"there are: {', '.join(known)}" if known else "there are none"
    meant = meant_name(name, known) if suggests else None
    # A cursor is not a number of a page: it comes from a response.
    suggestion = None if meant in given or meant == "cursor" else meant
    hint = f"did you mean {meant}? " if meant and meant not in given else ""
    detail = f"is not a parameter here; {hint}{existing}"
    return parameter_error(name, value, "unknown_parameter", detail, suggestion)


def without_value(name: str, field: FieldInfo, value: str | None) -> ParameterError:
    """Make the error of a parameter without a value: an empty one, or None for a required one that is missing."""
    # The example of a cursor belongs to no list.
    example = None if name == "cursor" else _example(field)
    give = f"give a value, such as {example}" if example else "give a value"
    if value is None:
        code, detail = ErrorCode.MISSING, f"is required; {give}"
    else:
        code, detail = ErrorCode.EMPTY, f"is empty; leave the parameter out or {give}"
    return ParameterError(parameter=name, value=value, code=code, detail=detail, suggestion=None)


def too_many(name: str, first: str, count: int, limit: int) -> ParameterError:
    """Make the error of a parameter that is repeated too often; `first` is its first value."""
    return parameter_error(name, first, "too_many", f"is given {count} times; at most {limit} are allowed")


def did_you_mean(suggestion: str | None) -> str:
    """Return the end of a message that suggests a value; nothing for None."""
    return f"; did you mean {suggestion}?" if suggestion else ""


def repeat_instead(parameter: str, value: str) -> str:
    """Return the end of a message about a parameter that repeats, where one value of it is a list; else nothing."""
    values = _separated(value)
    shown = "&".join(f"{parameter}={one}" for one in values)
    cut = shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}…"
    return f"; repeat the parameter: {cut}" if values else ""


def _separated(value: str) -> list[str]:
    """Return the values in one value that is a list of them; none for a single one."""
    values = [one.strip() for one in re.split("[,;|，、；]", value[: 2 * MAX_SHOWN]) if one.strip()]
    return values if len(values) > 1 else []


def explain(details: ErrorDetails, model: type[BaseModel], *, suggests: bool) -> ParameterError:
    """Turn a validation error of pydantic into the error of a parameter; `suggests` is whether it may suggest."""
    context: Mapping[str, Any] = details.get("ctx", {})
    location = details["loc"]
    parameter = str(location[0] if location else context["parameter"])
    if details["type"] == "missing":
        return without_value(parameter, model.model_fields[parameter], None)
    if details["type"] == "too_long":
        return too_many(parameter, str(details["input"][0]), context["actual_length"], context["max_length"])
    # The input of an error of several parameters is all of them.
    value = str(details["input"] if location else details["input"][parameter])
    code, reason, suggestion = details["type"], details["msg"], context.get("suggestion")
    if code == "enum":
        codes = _codes(model.model_fields[parameter])
        code, reason = "unknown_value", f"is not one of: {', '.join(str(one.value) for one in codes)}"
        suggestion = _nearest_code(value, codes) if suggests and not _separated(value) else None
    if len(location) > 1:
        reason += repeat_instead(parameter, value)
    if not suggests:
        suggestion = None
    return parameter_error(parameter, value, code, f"{reason}{did_you_mean(suggestion)}", suggestion)


def _example(field: FieldInfo) -> str | None:
    """Return the first example of a parameter, as in a query."""
    example = (field.examples or [None])[0]
    value = example[0] if isinstance(example, list) else example
    return None if value is None else format_value(value)


def _codes(field: FieldInfo) -> list[Enum]:
    """Return the values of an enumerated parameter."""
    for annotation in annotations(field):
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return list(annotation)
    raise TypeError(f"{field} is not enumerated")


def _nearest_code(value: str, codes: list[Enum]) -> str | None:
    """Return the code nearest to a misspelled one, or to a name in any language."""
    codes_by_name: dict[str, str] = {}
    for code in codes:
        for name in (code.value, *(code.names.values() if isinstance(code, Code) else ())):
            codes_by_name[name] = str(code.value)
    name = nearest(value, codes_by_name)
    return codes_by_name[name] if name else None
