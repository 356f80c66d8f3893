"""JSON Schemas of documents, for the OpenAPI document, and the pieces that they are made of."""

from app.model.columns import Tree


def text(_: str) -> Tree:
    """Return the schema of a document that is text, which JSON Schema cannot describe further."""
    return {"type": "string"}


def binary(_: str) -> Tree:
    """Return the schema of a document that is not text."""
    return {"type": "string", "format": "binary"}


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
