"""Tables of events: what was done, where and by whom."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class EventRow(SQLModel, table=True):
    """An event; numbered by its first day and id, the undated last."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_by_date", "undated", "date_order", "id"),
        Index("event_by_category", "category", "id"),
        Index("event_by_source", "source_position", "id"),
        Index("event_by_span", "span", "starts_on", "ends_on"),
    )

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    campaign: str = Field(foreign_key="campaign.id", index=True)
    pillar: str | None = Field(foreign_key="pillar.id", index=True)
    kind: str = Field(index=True)
    category: str = Field(index=True)
    part_of: str | None = Field(index=True)
    starts_on: date | None = Field(index=True)
    """The first day that it may have been on; both or neither of the two are null."""
    ends_on: date | None
    """The last day that it may have been on, inclusive."""
    span: int
    """About how long it may have lasted, as `app.resources.events.spans` says; 0 for the undated."""
    undated: bool = Field(index=True)
    date_order: int
    """`starts_on` as a number, YYYYMMDD; 0 for the undated."""
    date_precision: str
    date_basis: str = Field(index=True)
    date_as_stated: str | None
    """The date as the source prints it."""
    relative_to: str | None
    """For the undated: the event that it was before, with or after."""
    relation: str | None
    strand: str | None = Field(index=True)
    strand_basis: str | None
    part_of_basis: str | None
    locations_complete: bool | None
    forms_complete: bool | None
    series_count: int | None
    """For a series: how many events the source counts."""
    series_count_qualifier: str | None
    programme: str | None
    channel: str | None
    online: bool
    source_position: int
    """Where its first evidence stands in the sources, to sort by."""


class EventMonthRow(SQLModel, table=True):
    """A month that an event may have been in."""

    __tablename__ = "event_month"
    __table_args__ = ({"sqlite_with_rowid": False},)

    month: str = Field(primary_key=True)
    """As in `2024-10`."""
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)


class EventLocationRow(SQLModel, table=True):
    """A place of an event."""

    __tablename__ = "event_location"
    __table_args__ = ({"sqlite_with_rowid": False},)

    location: str = Field(primary_key=True, foreign_key="location.id")
    basis: str = Field(primary_key=True)
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)
    role: str = Field(primary_key=True)


class EventWithinRow(SQLModel, table=True):
    """An event and a place that it took place in, directly or anywhere inside it."""

    __tablename__ = "event_within"
    __table_args__ = ({"sqlite_with_rowid": False},)

    location: str = Field(primary_key=True, foreign_key="location.id")
    linked_by: str = Field(primary_key=True)
    """`stated` where the source says so; `any`, in a row of its own, whatever the basis of the link."""
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)


class EventOrganiserRow(SQLModel, table=True):
    """An organiser of an event."""

    __tablename__ = "event_organiser"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)
    role: str
    basis: str


class EventParticipantRow(SQLModel, table=True):
    """A group of people or of collectives at an event."""

    __tablename__ = "event_participant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    event: int = Field(primary_key=True, foreign_key="event.number")
    group_id: str = Field(primary_key=True)
    """The group's id, unique in its event."""
    role: str
    count: int | None
    """How many; null where the source does not say."""
    count_qualifier: str | None
    unit: str | None
    """What `count` counts."""
    organisation: str | None
