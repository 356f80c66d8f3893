"""Tables of campaigns, their pillars and programmes, and the organisations behind them."""

from datetime import date
from typing import Any

from sqlmodel import Field, SQLModel

from app.languages import Tree
from app.model.tables import json_column


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
    licence: str
    """The SPDX identifier of the licence of its records."""
    licence_url: str
    attribution: Tree = json_column()
    """The credit that the licence asks for, in every language."""


class RevisionRow(SQLModel, table=True):
    """A publication of a campaign's records."""

    __tablename__ = "revision"

    campaign: str = Field(primary_key=True, foreign_key="campaign.id")
    ordinal: int = Field(primary_key=True)
    """Its position among those of the campaign, from 1."""
    revised_on: date
    events: list[Any] | None = json_column(nullable=True)
    """The ids of the events that it changed; null if it may concern any."""


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
    item_count_qualifier: str | None
    item_count_basis: str


class OrganisationRow(SQLModel, table=True):
    """An organisation, or several that a source names together."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True)
    kind: str
    address: str | None
    """The location that is its address."""


class OrganisationCampaignRow(SQLModel, table=True):
    """An organisation in the seeds of a campaign."""

    __tablename__ = "organisation_campaign"
    __table_args__ = ({"sqlite_with_rowid": False},)

    campaign: str = Field(primary_key=True, foreign_key="campaign.id")
    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    parent: str | None
    """The organisation above it."""
    parent_basis: str | None
    count: int | None
    """For a group: how many organisations the source counts."""
    count_qualifier: str | None
