"""The records that depend on all others and are loaded last: campaigns with their versions, and the data version."""

import json
from collections.abc import Mapping, Sequence

from app.build.common.context import BuildContext
from app.build.common.digest import Digests
from app.build.common.importer import Job, Record, Transformed
from app.build.common.rows import Rows
from app.build.loader import Loader
from app.build.prepare import campaign_jobs, credits_of
from app.build.reader import CampaignSeeds, Seeds
from app.build.render import render_summary
from app.build.summary import make_summary
from app.db.keys import ANY_LANGUAGE, DIGEST, SUMMARY, record_key
from app.fulltext.table import SearchAlphabetRow
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.tables import DatabaseRow, RenderedRow
from app.resources.campaigns.transform import transform_campaign, with_version
from app.resources.locations.transform import BY_ALL_CAMPAIGNS

LoadedPlaces = Mapping[str, tuple[Record, Digests]]
"""The record and the digests of every place, by id."""


def load_campaigns(loader: Loader, seeds: Seeds, context: BuildContext, places: LoadedPlaces) -> None:
    """Load the campaigns, once all their other records are loaded and indexed."""
    names = {id_: place.name for id_, place in context.places.items()}
    for job, seeded in zip(campaign_jobs(seeds), seeds.campaigns, strict=True):
        campaign = seeded.campaign.id
        own_places = [places[id_] for id_ in _places_of(seeded, context)]
        item = _versioned(loader, job, seeded, context, [record for record, _ in own_places])
        summary = make_summary(item.record.body, loader.figures[campaign], names, loader.database)
        loader.load(item, campaign, {SUMMARY: render_summary(summary)})
        for _, digests in own_places:
            loader.ledger.add_rendered(digests.rendered, campaign)
        _load_digest(loader, job.number, loader.ledger.rendered_of(campaign))


def _versioned(
    loader: Loader, job: Job, seeded: CampaignSeeds, context: BuildContext, places: Sequence[Record]
) -> Transformed:
    """Transform a campaign, with its version: a digest of all its data."""
    item = transform_campaign(job, context)
    content = {
        "campaign": [item.record.body, item.record.evidence],
        "places": [_content_of_place(place, seeded.campaign.id, job.links) for place in places],
        "retired": [document.model_dump(mode="json") for document in seeded.campaign.retired],
    }
    return with_version(item, loader.ledger.version_of(seeded.campaign.id, content))


def _places_of(seeded: CampaignSeeds, context: BuildContext) -> list[str]:
    """Return the ids of the places that a campaign's sources mention, and of all that these lie in."""
    return sorted({id_ for mention in seeded.locations.mentions for id_ in context.places[mention.location].around})


def _content_of_place(place: Record, campaign: str, sources: Sequence[str]) -> Tree:
    """Return a place's data without what other campaigns say of it."""
    return {
        "record": {name: value for name, value in place.body.items() if name not in BY_ALL_CAMPAIGNS},
        "mentions": [mention for mention in place.body["mentions"] if mention["campaign"] == campaign],
        # The position of a mention among those of other campaigns is not this campaign's data.
        "evidence": [item | {"supports": ""} for item in place.evidence if item["source"] in sources],
    }


def _load_digest(loader: Loader, number: int, digest: str) -> None:
    rows = Rows()
    key = record_key(Resource.CAMPAIGN, DIGEST, ANY_LANGUAGE, number)
    rows.add(RenderedRow, key=key, stem=0, json_text=json.dumps(digest))
    loader.insert(rows)


def load_data_version(loader: Loader, seeds: Seeds, context: BuildContext) -> str:
    """Load the search alphabet and, last of all, the version of the data; returns the version."""
    script = loader.writer.indexer.script
    traditional, simplified = ("".join(map(chr, characters)) for characters in (script, script.values()))
    syllables = json.dumps(sorted(loader.syllables), ensure_ascii=False)
    alphabet = Rows()
    alphabet.add(SearchAlphabetRow, id=1, traditional=traditional, simplified=simplified, syllables=syllables)
    loader.insert(alphabet)
    language, credits_ = context.shared_language.value, json.dumps(credits_of(seeds), ensure_ascii=False)
    # Views and indexes are content too: a file with others is another version.
    schema = loader.database.run("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    loader.ledger.add_stored([language, credits_, schema])
    version = loader.ledger.version()
    rows = Rows()
    rows.add(DatabaseRow, id=1, version=version, language=language, credits=credits_)
    loader.database.insert(rows)
    return version
