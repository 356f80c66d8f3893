"""Turning validated documents into JSON trees, from which records are made."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import AnyUrl, BaseModel

from app.build.common.documents import DateDocument, Text
from app.build.common.yaml_reader import Path_
from app.languages import Language, Tree

SIMPLE = frozenset({str, int, float, bool, type(None)})
"""The types of a tree's leaves. Testing for these first, and reading a model's dictionary instead of its fields one by
one, halves the time of a traversal."""


def tree(node: Any, language: Language) -> Any:
    """Return a document, or a part of one, as JSON: texts in every language, dates expanded, without evidence.

    `language` is the source's. `evidence_of` returns the evidence.
    """
    if type(node) in SIMPLE:
        return node
    if isinstance(node, Text):
        return node.stored(language)
    if isinstance(node, BaseModel):
        found = {
            name: value if type(value) in SIMPLE else tree(value, language)
            for name, value in vars(node).items()
            if name != "evidence"
        }
        if isinstance(node, DateDocument):
            del found["when"]
            start, end, precision = node.period()
            found |= {"start": start and str(start), "end": end and str(end), "precision": precision.value}
        return found
    if isinstance(node, tuple):
        return [tree(item, language) for item in node]
    if isinstance(node, StrEnum | AnyUrl | date):
        return str(node)
    raise TypeError(f"{type(node)} cannot be part of a document")


def parts_of(node: Any, path: Path_ = ()) -> Iterator[tuple[BaseModel, Path_]]:
    """Iterate over a document and its parts except texts, each before the parts of itself, with its path."""
    if isinstance(node, tuple):
        for index, item in enumerate(node):
            if type(item) not in SIMPLE:
                yield from parts_of(item, (*path, index))
    elif isinstance(node, BaseModel) and not isinstance(node, Text):
        yield node, path
        for name, value in vars(node).items():
            if type(value) not in SIMPLE:
                yield from parts_of(value, (*path, name))


def texts_of(part: BaseModel) -> Iterator[tuple[Text, Path_]]:
    """Iterate over the texts of a document that are in no part of it, with their paths."""
    for name, value in vars(part).items():
        if isinstance(value, Text):
            yield value, (name,)
        elif isinstance(value, tuple):
            yield from ((item, (name, index)) for index, item in enumerate(value) if isinstance(item, Text))


def evidence_of(node: BaseModel, path: Path_ = ()) -> list[Tree]:
    """Return the evidence in a document, each with a JSON Pointer to the part that it supports.

    A record's own comes first, then that of its parts.
    """
    return [
        {"supports": "".join([f"/{step}" for step in steps]), **vars(evidence)}
        for part, steps in parts_of(node, path)
        for evidence in vars(part).get("evidence") or ()
    ]
