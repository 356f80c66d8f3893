"""The records that depend on all others and are loaded last: campaigns with their versions, and the data version."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import Any

from app.build.common.importer import BuildContext, Job, Record
from app.build.common.rows import Rows
from app.build.loader import Loader
from app.build.reader import Seeds
from app.build.render import render_summary
from app.build.summary import make_summary
from app.build.writer import Digests, canonical_json
from app.db.keys import ANY_LANGUAGE, DIGEST, record_key
from app.fulltext.table import SearchAlphabetRow
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.tables import DatabaseRow, RenderedRow
from app.resources.campaigns.transform import CampaignLinks, transform_campaign
from app.resources.locations.transform import BY_ALL_CAMPAIGNS

LoadedPlaces = Mapping[str, tuple[Record, Digests]]
"""The record and the digests of every place, by id."""


def _version(digest: Any) -> str:
    text: str = digest.hexdigest()
    return text[:32]


def load_campaigns(loader: Loader, seeds: Seeds, context: BuildContext, places: LoadedPlaces) -> None:
    """Load the campaigns, once all their other records are loaded and indexed."""
    names = {id_: place.name for id_, place in context.places.items()}
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
        version = _version(sha256(canonical_json([loader.content[id_].hexdigest(), content])))
        record = transform_campaign(job._replace(links=CampaignLinks(sources, version)), context)
        summary = make_summary(record.body, loader.figures[id_], names, loader.database)
        loader.load(record, id_, render_summary(summary))
        for _, digests in own:
            loader.rendered[id_].update(digests.rendered)
        rows = Rows()
        key = record_key(Resource.CAMPAIGN, DIGEST, ANY_LANGUAGE, number)
        rows.add(RenderedRow, key=key, stem=0, json_text=json.dumps(_version(loader.rendered[id_])))
        loader.insert(rows)


def _content_of_place(place: Record, campaign: str, sources: Sequence[str]) -> Tree:
    """Return a place's data without what other campaigns say of it."""
    return {
        "record": {name: value for name, value in place.body.items() if name not in BY_ALL_CAMPAIGNS},
        "mentions": [mention for mention in place.body["mentions"] if mention["campaign"] == campaign],
        # The position of a mention among those of other campaigns is not this campaign's data.
        "evidence": [item | {"supports": ""} for item in place.evidence if item["source"] in sources],
    }


def load_data_version(loader: Loader, context: BuildContext) -> str:
    """Load the search alphabet and, last of all, the version of the data; returns the version."""
    script = loader.indexer.script
    traditional, simplified = ("".join(map(chr, characters)) for characters in (script, script.values()))
    syllables = json.dumps(sorted(loader.syllables), ensure_ascii=False)
    alphabet = Rows()
    alphabet.add(SearchAlphabetRow, id=1, traditional=traditional, simplified=simplified, syllables=syllables)
    loader.insert(alphabet)
    credits_ = [source for source in context.coordinate_sources.values() if source["attribution"] is not None]
    shared = {"language": context.shared_language.value, "credits": json.dumps(credits_, ensure_ascii=False)}
    # Views and indexes are content too: a file with others is another version.
    schema = loader.database.run("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    loader.stored.update(canonical_json([*shared.values(), schema]))
    version = _version(loader.stored)
    rows = Rows()
    rows.add(DatabaseRow, shared, id=1, version=version)
    loader.database.insert(rows)
    return version
