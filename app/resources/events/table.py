"""What was done, where and by whom."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

LONGEST_SPAN = 13
"""The span of all events that last eleven years or longer."""


class EventRow(SQLModel, table=True):
    """An event; numbered by its first day and id, the undated last."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_by_date", "undated", "date_order", "id"),
        Index("event_by_category", "category", "id"),
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
    """How many binary digits the days from the first to the last have: 0 for one day, 1 for two, 2 for three or four;
    at most `LONGEST_SPAN`, and 0 for the undated. What is shorter and lasts into a day began less than 2**span days
    before it."""
    undated: bool = Field(index=True)
    date_order: int
    """`starts_on` as a number, YYYYMMDD; 0 for the undated."""


class EventLocationRow(SQLModel, table=True):
    """A place of an event."""

    __tablename__ = "event_location"
    __table_args__ = ({"sqlite_with_rowid": False},)

    location: str = Field(primary_key=True, foreign_key="location.id")
    basis: str = Field(primary_key=True)
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)
    role: str = Field(primary_key=True)


class EventWithinRow(SQLModel, table=True):
    """That an event took place in a place or anywhere inside it."""

    __tablename__ = "event_within"
    __table_args__ = ({"sqlite_with_rowid": False},)

    location: str = Field(primary_key=True, foreign_key="location.id")
    linked_by: str = Field(primary_key=True)
    """`stated` where the source says so; `any`, a row of its own, whatever the link's ground."""
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)


class EventOrganiserRow(SQLModel, table=True):
    """An organiser of an event."""

    __tablename__ = "event_organiser"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)
    role: str
    basis: str
