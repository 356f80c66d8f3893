"""The pieces that JSON Schemas of documents are made of, for the OpenAPI document."""

from app.languages import Tree


def object_of(description: str, **properties: object) -> Tree:
    """Return the schema of an object that has all these properties."""
    return {"type": "object", "description": description, "required": list(properties), "properties": properties}


def constant(value: str) -> Tree:
    """Return the schema of a string that is always the same."""
    return {"type": "string", "const": value, "description": "Always this.", "examples": [value]}


def string(description: str, example: str) -> Tree:
    """Return the schema of a string."""
    return {"type": "string", "description": description, "examples": [example]}


def count(description: str, example: int) -> Tree:
    """Return the schema of a count."""
    return {"type": "integer", "description": description, "examples": [example]}
