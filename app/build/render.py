"""Rendering records into the JSON that is published, in every language.

A tree is validated and written once, with a mark in the place of each of its texts; in each language the marks then
give way to the words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from pydantic import TypeAdapter

from app.build.common.trees import SIMPLE
from app.build.records import Composed
from app.languages import LANGUAGES, Language, Text, is_text, words
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.schemas import Evidence
from app.resources.campaigns import schema as campaign
from app.resources.campaigns.summary import Summary
from app.resources.events import schema as event
from app.resources.locations import schema as location
from app.resources.outcomes import schema as outcome
from app.resources.sources import schema as source

_MODELS: Mapping[Resource, TypeAdapter[Any]] = {
    Resource.CAMPAIGN: TypeAdapter(campaign.Campaign),
    Resource.EVENT: TypeAdapter(event.Event),
    Resource.LOCATION: TypeAdapter(location.Location),
    Resource.OUTCOME: TypeAdapter(outcome.Outcome),
    Resource.SOURCE: TypeAdapter(source.Source),
}
_PARTS: Mapping[Resource, Sequence[str]] = {
    Resource.CAMPAIGN: campaign.PARTS,
    Resource.EVENT: event.PARTS,
    Resource.LOCATION: location.PARTS,
    Resource.OUTCOME: outcome.PARTS,
    Resource.SOURCE: source.PARTS,
}
_SUMMARY = TypeAdapter(Summary)
_EVIDENCE = TypeAdapter(list[Evidence])

# No text has NUL in it, and nothing else of JSON looks like this: a backslash of a text stands there twice.
_MARK = "\0"
_MARKED = re.compile(rb'"\\u0000(\d+)"')
# In a record that is no part of another these two are the first that `include` adds, and the last of their names.
_FIRST_PARTS = b',"evidence":null,"translations":null'

Texts = list[tuple[str, Text]]
"""The texts of a record, each with its place as a JSON Pointer (RFC 6901)."""


@dataclass(frozen=True)
class Rendered:
    """What is published of a record."""

    texts: Texts
    records: Mapping[Language, bytes]
    """The record with nothing that `include` adds: those parts stand at its end, null, but an event's places brief."""
    evidence: bytes
    translations: bytes


def render(item: Composed) -> Rendered:
    """Render a record."""
    texts: Texts = []
    tree = dict.fromkeys(_PARTS[item.kind]) | _mark(item.record, "", texts)
    written = [_write(text) for _, text in texts]
    return Rendered(
        texts=texts,
        records=_in_every_language(_json(_MODELS[item.kind], tree), written),
        evidence=_json(_EVIDENCE, item.evidence),
        translations=_translations(texts, written),
    )


def render_summary(tree: Tree) -> Mapping[Language, bytes]:
    """Render a campaign's summary."""
    texts: Texts = []
    marked = _mark(tree, "", texts)
    return _in_every_language(_json(_SUMMARY, marked), [_write(text) for _, text in texts])


def stem_of(record: bytes) -> int:
    """Tell how many bytes of a rendered record come before the comma of the parts at its end."""
    return record.rindex(_FIRST_PARTS)


def _json(adapter: TypeAdapter[Any], tree: Any) -> bytes:
    return adapter.dump_json(adapter.validate_python(tree))


def _mark(node: Any, pointer: str, texts: Texts) -> Any:
    """Copy a tree with a mark in the place of each of its texts, and list these."""
    if is_text(node):
        texts.append((pointer, node))
        return f"{_MARK}{len(texts) - 1}"
    if isinstance(node, dict):
        return {
            key: value if type(value) in SIMPLE else _mark(value, f"{pointer}/{key}", texts)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_mark(value, f"{pointer}/{place}", texts) for place, value in enumerate(node)]
    return node


def _write(text: Text) -> dict[Language, bytes]:
    """Write the words of each language as JSON."""
    return {language: encode_basestring(words(text, language)).encode() for language in LANGUAGES}


def _in_every_language(marked: bytes, texts: Sequence[Mapping[Language, bytes]]) -> dict[Language, bytes]:
    """Put the words of each language in the place of the marks."""
    pieces = _MARKED.split(marked)
    numbers = [int(number) for number in pieces[1::2]]
    rendered = {}
    for language in LANGUAGES:
        pieces[1::2] = [texts[number][language] for number in numbers]
        rendered[language] = b"".join(pieces)
    return rendered


def _translations(texts: Texts, written: Sequence[Mapping[Language, bytes]]) -> bytes:
    """Write texts as a list of `Translation`; by hand, since to validate them took as long as the whole record."""
    translations = []
    for (pointer, text), words_of in zip(texts, written, strict=True):
        told = b",".join(
            b'{"language":"%b","text":%b,"origin":"%b"}'
            % (language.encode(), quoted, text["origin"][language].encode())
            for language, quoted in words_of.items()
        )
        translations.append(b'{"field":%b,"texts":[%b]}' % (encode_basestring(pointer).encode(), told))
    return b"[%b]" % b",".join(translations)
