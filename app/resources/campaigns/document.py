"""`campaign.yaml`: what the campaign is, who is behind it, its pillars, programmes and plans."""

from datetime import date
from typing import Annotated

from pydantic import Field, HttpUrl

from app.build.common.documents import (
    DateDocument,
    Document,
    Evidence,
    LocationId,
    NamedDocument,
    OrganisationId,
    Printed,
    PrintedText,
    RefersTo,
    RetiredDocument,
    Slug,
    Text,
)
from app.languages import Language
from app.model.codes import Basis, LinkBasis, OrganisationKind, Qualifier, Resource, ScopeLevel
from app.model.schemas import MAX_INTEGER


class StrandDocument(Document):
    """One of the strands that make up a pillar."""

    id: Slug
    name: PrintedText
    evidence: Evidence


class PillarDocument(Document):
    """One of the pillars that the campaign is organised by."""

    defines = Resource.PILLAR
    id: Slug
    name: PrintedText
    heading: PrintedText | None = Field(None, description="The heading that the source puts over it.")
    summary: Text = Field(description="What it is about, in the editors' words.")
    note: Text | None = Field(None, description="What a reader must know: an ambiguity and how it was treated.")
    strands: tuple[StrandDocument, ...] = Field(description="Its strands in the source's order.")
    aims: tuple[NamedDocument, ...] = Field((), description="What it is for, in the editors' words.")
    themes: tuple[NamedDocument, ...] = Field((), description="What it draws on.")
    evidence: Evidence


class ScopeDocument(Document):
    """What something is a part or an outcome of."""

    level: ScopeLevel
    id: Slug = Field(description="The id of the campaign, pillar or event.")


class ProgrammeDocument(Document):
    """A named programme of the campaign."""

    defines = "programme"
    id: Slug
    name: PrintedText
    scope: ScopeDocument | None = Field(description="What it is a part of; null where the source ties it to nothing.")
    item_count: int | None = Field(
        ge=1, le=MAX_INTEGER, description="How many items it has; null where the source does not say."
    )
    item_count_qualifier: Qualifier | None = Field(None, description="How exact that is; needed with item_count.")
    item_count_basis: Basis
    items: tuple[Text, ...] | None = Field(description="Its items; null where the source does not list them.")
    note: Text | None = Field(None, description="Needed where the items or their number are null or derived.")
    evidence: Evidence

    def _fault(self) -> str | None:
        if (self.item_count is None) != (self.item_count_basis is Basis.NOT_GIVEN):
            return "item_count_basis must be not_given exactly when item_count is null"
        if (self.item_count is None) != (self.item_count_qualifier is None):
            return "item_count and item_count_qualifier go together"
        gaps = self.items is None or self.scope is None or self.item_count_basis is not Basis.STATED
        if self.note is None and gaps:
            return "items or a count that are not stated need a note that says why"
        return None


class PlanDocument(Document):
    """Something that the source announces and does not report as done; never an event."""

    defines = "plan of {campaign}"
    id: Slug
    label: Text
    evidence: Evidence


class ContextDocument(Document):
    """An occasion or a piece of history that the source refers to; not an event of the campaign."""

    defines = "context of {campaign}"
    id: Slug
    name: PrintedText
    ordinal: int | None = Field(None, ge=1, le=MAX_INTEGER, description="Which one it is, where the source numbers it.")
    date: DateDocument
    evidence: Evidence


class CoverageDocument(Document):
    """Which places a group of organisations stands for."""

    locations: tuple[LocationId, ...] = Field(min_length=1)
    basis: LinkBasis
    note: Text


class OrganisationDocument(Document):
    """An organisation, or several that the source names together, and what it has to do with the campaign.

    Several campaigns may list the same one. They agree on its kind, name and address.
    """

    defines = Resource.ORGANISATION
    is_shared = True
    id: Slug
    kind: OrganisationKind
    name: PrintedText
    parent: OrganisationId | None = Field(description="The organisation above it.")
    parent_basis: LinkBasis | None = Field(None, description="stated, or derived (say how in note); goes with parent.")
    role: Text = Field(description="What it has to do with the campaign.")
    count: int | None = Field(
        None, ge=1, le=MAX_INTEGER, description="For a group: how many the source says there are."
    )
    count_qualifier: Qualifier | None = Field(None, description="How exact the count is; needed with a count.")
    coverage: CoverageDocument | None = Field(None, description="For a group: the places that it stands for.")
    address: LocationId | None = Field(None, description="The location that is its address.")
    note: Text | None = Field(None, description="What the editors supplied or how a wording was read.")
    evidence: Evidence

    def _fault(self) -> str | None:
        if (self.parent is None) != (self.parent_basis is None):
            return "parent and parent_basis go together"
        if self.parent_basis is LinkBasis.DERIVED and self.note is None:
            return "a derived parent needs a note that says how"
        if (self.count is None) != (self.count_qualifier is None):
            return "count and count_qualifier go together"
        return None


class RevisionDocument(Document):
    """A publication of the campaign's records: the first one, or a later one with corrections."""

    revised_on: date = Field(description="The day of the publication.")
    note: Text = Field(description="What was corrected.")
    events: tuple[Annotated[Slug, RefersTo(Resource.EVENT, own=True)], ...] | None = Field(
        None, description="The events that it changed; null or left out where it may concern any."
    )


class LicenceDocument(Document):
    """The licence that the editors give for the campaign's records."""

    id: str = Field(min_length=1, max_length=60, description="Its SPDX identifier.")
    url: HttpUrl = Field(strict=False, description="Its text.")
    attribution: Text = Field(description="The credit that it asks for.")
    statement: Text = Field(description="What it covers and what not, such as the report itself and the coordinates.")


class CampaignDocument(Document):
    """A campaign as a public report describes it."""

    defines = Resource.CAMPAIGN
    id: Slug
    source_language: Language = Field(description="The language that the source is written in.")
    name: PrintedText
    name_as_stated: Printed
    name_note: Text | None = Field(None, description="What to know about the name and its translation.")
    short_name: PrintedText
    summary: Text = Field(description="What the campaign was, in the editors' words.")
    area: LocationId = Field(description="The location that the campaign took place in.")
    implementer: OrganisationId = Field(description="The organisation that carried it out.")
    directed_by: OrganisationId | None = Field(None, description="The organisation that directed it.")
    deployed_by: tuple[OrganisationId, ...] = Field(description="The authorities whose arrangements it carried out.")
    reporting_period: DateDocument = Field(description="The time that the figures of the whole campaign cover.")
    features: tuple[NamedDocument, ...] = Field((), description="How the source says it was run, in our words.")
    pillars: tuple[PillarDocument, ...]
    programmes: tuple[ProgrammeDocument, ...] = ()
    plans: tuple[PlanDocument, ...] = ()
    historical_context: tuple[ContextDocument, ...] = ()
    organisations: tuple[OrganisationDocument, ...]
    not_given: tuple[Text, ...] = Field((), description="What the source does not give, one statement each.")
    note: Text | None = Field(None, description="What a reader must know: an ambiguity and how it was treated.")
    evidence: Evidence
    licence: LicenceDocument
    revisions: tuple[RevisionDocument, ...] = Field(
        min_length=1, description="Every publication, oldest first. A correction adds one; none is ever removed."
    )
    retired: tuple[RetiredDocument, ...] = Field((), description="Ids that were withdrawn or merged.")
