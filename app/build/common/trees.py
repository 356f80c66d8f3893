"""Turning validated documents into JSON trees, from which records are made."""

from enum import StrEnum
from typing import Any

from pydantic import AnyUrl, BaseModel

from app.build.common.documents import DateDocument, Text
from app.languages import Language
from app.model.columns import Tree

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
    if isinstance(node, DateDocument):
        return _date(node, language)
    if isinstance(node, BaseModel):
        return {
            name: value if type(value) in SIMPLE else tree(value, language)
            for name, value in vars(node).items()
            if name != "evidence"
        }
    if isinstance(node, tuple):
        return [tree(item, language) for item in node]
    if isinstance(node, StrEnum | AnyUrl):
        return str(node)
    raise TypeError(f"{type(node)} cannot be part of a document")


def evidence_of(node: BaseModel, pointer: str = "") -> list[Tree]:
    """Return the evidence in a document, each with a JSON Pointer to the part that it supports.

    A record's own comes first, then that of its parts.
    """
    found: list[Tree] = []
    _gather(node, pointer, found)
    return found


def _gather(node: Any, pointer: str, found: list[Tree]) -> None:
    if isinstance(node, tuple):
        for index, item in enumerate(node):
            if type(item) not in SIMPLE:
                _gather(item, f"{pointer}/{index}", found)
    elif isinstance(node, BaseModel) and not isinstance(node, Text):
        fields = vars(node)
        found.extend({"supports": pointer, **vars(evidence)} for evidence in fields.get("evidence") or ())
        for name, value in fields.items():
            if type(value) not in SIMPLE and name != "evidence":
                _gather(value, f"{pointer}/{name}", found)


def _date(document: DateDocument, language: Language) -> Tree:
    start, end, precision = document.period()
    return {
        "start": start.isoformat() if start else None,
        "end": end.isoformat() if end else None,
        "precision": precision.value,
        "basis": document.basis.value,
        "as_stated": document.as_stated,
        "note": tree(document.note, language),
        "relative_to": tree(document.relative_to, language),
    }
