"""Writing records out: the rows, the published JSON, what search has of them and how titles sort, with digests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from app.build.common.collation import collation_keys
from app.build.common.context import Library
from app.build.common.digest import Digests
from app.build.records import Composed, compose_event, compose_outcome
from app.build.render import render, stem_of
from app.build.rows import Row, Rows, event_rows, outcome_rows
from app.build.search_text import Indexer
from app.db.keys import record_key
from app.fulltext.table import SearchDocumentRow
from app.languages import Language, Text, words
from app.model.tables import ANY_LANGUAGE, EVIDENCE, RECORD, TRANSLATIONS, RenderedRow
from app.resources.events.document import EventDocument
from app.resources.outcomes.document import OutcomeDocument


class EventJob(NamedTuple):
    """An event to be written out."""

    number: int
    campaign: str
    document: EventDocument


class OutcomeJob(NamedTuple):
    """An outcome to be written out."""

    number: int
    campaign: str
    document: OutcomeDocument
    pillar: str | None
    """The pillar that it is an outcome of, by itself or by its event."""
    scope_name: Text
    events: Sequence[int]
    """The numbers of the events that it is credited to."""


Job = EventJob | OutcomeJob

NO_PARTS: Mapping[str, Mapping[Language, bytes]] = {}


@dataclass
class Written:
    """Some records, written out."""

    rows: Rows = field(default_factory=Rows)
    searched: list[Row] = field(default_factory=list)
    """Rows of the index."""
    titles: list[Row] = field(default_factory=list)
    """Of each title: kind, language, what it is sorted by, the title, id and number of its record."""
    digests: list[tuple[str | None, Digests]] = field(default_factory=list)
    """Of each record its campaign, None for what campaigns share, and its digests."""
    syllables: set[str] = field(default_factory=set)
    """All the sounds that these records have in the index, and perhaps more that others have there."""


class Writer:
    """Writes records out."""

    def __init__(self) -> None:
        self.indexer = Indexer()

    def write(self, jobs: Sequence[Job], library: Library) -> Written:
        """Write events and outcomes out."""
        written = Written(syllables=self.indexer.syllables)
        for job in jobs:
            if isinstance(job, EventJob):
                self._write_event(job, library, written)
            else:
                self._write_outcome(job, library, written)
        return written

    def _write_event(self, job: EventJob, library: Library, into: Written) -> None:
        number, campaign, document = job
        item = compose_event(number, document, campaign, library)
        self.add(item, event_rows(number, document, campaign, library), into=into, campaign=campaign)

    def _write_outcome(self, job: OutcomeJob, library: Library, into: Written) -> None:
        number, campaign, document, pillar, scope_name, events = job
        item = compose_outcome(number, document, campaign, library, pillar=pillar, scope_name=scope_name)
        rows = outcome_rows(number, document, campaign, library, pillar=pillar, events=events)
        self.add(item, rows, into=into, campaign=campaign)

    def add(
        self,
        item: Composed,
        rows: Rows,
        *,
        into: Written,
        campaign: str | None,
        parts: Mapping[str, Mapping[Language, bytes]] = NO_PARTS,
    ) -> None:
        """Write a record out; `rows` are those of its document, `parts` what is published of it beside the usual."""
        rendered = render(item)
        told: list[Row] = [
            (_first_key(item.kind, RECORD, language) + item.number, stem_of(record), record)
            for language, record in rendered.records.items()
        ]
        for part, json_text in ((EVIDENCE, rendered.evidence), (TRANSLATIONS, rendered.translations)):
            told.append((_first_key(item.kind, part, ANY_LANGUAGE) + item.number, 0, json_text))
        added: list[Row] = [
            (_first_key(item.kind, part, language) + item.number, 0, json_text)
            for part, rendered_in in parts.items()
            for language, json_text in rendered_in.items()
        ]
        indexed = self.indexer.index(item, rendered.texts)
        rows.add(SearchDocumentRow, indexed.key, item.id, indexed.documented)
        titles: list[Row] = [
            (item.kind.value, language.value, key, words(item.title, language), item.id, item.number)
            for language, key in collation_keys(item.title)
        ]
        stored = [*((table.__tablename__, values) for table, values in rows.items()), indexed.columns, titles]
        into.digests.append((campaign, _digest(told, added, stored)))
        rows[RenderedRow] = told + added
        into.rows.extend(rows)
        into.searched.append((indexed.key, *indexed.columns))
        into.titles += titles


def _digest(told: Iterable[Row], added: Iterable[Row], stored: object) -> Digests:
    digest = sha256()
    for *_, json_text in told:
        digest.update(json_text)
    of_told = digest.digest()
    for *_, json_text in added:
        digest.update(json_text)
    of_published = digest.digest()
    digest.update(repr(stored).encode())
    return Digests(of_told, of_published, digest.digest())


# Those of all numbers follow it.
_first_key = cache(record_key)
