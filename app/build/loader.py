"""Loading records into the database; last those that depend on all others: campaigns and the version."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain, islice
from typing import Any

from app.build.common.importer import BuildContext, Job, Record, Rows
from app.build.database_writer import DatabaseWriter
from app.build.process_pool import Pool
from app.build.reader import Seeds
from app.build.render import RenderedRecord, render_summary
from app.build.search_text import Indexer, pronounce, simplification
from app.build.summary import make_summary
from app.build.writer import Digests, Written, canonical_json
from app.db.keys import ANY_LANGUAGE, DIGEST, SENTENCE, record_key
from app.fulltext.table import SearchAlphabetRow, SearchSpellingRow
from app.languages import LANGUAGES, Tree
from app.model.codes import Resource
from app.model.tables import DatabaseRow, RenderedRow
from app.resources.campaigns.transform import CampaignLinks, transform_campaign
from app.resources.locations.transform import BY_ALL_CAMPAIGNS

Progress = Callable[[str], None]
"""Called with a line about what is being done."""

BATCH_RECORDS = 200
"""How many records are in memory at a time, some 5 MB: enough that sending them to a process costs little."""

_REPORTED_RECORDS = 10_000


class Loader:
    """Loads records; the order in which they are loaded is a part of the version."""

    def __init__(self, database: DatabaseWriter, context: BuildContext, progress: Progress) -> None:
        self._database = database
        self._context = context
        self._progress = progress
        self.indexer = Indexer(simplification())
        self._content: defaultdict[str, Any] = defaultdict(sha256)
        """Running digests of what each campaign contains."""
        self._rendered: defaultdict[str, Any] = defaultdict(sha256)
        """Running digests of everything rendered of each campaign."""
        self._stored = sha256()
        """A running digest of everything stored."""
        self._words: set[str] = set()
        """The words of the search index so far that searches in pinyin need."""
        self._figures: defaultdict[str, list[Tree]] = defaultdict(list)
        """The figures for the summary of each campaign so far."""
        self._versioned: set[str] = set()
        """The campaigns whose version was written; it is a digest of all their records."""

    def insert(self, rows: Rows) -> None:
        """Load rows that belong to no record."""
        self._database.insert(rows)
        for table_and_rows in rows.items():
            self._stored.update(canonical_json(table_and_rows))

    def load_sentences(self) -> None:
        """Load the sentences of all sources, as evidence shows them."""
        rows = Rows()
        for sentence in self._context.sentences.values():
            for language, json_text in sentence.rendered.items():
                key = record_key(Resource.SOURCE, SENTENCE, language, sentence.number)
                rows.add(RenderedRow, key=key, stem=0, json_text=json_text.decode())
        self.insert(rows)

    def load(self, record: Record, campaign: str | None = None, summary: RenderedRecord | None = None) -> Digests:
        """Load one record, as `Written.add` writes it; `campaign` is None if campaigns share it."""
        written = Written(self._context.sentences)
        written.add(record, campaign, self.indexer, summary)
        self._insert(written)
        ((_, digests),) = written.digests
        return digests

    def load_all(self, resource: Resource, jobs: Iterable[Job], total: int, pool: Pool) -> None:
        """Load many records, a batch at a time; reports how many of the `total` are done."""
        done, reported = 0, 0
        for written in pool((resource, batch) for batch in _batches(jobs)):
            self._insert(written)
            done += len(written.digests)
            if done == total or done - reported >= _REPORTED_RECORDS:
                reported = done
                self._progress(f"{resource.value}s: {done:,} of {total:,}")

    def load_campaigns(self, seeds: Seeds, places: Mapping[str, tuple[Record, Digests]]) -> None:
        """Load the campaigns, once all other records are loaded and indexed; `places` has those of places by id."""
        context = self._context
        for number, seeded in enumerate(seeds.campaigns, start=1):
            id_ = seeded.campaign.id
            # The places that its sources mention, and all that these lie in.
            around = (context.places[mention.location].around for mention in seeded.locations.mentions)
            own = [places[place] for place in sorted(set(chain.from_iterable(around)))]
            sources = sorted(source.id for source in seeded.sources.sources)
            job = Job(number, id_, seeded.campaign, CampaignLinks(sources))
            unversioned = transform_campaign(job, context)
            content = {
                "campaign": [unversioned.body, unversioned.evidence],
                "places": [_content_of_place(place, id_, sources) for place, _ in own],
                "retired": [document.model_dump(mode="json") for document in seeded.campaign.retired],
            }
            version = _version(sha256(canonical_json([self._content[id_].hexdigest(), content])))
            record = transform_campaign(job._replace(links=CampaignLinks(sources, version)), context)
            summary = make_summary(record.body, self._figures[id_], context, self._database)
            self.load(record, id_, render_summary(summary))
            for _, digests in own:
                self._rendered[id_].update(digests.rendered)
            rows = Rows()
            key = record_key(Resource.CAMPAIGN, DIGEST, ANY_LANGUAGE, number)
            rows.add(RenderedRow, key=key, stem=0, json_text=json.dumps(_version(self._rendered[id_])))
            self.insert(rows)
            self._versioned.add(id_)

    def load_data_version(self) -> str:
        """Load the words of searches and, last of all, the version of the data; returns the version."""
        self._load_search_words()
        sources, language = self._context.coordinate_sources.values(), self._context.shared_language
        credits_ = [source for source in sources if source["attribution"] is not None]
        shared = {"language": language.value, "credits": json.dumps(credits_, ensure_ascii=False)}
        # Views and indexes are content too: a file with others is another version.
        schema = self._database.run("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        self._stored.update(canonical_json([*shared.values(), schema]))
        version = _version(self._stored)
        rows = Rows()
        rows.add(DatabaseRow, shared, id=1, version=version, languages=" ".join(LANGUAGES))
        self._database.insert(rows)
        return version

    def _load_search_words(self) -> None:
        script = self.indexer.script
        traditional, simplified = ("".join(map(chr, characters)) for characters in (script, script.values()))
        sounds = pronounce(self._words, script)
        syllables, words = (json.dumps(each, ensure_ascii=False) for each in (sounds.syllables, sounds.words))
        rows = Rows()
        rows.add(
            SearchAlphabetRow, id=1, traditional=traditional, simplified=simplified, syllables=syllables, words=words
        )
        for spoken, written in sounds.spellings.items():
            rows.add(SearchSpellingRow, spoken=spoken, written=written)
        self.insert(rows)

    def _insert(self, written: Written) -> None:
        for campaign in self._versioned.intersection(campaign for campaign, _ in written.digests):
            raise ValueError(f"{campaign} has its version; load its records before load_campaigns")
        self._database.insert(written.rows)
        self._words |= written.words
        for campaign, figure in written.figures:
            self._figures[campaign].append(figure)
        for campaign_or_none, digests in written.digests:
            if campaign_or_none is not None:
                self._content[campaign_or_none].update(digests.content)
                self._rendered[campaign_or_none].update(digests.rendered)
            self._stored.update(digests.stored)


def _batches(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    rest = iter(jobs)
    while batch := list(islice(rest, BATCH_RECORDS)):
        yield batch


def _version(digest: Any) -> str:
    return str(digest.hexdigest())[:32]


def _content_of_place(place: Record, campaign: str, sources: Sequence[str]) -> Tree:
    """Return a place's data without what other campaigns say of it."""
    return {
        "record": {name: value for name, value in place.body.items() if name not in BY_ALL_CAMPAIGNS},
        "mentions": [mention for mention in place.body["mentions"] if mention["campaign"] == campaign],
        # The position of a mention among those of other campaigns is not this campaign's data.
        "evidence": [item | {"supports": ""} for item in place.evidence if item["source"] in sources],
    }
