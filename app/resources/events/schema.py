"""The public schema of events."""

from enum import StrEnum

from pydantic import Field

from app.model.codes import (
    EventCategory,
    EventKind,
    LinkBasis,
    LocationRole,
    OrganiserRole,
    ParticipantRole,
    ParticipantUnit,
    Qualifier,
)
from app.model.envelopes import ListEnvelope, RecordEnvelope, RecordLinks
from app.model.schemas import (
    EvidencePart,
    Gcj02,
    HonestDate,
    Id,
    Named,
    Note,
    PublicModel,
    TranslationsPart,
    parts_at_the_end,
)
from app.resources.locations.schema import LocationRecord
from app.resources.outcomes.schema import OutcomeRecord


class EventPart(StrEnum):
    """What `include` can add to an event."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"
    OUTCOMES = "outcomes"
    LOCATIONS = "locations"


class _EventLink(Named):
    role: LocationRole = Field(description="The role of the place in the event.", examples=["visited_site"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors (`note` says how).")
    note: Note


class _Point(PublicModel):
    latitude: float | None = Field(description="Degrees north, WGS 84; null if not known.", examples=[34.55])
    longitude: float | None = Field(description="Degrees east, WGS 84; null if not known.", examples=[105.91])
    gcj02: Gcj02 | None = Field(
        description=(
            "The same point in the datum of Chinese base maps; null without a point, and so near the land border of "
            "mainland China that it cannot be decided whether the maps are shifted there."
        )
    )
    uncertainty_km: float | None = Field(
        description="The place lies within this many km of the point; null without one.", examples=[3]
    )
    coordinates_source: str | None = Field(
        description="The id of the source of the point; the place's own record has its licence and the credit for it.",
        examples=["geonames"],
    )


class EventFallback(_Point, Named):
    """A place whose point a map may show instead of that of a place of the event."""


class EventLocation(_Point, _EventLink):
    """A place of the event."""

    fallback: EventFallback | None = Field(
        description="A place whose point a map may show instead, such as the one around it; null where none is named."
    )
    record: LocationRecord | None = Field(description="The whole place; null without `include=locations`.")


class Organiser(Named):
    """An organiser of the event."""

    role: OrganiserRole = Field(description="The role of the organisation in the event.", examples=["organiser"])
    basis: LinkBasis = Field(description="`stated`, or `derived` by the editors (`note` says how).")
    note: Note


class Participant(PublicModel):
    """A group of people or of collectives at the event."""

    group: str = Field(description="The group's id, unique in the event.", examples=["local-historians"])
    name: str = Field(description="What the source calls the group.", examples=["地方史學專家"])
    role: ParticipantRole = Field(description="The role of the group in the event.", examples=["lecturer"])
    count: int | None = Field(description="How many; null if the source does not say.", examples=[7])
    count_qualifier: Qualifier | None = Field(
        description="`exact`, `at_least` or `about`; null with `count`.", examples=["exact"]
    )
    unit: ParticipantUnit | None = Field(description="What `count` counts; null with it.", examples=["collective"])
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


class EventRecord(PublicModel):
    """An event: a single event, a series, an initiative or a component of an event."""

    id: Id
    campaign: str = Field(description="The campaign's id.", examples=["tianshui"])
    pillar: str | None = Field(description="The id of the pillar that it belongs to.", examples=["two-combinations"])
    strand: StrandLink | None = Field(description="The strand of that pillar.")
    kind: EventKind = Field(description="`event`, `series`, `initiative` or `component`.")
    category: EventCategory = Field(description="What took place, as a code.", examples=["symposium"])
    title: str = Field(description="The title.", examples=["警媒座談會"])
    summary: str = Field(description="What happened, written by the editors.")
    purpose: str | None = Field(description="Its purpose, written by the editors.")
    date: HonestDate = Field(description="When.")
    locations_complete: bool | None = Field(description="Whether these are all; null if that is not known.")
    locations_note: str | None = Field(description="Why the list is empty or incomplete.")
    organisers: list[Organiser] = Field(description="Who held it.")
    participants: list[Participant] = Field(description="Who took part.")
    forms: list[str] = Field(description="The forms that it took, or its parts.", examples=[["法治宣傳"]])
    forms_complete: bool | None = Field(description="Whether these are all; null if that is not known.")
    series_count: int | None = Field(description="For a series: how many events the source counts.", examples=[47])
    series_count_qualifier: Qualifier | None = Field(
        description="`exact`, `at_least` or `about`; null with `series_count`.", examples=["exact"]
    )
    part_of: PartOf | None = Field(description="The event that this one is a part of.")
    programme: str | None = Field(description="The id of the campaign's programme that it belongs to.")
    channel: str | None = Field(description="The id of the media channel, for an online event.")
    online: bool = Field(description="Whether the source says that it took place online.")
    note: Note
    evidence: EvidencePart
    translations: TranslationsPart
    outcomes: list[OutcomeRecord] | None = Field(description="Its outcomes; null without `include=outcomes`.")
    locations: list[EventLocation] = Field(description="The places that the source links it to.")


PARTS = parts_at_the_end(EventRecord, EventPart)
"""The parts that `include` adds, in the order of the record's last fields."""


class EventListResponse(ListEnvelope[EventRecord]):
    """A page of events."""


class EventLinks(RecordLinks):
    """The URLs of this event, of its list and of its calendar entry, absolute."""

    calendar: str | None = Field(description="The event as a calendar entry (iCalendar); null if it has no date.")


class EventResponse(RecordEnvelope[EventRecord]):
    """One event."""

    links: EventLinks = Field(description="Links.")
