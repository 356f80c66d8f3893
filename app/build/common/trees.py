"""Turning validated documents into JSON trees, from which records are made."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import AnyUrl, BaseModel

from app.build.common.documents import DateDocument, EvidenceDocument, Text
from app.build.common.yaml_reader import Path_
from app.languages import Language, Tree

SIMPLE = frozenset({str, int, float, bool, type(None)})
"""The types of a tree's leaves. Testing for these first, and reading a model's dictionary instead of its fields one by
one, halves the time of a traversal."""


class _HasParts(dict[type, bool]):
    """Whether a node of a type is a tuple or a document, but no text. Cached: Pydantic's own `isinstance` is slow."""

    def __missing__(self, type_: type) -> bool:
        self[type_] = has_parts = issubclass(type_, tuple | BaseModel) and not issubclass(type_, Text)
        return has_parts


_HAS_PARTS = _HasParts()


def tree(node: Any, language: Language) -> Any:
    """Return a document, or a part of one, as JSON: texts in every language, dates expanded, without evidence.

    `language` is the source's. `evidence_of` returns the evidence.
    """
    if type(node) in SIMPLE:
        return node
    if isinstance(node, tuple):
        return [tree(item, language) for item in node]
    if _HAS_PARTS[type(node)]:
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
    if isinstance(node, Text):
        return node.stored(language)
    if isinstance(node, StrEnum | AnyUrl | date):
        return str(node)
    raise TypeError(f"{type(node)} cannot be part of a document")


def parts_of(node: Any, path: Path_ = ()) -> Iterator[tuple[BaseModel, Path_]]:
    """Iterate over a document and its parts except texts, each before the parts of itself, with its path."""
    if isinstance(node, tuple):
        for index, item in enumerate(node):
            if _HAS_PARTS[type(item)]:
                yield from parts_of(item, (*path, index))
    elif _HAS_PARTS[type(node)]:
        yield node, path
        for name, value in vars(node).items():
            if _HAS_PARTS[type(value)]:
                yield from parts_of(value, (*path, name))


def text_fields(part: BaseModel) -> Iterator[tuple[Text, Path_]]:
    """Iterate over the texts of a document that are in no part of it, with their paths."""
    for name, value in vars(part).items():
        if isinstance(value, Text):
            yield value, (name,)
        elif isinstance(value, tuple):
            yield from ((item, (name, index)) for index, item in enumerate(value) if isinstance(item, Text))


class SupportedPart(NamedTuple):
    """A document or a part of one, and the evidence for it."""

    part: BaseModel
    path: Path_
    evidence: tuple[EvidenceDocument, ...]
    """Its own, or else that of the nearest part around it."""
    supported_at: Path_
    """The path of the part whose evidence it is."""

    @property
    def quotations(self) -> Iterator[tuple[str, str]]:
        """The words that the part itself quotes as printed, by their keys."""
        # An attribute that a model lacks takes ten times as long as a key.
        fields = vars(self.part)
        return ((key, fields[key]) for key in ("as_stated", "name_as_stated") if fields.get(key) is not None)


def supported_parts(
    node: Any, path: Path_ = (), evidence: tuple[EvidenceDocument, ...] = (), supported_at: Path_ = ()
) -> Iterator[SupportedPart]:
    """Iterate over a document and its parts except texts and evidence, each before the parts of itself.

    `evidence` is that of the nearest part around the node, whose path is `supported_at`.
    """
    if isinstance(node, tuple):
        for index, item in enumerate(node):
            if _HAS_PARTS[type(item)]:
                yield from supported_parts(item, (*path, index), evidence, supported_at)
    elif _HAS_PARTS[type(node)]:
        fields = vars(node)
        if own := fields.get("evidence"):
            evidence, supported_at = own, path
        yield SupportedPart(node, path, evidence, supported_at)
        for name, value in fields.items():
            if _HAS_PARTS[type(value)] and name != "evidence":
                yield from supported_parts(value, (*path, name), evidence, supported_at)


def quoted_from(words: str, evidence: Sequence[EvidenceDocument]) -> int | None:
    """Return the index of the place that `words` are quoted from: the first that is long enough; None without one."""
    long_enough = (index for index, item in enumerate(evidence) if item.end - item.start >= len(words))
    return next(long_enough, None)


def evidence_of(node: BaseModel, path: Path_ = ()) -> list[Tree]:
    """Return the evidence in a document, each with a JSON Pointer to the part that it supports, and what is quoted.

    A record's own comes first, then that of its parts.
    """
    found: dict[Path_, list[Tree]] = {}
    for supported in supported_parts(node, path):
        at, evidence = supported.supported_at, supported.evidence
        if at == supported.path:
            supports = "".join([f"/{step}" for step in at])
            found[at] = [{"supports": supports, "as_stated": None, **vars(item)} for item in evidence]
        for _, words in supported.quotations:
            index = quoted_from(words, evidence)
            if index is not None and found[at][index]["as_stated"] is None:
                found[at][index]["as_stated"] = words
    return [item for items in found.values() for item in items]
