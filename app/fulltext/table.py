"""The tables of search: one full-text index over all records, a row for each record, and what its words sound like."""

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlmodel import Field, SQLModel

from app.model.tables import json_column, text_column


class SearchDocumentRow(SQLModel, table=True):
    """The texts of a record that are indexed."""

    __tablename__ = "search_document"

    key: int = Field(primary_key=True)
    """Its row in the index; records of a resource are adjacent, in the order of their numbers."""
    id: str
    texts: bytes
    """JSON, compressed by `app.db.compression`: the JSON Pointer of each text but the id."""


class SearchAlphabetRow(SQLModel, table=True):
    """The one row with the alphabet of the index, to which queries are folded."""

    __tablename__ = "search_alphabet"

    id: int = Field(primary_key=True)
    traditional: str = text_column()
    """Every traditional character that is folded; the character at the same position of `simplified` replaces it."""
    simplified: str = text_column()
    syllables: dict[str, Any] = json_column()
    """Every syllable of pinyin in the index, with the characters that are read so."""
    words: list[Any] = json_column()
    """The beginnings of Latin words in the index that may be initials of pinyin, sorted."""


class SearchSpellingRow(SQLModel, table=True):
    """Neighbouring Chinese characters in the index that sound alike."""

    __tablename__ = "search_spelling"
    __table_args__ = ({"sqlite_with_rowid": False},)

    spoken: str = Field(primary_key=True)
    """Two syllables, or three initials in capitals, with spaces between them."""
    written: str = text_column()
    """The pairs or triples of characters, one after another."""


SEARCH_INDEX = Table(
    "search",
    MetaData(),
    Column("rowid", Integer, primary_key=True),
    Column("title", Text),
    Column("body", Text),
)
"""The index, a virtual table of SQLite's FTS5; in metadata of its own, because a migration creates it by SQL."""

SEARCH_TABLES = frozenset(
    f"{SEARCH_INDEX.name}{part}" for part in ("", "_data", "_idx", "_docsize", "_config", "_content")
)
"""The index, and the tables in which FTS5 stores it; migrations do not compare them."""
