"""Places, and which lies in which."""

from sqlmodel import Field, SQLModel


class LocationRow(SQLModel, table=True):
    """A place."""

    __tablename__ = "location"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    kind: str = Field(index=True)
    parent: str | None = Field(index=True)
    latitude: float | None
    """Degrees north, WGS 84; both or neither of the two are null."""
    longitude: float | None = Field(index=True)
    """Degrees east, WGS 84."""
    named_in_source: bool


class LocationAncestorRow(SQLModel, table=True):
    """That a place lies in another, however deep, or is it."""

    __tablename__ = "location_ancestor"
    __table_args__ = ({"sqlite_with_rowid": False},)

    ancestor: str = Field(primary_key=True, foreign_key="location.id")
    location: str = Field(primary_key=True, foreign_key="location.id")


class LocationCampaignRow(SQLModel, table=True):
    """That a campaign's source speaks of a place."""

    __tablename__ = "location_campaign"
    __table_args__ = ({"sqlite_with_rowid": False},)

    campaign: str = Field(primary_key=True, foreign_key="campaign.id")
    location: str = Field(primary_key=True, foreign_key="location.id")
