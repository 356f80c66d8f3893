"""Kinds of column that several tables have."""

from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field

Tree = dict[str, Any]
"""A JSON object; where it holds a localised text, in the shape of `app.languages`."""


def json_column(*, nullable: bool = False) -> Any:
    """Declare a column that holds JSON; absent is SQL's NULL and not JSON's."""
    return Field(sa_type=JSON(none_as_null=True), nullable=nullable)


def text_column() -> Any:
    """Declare a column of text without a bound."""
    return Field(sa_type=Text)
