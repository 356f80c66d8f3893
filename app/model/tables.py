"""The snapshot as a whole: its version, the ids that it knows, and its records as they are published."""

from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.model.columns import Tree, json_column, text_column

ANY_LANGUAGE = ""
"""The language of a published part that is the same in every language."""

RECORD = "record"
"""The published part that is a record with nothing that `include` adds."""

EVIDENCE, TRANSLATIONS = "evidence", "translations"
"""The published parts of a record that `include` adds, by its own names."""

OUTCOMES, LOCATIONS = "outcomes", "locations"
"""What `include` adds to an event of other records, by its own names."""

SUMMARY = "overview"
"""The published part of a campaign that is its summary."""

DIGEST = "digest"
"""The published part of a campaign that is a digest of all that is published of it."""

PARTS = (RECORD, EVIDENCE, TRANSLATIONS, SUMMARY, DIGEST)
"""Every published part; the place of each is a part of the keys."""


class DatabaseRow(SQLModel, table=True):
    """The one row that says what this snapshot is."""

    __tablename__ = "snapshot"

    id: int = Field(primary_key=True)
    version: str
    """The digest of everything else in the snapshot: the same seeds give the same on any machine."""
    language: str
    """The language that answers about several campaigns fall back to."""
    credits: list[Any] = json_column()
    """What the licences of coordinates ask to be shown with them, each once, its texts in every language."""


class IdentifierRow(SQLModel, table=True):
    """An id that is in use or was: what it is an id of, and where a retired one leads."""

    __tablename__ = "identifier"

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True, index=True)
    number: int | None = None
    """The record's number in its own table; None for what is retired or has no address."""
    campaign: str | None
    """The campaign that it belongs to; None for what campaigns share."""
    language: str
    """The source language of that campaign."""
    retired: bool = False
    successor: str | None = None
    reason: Tree | None = json_column(nullable=True)
    """Why it was retired."""
    name: Tree | None = json_column(nullable=True)
    """What facets call it; None for what no facet counts."""


class RenderedRow(SQLModel, table=True):
    """A record, or a part of one that `include` adds, as the JSON that is sent."""

    __tablename__ = "published"

    key: int = Field(primary_key=True)
    """Its kind, part, language and number, as `app.db.keys` packs them."""
    stem: int
    """Of a record: how many bytes come before the parts that `include` can put others in the place of; else 0."""
    json_text: str = text_column()


class TitleRow(SQLModel, table=True):
    """Where a record's title or name stands among all of its kind in a language; equal ones share a rank."""

    __tablename__ = "title"
    __table_args__ = (
        Index("title_by_number", "kind", "language", "number"),
        {"sqlite_with_rowid": False},
    )

    kind: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    id: str = Field(primary_key=True)
    number: int
