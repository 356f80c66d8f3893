"""The documents that records were drawn from."""

from sqlmodel import Field, SQLModel


class SourceRow(SQLModel, table=True):
    """A source: how to recognise it and its sentences, never its text."""

    __tablename__ = "source"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    campaign: str = Field(foreign_key="campaign.id", index=True)
