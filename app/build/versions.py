"""Loading what tells of all the rest, and so comes last: campaigns with versions and summaries, and the snapshot."""

import json
from collections.abc import Mapping, Sequence

from app.build.common.context import Library
from app.build.loader import Loader
from app.build.reader import CampaignSeeds, Seeds
from app.build.records import Composed, compose_campaign
from app.build.render import render_summary
from app.build.rows import Rows, campaign_rows, credits_of, default_language
from app.build.summary import compose_summary
from app.db.keys import record_key
from app.fulltext.table import SearchAlphabetRow
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.tables import ANY_LANGUAGE, DIGEST, SUMMARY, DatabaseRow, RenderedRow

Places = Mapping[str, tuple[Composed, bytes]]
"""Every place by its id, with the digest of what is published of it."""

Headlines = Mapping[str, list[Tree]]
"""The figures of each whole campaign, as public records."""

_BY_ALL_CAMPAIGNS = ("mentions", "named_in_source")


def seal_campaigns(loader: Loader, seeds: Seeds, library: Library, places: Places, headlines: Headlines) -> None:
    """Load the campaigns, once all their other records are loaded and indexed."""
    language = default_language(seeds)
    retired = Rows()
    for document in seeds.places.retired:
        retired.add_retired(document, None, language)
    loader.insert(retired)
    names = {id_: place.name for id_, place in library.places.items()}
    for number, seeded in enumerate(seeds.campaigns, start=1):
        campaign = seeded.campaign.id
        loader.insert(campaign_rows(number, seeded, language))
        own_places = [places[id_] for id_ in _places_of(seeded, library)]
        item = _versioned(loader, number, seeded, library, [place for place, _ in own_places])
        summary = compose_summary(item.record, headlines.get(campaign, []), names, loader.draft)
        loader.write(item, Rows(), campaign, {SUMMARY: render_summary(summary)})
        for _, published in own_places:
            loader.ledger.add_published(published, campaign)
        digest = Rows()
        key = record_key(Resource.CAMPAIGN, DIGEST, ANY_LANGUAGE, number)
        digest.add(RenderedRow, key, 0, json.dumps(loader.ledger.published_of(campaign)).encode())
        loader.insert(digest)


def _versioned(
    loader: Loader, number: int, seeded: CampaignSeeds, library: Library, places: Sequence[Composed]
) -> Composed:
    """Compose a campaign with its version, a digest of all that is told of it."""
    sources = sorted(source.id for source in seeded.sources.sources)
    unversioned = compose_campaign(number, seeded.campaign, sources, library, "")
    told = {
        "campaign": [unversioned.record, unversioned.evidence],
        "places": [_told_of_place(place, seeded.campaign.id, sources) for place in places],
        "retired": [document.model_dump(mode="json") for document in seeded.campaign.retired],
    }
    version = loader.ledger.version_of(seeded.campaign.id, told)
    return compose_campaign(number, seeded.campaign, sources, library, version)


def _places_of(seeded: CampaignSeeds, library: Library) -> list[str]:
    """List the places that a campaign's sources speak of, and all that these lie in."""
    mentioned = (library.places[mention.location] for mention in seeded.locations.mentions)
    return sorted({id_ for place in mentioned for id_ in place.around})


def _told_of_place(place: Composed, campaign: str, sources: Sequence[str]) -> Tree:
    """Give all that is told of a campaign's place, but for what other campaigns tell of it."""
    return {
        "record": {name: value for name, value in place.record.items() if name not in _BY_ALL_CAMPAIGNS},
        "mentions": [mention for mention in place.record["mentions"] if mention["campaign"] == campaign],
        # Where a mention stands among those of other campaigns is no fact of this one.
        "evidence": [item | {"supports": ""} for item in place.evidence if item["source"] in sources],
    }


def seal(loader: Loader, seeds: Seeds) -> str:
    """Load what there is one of, once all else is loaded; gives the version of the snapshot."""
    script = loader.writer.indexer.script
    traditional, simplified = ("".join(map(chr, characters)) for characters in (script, script.values()))
    alphabet = Rows()
    syllables = json.dumps(sorted(loader.syllables), ensure_ascii=False)
    alphabet.add(SearchAlphabetRow, 1, traditional, simplified, syllables)
    loader.insert(alphabet)
    language, credited = default_language(seeds).value, json.dumps(credits_of(seeds), ensure_ascii=False)
    loader.ledger.add_stored((language, credited))
    version = loader.ledger.version()
    snapshot = Rows()
    snapshot.add(DatabaseRow, 1, version, language, credited)
    loader.draft.insert(snapshot)
    return version
