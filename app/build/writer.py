"""Writing records as what the database stores of them: rows, rendered JSON, search words and titles, with digests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from app.build.collation import collation_keys
from app.build.common.digest import Digests, canonical_json
from app.build.common.importer import BuildContext, Job, Record
from app.build.common.rows import Row, Rows
from app.build.database_writer import SEARCH, UNRANKED_TITLE
from app.build.registry import IMPORTERS
from app.build.render import render, stem_of
from app.build.search_text import Indexer
from app.db.compression import compress
from app.db.keys import ANY_LANGUAGE, EVIDENCE, RECORD, SUMMARY, TRANSLATIONS, record_key
from app.fulltext.table import SearchDocumentRow
from app.languages import Language, text_in
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.tables import RenderedPartRow, RenderedRow

NO_SUMMARY: Mapping[Language, bytes] = {}

Batch = tuple[Resource, Sequence[Job]]
"""Some documents of one resource."""


@dataclass
class Written:
    """Some records, ready to be inserted."""

    syllables: set[str]
    """At least the syllables of pinyin that these records have in the index."""
    rows: Rows = field(default_factory=Rows)
    digests: list[tuple[str | None, Digests]] = field(default_factory=list)
    """Of each record its campaign, None if campaigns share it, and its digests."""
    figures: list[tuple[str, Tree]] = field(default_factory=list)
    """The figures for campaigns' summaries, each with its campaign."""

    def add(
        self, record: Record, campaign: str | None, indexer: Indexer, summary: Mapping[Language, bytes] = NO_SUMMARY
    ) -> None:
        """Add a record; a campaign has a summary in each language."""
        rows, number = record.rows, record.number
        rendered = render(record, IMPORTERS[record.resource])
        indexed = indexer.index(record, rendered.texts)
        titles: list[Row] = [
            (record.resource.value, language.value, key, text_in(record.title, language), record.id, number)
            for language, key in collation_keys(record.title)
        ]
        stored = canonical_json([*rows.items(), titles, indexed.columns, indexed.pinyin])
        content = [*rendered.records.values(), rendered.evidence, rendered.translations]
        self.digests.append((campaign, _digests(content, [*summary.values()], [stored])))
        for language, json_text in rendered.records.items():
            key = record_key(record.resource, RECORD, language, number)
            rows.add(RenderedRow, key=key, stem=stem_of(json_text), json_text=json_text.decode())
        for language, json_text in summary.items():
            key = record_key(record.resource, SUMMARY, language, number)
            rows.add(RenderedRow, key=key, stem=0, json_text=json_text.decode())
        evidence = compress(rendered.evidence)
        translations = compress(rendered.translations, b"".join(rendered.records.values()))
        for part, compressed in ((EVIDENCE, evidence), (TRANSLATIONS, translations)):
            key = record_key(record.resource, part, ANY_LANGUAGE, number)
            rows.add(RenderedPartRow, key=key, compressed=compressed)
        rows.add(SearchDocumentRow, key=indexed.key, id=record.id, texts=compress(indexed.pinyin.encode()))
        self.rows.extend(rows | {SEARCH: [(indexed.key, *indexed.columns)], UNRANKED_TITLE: titles})
        if record.figure is not None and campaign is not None:
            self.figures.append((campaign, record.figure))


def write(batch: Batch, context: BuildContext, indexer: Indexer) -> Written:
    """Write the records of some documents. Each process has one `indexer`, which caches what recurs."""
    resource, jobs = batch
    written = Written(indexer.syllables)
    for job in jobs:
        written.add(IMPORTERS[resource].transform(job, context), job.campaign, indexer)
    return written


def _digests(*contents: Sequence[bytes]) -> Digests:
    """Digest a record's content, then its further parts, then its rows."""
    digest = sha256()
    found = []
    for pieces in contents:
        for piece in pieces:
            digest.update(piece)
        found.append(digest.digest())
    return Digests(*found)
