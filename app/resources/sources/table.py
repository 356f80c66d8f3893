"""Table of the documents that records were drawn from."""

from datetime import date

from sqlmodel import Field, SQLModel


class SourceRow(SQLModel, table=True):
    """A source, numbered by id: how to recognise it, never its text."""

    __tablename__ = "source"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    campaign: str = Field(foreign_key="campaign.id", index=True)
    language: str
    url: str | None
    published_starts_on: date | None
    published_ends_on: date | None
    published_precision: str
    published_basis: str
    published_as_stated: str | None
    not_before_starts_on: date | None
    """The first day of the period before which it cannot have been published."""
    not_before_ends_on: date | None
    not_before_precision: str | None
    not_before_basis: str | None
    not_before_as_stated: str | None
    publisher: str = Field(foreign_key="organisation.id")
    publisher_address: str | None
    received_sha256: str
    received_length: int
    """Code points of the text as it was received."""
    cleaned_sha256: str
    cleaned_length: int
    """Code points of the text that positions count in."""
    pinyin_notes: int
