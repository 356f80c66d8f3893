"""Query parameters: the base of their models, and strict parsing of a query string.

An unknown or invalid parameter is an error; nothing is ignored.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast, get_origin
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticKnownError

from app.http.errors import MAX_ERRORS, InvalidParameter, InvalidQuery
from app.http.param_errors import (
    MAX_SHOWN,
    MAX_SUGGESTIONS,
    explain,
    parameter_error,
    unknown_parameter,
    without_value,
)
from app.http.param_values import annotations, format_value
from app.http.percent_encoding import decode
from app.languages import LANGUAGES, Language, described_regions, language_of, listed, read_tag
from app.messages import message
from app.model.vocabularies import ErrorCode


class Refers:
    """Marks a parameter whose values are ids of a resource; the database defines which exist.

    Where only some ids of a resource are allowed, these have a kind of their own, and the resource is `broader`.
    """

    def __init__(self, resource: str, *, broader: str | None = None) -> None:
        self.resource = resource
        self.broader = broader


class Params(BaseModel):
    """The query parameters of an endpoint: nothing but the fields of the model."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    joined: ClassVar[frozenset[str]] = frozenset()
    """The parameters that have several values in one, separated by commas."""

    def canonical(self, *, without: Container[str] = ()) -> str:
        """Return the parameters as a query string that is equal for equivalent queries; defaults are left out."""
        return "&".join([pair for name, pair in self._pairs if name not in without])

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        """The name of each value that is no default, and its pair in a query string."""
        pairs: list[tuple[str, str]] = []
        present = self.model_fields_set
        for name, default in _defaults(type(self)) if present else ():
            if name not in present:
                continue
            value = getattr(self, name)
            if isinstance(value, list):
                pairs.extend((name, formatted) for formatted in sorted({format_value(item) for item in value}))
            elif value != default:
                pairs.append((name, format_value(value)))
        return [(name, _pair(name, value)) for name, value in pairs]


@cache
def _defaults(model: type[Params]) -> list[tuple[str, Any]]:
    """Return the parameters in order, each with its default."""
    return [(name, field.default) for name, field in model.model_fields.items()]


class OpenParams(Params):
    """The query parameters of what is no data, such as a page or a health check: any others are ignored."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def known_query(cls, raw: bytes) -> bytes:
        """Return a query string without what is ignored."""
        known = cls.__pydantic_fields__
        return b"&".join(pair for pair in raw.split(b"&") if decode(pair.partition(b"=")[0]) in known) if known else b""


def _read_tag(tag: object) -> object:
    meant = read_tag(tag) if isinstance(tag, str) else tag
    if meant is None:
        raise PydanticKnownError("enum", {"expected": listed(LANGUAGES)})
    return meant


class LocalisedParams(Params):
    """The parameters of every response that has texts."""

    lang: Annotated[Language | SkipJsonSchema[str] | None, BeforeValidator(_read_tag)] = Field(
        None,
        description=(
            f"The language of the response: {listed(LANGUAGES)}, or any tag that means one of them in "
            f"`Accept-Language`. Without it `Accept-Language` decides ({described_regions()}), then the campaign's "
            "source language."
        ),
        examples=["en"],
    )

    def language(self, fallback: Language) -> Language | None:
        """Return the language that `lang` means, None without it; `zh` means the script of `fallback`."""
        if self.lang is None or isinstance(self.lang, Language):
            return self.lang
        return language_of(self.lang, fallback)

    def in_language(self, language: Language) -> Self:
        """Return the same parameters with `lang`, where there is one, as the language of the response."""
        if self.lang in (None, language):
            return self
        params = self.model_copy(update={"lang": language})
        vars(params).pop("_pairs", None)
        return params


def include_of(params: Params) -> list[str]:
    """Return the parts that `include` adds to the records."""
    include: list[str] = getattr(params, "include", [])
    return include


_UNQUOTED = ",:-._~"
_NEEDS_NO_QUOTING = re.compile(r"[A-Za-z0-9,:._~-]*").fullmatch


def query_string(pairs: Iterable[tuple[str, str]]) -> str:
    """Format pairs as a query string, with commas and colons unquoted for legibility."""
    return "&".join([_pair(name, value) for name, value in pairs])


def _pair(name: str, value: str) -> str:
    return f"{name}={value if _NEEDS_NO_QUOTING(value) else quote(value, safe=_UNQUOTED)}"


def with_query(url: str, *queries: str) -> str:
    """Append the query strings that are not empty to a URL."""
    query = "&".join(filter(None, queries))
    return f"{url}?{query}" if query else url


_Params = TypeVar("_Params", bound=Params)


def parse_params(model: type[_Params], raw: bytes, limits: Mapping[str, int] | None = None) -> _Params:
    """Parse a query string; raises InvalidQuery with at most MAX_ERRORS errors.

    `limits` are bounds that validators read from their context.
    """
    if not raw and (without_parameters := _without_parameters(model)) is not None:
        return cast("_Params", without_parameters)
    errors: list[InvalidParameter] = []
    values = _collect(model, raw, errors)
    try:
        params = model.model_validate(values, context=limits)
    except ValidationError as error:
        reported = {known.parameter for known in errors}
        for index, details in enumerate(error.errors()[:MAX_ERRORS], len(errors)):
            explained = explain(details, model, suggests=index < MAX_SUGGESTIONS)
            if explained.code != "missing" or explained.parameter not in reported:
                errors.append(explained)
    if errors:
        raise InvalidQuery(errors)
    return params


def corrected_query(raw: bytes, errors: Sequence[InvalidParameter]) -> bytes:
    """Return a query string with the suggestions for its errors, and without what none is suggested for.

    A pair that is repeated is in it once, with its suggestion if any of its errors has one. A suggestion that joins the
    values of a parameter replaces all of them.
    """
    suggested_last = sorted(errors, key=lambda error: error.suggestion is not None)
    by_pair = {(error.parameter, error.value): error for error in suggested_last}
    too_many = {error.parameter for error in errors if error.code is ErrorCode.TOO_MANY}
    joined = {error.parameter for error in errors if error.code is ErrorCode.REPEATED and error.suggestion is not None}
    corrected = []
    for name, value in dict.fromkeys(_decode_pairs(raw, [])):
        if name in too_many:
            continue
        error = by_pair.get((name[:MAX_SHOWN], value[:MAX_SHOWN]))
        if error is None:
            if name not in joined:
                corrected.append((name, value))
        elif error.suggestion is not None:
            is_name = error.code is ErrorCode.UNKNOWN_PARAMETER
            corrected.append((error.suggestion, value) if is_name else (name, error.suggestion))
    # Every error of values that are joined has the same suggestion.
    return query_string(dict.fromkeys(corrected)).encode()


@cache
def _without_parameters(model: type[Params]) -> Params | None:
    """Return the parameters of an empty query string; None where some are required."""
    try:
        return model()
    except ValidationError:
        return None


def _collect(model: type[Params], raw: bytes, errors: list[InvalidParameter]) -> dict[str, Any]:
    """Collect the values of a query string by name, as lists for repeatable ones; appends to `errors`."""
    values: dict[str, Any] = {}
    repeatable = _repeatable(model)
    fields = model.__pydantic_fields__
    given: set[str | None] = set()
    for name, value in _decode_pairs(raw, errors):
        field = fields.get(name)
        if field is None:
            # Under a suggested name, none may become the second value of a parameter that takes one.
            given = given or {decode(pair.partition(b"=")[0]) for pair in raw.split(b"&")}
            suggests = len(errors) < MAX_SUGGESTIONS
            error = unknown_parameter(name, value, list(fields), given - repeatable, suggests=suggests)
            if error.suggestion is not None:
                given.add(error.suggestion)
            errors.append(error)
        elif value == "":
            errors.append(without_value(name, field, value))
        elif name in repeatable:
            values.setdefault(name, []).append(value)
        elif name in values:
            suggestion = _joined(name, raw) if name in model.joined else None
            reason = message("is given more than once; give one value")
            errors.append(parameter_error(name, value, "repeated", reason, suggestion))
        else:
            values[name] = value
    return values


def _joined(name: str, raw: bytes) -> str:
    """Return the values of a parameter as one, each once."""
    return ",".join(dict.fromkeys(value for other, value in _decode_pairs(raw, []) if other == name))


@cache
def _repeatable(model: type[Params]) -> frozenset[str]:
    """Return the parameters that may be given several times."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if any(get_origin(annotation) is list for annotation in annotations(field))
    )


def _decode_pairs(raw: bytes, errors: list[InvalidParameter]) -> Iterator[tuple[str, str]]:
    for pair in raw.split(b"&"):
        if len(errors) >= MAX_ERRORS:
            return
        if not pair:
            continue
        raw_name, _, raw_value = pair.partition(b"=")
        name, value = decode(raw_name), decode(raw_value)
        if name is None or value is None:
            shown = (name or raw_name.decode("latin-1"))[:MAX_SHOWN]
            detail = message("is not percent-encoded UTF-8 without control characters")
            errors.append(parameter_error(shown, raw_value.decode("latin-1"), "bad_encoding", detail))
        else:
            yield name, value
