"""Loading written records into the database, with the digests that versions are made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any

from app.build.common.importer import Job, Record
from app.build.common.rows import Rows
from app.build.database_writer import DatabaseWriter
from app.build.process_pool import Pool
from app.build.search_text import Indexer
from app.build.writer import NO_SUMMARY, Batch, Digests, Written, canonical_json
from app.languages import Language
from app.model.codes import Resource
from app.model.columns import Tree

Progress = Callable[[str], None]
"""Called with a line about what is being done."""

BATCH_RECORDS = 200
"""How many records are in memory at a time, some 5 MB: enough that sending them to a process costs little."""

_REPORTED_RECORDS = 10_000


class Loader:
    """Loads records; the order in which they are loaded is a part of the version."""

    def __init__(self, database: DatabaseWriter, progress: Progress) -> None:
        self.database = database
        self.progress = progress
        self.indexer = Indexer()
        self.content: defaultdict[str, Any] = defaultdict(sha256)
        """Running digests of what each campaign contains."""
        self.rendered: defaultdict[str, Any] = defaultdict(sha256)
        """Running digests of everything rendered of each campaign."""
        self.stored = sha256()
        """A running digest of everything stored."""
        self.syllables: set[str] = set()
        """Every syllable of pinyin in the search index so far."""
        self.figures: defaultdict[str, list[Tree]] = defaultdict(list)
        """The figures for the summary of each campaign so far."""

    def insert(self, rows: Rows) -> None:
        """Load rows that belong to no record."""
        self.database.insert(rows)
        for table_and_rows in rows.items():
            self.stored.update(canonical_json(table_and_rows))

    def load(
        self, record: Record, campaign: str | None = None, summary: Mapping[Language, bytes] = NO_SUMMARY
    ) -> Digests:
        """Load one record, as `Written.add` writes it; `campaign` is None if campaigns share it."""
        written = Written(self.indexer.syllables)
        written.add(record, campaign, self.indexer, summary)
        self._insert(written)
        ((_, digests),) = written.digests
        return digests

    def load_all(self, resource: Resource, jobs: Iterable[Job], total: int, pool: Pool) -> None:
        """Load many records, a batch at a time; reports how many of the `total` are done."""
        done = reported = 0
        for written in pool(_batches(resource, jobs)):
            self._insert(written)
            done += len(written.digests)
            if done == total or done - reported >= _REPORTED_RECORDS:
                reported = done
                self.progress(f"{resource.value}s: {done:,} of {total:,}")

    def _insert(self, written: Written) -> None:
        self.database.insert(written.rows)
        self.syllables |= written.syllables
        for campaign, figure in written.figures:
            self.figures[campaign].append(figure)
        for campaign_or_none, digests in written.digests:
            if campaign_or_none is not None:
                self.content[campaign_or_none].update(digests.content)
                self.rendered[campaign_or_none].update(digests.rendered)
            self.stored.update(digests.stored)


def _batches(resource: Resource, jobs: Iterable[Job]) -> Iterator[Batch]:
    rest = iter(jobs)
    while batch := list(islice(rest, BATCH_RECORDS)):
        yield resource, batch
