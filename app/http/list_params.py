"""The parts of a query that lists, exports and details share: q, sort, limit, cursor, include and facet."""

from collections.abc import Hashable, Mapping
from enum import Enum, StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from app.db.facets import MAX_FACET_VALUES, Facet
from app.db.filters import Filters
from app.db.list_query import RELEVANCE
from app.db.statements import Value, values_of_each
from app.fulltext.query import MAX_RANKED
from app.http.param_values import Integer
from app.http.params import LocalisedParams, nearest

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
    checker = _SortKeys((*keys, RELEVANCE))
    return Annotated[str, AfterValidator(checker), checker] | None


def sort_field(default: str, *also: str, example: str) -> Any:
    """Make the `sort` parameter of a list; `also` describes what is peculiar to it."""
    described = (
        "Keys by comma, `-` for descending; between equals the id decides, in the direction of the last key. Without "
        f"it by `{default}`, or by `relevance`, the best first, where something is searched for. Of more than "
        f"{MAX_RANKED} records that are found, those that match with their title come first",
        *also,
    )
    return Field(None, description=f"{'. '.join(described)}.", examples=[example])


_NO_FILTERS = frozenset(("lang", "sort", "limit", "cursor", "include", "facet"))
"""What does not decide which records match."""

MAX_SEARCH = 200
"""How long a search may be, characters."""


class FilterParams(LocalisedParams):
    """What decides which records are asked for, and in which order; every list and its exports have it."""

    default_sort: ClassVar[str] = "id"

    q: str | None = Field(
        None,
        max_length=MAX_SEARCH,
        description=(
            "Text to search for. Every word must match, in whatever language of the record: Chinese of one or more "
            "characters in either script, English, or pinyin with or without tones and spaces; syllables that are "
            "typed apart are read as one word, `liang jie he`. The beginning of a Latin word is enough; a phrase in "
            "quotes stays together, its words whole. Punctuation only separates."
        ),
        examples=["兩結合"],
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_the_usual_sort(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Make an order that is given and one that is understood the same query."""
        usual = RELEVANCE if "q" in values else cls.default_sort
        return {name: value for name, value in values.items() if (name, value) != ("sort", usual)}

    @model_validator(mode="after")
    def _relevant_to_something(self) -> Self:
        if self.q is None and RELEVANCE in (key.removeprefix("-") for key in self.sorted_by()):
            message = "orders by relevance to a search, and nothing is searched for; add q or leave it out"
            raise PydanticCustomError("without_effect", message, {"parameter": "sort", "value": RELEVANCE})
        return self

    def sorted_by(self) -> list[str]:
        """Give the sort keys, those that are understood included."""
        sort: str | None = getattr(self, "sort", None)
        return (sort or (RELEVANCE if self.q is not None else self.default_sort)).split(",")

    def matching(self) -> Filters:
        """Give the conditions of the records that are asked for, but for what is searched for, without their values."""
        return Filters({})

    def shape(self) -> Hashable:
        """Tell what the question depends on but for its values: what is given, how often, and in which manner."""
        return tuple(
            (name, len(value) if isinstance(value, list) else value if isinstance(value, Enum) else None)
            for name, value in self._filters
        )

    def values(self) -> dict[str, Value]:
        """Give the values of what is given, by the names of their parameters in the question."""
        values: dict[str, Value] = {}
        for name, value in self._filters:
            if isinstance(value, list):
                values |= values_of_each(name, [str(one) for one in value])
            elif isinstance(value, float):
                values[name] = value
        return values

    @cached_property
    def _filters(self) -> list[tuple[str, Any]]:
        given = self.model_fields_set - _NO_FILTERS
        return [(name, getattr(self, name)) for name in type(self).model_fields if name in given] if given else []


class ListParams(FilterParams):
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

    def facets(self) -> Mapping[str, Facet]:
        """Give what the records can be counted by, by the parameter that filters by the same value."""
        return {}


def include_field(parts: type[StrEnum], *also: str) -> Any:
    """Make the `include` parameter of a list or a record whose parts are `parts`; `also` describes further ones."""
    described = (
        "`evidence`: where the source says so",
        "`translations`: every text in every language, and how it came to be in it",
        *also,
    )
    return Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description=f"Adds a part that is null otherwise; repeat for several. {'; '.join(described)}.",
        examples=[["evidence"]],
    )


def facet_field(*names: str) -> Any:
    """Make the `facet` parameter of a list; each of `names` is a filter of it."""
    return Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description=(
            "Counts the records by value, under `meta.facets`; repeat for several. All that match are counted, on "
            "whatever page, and of the filter by the very same value none is applied, so that what else could be "
            f"chosen is shown too. At most {MAX_FACET_VALUES} values, the most first."
        ),
        examples=[[names[0]]],
    )
