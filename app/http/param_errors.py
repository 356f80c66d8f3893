"""Errors in query parameters: the fault of each, and the nearest right name or value."""

import re
from collections.abc import Container, Mapping, Sequence
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from app.http.errors import InvalidParameter
from app.http.param_values import annotations, format_value
from app.http.spelling import meant_name, nearest
from app.messages import Message, message
from app.model.codes import Code
from app.model.vocabularies import ErrorCode

MAX_SHOWN = 200
"""How many characters of a name or value an error repeats."""

MAX_SUGGESTIONS = 5
"""For how many errors of one query the right name, value or id is looked up: each takes up to 1 ms."""


def parameter_error(
    parameter: str, value: str, code: str, reason: Message, suggestion: str | None = None
) -> InvalidParameter:
    """Make the error of one parameter, its name and value cut to MAX_SHOWN characters."""
    return InvalidParameter(parameter[:MAX_SHOWN], value[:MAX_SHOWN], ErrorCode(code), reason, suggestion)


def unknown_parameter(
    name: str, value: str, known: Sequence[str], given: Container[str | None], *, suggests: bool
) -> InvalidParameter:
    """Make the error of a parameter that does not exist, among those that do.

    `given` are those that cannot be given once more; `suggests` is whether the error may suggest another name.
    """
    existing = message("there are: {names}", names=known) if known else message("there are none")
    meant = meant_name(name, known) if suggests else None
    # A cursor is not a number of a page: it comes from a response. No parameter may be empty.
    suggestion = None if meant in given or meant == "cursor" or value == "" else meant
    if meant and meant not in given:
        detail = message("is not a parameter here; did you mean {name}? {existing}", name=meant, existing=existing)
    else:
        detail = message("is not a parameter here; {existing}", existing=existing)
    return parameter_error(name, value, "unknown_parameter", detail, suggestion)


def without_value(name: str, field: FieldInfo, value: str | None) -> InvalidParameter:
    """Make the error of a parameter without a value: an empty one, or None for a required one that is missing."""
    # The example of a cursor belongs to no list.
    example = None if name == "cursor" else _example(field)
    add = message("add a value, such as {example}", example=example) if example else message("add a value")
    if value is None:
        return InvalidParameter(name, None, ErrorCode.MISSING, message("is required; {add}", add=add))
    detail = message("is empty; leave the parameter out or {add}", add=add)
    return InvalidParameter(name, value, ErrorCode.EMPTY, detail)


def too_long(limit: int) -> Message:
    """Make the message for a text of more than `limit` characters."""
    return message("must have at most {limit} characters", limit=limit)


def too_many(name: str, first: str, count: int, limit: int) -> InvalidParameter:
    """Make the error of a parameter that is repeated too often; `first` is its first value."""
    detail = message("is given {count} times; at most {limit} are allowed", count=count, limit=limit)
    return parameter_error(name, first, "too_many", detail)


def repeat_instead(reason: Message, parameter: str, value: str) -> Message:
    """Add to a message about a parameter that repeats that it has to, where one value of it is a list."""
    values = _separated(value)
    if not values:
        return reason
    shown = "&".join(f"{parameter}={one}" for one in values)
    cut = shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}…"
    return message("{reason}; repeat the parameter: {parameters}", reason=reason, parameters=cut)


def _separated(value: str) -> list[str]:
    """Return the values in one value that is a list of them; none for a single one."""
    values = [one.strip() for one in re.split("[,;|，、；]", value[: 2 * MAX_SHOWN]) if one.strip()]
    return values if len(values) > 1 else []


def explain(details: ErrorDetails, model: type[BaseModel], *, suggests: bool) -> InvalidParameter:
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
    code, suggestion = details["type"], context.get("suggestion")
    # An error of pydantic's own has no reason.
    reason = context.get("reason") or Message("{reason}", {"reason": details["msg"]})
    if code == "string_too_long":
        reason = too_long(context["max_length"])
    elif code == "enum":
        codes = _codes(model.model_fields[parameter])
        code, reason = "unknown_value", message("is not one of: {codes}", codes=[str(one.value) for one in codes])
        suggestion = _nearest_code(value, codes) if suggests and not _separated(value) else None
    if len(location) > 1:
        reason = repeat_instead(reason, parameter, value)
    return parameter_error(parameter, value, code, reason, suggestion if suggests else None)


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
