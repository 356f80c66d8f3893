"""Tables of campaigns, their pillars and programmes, and the organisations behind them."""

from datetime import date

from sqlmodel import Field, SQLModel


class CampaignRow(SQLModel, table=True):
    """A campaign, numbered by id."""

    __tablename__ = "campaign"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    version: str
    """A digest that changes exactly when the campaign's data change."""
    source_language: str
    name_as_stated: str
    area: str = Field(foreign_key="location.id")
    implementer: str
    """The organisation that carried it out."""
    directed_by: str | None
    """The organisation that directed it."""
    reporting_starts_on: date | None
    reporting_ends_on: date | None
    reporting_precision: str
    reporting_basis: str
    reporting_as_stated: str | None


class PillarRow(SQLModel, table=True):
    """A pillar of a campaign."""

    __tablename__ = "pillar"

    id: str = Field(primary_key=True)
    campaign: str = Field(foreign_key="campaign.id")
    ordinal: int


class ProgrammeRow(SQLModel, table=True):
    """A named programme of a campaign."""

    __tablename__ = "programme"

    id: str = Field(primary_key=True)
    campaign: str = Field(foreign_key="campaign.id")
    scope_level: str | None
    scope_id: str | None
    item_count: int | None
    item_count_basis: str


class OrganisationRow(SQLModel, table=True):
    """An organisation, or several that a source names together."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True)
    campaign: str = Field(foreign_key="campaign.id")
    """The campaign whose seeds define it; others may refer to it."""
    kind: str
    parent: str | None
    """The organisation above it."""
    count: int | None
    """For a group: how many organisations the source counts."""
    address: str | None
    """The location that is its address."""
