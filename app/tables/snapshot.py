"""The snapshot as a whole: its version, the ids that it knows, and its records as they are published."""

from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.tables.columns import Tree, json_column, text_column

ANY_LANGUAGE = ""
"""The language of a published part that is the same in every language."""

RECORD = "record"
"""The published part that is a record without what `include` adds."""

SUMMARY = "overview"
"""The published part of a campaign that is its summary."""

DIGEST = "digest"
"""The published part of a campaign that is a digest of all that is published of it."""


class SnapshotRow(SQLModel, table=True):
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


class PublishedRow(SQLModel, table=True):
    """A record, or a part of one that `include` adds, as the JSON that is sent."""

    __tablename__ = "published"
    __table_args__ = (
        UniqueConstraint("kind", "language", "part", "number"),
        Index("published_by_title", "kind", "language", "part", "title_rank", "number"),
    )

    key: int = Field(primary_key=True)
    kind: str
    language: str
    """`ANY_LANGUAGE` for a part that is the same in every language."""
    part: str
    """`RECORD`, or the part's name."""
    number: int
    """The record's number in its own table."""
    title_rank: int
    """Where the record's title or name stands among all of its kind in this language; equal ones share it."""
    json_text: str = text_column()
