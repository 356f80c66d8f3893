"""The pieces that JSON Schemas of documents are made of, for the OpenAPI document."""

from collections.abc import Mapping, Sequence

from app.languages import Tree

NULL: Tree = {"type": "null"}


def document(schema: Tree, components: Mapping[str, Tree]) -> Tree:
    """Return the schema of a document, and the components that it refers to, which OpenAPI has in their own place."""
    return schema | {"$defs": dict(components)}


def reference(component: str) -> Tree:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{component}"}


def object_of(description: str, /, **properties: object) -> Tree:
    """Return the schema of an object that has all these properties."""
    return {"type": "object", "description": description, "required": list(properties), "properties": properties}


def one_of(description: str, property_: str, components: Mapping[str, str]) -> Tree:
    """Return the schema of a union: its components by the values of the property that tells them apart."""
    references = {value: reference(component)["$ref"] for value, component in components.items()}
    return {
        "description": description,
        "oneOf": [{"$ref": address} for address in references.values()],
        "discriminator": {"propertyName": property_, "mapping": references},
    }


def nullable(schema: Tree, description: str) -> Tree:
    """Return the schema of a value that may be null, in the form that the models have too."""
    return {"anyOf": [schema, NULL], "description": description}


def constant(value: str) -> Tree:
    """Return the schema of a string that is always the same."""
    return {"type": "string", "const": value, "description": "Always this.", "examples": [value]}


def string(description: str, example: str) -> Tree:
    """Return the schema of a string."""
    return {"type": "string", "description": description, "examples": [example]}


def count(description: str, example: int) -> Tree:
    """Return the schema of a count."""
    return {"type": "integer", "description": description, "examples": [example]}


def list_of(component: str, description: str) -> Tree:
    """Return the schema of a list of components."""
    return {"type": "array", "items": reference(component), "description": description}


def numbers(length: int, description: str, example: Sequence[float]) -> Tree:
    """Return the schema of a list of numbers of one length."""
    items = {"type": "number"}
    limits = {"minItems": length, "maxItems": length}
    return {"type": "array", "items": items, **limits, "description": description, "examples": [list(example)]}
