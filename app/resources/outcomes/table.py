"""Tables of outcomes: what came of the campaign."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class OutcomeRow(SQLModel, table=True):
    """A figure or a claim, numbered by id."""

    __tablename__ = "outcome"
    __table_args__ = (
        Index("outcome_by_value", "value_missing", "value_order", "id"),
        Index("outcome_by_metric", "metric", "id"),
        Index("outcome_by_source", "source_position", "id"),
    )

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    campaign: str = Field(foreign_key="campaign.id", index=True)
    pillar: str | None = Field(foreign_key="pillar.id", index=True)
    """The pillar that it is an outcome of, directly or through its event."""
    kind: str = Field(index=True)
    metric: str
    unit: str | None = Field(index=True)
    scope_level: str = Field(index=True)
    scope_id: str
    value: float | None
    value_missing: bool
    value_order: float
    """`value`, or 0 where there is none."""
    qualifier: str | None
    as_stated: str | None
    """The figure as the source prints it."""
    basis: str = Field(index=True)
    source_position: int
    """Where its first evidence stands in the sources, to sort by."""


class OutcomeEventRow(SQLModel, table=True):
    """An event that the source credits with an outcome."""

    __tablename__ = "outcome_event"
    __table_args__ = ({"sqlite_with_rowid": False},)

    event: int = Field(primary_key=True, foreign_key="event.number")
    outcome: int = Field(primary_key=True, foreign_key="outcome.number", index=True)
