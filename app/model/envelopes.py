"""The envelope of answers: data, meta and links."""

from typing import Generic, TypeVar

from pydantic import Field

from app.endpoints.search_schema import Hit
from app.languages import Language
from app.model.schemas import PublicModel, ValueCount
from app.resources.campaigns.schema import Campaign
from app.resources.campaigns.snapshot import CampaignSnapshot
from app.resources.campaigns.summary import Summary
from app.resources.events.schema import Event
from app.resources.locations.schema import Location
from app.resources.outcomes.schema import Outcome
from app.resources.sources.schema import Source

_Record = TypeVar("_Record")


class FacetValue(ValueCount):
    """How many matching records have one value."""

    selected: bool = Field(description="Whether the query asks for this value.", examples=[False])


class ListMeta(PublicModel):
    """What to know about a list."""

    total: int = Field(description="How many records match, on all pages together.", examples=[13])
    limit: int = Field(description="How many records a page has at most.", examples=[50])
    version: str = Field(
        description="The version of the data, a digest.", examples=["9470704bc4d6e71e212ae1c9e804f06c"]
    )
    language: Language = Field(description="The language of the answer.", examples=["zh-Hant"])
    undated_excluded: int = Field(
        description="How many records were left out only because they have no date.", examples=[0]
    )
    facets: dict[str, list[FacetValue]] | None = Field(
        description=(
            "For each `facet` that was asked for how many of all the matching records have each value, the most "
            "first, whatever the query asks for of that very facet; null where none was asked for."
        )
    )
    facets_cut: list[str] = Field(
        description="The facets that have more values than are shown: of very many, the 200 that most records have.",
        examples=[[]],
    )


class RecordMeta(PublicModel):
    """What to know about a record's answer."""

    version: str = Field(
        description="The version of the data, a digest.", examples=["9470704bc4d6e71e212ae1c9e804f06c"]
    )
    language: Language = Field(description="The language of the answer.", examples=["zh-Hant"])


class SnapshotMeta(PublicModel):
    """What to know about the answer that is all of a campaign."""

    version: str = Field(
        description="The version of the campaign, a digest; its own, and not that of all the data.",
        examples=["85750aca3ea5dc4ce749180e3a6f3b9c"],
    )
    language: Language = Field(description="The language of the answer.", examples=["zh-Hant"])


class ListLinks(PublicModel):
    """Where this page is, and the next; absolute."""

    self: str = Field(description="This page.", examples=["http://127.0.0.1:8000/v1/events"])
    next: str | None = Field(description="The next page; null on the last. Also in the `Link` header.")


class RecordLinks(PublicModel):
    """Where this record is, and the list that it is in; absolute."""

    self: str = Field(description="This record.", examples=["http://127.0.0.1:8000/v1/locations/maiji"])
    collection: str = Field(
        description="The list of all such records.", examples=["http://127.0.0.1:8000/v1/locations"]
    )


class _List(PublicModel, Generic[_Record]):
    data: list[_Record] = Field(description="The records of this page, in order.")
    meta: ListMeta = Field(description="What to know about the list.")
    links: ListLinks = Field(description="Where this page is, and the next.")


class _Detail(PublicModel, Generic[_Record]):
    data: _Record = Field(description="The record.")
    meta: RecordMeta = Field(description="What to know about the answer.")
    links: RecordLinks = Field(description="Where the record is.")


class CampaignList(_List[Campaign]):
    """A page of campaigns."""


class CampaignDetail(_Detail[Campaign]):
    """One campaign."""


class EventList(_List[Event]):
    """A page of events."""


class EventDetail(_Detail[Event]):
    """One event."""


class LocationList(_List[Location]):
    """A page of locations."""


class LocationDetail(_Detail[Location]):
    """One location."""


class OutcomeList(_List[Outcome]):
    """A page of outcomes."""


class OutcomeDetail(_Detail[Outcome]):
    """One outcome."""


class SourceList(_List[Source]):
    """A page of sources."""


class SourceDetail(_Detail[Source]):
    """One source."""


class SearchList(_List[Hit]):
    """A page of what a search finds."""


class SummaryDetail(_Detail[Summary]):
    """A campaign at a glance."""


class SnapshotDetail(PublicModel):
    """All of one campaign."""

    data: CampaignSnapshot = Field(description="The campaign and its records.")
    meta: SnapshotMeta = Field(description="What to know about the answer.")
    links: RecordLinks = Field(description="Where the answer is.")
