"""All of one campaign in one piece, for an app that works offline."""

from pydantic import Field

from app.languages import Language
from app.model.codes import Code, Resource
from app.model.schemas import PublicModel
from app.resources.campaigns.schema import Campaign
from app.resources.events.schema import Event
from app.resources.locations.schema import Location
from app.resources.outcomes.schema import Outcome
from app.resources.sources.schema import Source


class TermNames(PublicModel):
    """A code of the records, and what it is called."""

    vocabulary: str = Field(
        description="Which codes it is one of, as a schema's name here.", examples=["EventCategory"]
    )
    code: str = Field(description="The code.", examples=["symposium"])
    names: dict[Language, str] = Field(
        description="Its name in every language.",
        examples=[{"zh-Hant": "座談會", "zh-Hans": "座谈会", "en": "symposium"}],
    )


class CampaignSnapshot(PublicModel):
    """Everything of one campaign: each record with its evidence and its texts in every language."""

    campaign: Campaign = Field(description="The campaign.")
    sources: list[Source] = Field(description="Its sources.")
    locations: list[Location] = Field(description="The places that its sources speak of, and all that these lie in.")
    events: list[Event] = Field(description="Its events, by date.")
    outcomes: list[Outcome] = Field(description="Its outcomes.")
    terms: list[TermNames] = Field(description="The names of all controlled terms, for showing them without a network.")


def term_names() -> list[TermNames]:
    """List every code that records have of the controlled terms, with its names."""
    return [
        TermNames(vocabulary=vocabulary.__name__, code=term.value, names=dict(term.names))
        for vocabulary in Code.__subclasses__()
        if vocabulary is not Resource
        for term in vocabulary
    ]
