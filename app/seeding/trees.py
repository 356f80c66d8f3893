"""Turning validated documents into JSON trees, from which records are composed."""

from enum import StrEnum
from typing import Any

from pydantic import AnyUrl, BaseModel

from app.languages import Language
from app.seeding.documents.common import DateDocument, Text
from app.tables.columns import Tree

# Most of what a document has is these. To ask for their type first, and a model for its own dictionary and not its
# fields one by one, takes half as long.
_SIMPLE = frozenset({str, int, float, bool, type(None)})


def tree(node: Any, language: Language) -> Any:
    """Give a document, or a part of one, as JSON: texts in every language, dates spelled out, evidence left out.

    `language` is the source's. Evidence is listed apart, by `evidence_of`.
    """
    if type(node) in _SIMPLE:
        return node
    if isinstance(node, Text):
        return node.stored(language)
    if isinstance(node, DateDocument):
        return _date(node, language)
    if isinstance(node, BaseModel):
        return {
            name: value if type(value) in _SIMPLE else tree(value, language)
            for name, value in vars(node).items()
            if name != "evidence"
        }
    if isinstance(node, tuple):
        return [tree(item, language) for item in node]
    if isinstance(node, StrEnum | AnyUrl):
        return str(node)
    raise TypeError(f"{type(node)} has no place in a document")


def evidence_of(node: BaseModel, pointer: str = "") -> list[Tree]:
    """List the evidence in a document, each with the part that it supports as a JSON Pointer.

    A record's own comes first, then that of its parts.
    """
    found: list[Tree] = []
    _gather(node, pointer, found)
    return found


def _gather(node: BaseModel | tuple[Any, ...], pointer: str, found: list[Tree]) -> None:
    if isinstance(node, tuple):
        parts = [(str(place), item) for place, item in enumerate(node)]
    else:
        fields = vars(node)
        found.extend({"supports": pointer, **vars(evidence)} for evidence in fields.get("evidence") or ())
        parts = [(name, value) for name, value in fields.items() if name != "evidence"]
    for name, part in parts:
        if isinstance(part, BaseModel | tuple):
            _gather(part, f"{pointer}/{name}", found)


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
