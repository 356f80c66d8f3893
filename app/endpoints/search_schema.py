"""What a search finds, as it is shown: the record, and the piece of its text that shows why."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from app.languages import Language
from app.model.schemas import PublicModel
from app.resources.campaigns.schema import Campaign
from app.resources.events.schema import Event
from app.resources.locations.schema import Location
from app.resources.outcomes.schema import Outcome

_Record = TypeVar("_Record")


class TextRange(PublicModel):
    """A range of a text, in code points, half-open."""

    start: int = Field(description="The first code point, counted from 0.", examples=[4])
    end: int = Field(description="The code point after the last.", examples=[7])


class Snippet(PublicModel):
    """A piece of one of the record's texts; never with markup in it."""

    field: str = Field(
        description="Which text of the record it is from, as a JSON Pointer (RFC 6901).", examples=["/summary"]
    )
    language: Language = Field(
        description="The language that the text is in; another's where only that matches, or more of it."
    )
    text: str = Field(description="The piece, at most 120 code points.", examples=["警媒座談會"])
    offset: int = Field(description="Where it begins in the whole text, code points.", examples=[0])
    complete: bool = Field(description="Whether it is the whole text.", examples=[True])
    ranges: list[TextRange] = Field(description="What matches in the piece, in order, without overlaps.")


class _Hit(PublicModel, Generic[_Record]):
    score: float | None = Field(
        description=(
            "How well it matches, more is better; comparable within one answer only. Titles weigh most. Null where "
            "more than 500 records match, which are not weighed one by one."
        ),
        examples=[3.1415],
    )
    snippet: Snippet = Field(description="Why it was found.")
    record: _Record = Field(description="The record, as its own list gives it.")


class CampaignHit(_Hit[Campaign]):
    """A campaign that was found."""

    kind: Literal["campaign"] = Field(description="What sort of record was found.")


class EventHit(_Hit[Event]):
    """An event that was found."""

    kind: Literal["event"] = Field(description="What sort of record was found.")


class LocationHit(_Hit[Location]):
    """A location that was found."""

    kind: Literal["location"] = Field(description="What sort of record was found.")


class OutcomeHit(_Hit[Outcome]):
    """An outcome that was found."""

    kind: Literal["outcome"] = Field(description="What sort of record was found.")


Hit = Annotated[CampaignHit | EventHit | LocationHit | OutcomeHit, Field(discriminator="kind")]
