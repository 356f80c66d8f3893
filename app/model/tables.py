"""Tables that all resources share: the data version, ids, and records as the JSON that is sent."""

from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlmodel import Field, SQLModel

from app.languages import Tree


def json_column(*, nullable: bool = False) -> Any:
    """Declare a column of JSON; None is SQL's NULL, not JSON's."""
    return Field(sa_type=JSON(none_as_null=True), nullable=nullable)


def text_column() -> Any:
    """Declare a column of text of any length."""
    return Field(sa_type=Text)


class DatabaseRow(SQLModel, table=True):
    """The one row that identifies the data."""

    __tablename__ = "data_version"

    id: int = Field(primary_key=True)
    version: str
    """A digest of everything else in the file: the same seeds give the same version on any machine."""
    language: str
    """The language that responses about several campaigns fall back to."""
    languages: str
    """The languages that every text exists in, separated by spaces; a server with others refuses the file."""
    credits: list[Any] = json_column()
    """The credits that the licences of coordinates require, each once, with texts in every language."""


class IdentifierRow(SQLModel, table=True):
    """An id that is or was in use: of which kind, a resource, metric or unit, and what replaced a retired one."""

    __tablename__ = "identifier"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True, index=True)
    number: int | None = None
    """The record's number in its own table; None if it is retired or has no address."""
    campaign: str | None
    """The campaign that it belongs to; None if campaigns share it."""
    language: str
    """The source language of that campaign."""
    retired: bool = False
    successor: str | None = None
    reason: Tree | None = json_column(nullable=True)
    """Why it was retired."""
    name: Tree | None = json_column(nullable=True)
    """Its name in facets; None if no facet counts it."""


class RenderedRow(SQLModel, table=True):
    """A record, or a campaign's summary or digest, as the JSON that is sent."""

    __tablename__ = "rendered"

    key: int = Field(primary_key=True)
    """Its resource, part, language and number, as `app.db.keys` packs them."""
    stem: int
    """Of a record: how many bytes come before the parts that `include` can replace; else 0."""
    json_text: str = text_column()


class RenderedPartRow(SQLModel, table=True):
    """A part of a record that `include` adds, compressed as `app.db.compression` says."""

    __tablename__ = "rendered_part"

    key: int = Field(primary_key=True)
    """As in `rendered`."""
    compressed: bytes


class TitleRow(SQLModel, table=True):
    """The rank of a record's title or name among all of its resource in a language; equal titles share a rank."""

    __tablename__ = "title"
    __table_args__ = (Index("title_by_number", "kind", "language", "number"), {"sqlite_with_rowid": False})

    kind: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    id: str = Field(primary_key=True)
    number: int
