"""Campaigns as they are shown."""

from enum import StrEnum

from pydantic import Field

from app.languages import Language
from app.model.codes import Basis, LinkBasis, OrganisationKind, ScopeLevel
from app.model.schemas import EvidencePart, HonestDate, Id, Named, Note, PublicModel, TranslationsPart


class CampaignPart(StrEnum):
    """What `include` can add to a campaign."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"


PARTS = tuple(CampaignPart)
"""These parts in the order in which they stand at the end of the record."""


class Statement(PublicModel):
    """A short statement."""

    name: str = Field(description="The statement.")


class Pillar(Named):
    """One of the pillars that the campaign is organised by."""

    ordinal: int = Field(description="Its place among the pillars, from 1.", examples=[1])
    heading: str | None = Field(description="The heading that the source puts over it.")
    summary: str = Field(description="What it is about, in the editors' words.")
    note: Note
    strands: list[Named] = Field(description="The strands that make it up.")
    aims: list[Statement] = Field(description="What it is for, in the editors' words.")
    themes: list[Statement] = Field(description="What it draws on.")


class ProgrammeScope(PublicModel):
    """What a programme is a part of."""

    level: ScopeLevel = Field(description="`campaign`, `pillar` or `event`.")
    id: Id


class Programme(Named):
    """A named programme of the campaign."""

    scope: ProgrammeScope | None = Field(description="What it is a part of; null where the source ties it to nothing.")
    item_count: int | None = Field(description="How many items it has; null where the source does not say.")
    item_count_basis: Basis = Field(description="On what ground the number stands.")
    items: list[str] | None = Field(description="Its items; null where the source does not list them.")
    note: Note


class Plan(PublicModel):
    """Something that the source announces and does not report as done."""

    id: Id
    label: str = Field(description="What is planned, in the editors' words.")


class HistoricalContext(Named):
    """An occasion or a piece of history that the source refers to; not an event of the campaign."""

    ordinal: int | None = Field(description="Which one it is, where the source numbers it.", examples=[75])
    date: HonestDate = Field(description="When.")


class Coverage(PublicModel):
    """The places that a group of organisations stands for."""

    locations: list[str] = Field(description="The places' ids.")
    basis: LinkBasis = Field(description="On what ground the link stands.")
    note: Note


class Organisation(Named):
    """An organisation, or several that the source names together."""

    kind: OrganisationKind = Field(description="What sort of organisation it is, as a code.")
    parent: str | None = Field(description="The id of the organisation above it.")
    role: str = Field(description="What it has to do with the campaign.")
    count: int | None = Field(description="For a group: how many the source says there are.")
    coverage: Coverage | None = Field(description="For a group: the places that it stands for.")
    address: str | None = Field(description="The id of the location that is its address.")
    note: Note


class Campaign(PublicModel):
    """A campaign as a public report tells of it."""

    id: Id
    version: str = Field(description="A digest that changes exactly when this campaign's data change.")
    source_language: Language = Field(description="The language that its source is written in.")
    name: str = Field(description="The campaign's name.", examples=["「人民公安從這裡走來」主題宣傳活動"])
    name_as_stated: str = Field(description="The name exactly as the source prints it.")
    name_note: Note
    short_name: str = Field(description="The short name.", examples=["人民公安從這裡走來"])
    summary: str = Field(description="What the campaign was, in the editors' words.")
    area: Named = Field(description="The location that it took place in.")
    implementer: Named = Field(description="The organisation that carried it out.")
    directed_by: Named | None = Field(description="The organisation that directed it.")
    deployed_by: list[Named] = Field(description="The authorities that ordered it.")
    reporting_period: HonestDate = Field(description="The time that the figures of the whole campaign cover.")
    features: list[Statement] = Field(description="How the source says it was run, in the editors' words.")
    pillars: list[Pillar] = Field(description="The pillars that it is organised by.")
    programmes: list[Programme] = Field(description="The named programmes.")
    plans: list[Plan] = Field(description="What is announced for the future; never among the events.")
    historical_context: list[HistoricalContext] = Field(description="The occasions and history that it refers to.")
    organisations: list[Organisation] = Field(description="The organisations that its source names.")
    sources: list[str] = Field(description="The ids of its sources.", examples=[["tianshui-report"]])
    not_given: list[str] = Field(description="What the source does not give, and so no record has.")
    note: Note
    evidence: EvidencePart
    translations: TranslationsPart
