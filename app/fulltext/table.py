"""What search asks: one full-text index over all records, and what each record has for it."""

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlmodel import Field, SQLModel

from app.model.columns import json_column, text_column


class SearchDocumentRow(SQLModel, table=True):
    """A record as search knows it."""

    __tablename__ = "search_document"

    key: int = Field(primary_key=True)
    """Its row in the index; all of a kind stand together there, in the order of their numbers."""
    id: str
    texts: list[Any] = json_column()
    """For each text but the id its place as a JSON Pointer, and its pinyin as the index has it, null for none."""


class SearchAlphabetRow(SQLModel, table=True):
    """The one row that says how the words of the index were written, for those of a query to be written alike."""

    __tablename__ = "search_alphabet"

    id: int = Field(primary_key=True)
    traditional: str = text_column()
    """Every traditional character that is folded, and in the same place of `simplified` what it is folded to."""
    simplified: str = text_column()
    syllables: list[Any] = json_column()
    """Every syllable of pinyin that the index has."""


SEARCH_INDEX = Table(
    "search",
    MetaData(),
    Column("rowid", Integer, primary_key=True),
    Column("title", Text),
    Column("title_pinyin", Text),
    Column("body", Text),
    Column("body_pinyin", Text),
)
"""The index, a virtual table of SQLite's FTS5; apart from the others, since it holds nothing that they do not."""

SEARCH_TABLES = frozenset(
    f"{SEARCH_INDEX.name}{part}" for part in ("", "_data", "_idx", "_docsize", "_config", "_content")
)
"""The index, and the tables that FTS5 keeps it in: none that a migration is to compare."""
