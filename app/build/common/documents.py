"""Parts that several documents share: texts, evidence, dates, ids."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, NamedTuple, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, RootModel, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, ValidationError

from app.build.common.calendar import Period, contradicts, parse_period
from app.build.common.faults import document_error, quoted
from app.languages import LANGUAGES, Language, StoredText, TextOrigin, make_text
from app.model.codes import Basis, DateRelation, Resource

Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=80,
        description="An id: lower-case letters and digits in words joined by single hyphens; never changed.",
    ),
]


def nested(annotation: Any) -> Iterator[Any]:
    """Iterate over a type and all that it is made of, such as the members of a union and what annotates them."""
    yield annotation
    for argument in get_args(annotation):
        yield from nested(argument)


class RefersTo(NamedTuple):
    """Marks an id that must be defined somewhere in the seeds."""

    resource: str
    """Its resource, or the noun for another part of a document that has an id."""
    own: bool = False
    """Whether that must belong to the same campaign."""


LocationId = Annotated[Slug, RefersTo(Resource.LOCATION)]
OrganisationId = Annotated[Slug, RefersTo(Resource.ORGANISATION)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="A SHA-256 digest, 64 hex digits.")]
Printed = Annotated[
    str, Field(min_length=1, max_length=60, description="A figure, date or name exactly as the source prints it.")
]

MAX_WORDS = 5_000
"""The maximum length of a text in one language, code points; a spreadsheet's cell takes 32,767 UTF-16 units."""


class Document(BaseModel):
    """The base of all documents: no unknown keys, no conversions, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    defines: ClassVar[str | None] = None
    """What its `id` is an id of: a resource or other noun, a `str.format` template of `campaign`; None for nothing."""
    is_shared: ClassVar[bool] = False
    """Whether what it defines belongs to no campaign, wherever it is defined."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if message := self._fault():
            raise document_error(message)
        return self

    def _fault(self) -> str | None:
        """Return the first thing that is wrong with fields that are each valid; None for nothing."""
        return None


class Text(RootModel[dict[str, str]]):
    """A text in every language, and the origin of the words in the source's own language."""

    model_config = ConfigDict(frozen=True, strict=True)

    own_origin: ClassVar[TextOrigin] = TextOrigin.EDITORIAL
    """The origin of the words in the source's own language, unless the text says another."""

    # Validates the field: a validator of the model would run again wherever an instance becomes part of another model.
    @field_validator("root")
    @classmethod
    def _every_language(cls, root: dict[str, str]) -> dict[str, str]:
        faults = [
            InitErrorDetails(type=document_error(message), loc=(key,), input=root) for key, message in cls._faults(root)
        ]
        if faults:
            raise ValidationError.from_exception_data("Text", faults)
        return root

    @staticmethod
    def _faults(root: dict[str, str]) -> Iterator[tuple[str, str]]:
        for language in LANGUAGES:
            if language not in root:
                yield language.value, f"is missing; every text needs {', '.join(LANGUAGES)}"
        for key, words in root.items():
            if key == "origin":
                if words not in (TextOrigin.SOURCE, TextOrigin.EDITORIAL):
                    yield key, f"is {quoted(words)}; write source or editorial"
            elif key not in LANGUAGES:
                yield key, f"is not a language; write {', '.join(LANGUAGES)}"
            elif not words or words != words.strip():
                yield key, "is blank or has space at an end; write the words alone"
            elif len(words) > MAX_WORDS:
                yield key, f"has {len(words):,} characters; write at most {MAX_WORDS:,}"

    def stored(self, source_language: Language) -> StoredText:
        """Return the text in every language, each with its origin."""
        return make_text(self.root, self.origin, source_language)

    @property
    def origin(self) -> TextOrigin:
        """The origin of the words in the source's own language."""
        return TextOrigin(self.root.get("origin", self.own_origin))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        words = {language.value: {"type": "string", "minLength": 1, "maxLength": MAX_WORDS} for language in LANGUAGES}
        origin = {
            "enum": [TextOrigin.SOURCE.value, TextOrigin.EDITORIAL.value],
            "default": cls.own_origin.value,
            "description": "Whether the words in the source's own language are the source's or the editors'.",
        }
        return {
            "type": "object",
            "description": (cls.__doc__ or "").strip(),
            "properties": words | {"origin": origin},
            "required": list(words),
            "additionalProperties": False,
        }


class PrintedText(Text):
    """A name that the source prints, in every language; `origin: editorial` where the editors supplied it."""

    own_origin: ClassVar[TextOrigin] = TextOrigin.SOURCE


class EvidenceDocument(Document):
    """A place in a source, in code points of its cleaned text."""

    source: Slug = Field(description="The source's id.")
    paragraph: int = Field(ge=1, description="The paragraph's number in the source's outline, from 1.")
    sentence: int = Field(ge=1, description="The sentence's number in that paragraph, from 1.")
    start: int = Field(ge=0, description="The first code point, counted from the start of the cleaned text.")
    end: int = Field(ge=1, description="The code point after the last one.")


Evidence = Annotated[
    tuple[EvidenceDocument, ...], Field(min_length=1, description="Where the source says so; at least one place.")
]


class RelativeDocument(Document):
    """The order in time of an undated event and another one."""

    event: Annotated[Slug, RefersTo(Resource.EVENT)] = Field(description="The other event's id.")
    relation: DateRelation = Field(description="Whether this event was before, with or after it.")


_WHEN = (
    "When, in EDTF (ISO 8601-2): a day 2024-09-20, a month 2024-09, a year 2024, a season 2025-21 (spring) to "
    "2025-24 (winter), or two of one kind with a slash between; null where the source does not say."
)


class DateDocument(Document):
    """A date as honest as the source: stated, derived with how, or not given with why."""

    when: Annotated[str | None, Field(description=_WHEN)]
    basis: Basis = Field(description="stated, derived (say how in note) or not_given (with when: null).")
    as_stated: Printed | None = Field(None, description="The date as the source prints it.")
    note: Text | None = Field(None, description="How it was derived, or why it is not given.")
    relative_to: RelativeDocument | None = Field(None, description="For an undated event: what it is relative to.")
    evidence: Evidence | None = Field(None, description="Where the date is printed, if apart from the record's own.")

    def _fault(self) -> str | None:
        if (self.when is None) != (self.basis is Basis.NOT_GIVEN):
            return "basis must be not_given exactly when `when` is null, and stated or derived otherwise"
        if self.basis is not Basis.STATED and self.note is None:
            return "a date that is not stated needs a note that says how or why"
        if self.when is not None:
            period = self.period()
            if self.relative_to is not None:
                return "relative_to is for what has no date of its own; leave it out"
            if self.basis is Basis.STATED and contradicts(self.as_stated or "", period):
                return f"`when` has another year, month or day than as_stated {quoted(self.as_stated)}"
        return None

    def period(self) -> Period:
        """Return the first and last possible day, both None when the date is not given."""
        return parse_period(self.when)


class RetiredDocument(Document):
    """An id that was published once and is no longer used; requests for it always get a response."""

    kind: Resource = Field(description="What the id was an id of.")
    id: Slug = Field(description="The id that was withdrawn or merged.")
    merged_into: Slug | None = Field(description="The id that took its place; null when it was withdrawn.")
    reason: Text = Field(description="Why.")


class NamedDocument(Document):
    """A short statement of the source in the editors' words, or a name, with its evidence."""

    name: PrintedText = Field(description="The name, or the statement.")
    evidence: Evidence
