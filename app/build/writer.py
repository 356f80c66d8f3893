"""Writing records as what the database stores of them: rows, rendered JSON, search words and titles, with digests."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from app.build.collation import collation_keys
from app.build.common.importer import BuildContext, Job, Record, Row, Rows
from app.build.database_writer import SEARCH, UNRANKED_TITLE
from app.build.registry import IMPORTERS
from app.build.render import RenderedRecord, render, stem_of
from app.build.search_text import Indexer
from app.db.compression import compress
from app.db.keys import ANY_LANGUAGE, EVIDENCE, RECORD, SUMMARY, TRANSLATIONS, record_key, search_key
from app.fulltext.table import SearchDocumentRow
from app.languages import Language, Tree, text_in
from app.model.codes import Resource
from app.model.tables import RenderedPartRow, RenderedRow

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode

NO_SUMMARY: Mapping[Language, bytes] = {}

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

    words: set[str] = field(default_factory=set)
    """The words of these records that searches in pinyin need, except those of earlier records."""
    rows: Rows = field(default_factory=Rows)
    digests: list[tuple[str | None, Digests]] = field(default_factory=list)
    """Of each record its campaign, None if campaigns share it, and its digests."""
    figures: list[tuple[str, Tree]] = field(default_factory=list)
    """The figures for campaigns' summaries, each with its campaign."""

    def add(
        self, record: Record, campaign: str | None, indexer: Indexer, summary: Mapping[Language, bytes] = NO_SUMMARY
    ) -> None:
        """Add a record; a campaign has a summary in each language."""
        id_, number = record.body["id"], record.number
        rendered = render(record, IMPORTERS[record.resource])
        words, pointers = indexer.index(record, rendered.texts)
        self.words |= indexer.take_new_words()
        titles: list[Row] = [
            (record.resource.value, language.value, sort_key, text_in(record.title, language), id_, number)
            for language, sort_key in collation_keys(record.title)
        ]
        content = b"".join([*rendered.records.values(), rendered.evidence, rendered.translations])
        stored = canonical_json([*record.rows.items(), titles, words, pointers])
        self.digests.append((campaign, Digests(*_running_digests(content, b"".join(summary.values()), stored))))
        self.rows.extend(record.rows)
        self._add_rendered(record, rendered, summary)
        key = search_key(record.resource, number)
        self.rows.add(SearchDocumentRow, key=key, id=id_, texts=compress(pointers.encode()))
        self.rows.extend({SEARCH: [(key, *words)], UNRANKED_TITLE: titles})
        if record.figure is not None and campaign is not None:
            self.figures.append((campaign, record.figure))

    def _add_rendered(self, record: Record, rendered: RenderedRecord, summary: Mapping[Language, bytes]) -> None:
        for language, json_text in rendered.records.items():
            key = record_key(record.resource, RECORD, language, record.number)
            self.rows.add(RenderedRow, key=key, stem=stem_of(json_text), json_text=json_text.decode())
        for language, json_text in summary.items():
            key = record_key(record.resource, SUMMARY, language, record.number)
            self.rows.add(RenderedRow, key=key, stem=0, json_text=json_text.decode())
        evidence = compress(rendered.evidence)
        translations = compress(rendered.translations, b"".join(rendered.records.values()))
        for part, compressed in ((EVIDENCE, evidence), (TRANSLATIONS, translations)):
            key = record_key(record.resource, part, ANY_LANGUAGE, record.number)
            self.rows.add(RenderedPartRow, key=key, compressed=compressed)


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
    written = Written()
    for job in jobs:
        written.add(IMPORTERS[resource].transform(job, context), job.campaign, indexer)
    return written
