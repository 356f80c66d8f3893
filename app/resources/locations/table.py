"""Tables of places, which place lies in which, and where their coordinates come from."""

from sqlmodel import Field, SQLModel


class LocationRow(SQLModel, table=True):
    """A place, numbered by id."""

    __tablename__ = "location"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    kind: str = Field(index=True)
    parent: str | None = Field(index=True)
    country: str | None
    """The country's code, ISO 3166-1."""
    admin_code: str | None
    """The administrative division's code."""
    admin_code_scheme: str | None
    latitude: float | None
    """Degrees north, WGS 84; both or neither of the two are null."""
    longitude: float | None = Field(index=True)
    """Degrees east, WGS 84."""
    gcj02_latitude: float | None
    """The same point in GCJ-02, the datum of Chinese base maps; null where it is undecided near the land border."""
    gcj02_longitude: float | None
    precision: str | None
    uncertainty_km: float | None
    """The place lies within this many kilometres of the point."""
    coordinates_source: str | None = Field(foreign_key="coordinate_source.id")
    coordinates_reference: str | None
    """The record in that source."""
    confidence: str | None
    fallback: str | None
    """Another place whose point a map may show instead."""
    named_in_source: bool
    source_position: int | None
    """Where the sources first mention it, to sort by; null where none does."""


class CoordinateSourceRow(SQLModel, table=True):
    """A source of coordinates, and its licence."""

    __tablename__ = "coordinate_source"

    id: str = Field(primary_key=True)
    licence: str
    """The licence's SPDX identifier."""
    licence_url: str | None


class LocationAncestorRow(SQLModel, table=True):
    """A place and one that it lies in at any depth, or is."""

    __tablename__ = "location_ancestor"
    __table_args__ = ({"sqlite_with_rowid": False},)

    ancestor: str = Field(primary_key=True, foreign_key="location.id")
    location: str = Field(primary_key=True, foreign_key="location.id")


class LocationCampaignRow(SQLModel, table=True):
    """What the source of a campaign says of a place."""

    __tablename__ = "location_campaign"
    __table_args__ = ({"sqlite_with_rowid": False},)

    campaign: str = Field(primary_key=True, foreign_key="campaign.id")
    location: str = Field(primary_key=True, foreign_key="location.id")
    named: bool
    """Whether the source names it."""
    as_stated: str | None
    """The name as the source prints it."""
    basis: str
    denotes_kind: str | None
    """What sort of place the name stands for there, where that is not the place itself."""
