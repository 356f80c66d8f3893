"""The parts of a query that lists and details share: include, sort, limit and cursor."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from app.web.queries import LocalisedQuery, nearest
from app.web.values import Integer

MAX_VALUES = 100
"""How often a parameter may be repeated."""

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


class _SortKeys:
    """Checks a comma-separated list of sort keys, and describes it to OpenAPI."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys
        self._choices = [sign + key for key in keys for sign in ("", "-")]

    def __call__(self, value: str) -> str:
        seen: set[str] = set()
        for key in value.split(","):
            if key not in self._choices:
                suggestion = nearest(key, self._choices)
                hint = f"; did you mean {suggestion}?" if suggestion else "."
                raise PydanticCustomError(
                    "unknown_value",
                    "{reason}",
                    {"reason": f"{key!r} is not a sort key{hint} One or more of: {', '.join(self._choices)}",
                     "suggestion": suggestion},
                )  # fmt: skip
            if key.removeprefix("-") in seen:
                raise PydanticCustomError("repeated", "names a key twice; once is enough")
            seen.add(key.removeprefix("-"))
        return value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        key = f"-?({'|'.join(self._keys)})"
        return handler(schema) | {"pattern": f"^{key}(,{key})*$"}


def sort_type(*keys: str) -> Any:
    """Make the type of a list's `sort` parameter."""
    checker = _SortKeys(keys)
    return Annotated[str, AfterValidator(checker), checker]


class ListQuery(LocalisedQuery):
    """What every list can be asked."""

    limit: Integer = Field(
        DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many records a page has at most.", examples=[20]
    )
    cursor: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description=(
            "Where to go on: opaque, from `links.next`, and good only for the same filters, order and data version. "
            "After the data changed it is an error, and the walk starts again from the first page."
        ),
        examples=["oxMBCEwVWyI5NDcwNzA0YiIsImU3IixbMl1d"],
    )


def include_field(parts: type[StrEnum], *also: str) -> Any:
    """Make the `include` parameter of a list or a record whose parts are `parts`; `also` describes further ones."""
    described = (
        "`evidence`: where the source says so",
        "`translations`: every text in every language, and how it came to be in it",
        *also,
    )
    return Field(
        [],
        max_length=MAX_VALUES,
        description=f"Adds a part that is null otherwise; repeat for several. {'; '.join(described)}.",
        examples=[["evidence"]],
    )
