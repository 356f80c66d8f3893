"""Reading a query string into its model, strictly: what is not understood is an error, never ignored."""

import difflib
import re
from collections.abc import Container, Iterator, Mapping
from enum import Enum
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, cast, get_args, get_origin
from urllib.parse import quote, unquote_to_bytes

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from starlette.requests import Request

from app.http.errors import InvalidQuery, ParameterError
from app.http.param_values import spell
from app.languages import Language, language_of
from app.model.codes import Code

MAX_SHOWN = 200
"""How much of a value an error repeats, characters."""

MAX_ERRORS = 20
"""How many things that are wrong with a query are told: to find what is nearest to each takes a millisecond."""


class Refers:
    """Marks a parameter whose values are ids of a kind; the snapshot knows which there are."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class Params(BaseModel):
    """What an endpoint can be asked: nothing but its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def canonical(self, *, without: Container[str] = ()) -> list[tuple[str, str]]:
        """Give what was asked as pairs, one spelling for all orders and ways of writing it; defaults are left out."""
        return [pair for pair in self._pairs if pair[0] not in without]

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        given = self.model_fields_set
        for name, default in _defaults(type(self)) if given else ():
            if name not in given:
                continue
            value = getattr(self, name)
            if isinstance(value, list):
                pairs.extend((name, written) for written in sorted({spell(item) for item in value}))
            elif value != default:
                pairs.append((name, spell(value)))
        return pairs


@cache
def _defaults(model: type[Params]) -> list[tuple[str, Any]]:
    """List the parameters in their order, each with its default."""
    return [(name, field.default) for name, field in model.model_fields.items()]


class LocalisedParams(Params):
    """What can be asked of every answer that has texts."""

    lang: Language | None = Field(
        None,
        description=(
            "The language of the answer: `zh-Hant`, `zh-Hans` or `en`. Without it `Accept-Language` decides "
            "(zh-CN, zh-SG: zh-Hans; zh-TW, zh-HK, zh-MO: zh-Hant), then the campaign's source language."
        ),
        examples=["en"],
    )


_SAFE = ",:-._~"
_IS_SAFE = re.compile(r"[A-Za-z0-9,:._~-]*").fullmatch


def query_string(pairs: list[tuple[str, str]]) -> str:
    """Write pairs as a query string, commas and colons left readable."""
    return "&".join(
        f"{name}={value if _IS_SAFE(value) else quote(value, safe=_SAFE)}" for name, value in pairs
    )  # fmt: skip


_Query = TypeVar("_Query", bound=Params)


class ParamsReader(Generic[_Query]):
    """A dependency that reads a request's query string into a model; raises InvalidQuery."""

    def __init__(self, query_model: type[_Query]) -> None:
        self.query_model = query_model

    async def __call__(self, request: Request) -> _Query:
        """Read the query of one request."""
        return parse_query(self.query_model, request.scope["query_string"])


def parse_query(model: type[_Query], raw: bytes) -> _Query:
    """Read a query string; raises InvalidQuery with what is wrong with it, MAX_ERRORS at most."""
    if not raw and (asks_nothing := _asking_nothing(model)) is not None:
        return cast("_Query", asks_nothing)
    errors: list[ParameterError] = []
    values: dict[str, str | list[str]] = {}
    repeated = _repeated(model)
    fields = model.__pydantic_fields__
    for name, value in _pairs(raw, errors):
        field = fields.get(name)
        if field is None:
            errors.append(_unknown_name(name, value, model))
        elif value == "":
            errors.append(_empty(name, field))
        elif name in repeated:
            entry = values.setdefault(name, [])
            assert isinstance(entry, list)  # noqa: S101 - the same field gave it
            entry.append(value)
        elif name in values:
            errors.append(refused(name, value, "repeated", "is given more than once; give one value"))
        else:
            values[name] = value
    try:
        query = model.model_validate(values)
    except ValidationError as error:
        told = {refused_.parameter for refused_ in errors}
        explained = [_explain(details, model) for details in error.errors()[:MAX_ERRORS]]
        errors.extend(one for one in explained if one.code != "missing" or one.parameter not in told)
    else:
        if not errors:
            return query
    raise InvalidQuery(errors[:MAX_ERRORS])


@cache
def _asking_nothing(model: type[Params]) -> Params | None:
    """Give the query that asks for nothing; None where something has to be asked for."""
    try:
        return model()
    except ValidationError:
        return None


def _empty(name: str, field: FieldInfo) -> ParameterError:
    suggestion = _example(field)
    hint = f", such as {suggestion}" if suggestion else ""
    return refused(name, "", "empty", f"is empty; leave the parameter out or give a value{hint}", suggestion)


def _missing(name: str, field: FieldInfo) -> ParameterError:
    suggestion = _example(field)
    detail = f"is needed; give a value{f', such as {suggestion}' if suggestion else ''}"
    return ParameterError(parameter=name, value=None, code="missing", detail=detail, suggestion=suggestion)


def _example(field: FieldInfo) -> str | None:
    """Give the first example of a parameter, as it may stand in a query."""
    example = (field.examples or [None])[0]
    value = example[0] if isinstance(example, list) else example
    return None if value is None else spell(value)


def _pairs(raw: bytes, errors: list[ParameterError]) -> Iterator[tuple[str, str]]:
    for pair in raw.split(b"&"):
        if len(errors) >= MAX_ERRORS:
            return
        if not pair:
            continue
        name, _, value = pair.partition(b"=")
        decoded = [_decode(part) for part in (name, value)]
        if decoded[0] is None or decoded[1] is None:
            shown = (decoded[0] or name.decode("latin-1"))[:MAX_SHOWN]
            message = "is not percent-encoded UTF-8 without control characters"
            errors.append(refused(shown, value.decode("latin-1"), "bad_encoding", message))
        else:
            yield decoded[0], decoded[1]


_IS_PLAIN = re.compile(rb"[!-$&-*,-~]*").fullmatch
_IS_CUT_OFF = re.compile(rb"%(?![0-9A-Fa-f]{2})").search
_HAS_CONTROLS = re.compile(r"[\x00-\x1f\x7f]").search


def _decode(part: bytes) -> str | None:
    if _IS_PLAIN(part):
        return part.decode()
    if _IS_CUT_OFF(part):
        return None
    try:
        text = unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _HAS_CONTROLS(text) else text


@cache
def _repeated(model: type[Params]) -> frozenset[str]:
    """List the parameters that can be given several times."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if any(get_origin(annotation) is list for annotation in (field.annotation, *get_args(field.annotation)))
    )


def refused(parameter: str, value: str, code: str, detail: str, suggestion: str | None = None) -> ParameterError:
    """Say what is wrong with a parameter, repeating no more of it than a reader needs."""
    return ParameterError(
        parameter=parameter[:MAX_SHOWN],
        value=value[:MAX_SHOWN],
        code=code,
        detail=detail,
        suggestion=suggestion,
    )


def nearest(given: str, choices: list[str]) -> str | None:
    """Find the choice that is spelled most like what was given, whatever its case."""
    by_folded = {choice.casefold().replace("-", "_"): choice for choice in choices}
    folded = given[:MAX_SHOWN].casefold().replace("-", "_")
    matches = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.4)
    return by_folded[matches[0]] if matches else None


def unknown_value(parameter: str, value: str, what: str, suggestion: str | None) -> ParameterError:
    """Say that a value is none of those there are."""
    hint = f"; did you mean {suggestion}?" if suggestion else ""
    return refused(parameter, value, "unknown_value", f"{what}{hint}", suggestion)


def _terms(field: FieldInfo) -> list[Enum]:
    """List the values of an enumerated parameter."""
    for annotation in (field.annotation, *get_args(field.annotation)):
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return list(annotation)
    raise TypeError(f"{field} is not enumerated")


def _nearest_term(given: str, terms: list[Enum]) -> str | None:
    """Find the code that is meant, from a misspelled one, its name in any language, or a language tag."""
    if all(isinstance(term, Language) for term in terms):
        language = language_of(given, Language.ZH_HANS)
        return str(language) if language else None
    spellings: dict[str, str] = {}
    for term in terms:
        for spelling in (term.value, *(term.names.values() if isinstance(term, Code) else ())):
            spellings[spelling] = str(term.value)
    spelling = nearest(given, list(spellings))
    return spellings[spelling] if spelling else None


def _unknown_name(name: str, value: str, model: type[Params]) -> ParameterError:
    known = list(model.model_fields)
    takes = f"there are: {', '.join(known)}" if known else "there are none"
    suggestion = nearest(name, known)
    hint = f"did you mean {suggestion}? " if suggestion else ""
    return refused(
        name,
        value,
        "unknown_parameter",
        f"is not a parameter here; {hint}{takes}",
        suggestion,
    )


def _explain(details: ErrorDetails, model: type[Params]) -> ParameterError:
    context: Mapping[str, Any] = details.get("ctx", {})
    location = details["loc"]
    parameter = str(location[0]) if location else str(context.get("parameter", "query"))
    given = str(details["input"]) if location else str(context.get("value", ""))
    if details["type"] == "missing":
        return _missing(parameter, model.model_fields[parameter])
    if details["type"] == "enum":
        terms = _terms(model.model_fields[parameter])
        what = f"is not one of: {', '.join(str(term.value) for term in terms)}"
        return unknown_value(parameter, given, what, _nearest_term(given, terms))
    suggestion = context.get("suggestion")
    if details["type"] == "too_long":
        detail = f"is given {context['actual_length']} times; at most {context['max_length']} are taken"
        return refused(parameter, str(details["input"][0]), "too_many", detail)
    if "le" in context or "ge" in context:
        field = model.model_fields[parameter]
        low, high = (
            next(getattr(item, name) for item in field.metadata if hasattr(item, name)) for name in ("ge", "le")
        )
        bound = high if "le" in context else low
        return refused(parameter, given, "out_of_range", f"must be from {low} to {high}", str(bound))
    return refused(parameter, given, details["type"], details["msg"], suggestion and str(suggestion))
