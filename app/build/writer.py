"""Writing records as what the database stores of them: rows, rendered JSON, search words and titles, with digests."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from app.build.collation import collation_keys
from app.build.common.importer import BuildContext, Job, Record, RenderedSentence, Row, Rows
from app.build.registry import IMPORTERS
from app.build.render import RenderedRecord, render, stem_of
from app.build.search_text import Indexer
from app.db.compression import compress
from app.db.keys import ANY_LANGUAGE, EVIDENCE, RECORD, SUMMARY, TRANSLATIONS, record_key, search_key
from app.fulltext.table import SEARCH_INDEX, SearchDocumentRow
from app.languages import Tree, text_in
from app.model.codes import Resource
from app.model.tables import RenderedPartRow, RenderedRow

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_encode_in_order = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

SEARCH = str(SEARCH_INDEX.name)
UNRANKED_TITLE = "unranked_title"
"""A table of titles with their sort keys until all are known."""

Batch = tuple[Resource, Sequence[Job]]
"""Some documents of one resource."""


class Digests(NamedTuple):
    """Digests of a record, each of more than the one before.

    They are taken over canonical JSON and over the rendered JSON before compression, so they depend neither on the
    machine nor on the version of zlib.
    """

    content: bytes
    """Of the record and its parts, whatever its number."""
    rendered: bytes
    """Of everything rendered of it."""
    stored: bytes
    """Of everything that the database has of it."""


@dataclass
class Written:
    """Some records, ready to be inserted."""

    sentences: Mapping[tuple[str, int, int], RenderedSentence]
    """The sentences that their evidence may cite, as in `BuildContext`."""
    words: set[str] = field(default_factory=set)
    """The words of these records that searches in pinyin need, except those of earlier records."""
    rows: Rows = field(default_factory=Rows)
    digests: list[tuple[str | None, Digests]] = field(default_factory=list)
    """Of each record its campaign, None if campaigns share it, and its digests."""
    figures: list[tuple[str, Tree]] = field(default_factory=list)
    """The figures for campaigns' summaries, each with its campaign."""

    def add(
        self, record: Record, campaign: str | None, indexer: Indexer, summary: RenderedRecord | None = None
    ) -> None:
        """Add a record; a campaign has a summary."""
        id_, number = record.body["id"], record.number
        rendered = render(record, IMPORTERS[record.resource])
        words, pointers = indexer.index(record, rendered.texts)
        self.words |= indexer.take_new_words()
        titles: list[Row] = [
            (record.resource.value, language.value, sort_key, text_in(record.title, language), id_, number)
            for language, sort_key in collation_keys(record.title)
        ]
        cited = [self.sentences[item["source"], item["paragraph"], item["sentence"]] for item in record.evidence]
        evidence = _stored_evidence(record.evidence, cited)
        content = rendered.joined + canonical_json(record.evidence) + rendered.translations
        shown = [json_text for sentence in cited for json_text in sentence.rendered.values()]
        if summary is not None:
            shown += [summary.joined, summary.translations]
        stored = canonical_json([*record.rows.items(), titles, words, pointers, evidence.decode()])
        self.digests.append((campaign, Digests(*_running_digests(content, b"".join(shown), stored))))
        self.rows.extend(record.rows)
        self._add_rendered(record, RECORD, rendered)
        self._add_part(record, EVIDENCE, compress(evidence))
        self._add_translations(record, TRANSLATIONS, rendered)
        if summary is not None:
            self._add_rendered(record, SUMMARY, summary)
            self._add_translations(record, SUMMARY, summary)
        key = search_key(record.resource, number)
        self.rows.add(SearchDocumentRow, key=key, id=id_, texts=compress(pointers.encode()))
        self.rows.extend({SEARCH: [(key, *words)], UNRANKED_TITLE: titles})
        if record.figure is not None and campaign is not None:
            self.figures.append((campaign, record.figure))

    def _add_rendered(self, record: Record, part: str, rendered: RenderedRecord) -> None:
        for language, json_text in rendered.records.items():
            key = record_key(record.resource, part, language, record.number)
            stem = stem_of(json_text) if part == RECORD else 0
            self.rows.add(RenderedRow, key=key, stem=stem, json_text=json_text)

    def _add_translations(self, record: Record, part: str, rendered: RenderedRecord) -> None:
        self._add_part(record, part, compress(rendered.translations, rendered.joined))

    def _add_part(self, record: Record, part: str, compressed: bytes) -> None:
        key = record_key(record.resource, part, ANY_LANGUAGE, record.number)
        self.rows.add(RenderedPartRow, key=key, compressed=compressed)


def _stored_evidence(evidence: Sequence[Tree], cited: Sequence[RenderedSentence]) -> bytes:
    """Return evidence as JSON with the numbers of the cited sentences, which the server replaces by their fields."""
    stored = [
        {"cited": sentence.number} | {name: item[name] for name in ("supports", "as_stated", "start", "end")}
        for item, sentence in zip(evidence, cited, strict=True)
    ]
    return _encode_in_order(stored).encode()


def _running_digests(*pieces: bytes) -> Iterator[bytes]:
    running = sha256()
    for piece in pieces:
        running.update(piece)
        yield running.digest()


def canonical_json(node: Any) -> bytes:
    """Encode JSON so that equal values have equal bytes: sorted keys, no space, UTF-8; tuples are arrays."""
    return _encode(node).encode()


def write_batch(batch: Batch, context: BuildContext, indexer: Indexer) -> Written:
    """Write the records of some documents. Each process has one `indexer`, which caches what recurs."""
    resource, jobs = batch
    written = Written(context.sentences)
    for job in jobs:
        written.add(IMPORTERS[resource].transform(job, context), job.campaign, indexer)
    return written
