"""What was done, where and by whom."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.tables.columns import Tree, json_column


class EventRow(SQLModel, table=True):
    """An event; numbered by date and id, the undated last."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_by_date", "undated", "date_order", "id"),
        Index("event_by_category", "category", "id"),
    )

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    campaign: str = Field(foreign_key="campaign.id", index=True)
    pillar: str | None = Field(foreign_key="pillar.id", index=True)
    kind: str = Field(index=True)
    category: str
    part_of: str | None = Field(index=True)
    starts_on: date | None
    """The first day that it may have been on; both or neither of the two are null."""
    ends_on: date | None
    """The last day that it may have been on, inclusive."""
    undated: bool
    date_order: int
    """`starts_on` as a number, YYYYMMDD; 0 for the undated."""
    title: Tree = json_column()
    details: Tree = json_column()
    evidence: list[Tree] = json_column()


class EventLocationRow(SQLModel, table=True):
    """A place of an event."""

    __tablename__ = "event_location"

    location: str = Field(primary_key=True, foreign_key="location.id")
    basis: str = Field(primary_key=True)
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)
    role: str = Field(primary_key=True)
    ordinal: int
    note: Tree | None = json_column(nullable=True)


class EventOrganiserRow(SQLModel, table=True):
    """An organiser of an event."""

    __tablename__ = "event_organiser"

    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    event: int = Field(primary_key=True, foreign_key="event.number", index=True)
    ordinal: int
    role: str
    basis: str
    note: Tree | None = json_column(nullable=True)
