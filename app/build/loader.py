"""Taking records into a draft as they are written out, with the digests that versions are made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.build.common.digest import Digests, Ledger
from app.build.database_writer import Draft
from app.build.process_pool import Workforce
from app.build.records import Composed
from app.build.rows import Rows
from app.build.writer import NO_PARTS, Job, Writer, Written
from app.languages import Language

Progress = Callable[[str], None]

_REPORTED = 10_000


class Loader:
    """Loads records into a draft; their order makes its version."""

    def __init__(self, draft: Draft, progress: Progress) -> None:
        self.draft = draft
        self.progress = progress
        self.ledger = Ledger()
        self.writer = Writer()
        self.syllables: set[str] = set()
        """Every syllable that the search index has so far."""

    def insert(self, rows: Rows) -> None:
        """Load rows that are no record's."""
        self.draft.insert(rows)
        for table, values in rows.items():
            self.ledger.add_stored((table.__tablename__, values))

    def write(
        self,
        item: Composed,
        rows: Rows,
        campaign: str | None = None,
        parts: Mapping[str, Mapping[Language, bytes]] = NO_PARTS,
    ) -> Digests:
        """Write one record out and load it, as `Writer.add` does; `campaign` is None for what campaigns share."""
        written = Written(syllables=self.writer.indexer.syllables)
        self.writer.add(item, rows, into=written, campaign=campaign, parts=parts)
        self._take(written)
        ((_, digests),) = written.digests
        return digests

    def write_all(self, name: str, batches: Iterable[Sequence[Job]], total: int, writers: Workforce) -> None:
        """Have records written out and load them, a batch at a time; tells how many of the `total` are done."""
        done = told = 0
        for written in writers.write(batches):
            self._take(written)
            done += len(written.digests)
            if done == total or done - told >= _REPORTED:
                told = done
                self.progress(f"{name}: {done:,} of {total:,}")

    def _take(self, written: Written) -> None:
        self.draft.insert(written.rows)
        self.draft.insert_searched(written.searched)
        self.draft.insert_titles(written.titles)
        self.syllables |= written.syllables
        for campaign, digests in written.digests:
            self.ledger.add(digests, campaign)
