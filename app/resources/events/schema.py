"""Events as they are shown."""

from enum import StrEnum

from pydantic import Field

from app.model.codes import EventCategory, EventKind, LinkBasis, LocationRole, OrganiserRole, ParticipantRole
from app.model.schemas import EvidencePart, Gcj02, HonestDate, Id, Named, Note, PublicModel, TranslationsPart
from app.resources.locations.schema import Location
from app.resources.outcomes.schema import Outcome


class EventPart(StrEnum):
    """What `include` can add to an event."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"
    OUTCOMES = "outcomes"
    LOCATIONS = "locations"


PARTS = tuple(EventPart)
"""These parts in the order in which they stand at the end of the record; the places stand there in any case."""


class EventLocation(Named):
    """A place of the event."""

    role: LocationRole = Field(description="What the place was to the event.", examples=["visited_site"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors (`note` says how).")
    note: Note
    latitude: float | None = Field(description="Degrees north, WGS 84; null where not known.", examples=[34.55])
    longitude: float | None = Field(description="Degrees east, WGS 84; null where not known.", examples=[105.91])
    gcj02: Gcj02 | None = Field(description="The same point in the datum of Chinese base maps.")
    record: Location | None = Field(description="The whole place; null unless asked for with `include=locations`.")


class Organiser(Named):
    """An organiser of the event."""

    role: OrganiserRole = Field(description="What the organisation was to the event.", examples=["organiser"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors (`note` says how).")
    note: Note


class Participant(PublicModel):
    """A group of people at the event."""

    group: str = Field(description="The group's id, unique in the event.", examples=["local-historians"])
    name: str = Field(description="What the source calls the group.", examples=["地方史學專家"])
    role: ParticipantRole = Field(description="What the group did there.", examples=["lecturer"])
    count: int | None = Field(description="How many people; null where the source does not say.")
    organisation: str | None = Field(description="The id of the organisation that they belong to.")
    note: Note


class StrandLink(PublicModel):
    """The strand of its pillar that the event belongs to."""

    id: str = Field(description="The strand's id.", examples=["going-out"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors (`note` says how).")
    note: Note


class PartOf(PublicModel):
    """The event that this one is a part of."""

    event: str = Field(description="The other event's id.", examples=["tianshui-commendation-ceremony"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors (`note` says how).")
    note: Note


class Event(PublicModel):
    """What was done: a single event, a series, an initiative or a component of an event."""

    id: Id
    campaign: str = Field(description="The campaign's id.", examples=["tianshui"])
    pillar: str | None = Field(description="The id of the pillar that it belongs to.", examples=["two-combinations"])
    strand: StrandLink | None = Field(description="The strand of that pillar.")
    kind: EventKind = Field(description="`event`, `series`, `initiative` or `component`.")
    category: EventCategory = Field(description="What took place, as a code.", examples=["symposium"])
    title: str = Field(description="The title.", examples=["警媒座談會"])
    summary: str = Field(description="What happened, in the editors' words.")
    purpose: str | None = Field(description="What it was for, in the editors' words.")
    date: HonestDate = Field(description="When.")
    locations_complete: bool | None = Field(description="Whether these are all; null where that is not known.")
    locations_note: str | None = Field(description="Why there are none, or not all.")
    organisers: list[Organiser] = Field(description="Who held it.")
    participants: list[Participant] = Field(description="Who took part.")
    forms: list[str] = Field(description="The forms that it took, or its parts.", examples=[["法治宣傳"]])
    forms_complete: bool | None = Field(description="Whether these are all; null where that is not known.")
    series_count: int | None = Field(description="For a series: how many events the source counts.", examples=[47])
    part_of: PartOf | None = Field(description="The event that this one is a part of.")
    programme: str | None = Field(description="The id of the campaign's programme that it belongs to.")
    channel: str | None = Field(description="The id of the media channel, for what took place online.")
    online: bool = Field(description="Whether it took place online.")
    note: Note
    evidence: EvidencePart
    translations: TranslationsPart
    outcomes: list[Outcome] | None = Field(
        description="What came of it; null unless asked for with `include=outcomes`."
    )
    locations: list[EventLocation] = Field(description="Where: the places that the source links it to.")
