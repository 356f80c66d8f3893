"""The public schema of campaigns."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from app.languages import Language
from app.model.codes import Basis, LinkBasis, OrganisationKind, Qualifier, ScopeLevel
from app.model.envelopes import ListEnvelope, RecordEnvelope
from app.model.schemas import EvidencePart, HonestDate, Id, Named, Note, PublicModel, TranslationsPart, parts_at_the_end


class CampaignPart(StrEnum):
    """What `include` can add to a campaign."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"


class CampaignStatement(PublicModel):
    """A short statement."""

    name: str = Field(description="The statement.")


class Pillar(Named):
    """One of the campaign's pillars, its main divisions."""

    ordinal: int = Field(description="Its position among the pillars, from 1.", examples=[1])
    heading: str | None = Field(description="Its heading in the source.")
    summary: str = Field(description="What it is about, written by the editors.")
    note: Note
    strands: list[Named] = Field(description="Its strands.")
    aims: list[CampaignStatement] = Field(description="Its aims, written by the editors.")
    themes: list[CampaignStatement] = Field(description="Its themes.")


class ProgrammeScope(PublicModel):
    """What a programme is a part of."""

    level: ScopeLevel = Field(description="`campaign`, `pillar` or `event`.")
    id: Id


class Programme(Named):
    """A named programme of the campaign."""

    scope: ProgrammeScope | None = Field(description="What it is a part of; null if the source does not say.")
    item_count: int | None = Field(description="How many items it has; null if the source does not say.")
    item_count_qualifier: Qualifier | None = Field(
        description="`exact`, `at_least` or `about`; null with `item_count`."
    )
    item_count_basis: Basis = Field(description="Whether the number is `stated`, `derived` or `not_given`.")
    items: list[str] | None = Field(description="Its items; null if the source does not list them.")
    note: Note


class AnnouncedPlan(PublicModel):
    """Something that the source announces and does not report as done."""

    id: Id
    label: str = Field(description="What is planned, written by the editors.")


class HistoricalContext(Named):
    """An occasion or a piece of history that the source refers to; not an event of the campaign."""

    ordinal: int | None = Field(description="Its number, if the source numbers it.", examples=[75])
    date: HonestDate = Field(description="When.")


class Coverage(PublicModel):
    """The places that a group of organisations covers."""

    locations: list[str] = Field(description="The places' ids.")
    basis: LinkBasis = Field(description="Whether the link is `stated` or `derived`.")
    note: Note


class Organisation(Named):
    """An organisation, or several that the source names together."""

    kind: OrganisationKind = Field(description="The type of organisation, a code.")
    parent: str | None = Field(description="The id of the organisation above it.")
    parent_basis: LinkBasis | None = Field(
        description="Whether that is `stated`, or `derived` by the editors (`note` says how); null with `parent`."
    )
    role: str = Field(description="Its role in the campaign.")
    count: int | None = Field(description="For a group: how many the source says there are.")
    count_qualifier: Qualifier | None = Field(description="`exact`, `at_least` or `about`; null with `count`.")
    coverage: Coverage | None = Field(description="For a group: the places that it covers.")
    address: str | None = Field(description="The id of the location that is its address.")
    note: Note


class CampaignRevision(PublicModel):
    """A publication of the campaign's records: the first one, or a later one with corrections."""

    revised_on: date = Field(description="The day of the publication, ISO 8601.")
    note: str = Field(description="What was corrected.")
    events: list[str] | None = Field(description="The ids of the events that it changed; null if it may concern any.")


class CampaignLicence(PublicModel):
    """The licence of a campaign's records. Coordinates have licences of their own."""

    id: str = Field(description="Its SPDX identifier.", examples=["CC-BY-4.0"])
    url: str = Field(description="Its text.", examples=["https://creativecommons.org/licenses/by/4.0/"])
    attribution: str = Field(description="The credit that it asks for.")
    statement: str = Field(description="What it covers, and what is under other licences.")


class CampaignRecord(PublicModel):
    """A campaign as a public report describes it."""

    id: Id
    version: str = Field(description="A digest that changes exactly when this campaign's data change.")
    source_language: Language = Field(description="The language that its source is written in.")
    name: str = Field(description="The campaign's name.", examples=["「人民公安從這裡走來」主題宣傳活動"])
    name_as_stated: str = Field(description="The name exactly as the source prints it.")
    name_note: Note
    short_name: str = Field(description="The short name.", examples=["人民公安從這裡走來"])
    summary: str = Field(description="What the campaign was, written by the editors.")
    area: Named = Field(description="The location that it took place in.")
    implementer: Named = Field(description="The organisation that carried it out.")
    directed_by: Named | None = Field(description="The organisation that directed it.")
    deployed_by: list[Named] = Field(description="The authorities whose arrangements it carried out.")
    reporting_period: HonestDate = Field(description="The period that the figures of the whole campaign cover.")
    features: list[CampaignStatement] = Field(description="How the source says it was run, written by the editors.")
    pillars: list[Pillar] = Field(description="Its pillars.")
    programmes: list[Programme] = Field(description="The named programmes.")
    plans: list[AnnouncedPlan] = Field(description="What is announced for the future; never among the events.")
    historical_context: list[HistoricalContext] = Field(description="The occasions and history that it refers to.")
    organisations: list[Organisation] = Field(description="The organisations that its source names.")
    sources: list[str] = Field(description="The ids of its sources.", examples=[["tianshui-report"]])
    not_given: list[str] = Field(description="What the source does not give, so that no record has it.")
    note: Note
    licence: CampaignLicence = Field(description="The licence of its records.")
    revisions: list[CampaignRevision] = Field(description="Every publication of its records, oldest first.")
    evidence: EvidencePart
    translations: TranslationsPart


PARTS = parts_at_the_end(CampaignRecord, CampaignPart)
"""The parts that `include` adds, in the order of the record's last fields."""


class CampaignListResponse(ListEnvelope[CampaignRecord]):
    """A page of campaigns."""


class CampaignResponse(RecordEnvelope[CampaignRecord]):
    """One campaign."""
