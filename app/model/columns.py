"""Column types that several tables have."""

from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field

Tree = dict[str, Any]
"""A JSON object; a text in it may be a StoredText."""


def json_column(*, nullable: bool = False) -> Any:
    """Declare a column of JSON; None is SQL's NULL, not JSON's."""
    return Field(sa_type=JSON(none_as_null=True), nullable=nullable)


def text_column() -> Any:
    """Declare a column of text of any length."""
    return Field(sa_type=Text)
