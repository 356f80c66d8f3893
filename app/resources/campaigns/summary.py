"""The public schema of a campaign's summary, made for a first screen."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from app.model.codes import Qualifier
from app.model.envelopes import RecordEnvelope
from app.model.schemas import Id, Number, PublicModel, TranslationsPart, ValueCount
from app.resources.campaigns.schema import CampaignLicence


class SummaryPart(StrEnum):
    """What `include` can add to a summary."""

    TRANSLATIONS = "translations"


class Figure(PublicModel):
    """A figure of the whole campaign, as the source gives it."""

    id: str = Field(description="The outcome's id.", examples=["tianshui-activities-held"])
    label: str = Field(description="What was counted.")
    value: Number = Field(description="The figure.", examples=[83])
    qualifier: Qualifier = Field(description="`exact`, `at_least` or `about`.", examples=["exact"])
    unit: str = Field(description="What is counted, a stable code.", examples=["activity"])
    unit_name: str = Field(description="The unit's name.", examples=["場"])
    as_stated: str | None = Field(description="The figure as printed.", examples=["83場"])


class Totals(PublicModel):
    """How many records of the campaign this service has; not figures of the source."""

    events: int = Field(description="Events.", examples=[13])
    undated_events: int = Field(description="Events without a date in the source.", examples=[8])
    derived_county_events: int = Field(
        description="Events that `events_by_county` leaves out of a county because the editors derived the link.",
        examples=[2],
    )
    locations: int = Field(description="Locations in its sources.", examples=[21])
    outcomes: int = Field(description="Outcomes.", examples=[21])
    sources: int = Field(description="Sources.", examples=[1])


class BoundingBox(PublicModel):
    """A box on the map, WGS 84 degrees; `bbox` takes it as west,south,east,north."""

    west: float = Field(description="Degrees east of its western edge.", examples=[105.12])
    south: float = Field(description="Degrees north of its southern edge.", examples=[34.3])
    east: float = Field(description="Degrees east of its eastern edge.", examples=[106.4])
    north: float = Field(description="Degrees north of its northern edge.", examples=[35.2])


class CampaignSummary(PublicModel):
    """A campaign at a glance. The counts are of records, as a list with the same filter counts them."""

    id: Id
    version: str = Field(description="The campaign's version.")
    name: str = Field(description="The campaign's name.")
    short_name: str = Field(description="The short name.")
    summary: str = Field(description="What the campaign was, written by the editors.")
    figures: list[Figure] = Field(description="The figures that the source gives for the whole campaign.")
    totals: Totals = Field(description="How many records there are.")
    events_by_pillar: list[ValueCount] = Field(description="Events of each pillar, in the pillars' order.")
    events_by_kind: list[ValueCount] = Field(description="Events of each kind, largest count first.")
    events_by_category: list[ValueCount] = Field(description="Events of each category, largest count first.")
    events_by_month: list[ValueCount] = Field(
        description=(
            "Events that touch each month (`2024-10`), in order. One that lasts into the next month, or is known "
            "only to a season, counts in each of its months; those without a date in none."
        )
    )
    events_by_county: list[ValueCount] = Field(
        description="Events in each county or district that the source gives for them, largest count first."
    )
    first_date: date | None = Field(
        description="The first day that an event may have been on; null if all are undated."
    )
    last_date: date | None = Field(description="The last day that an event may have been on; null if all are undated.")
    bounding_box: BoundingBox | None = Field(
        description=(
            "The box around the known points of the events' places, derived links included; null if none. Places "
            "without a point of their own are not in it: their `fallback` does not count, nor does it for `bbox`."
        )
    )
    licence: CampaignLicence = Field(description="The licence of its records.")
    credits: list[str] = Field(
        description="The credits that the licences of those points require.",
        examples=[["座標資料來自 GeoNames（geonames.org），以 CC BY 4.0 授權使用。"]],
    )

    # The last field: stored JSON is cut before it.
    translations: TranslationsPart


class SummaryResponse(RecordEnvelope[CampaignSummary]):
    """A campaign at a glance."""
