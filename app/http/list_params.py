"""The parameters that lists, exports and records share: q, sort, limit, cursor, include and facet."""

from collections.abc import Hashable, Mapping
from enum import Enum, StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from app.db.facets import MAX_FACET_VALUES, Facet
from app.db.filters import Filters
from app.db.list_spec import RELEVANCE
from app.db.search_index import MAX_RANKED
from app.db.statements import Value, bind_values, is_one_of
from app.exports.format import Datum
from app.http.param_values import Integer, invalid
from app.http.params import LocalisedParams
from app.http.spelling import nearest
from app.messages import message

MAX_VALUES = 100
"""How many times a parameter may be repeated."""

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


def sort_type(*keys: str) -> Any:
    """Make the type of a list's `sort` parameter: sort keys separated by commas."""
    known = (*keys, RELEVANCE)
    choices = [sign + key for key in known for sign in ("", "-")]

    def check(value: str) -> str:
        given = value.split(",")
        unknown = next((key for key in given if key not in choices), None)
        if unknown is not None:
            reason = message("{key!r} is not a sort key; one or more of: {keys}", key=unknown, keys=choices)
            # More keys than there are name one twice.
            meant = [nearest(key, choices) for key in given] if len(given) <= len(known) else [None]
            raise invalid("unknown_value", reason, suggestion=",".join(map(str, meant)) if all(meant) else None)
        if len({key.removeprefix("-") for key in given}) < len(given):
            raise invalid("repeated", message("names a key twice; name it once"))
        return value

    key = f"-?({'|'.join(known)})"
    return Annotated[str, AfterValidator(check), Field(json_schema_extra={"pattern": f"^{key}(,{key})*$"})] | None


def sort_field(default: str, *also: str, example: str) -> Any:
    """Make the `sort` parameter of a list; `also` are sentences about this list, without full stops."""
    sentences = (
        "Keys separated by commas, `-` for descending. Equal records are ordered by id, in the direction of the last "
        f"key. The default is `{default}`, or with `q` `relevance`, the best first. If more than {MAX_RANKED} records "
        "match a search, those that match in their title come first",
        *also,
    )
    return Field(None, description=f"{'. '.join(sentences)}.", examples=[example])


BY_SOURCE = "`source` is the order of the report: that of the first evidence of each; sources by their ids"
"""Describes the sort key `source`."""

NO_FILTERS = frozenset(("lang", "sort", "limit", "cursor", "include", "facet", "datum", "points"))
"""The parameters that do not decide which records match."""

MAX_SEARCH_LENGTH = 200
"""The longest search, characters."""


class FilterParams(LocalisedParams):
    """The parameters that select and order records; a list and its exports have them."""

    joined = frozenset(("sort",))
    default_sort: ClassVar[str] = "id"
    columns: ClassVar[Mapping[str, str]] = {}
    """By the name of a repeatable parameter: the column, as SQL, that has one of its values in records that match."""

    q: str | None = Field(
        None,
        max_length=MAX_SEARCH_LENGTH,
        description=(
            "Text to search for. Every word must match, in any language of the record: one or more Chinese characters "
            "in either script, English, or pinyin with or without tones and spaces, in any common reading; separate "
            "syllables, `liang jie he`, are read as one word. Three or more initials, `jcj`, are read as pinyin too. "
            "A prefix of a Latin word matches; a phrase in quotes matches as a whole, with whole words. Punctuation "
            "only separates words; in the text it does not part Chinese, but no match goes on after a sentence. "
            "Numbers match in Chinese and Arabic numerals: `83場`, `八十三場`. A date or month, such as `2025-01-10`, "
            "`2025-01`, `1月10日` or `10 January 2025`, also finds the events of that time. There are no operators: "
            "`OR`, `NOT` and `-` are not read as such. A character that cannot be searched for, such as an emoji, is "
            "an error."
        ),
        examples=["兩結合"],
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Raise TypeError where one of `columns` is not of a repeatable parameter."""
        for name in cls.columns:
            if cls.model_fields[name].default_factory is not list:
                raise TypeError(f"{cls.__name__}.{name} is in `columns` and not repeatable; write its SQL in `filters`")

    @model_validator(mode="before")
    @classmethod
    def _drop_default_sort(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Remove an explicit default order, so that it is the same query as none."""
        if values.get("sort") != (RELEVANCE if "q" in values else cls.default_sort):
            return values
        return {name: value for name, value in values.items() if name != "sort"}

    @model_validator(mode="after")
    def _check_relevance(self) -> Self:
        if self.q is None and not {RELEVANCE, f"-{RELEVANCE}"}.isdisjoint(self.sorted_by()):
            reason = message("orders by relevance to a search, but there is no search; add q or leave it out")
            raise invalid("without_effect", reason, parameter="sort")
        return self

    def sorted_by(self) -> tuple[str, ...]:
        """Return the sort keys, the default ones included."""
        sort: str | None = getattr(self, "sort", None)
        return tuple((sort or (RELEVANCE if self.q is not None else self.default_sort)).split(","))

    def filters(self) -> Filters:
        """Return the conditions of the records that match, except for the search; equal for equal shapes."""
        return Filters(self.conditions())

    def shape(self) -> Hashable:
        """Return what `filters` depends on: which parameters are given, which with several values, and codes.

        The codes of `columns` are left out: they are bound, as ids are.
        """
        columns = self.columns
        return frozenset(
            [
                (name, _shape_of(getattr(self, name), is_column=name in columns))
                for name in self.model_fields_set - NO_FILTERS
            ]
        )

    def conditions(self) -> dict[str, str]:
        """Return the conditions on `columns` of the parameters that are given."""
        given = self.model_fields_set
        return {
            name: is_one_of(column, name, getattr(self, name)) for name, column in self.columns.items() if name in given
        }

    def values(self) -> dict[str, Value]:
        """Return the values that the conditions bind: lists and floats, by the name of their parameter."""
        values: dict[str, Value] = {}
        for name in self.model_fields_set - NO_FILTERS:
            value = getattr(self, name)
            if isinstance(value, list):
                values |= bind_values(name, value)
            elif isinstance(value, float):
                values[name] = value
        return values


def _shape_of(value: object, *, is_column: bool) -> Hashable:
    """Return codes as they are, which may have SQL of their own; of bound values only whether there are several."""
    if isinstance(value, list):
        chooses = not is_column and isinstance(next(iter(value), None), Enum)
        return frozenset(value) if chooses else min(len(value), 2)
    return value if isinstance(value, Enum | bool) else value is not None


def _check_limit(limit: int, info: ValidationInfo) -> int:
    """Check a limit against the context's `max_limit`, which an operator may have lowered."""
    highest: int = (info.context or {}).get("max_limit", MAX_LIMIT)
    if not 0 <= limit <= highest:
        raise invalid("out_of_range", message("must be from {lowest} to {highest}", lowest=0, highest=highest))
    return limit


class ListParams(FilterParams):
    """The parameters of every list."""

    facets: ClassVar[Mapping[str, Facet]] = {}
    """By the name of the parameter that filters by the same value."""

    limit: Annotated[Integer, AfterValidator(_check_limit)] = Field(
        DEFAULT_LIMIT,
        description="The largest number of records on the page; 0 for the totals and facets alone.",
        examples=[20],
        json_schema_extra={"minimum": 0, "maximum": MAX_LIMIT},
    )
    cursor: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description=(
            "The position of the page: an opaque token from `meta.next_cursor` or `links.next`, valid only for the "
            "same filters, order and data version. After the data have changed it is an error; start again from the "
            "first page."
        ),
        examples=["oxMBCEwVWyI5NDcwNzA0YiIsImU3IixbMl1d"],
    )


def repeatable(description: str, example: str) -> Any:
    """Make a parameter that may be given several times."""
    return Field(default_factory=list, max_length=MAX_VALUES, description=description, examples=[[example]])


_PARTS = {
    "evidence": "the sentences of the source for each fact, each with what it says in the editors' words",
    "translations": "every text in every language, with its origin",
}


def include_field(parts: type[StrEnum], *also: str) -> Any:
    """Make the `include` parameter of a list or a record with `parts`; `also` describes further parts."""
    descriptions = [f"`{part}`: {_PARTS[part]}" for part in parts if part in _PARTS] + [*also]
    first, *_ = parts
    return repeatable(f"Adds a part that is null otherwise; repeat for several. {'; '.join(descriptions)}.", first)


def facet_field(*names: str) -> Any:
    """Make the `facet` parameter of a list; each of `names` is one of its filters."""
    return repeatable(
        "Counts the records by value, under `meta.facets`; repeat for several. All matching records are counted, "
        "not only the page. The filter by the same field is not applied to its own facet, so that the other "
        f"choices are counted too. At most {MAX_FACET_VALUES} values, the most frequent first.",
        names[0],
    )


def datum_field() -> Any:
    """Make the `datum` parameter of exports with positions on a map."""
    return Field(
        Datum.WGS84,
        description=(
            "The datum of all positions: `wgs84` (the default), as RFC 7946 has it, or `gcj02` for Chinese base maps. "
            "A place whose point is unknown in that datum has none. The file's name and the document's `meta.datum` "
            "show it; a box to filter by, `bbox`, is WGS 84 in any case."
        ),
        examples=["gcj02"],
    )
