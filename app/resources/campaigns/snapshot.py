"""The public schema of a campaign's snapshot: all of its records in one response, for offline use."""

from pydantic import Field

from app.model.envelopes import RecordLinks, ResponseLanguage
from app.model.schemas import PublicModel, TextsByLanguage
from app.resources.campaigns.schema import CampaignRecord
from app.resources.campaigns.summary import CampaignSummary
from app.resources.events.schema import EventRecord
from app.resources.locations.schema import LocationRecord
from app.resources.outcomes.schema import OutcomeRecord
from app.resources.sources.schema import SourceRecord


class TermNames(PublicModel):
    """A code, and its names."""

    vocabulary: str = Field(
        description="The vocabulary of the code, the name of its schema here.", examples=["EventCategory"]
    )
    code: str = Field(description="The code.", examples=["symposium"])
    names: TextsByLanguage = Field(description="Its name in every language.")


class CampaignSnapshot(PublicModel):
    """All records of one campaign with their evidence, and its summary, each with its texts in every language."""

    campaign: CampaignRecord = Field(description="The campaign.")
    summary: CampaignSummary = Field(description="The campaign at a glance, as /v1/campaigns/{id}/summary returns it.")
    sources: list[SourceRecord] = Field(description="Its sources.")
    locations: list[LocationRecord] = Field(
        description="The places in its sources, and the places around those, with evidence in its sources."
    )
    events: list[EventRecord] = Field(description="Its events, by date.")
    outcomes: list[OutcomeRecord] = Field(description="Its outcomes.")
    terms: list[TermNames] = Field(
        description="The names of the codes of records; `/v1/terms` has their meanings, and the codes of requests."
    )


class SnapshotMeta(PublicModel):
    """The metadata of a snapshot."""

    version: str = Field(
        description="The version of the campaign, a digest; not the version of all data.",
        examples=["85750aca3ea5dc4ce749180e3a6f3b9c"],
    )
    language: ResponseLanguage


class SnapshotResponse(PublicModel):
    """A snapshot of one campaign."""

    data: CampaignSnapshot = Field(description="The campaign and its records.")
    meta: SnapshotMeta = Field(description="Metadata.")
    links: RecordLinks = Field(description="Links.")
