"""Rendering records as the JSON that is sent, in every language.

A record is validated and serialised once, with a placeholder for each of its texts; then the placeholders are replaced
by the words of each language.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from json.encoder import encode_basestring
from typing import Any

from pydantic import TypeAdapter

from app.build.common.importer import Importer, Record
from app.build.common.trees import SIMPLE
from app.db.keys import ANY_LANGUAGE, TRANSLATIONS
from app.languages import LANGUAGES, Language, StoredText, Tree, is_text, text_in
from app.model.schemas import CitedSentence
from app.resources.campaigns.summary import CampaignSummary

# No text contains NUL, and nothing else in JSON looks like this: a text's own backslash is doubled.
_PLACEHOLDER = "\0"
_PLACEHOLDERS = re.compile(r'"\\u0000([0-9]+)"')
# At the end of a record that is not part of another: the first two parts that `include` adds.
_FIRST_PARTS = ',"evidence":null,"translations":null'

Texts = list[tuple[str, StoredText]]
"""The texts of a record, each with its JSON Pointer (RFC 6901)."""


@dataclass(frozen=True)
class RenderedRecord:
    """A record as JSON."""

    texts: Texts
    records: Mapping[Language, str]
    """The record without the parts that `include` adds: at its end these are null, except an event's places."""
    translations: bytes

    @cached_property
    def joined(self) -> bytes:
        """The records in all languages, one after another."""
        return "".join(self.records.values()).encode()


def render(record: Record, importer: Importer) -> RenderedRecord:
    """Render a record."""
    absent = {part: None for part in importer.parts if part not in record.body}
    records, texts, translations = _render(importer.schema, record.body | absent)
    return RenderedRecord(texts, records, f"[{translations}]".encode())


def render_summary(tree: Tree) -> RenderedRecord:
    """Render a campaign's summary."""
    summaries, texts, translations = _render(CampaignSummary, tree | {TRANSLATIONS: None})
    return RenderedRecord(texts, summaries, f"[{translations}]".encode())


def render_sentence(tree: Tree) -> dict[str, bytes]:
    """Render a sentence of a source, as `RenderedSentence` has it."""
    sentences, _, translations = _render(CitedSentence, tree)
    return {ANY_LANGUAGE: translations.encode()} | {
        language: json_text[1:-1].encode() for language, json_text in sentences.items()
    }


def stem_of(record: str) -> int:
    """Return how many bytes of a rendered record precede the comma before the parts at its end."""
    return len(record[: record.rindex(_FIRST_PARTS)].encode())


def _render(schema: Any, tree: Tree) -> tuple[dict[Language, str], Texts, str]:
    """Render a tree in every language; also returns its texts, and their translations as JSON without brackets."""
    texts: Texts = []
    pieces = _PLACEHOLDERS.split(_json(schema, _replace_texts(tree, "", texts)).decode())
    numbers = [int(number) for number in pieces[1::2]]
    encoded = [{language: encode_basestring(text_in(text, language)) for language in LANGUAGES} for _, text in texts]
    rendered = {}
    for language in LANGUAGES:
        pieces[1::2] = [encoded[number][language] for number in numbers]
        rendered[language] = "".join(pieces)
    return rendered, texts, _translations(texts, encoded)


def _json(schema: Any, tree: Any) -> bytes:
    adapter = _adapter(schema)
    return adapter.dump_json(adapter.validate_python(tree))


@cache
def _adapter(schema: Any) -> TypeAdapter[Any]:
    return TypeAdapter(schema)


def _replace_texts(node: Any, pointer: str, texts: Texts) -> Any:
    """Copy a tree with a placeholder for each of its texts, and append these to `texts`."""
    if is_text(node):
        texts.append((pointer, node))
        return f"{_PLACEHOLDER}{len(texts) - 1}"
    if isinstance(node, dict):
        return {
            key: value if type(value) in SIMPLE else _replace_texts(value, f"{pointer}/{key}", texts)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_replace_texts(value, f"{pointer}/{index}", texts) for index, value in enumerate(node)]
    return node


def _translations(texts: Texts, encoded: Sequence[Mapping[Language, str]]) -> str:
    """Render texts as `Translation`s, by hand: validating them took as long as the whole record."""
    translations = []
    for (pointer, text), words_of in zip(texts, encoded, strict=True):
        origin = text["origin"]
        localised = [
            f'{{"language":"{language}","text":{quoted},"origin":"{origin[language]}"}}'
            for language, quoted in words_of.items()
        ]
        translations.append(f'{{"field":{encode_basestring(pointer)},"texts":[{",".join(localised)}]}}')
    return ",".join(translations)
