"""The type of JSON objects."""

from typing import Any

Tree = dict[str, Any]
"""A JSON object; a text in it may be a StoredText."""
