"""Writing records as what the database stores of them: rows, rendered JSON, search words and titles, with digests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from app.build.common.collation import collation_keys
from app.build.common.context import BuildContext
from app.build.common.digest import Digests, canonical_json
from app.build.common.importer import Job, Transformed
from app.build.common.rows import Row, Rows
from app.build.registry import IMPORTERS
from app.build.render import render, stem_of
from app.build.search_text import Indexer
from app.db.compression import compress
from app.db.keys import ANY_LANGUAGE, EVIDENCE, RECORD, TRANSLATIONS, record_key
from app.fulltext.table import SearchDocumentRow
from app.languages import Language, text_in
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.tables import RenderedPartRow, RenderedRow

NO_PARTS: Mapping[str, Mapping[Language, bytes]] = {}

Batch = tuple[Resource, Sequence[Job]]
"""Some documents of one resource."""


@dataclass
class Written:
    """Some records, ready to be inserted."""

    rows: Rows = field(default_factory=Rows)
    search_rows: list[Row] = field(default_factory=list)
    """Rows of the search index."""
    titles: list[Row] = field(default_factory=list)
    """Of each title: resource, language, sort key, title, id and number of its record."""
    digests: list[tuple[str | None, Digests]] = field(default_factory=list)
    """Of each record its campaign, None if campaigns share it, and its digests."""
    figures: list[tuple[str, Tree]] = field(default_factory=list)
    """The figures for campaigns' summaries, each with its campaign."""
    syllables: set[str] = field(default_factory=set)
    """At least the syllables of pinyin that these records have in the index."""


class RecordWriter:
    """Transforms and renders records. Each process has one, which caches what recurs."""

    def __init__(self) -> None:
        self.indexer = Indexer()

    def write(self, batch: Batch, context: BuildContext) -> Written:
        """Write the records of some documents."""
        resource, jobs = batch
        written = Written(syllables=self.indexer.syllables)
        for job in jobs:
            self.add(written, IMPORTERS[resource].transform(job, context), job.campaign)
        return written

    def add(
        self,
        written: Written,
        item: Transformed,
        campaign: str | None,
        parts: Mapping[str, Mapping[Language, bytes]] = NO_PARTS,
    ) -> None:
        """Add a record to `written`; `parts` are further rendered parts of it, by name and language."""
        record, rows = item.record, item.rows
        rendered = render(record, IMPORTERS[record.resource])
        indexed = self.indexer.index(record, rendered.texts)
        titles: list[Row] = [
            (record.resource.value, language.value, key, text_in(record.title, language), record.id, record.number)
            for language, key in collation_keys(record.title)
        ]
        stored = [
            *((str(table.__tablename__), values) for table, values in rows.items()),
            titles,
            indexed.columns,
            indexed.pinyin,
        ]
        content = [*rendered.records.values(), rendered.evidence, rendered.translations]
        further = [json_text for rendered_in in parts.values() for json_text in rendered_in.values()]
        written.digests.append((campaign, _digests(content, further, canonical_json(stored))))

        def key_of(part: str, language: str) -> int:
            return _first_key(record.resource, part, language) + record.number

        for language, json_text in rendered.records.items():
            rows.add(RenderedRow, key=key_of(RECORD, language), stem=stem_of(json_text), json_text=json_text)
        for part, rendered_in in parts.items():
            for language, json_text in rendered_in.items():
                rows.add(RenderedRow, key=key_of(part, language), stem=0, json_text=json_text)
        evidence = compress(rendered.evidence)
        translations = compress(rendered.translations, b"".join(rendered.records.values()))
        for part, compressed in ((EVIDENCE, evidence), (TRANSLATIONS, translations)):
            rows.add(RenderedPartRow, key=key_of(part, ANY_LANGUAGE), compressed=compressed)
        rows.add(SearchDocumentRow, key=indexed.key, id=record.id, texts=compress(indexed.pinyin.encode()))
        written.rows.extend(rows)
        written.search_rows.append((indexed.key, *indexed.columns))
        written.titles += titles
        if item.figure is not None and campaign is not None:
            written.figures.append((campaign, item.figure))


def _digests(content: Sequence[bytes], further: Sequence[bytes], stored: bytes) -> Digests:
    """Digest a record's content, then its further parts, then its rows."""
    digest = sha256()
    found = []
    for pieces in (content, further, [stored]):
        for piece in pieces:
            digest.update(piece)
        found.append(digest.digest())
    return Digests(*found)


_first_key = cache(record_key)
"""The keys of all numbers follow the first."""
