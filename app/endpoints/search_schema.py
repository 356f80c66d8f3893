"""The public schema of search hits: the record, and a snippet of the text that matches."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import Field, RootModel

from app.languages import Language
from app.model.envelopes import ListEnvelope
from app.model.schemas import PublicModel
from app.resources.campaigns.schema import CampaignRecord
from app.resources.events.schema import EventRecord
from app.resources.locations.schema import LocationRecord
from app.resources.outcomes.schema import OutcomeRecord

_Record = TypeVar("_Record")
_Kind = TypeVar("_Kind")


class TextRange(PublicModel):
    """A range of a text, half-open, in code points and in UTF-16 code units, as JavaScript, Swift and Kotlin count.

    The two differ after a character beyond U+FFFF, such as 𠮷 or an emoji, which is two code units.
    """

    start: int = Field(description="The first code point, counted from 0.", examples=[4])
    end: int = Field(description="The code point after the last.", examples=[7])
    start_utf16: int = Field(description="The first UTF-16 code unit, counted from 0.", examples=[4])
    end_utf16: int = Field(description="The UTF-16 code unit after the last.", examples=[7])


class SearchSnippet(PublicModel):
    """A part of one of the record's texts, without markup."""

    field: str = Field(
        description="The text of the record that contains it, as a JSON Pointer (RFC 6901).", examples=["/summary"]
    )
    language: Language = Field(
        description="The language of the text; another than the response's if only that matches, or matches better."
    )
    text: str = Field(description="The part, at most 120 code points.", examples=["警媒座談會"])
    offset: int = Field(description="Its start in the whole text, code points.", examples=[0])
    offset_utf16: int = Field(description="Its start in the whole text, UTF-16 code units.", examples=[0])
    complete: bool = Field(description="Whether it is the whole text.", examples=[True])
    ranges: list[TextRange] = Field(description="The ranges of the part that match, in order, without overlaps.")


class _Hit(PublicModel, Generic[_Record, _Kind]):
    score: float | None = Field(
        description=(
            "The higher, the better the match; comparable within one response only. Titles weigh most. Null if "
            "more than 500 records match, which are not scored."
        ),
        examples=[3.1415],
    )
    snippet: SearchSnippet = Field(description="The text that matches.")
    record: _Record = Field(description="The record, as in its own list.")
    kind: _Kind = Field(description="The resource of the record.")


class CampaignHit(_Hit[CampaignRecord, Literal["campaign"]]):
    """A campaign that matches."""


class EventHit(_Hit[EventRecord, Literal["event"]]):
    """An event that matches."""


class LocationHit(_Hit[LocationRecord, Literal["location"]]):
    """A location that matches."""


class OutcomeHit(_Hit[OutcomeRecord, Literal["outcome"]]):
    """An outcome that matches."""


class SearchHit(RootModel[Any], defer_build=True):
    """A record that matches; `kind` is its resource."""

    root: CampaignHit | EventHit | LocationHit | OutcomeHit = Field(discriminator="kind")


class SearchListResponse(ListEnvelope[SearchHit]):
    """A page of search hits."""
