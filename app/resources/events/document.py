"""`events.yaml`: what was done."""

from typing import Annotated

from pydantic import Field

from app.build.common.documents import (
    DateDocument,
    Document,
    Evidence,
    LocationId,
    OrganisationId,
    PrintedText,
    RefersTo,
    Slug,
    Text,
)
from app.model.codes import (
    EventCategory,
    EventKind,
    LinkBasis,
    LocationRole,
    OrganiserRole,
    ParticipantRole,
    ParticipantUnit,
    Qualifier,
    Resource,
)
from app.model.schemas import MAX_INTEGER


class LinkDocument(Document):
    """A link to another record, and its basis."""

    basis: LinkBasis
    note: Text | None = Field(None, description="How it was derived; needed unless it is stated.")

    def _fault(self) -> str | None:
        if self.basis is LinkBasis.DERIVED and self.note is None:
            return "a derived link needs a note that says how"
        return None


class EventLocationDocument(LinkDocument):
    """A place of an event."""

    location: LocationId
    role: LocationRole


class OrganiserDocument(LinkDocument):
    """An organiser of an event."""

    organisation: OrganisationId
    role: OrganiserRole


class PartOfDocument(LinkDocument):
    """The event that this one is a part of."""

    event: Annotated[Slug, RefersTo(Resource.EVENT, own=True)]


class StrandLinkDocument(LinkDocument):
    """The strand of its pillar that an event belongs to."""

    id: Slug


class ParticipantDocument(Document):
    """A group of people or of collectives at an event."""

    group: Slug = Field(description="The group's id, unique in its event.")
    name: PrintedText
    role: ParticipantRole
    count: int | None = Field(
        ge=0, le=MAX_INTEGER, description="How many there were; null where the source does not say."
    )
    count_qualifier: Qualifier | None = Field(None, description="How exact the count is; needed with a count.")
    unit: ParticipantUnit = Field(ParticipantUnit.PERSON, description="What `count` counts.")
    organisation: OrganisationId | None = Field(None, description="The organisation that they belong to.")
    note: Text | None = None
    evidence: Evidence

    def _fault(self) -> str | None:
        if (self.count is None) != (self.count_qualifier is None):
            return "count and count_qualifier go together"
        return None


class PurposeDocument(Document):
    """What an event was for, in the editors' words."""

    text: Text
    evidence: Evidence


class EventDocument(Document):
    """A single event, a series, an initiative or a component of an event."""

    defines = Resource.EVENT
    id: Slug
    kind: EventKind
    category: EventCategory
    pillar: Annotated[Slug, RefersTo(Resource.PILLAR, own=True)] | None
    strand: StrandLinkDocument | None
    title: PrintedText
    summary: Text = Field(description="What happened, in the editors' words.")
    purpose: PurposeDocument | None = None
    date: DateDocument
    organisers: tuple[OrganiserDocument, ...]
    participants: tuple[ParticipantDocument, ...]
    locations: tuple[EventLocationDocument, ...]
    locations_complete: bool | None = Field(description="Whether all its places are listed; null: it is not known.")
    locations_note: Text | None = Field(None, description="Needed where the places are none or not complete.")
    forms: tuple[PrintedText, ...] = Field((), description="The forms that it took.")
    forms_complete: bool | None = Field(None, description="Whether all its forms are listed; null: it is not known.")
    series_count: int | None = Field(
        None, ge=1, le=MAX_INTEGER, description="For a series: how many events the source counts."
    )
    series_count_qualifier: Qualifier | None = Field(None, description="How exact that is; needed with series_count.")
    part_of: PartOfDocument | None = None
    programme: Annotated[Slug, RefersTo("programme", own=True)] | None = Field(
        None, description="The programme of the campaign that it belongs to."
    )
    channel: OrganisationId | None = Field(None, description="The media channel, for what took place online.")
    online: bool = Field(False, description="Whether the source says that it took place online.")
    note: Text | None = Field(None, description="What a reader must know: an ambiguity and how it was treated.")
    evidence: Evidence

    def _fault(self) -> str | None:
        if self.locations_complete is not True and self.locations_note is None:
            return "places that are not complete need a locations_note that says why"
        if self.strand is not None and self.pillar is None:
            return "a strand needs its pillar"
        if (self.series_count is None) != (self.series_count_qualifier is None):
            return "series_count and series_count_qualifier go together"
        return None


class EventsDocument(Document):
    """The events of a campaign."""

    events: tuple[EventDocument, ...]
