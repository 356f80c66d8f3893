"""Campaigns, their pillars, and the organisations behind them."""

from sqlmodel import Field, SQLModel


class CampaignRow(SQLModel, table=True):
    """A campaign."""

    __tablename__ = "campaign"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    source_language: str


class PillarRow(SQLModel, table=True):
    """A pillar of a campaign."""

    __tablename__ = "pillar"

    id: str = Field(primary_key=True)
    campaign: str = Field(foreign_key="campaign.id")
    ordinal: int


class OrganisationRow(SQLModel, table=True):
    """An organisation, or several that a source names together."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True)
    campaign: str = Field(foreign_key="campaign.id")
    """The campaign whose seeds define it; others may refer to it."""
    kind: str
