"""The models that several public schemas are made of."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PlainSerializer, RootModel, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.languages import LANGUAGES, Language, TextOrigin
from app.model.codes import Basis, DatePrecision, DateRelation


class PublicModel(BaseModel):
    """The base of all public schemas: every field is always present, and there are no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return a JSON Schema that allows other fields, so that adding a field breaks no client."""
        described = handler.resolve_ref_schema(handler(schema))
        described.pop("additionalProperties", None)
        return described


def _plain(value: float) -> float | int:
    return int(value) if value.is_integer() else value


Number = Annotated[
    float, PlainSerializer(_plain, return_type=float | int, when_used="json"), WithJsonSchema({"type": "number"})
]
"""A number sent as it is printed: 83, not 83.0."""

MAX_INTEGER = 2**31 - 1
"""The largest integer that is published: clients with integers of 32 bits read every one."""

Id = Annotated[str, Field(description="A readable id, stable and unique in its resource.", examples=["tianshui"])]

Note = Annotated[str | None, Field(description="What a reader needs to know about it, in the response's language.")]


class TextsByLanguage(RootModel[dict[Language, str]]):
    """A text in every language."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the JSON Schema of an object with a field for each language."""
        described = handler.resolve_ref_schema(handler(schema))
        text = {"type": "string", "description": "The text in this language."}
        fields: dict[str, JsonSchemaValue] = {language.value: text for language in LANGUAGES}
        replaced = {"type": "object", "description": cls.__doc__, "required": [*fields], "properties": fields}
        described.clear()
        described.update(replaced)
        return described


class Named(PublicModel):
    """The id and the name of a record."""

    id: Id
    name: str = Field(description="Its name in the response's language.", examples=["麥積區"])


class ValueCount(PublicModel):
    """How many records have one value."""

    id: str = Field(description="The value: an id or a code.", examples=["symposium"])
    name: str = Field(description="Its name in the response's language.", examples=["座談會"])
    count: int = Field(description="How many records have it.", examples=[2])


class Gcj02(PublicModel):
    """A point in GCJ-02, the datum of Chinese base maps; equal to WGS 84 outside mainland China."""

    latitude: float = Field(description="Degrees north, GCJ-02.", examples=[34.567114])
    longitude: float = Field(description="Degrees east, GCJ-02.", examples=[105.897117])


Paraphrase = Annotated[
    str, Field(description="What the whole sentence says, in one line of the editors' own words; not a quotation.")
]
NotGivenNote = Annotated[
    str | None, Field(description="Why the source's title, author or URL is null; null if it gives all three.")
]


class CitedSentence(PublicModel):
    """A sentence of a source; its text is not copied."""

    source: str = Field(description="The source's id; see /v1/sources.", examples=["tianshui-report"])
    source_title: str | None = Field(description="The source's title; null if it is not known.")
    publisher: str = Field(
        description="The name of the organisation that published the source.",
        examples=["中共甘肅省委政法委員會"],
    )
    url: str | None = Field(description="The source's URL; null if it is not known.")
    not_given_note: NotGivenNote
    paragraph: int = Field(description="The paragraph's number in the source, from 1.", examples=[3])
    sentence: int = Field(description="The sentence's number in its paragraph, from 1.", examples=[2])
    paraphrase: Paraphrase


class Evidence(CitedSentence):
    """A position in a sentence of a source, and what it supports; the text is not copied."""

    supports: str = Field(
        description="The part of the record that it supports, as a JSON Pointer (RFC 6901); empty for the whole.",
        examples=["", "/participants/0"],
    )
    as_stated: str | None = Field(
        description="What the record quotes from this position as printed, a figure, date or name; null if nothing.",
        examples=["83場"],
    )
    start: int = Field(description="The first code point, counted from 0 in the source's cleaned text.", examples=[225])
    end: int = Field(description="The code point after the last (half-open).", examples=[271])


class LocalisedText(PublicModel):
    """A text in one language, and its origin."""

    language: Language = Field(description="The language.", examples=["zh-Hant"])
    text: str = Field(description="The text.", examples=["警媒座談會"])
    origin: TextOrigin = Field(
        description=(
            "`source`: the source's own text, but for the `corrections` and `punctuation` that its source lists; "
            "`editorial`: written by the editors; `converted`: the same text in the other Chinese script; "
            "`translated`: translated by the editors."
        ),
        examples=["source"],
    )


class Translation(PublicModel):
    """One text of the record in every language."""

    field: str = Field(description="Which text, as a JSON Pointer into the record.", examples=["/title"])
    texts: list[LocalisedText] = Field(description="The text in each language of the service.")


class RelativeDate(PublicModel):
    """The order in time of something undated and an event."""

    event: str = Field(description="The other event's id.", examples=["tianshui-police-media-symposium"])
    relation: DateRelation = Field(
        description="Whether this was `before`, `concurrent` with or `after` it.", examples=["after"]
    )


class HonestDate(PublicModel):
    """A date and how it is known. A date that is not known is null, with a reason."""

    start: date | None = Field(
        description="The first possible day, ISO 8601; null if the source gives none.", examples=["2024-10-31"]
    )
    end: date | None = Field(
        description="The last possible day, inclusive; null with `start`.", examples=["2024-11-01"]
    )
    precision: DatePrecision = Field(
        description=(
            "How exactly the date is known: `day`; `range`, both ends known to the day; `month`, `season` or `year`, "
            "some time between `start` and `end`; `unknown`. Seasons are whole months: spring is March to May."
        ),
        examples=["range"],
    )
    basis: Basis = Field(
        description="`stated` in the source, `derived` by the editors (`note` says how) or `not_given`.",
        examples=["stated"],
    )
    as_stated: str | None = Field(
        description="The date as the source prints it; null if it prints none.", examples=["2024年10月31日至11月1日"]
    )
    note: Note
    relative_to: RelativeDate | None = Field(
        description="If there is no date: the event that it is known to be before, concurrent with or after."
    )


EvidencePart = Annotated[
    list[Evidence] | None, Field(description="Where the source says so; null without `include=evidence`.")
]
TranslationsPart = Annotated[
    list[Translation] | None, Field(description="Its texts in every language; null without `include=translations`.")
]


def parts_at_the_end(record: type[PublicModel], parts: Iterable[str]) -> tuple[str, ...]:
    """Return the parts that `include` adds to a record, which are its last fields.

    Raises TypeError at import if the record's fields are in another order: the id is the first field, and stored JSON
    is cut before `evidence` and `translations`, the first two parts.
    """
    fields, in_order = tuple(record.model_fields), tuple(parts)
    if fields[0] != "id" or fields[-len(in_order) :] != in_order or in_order[:2] != ("evidence", "translations"):
        raise TypeError(f"{record.__name__} must begin with id and end with {', '.join(in_order)}")
    return in_order
