"""Turning validated documents into the JSON trees that are stored."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import AnyUrl, BaseModel

from app.languages import Language
from app.seeding.documents.common import DateDocument, EvidenceDocument, Text
from app.tables.columns import Tree


def tree(node: Any, language: Language) -> Any:
    """Give a document, or a part of one, as JSON: texts as stored, dates spelled out, evidence left out.

    `language` is the source's. Evidence is listed apart, by `evidence_of`.
    """
    if isinstance(node, Text):
        return node.stored(language)
    if isinstance(node, DateDocument):
        return _date(node, language)
    if isinstance(node, BaseModel):
        return {name: tree(getattr(node, name), language) for name in type(node).model_fields if name != "evidence"}
    if isinstance(node, tuple):
        return [tree(item, language) for item in node]
    if isinstance(node, Enum):
        return node.value
    return str(node) if isinstance(node, AnyUrl) else node


def evidence_of(node: Any, pointer: str = "") -> Iterator[Tree]:
    """List the evidence in a document, each with the part that it supports as a JSON Pointer."""
    if isinstance(node, EvidenceDocument):
        yield {"supports": pointer, **node.model_dump()}
    elif isinstance(node, BaseModel):
        # A record's own evidence first, then that of its parts.
        yield from evidence_of(getattr(node, "evidence", None), pointer)
        for name in type(node).model_fields:
            if name not in ("evidence", "root"):
                yield from evidence_of(getattr(node, name), f"{pointer}/{name}")
    elif isinstance(node, tuple):
        of_evidence = all(isinstance(item, EvidenceDocument) for item in node)
        for index, item in enumerate(node):
            yield from evidence_of(item, pointer if of_evidence else f"{pointer}/{index}")


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
