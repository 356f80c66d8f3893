"""From all documents to the build context and the jobs: what each transformation needs to know of the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.build.common.context import BuildContext
from app.build.common.documents import Text
from app.build.common.importer import Job
from app.build.common.numbering import Joined, Numbered, number_documents
from app.build.common.trees import tree
from app.build.reader import CampaignSeeds, Seeds
from app.languages import GAZETTEER_LANGUAGE, LANGUAGES, Language, StoredText
from app.model.codes import ScopeLevel
from app.model.columns import Tree
from app.resources.events.document import EventDocument
from app.resources.events.transform import sort_key
from app.resources.locations.document import PlaceDocument
from app.resources.locations.transform import PlaceLinks, link_place
from app.resources.outcomes.document import OutcomeDocument
from app.resources.outcomes.transform import Measures, credited_events, link_outcome


def make_context(seeds: Seeds) -> BuildContext:
    """Gather what the transformations look up."""
    places = _places(seeds)
    parents = {id_: place.parent for id_, (place, _) in places.items()}
    return BuildContext(
        shared_language=_shared_language(seeds),
        languages={seeded.campaign.id: seeded.campaign.source_language for seeded in seeds.campaigns},
        organisations={
            organisation.id: organisation.name.stored(seeded.campaign.source_language)
            for seeded in seeds.campaigns
            for organisation in seeded.campaign.organisations
        },
        scopes=dict(scope for seeded in seeds.campaigns for scope in _scopes(seeded)),
        places={
            id_: link_place(place, language, tuple(_around(id_, parents))) for id_, (place, language) in places.items()
        },
        coordinate_sources={source.id: tree(source, GAZETTEER_LANGUAGE) for source in seeds.places.coordinate_sources},
    )


def _shared_language(seeds: Seeds) -> Language:
    """Return the campaigns' source language, or the first of `LANGUAGES` that one of them has."""
    used = {seeded.campaign.source_language for seeded in seeds.campaigns}
    return next(language for language in LANGUAGES if language in used)


def credits_of(seeds: Seeds) -> list[Tree]:
    """Return the sources of coordinates whose licence requires a credit."""
    sources = seeds.places.coordinate_sources
    return [tree(source, GAZETTEER_LANGUAGE) for source in sources if source.attribution is not None]


def _scopes(seeded: CampaignSeeds) -> Iterator[tuple[tuple[str, str], StoredText]]:
    campaign, language = seeded.campaign, seeded.campaign.source_language
    named: list[tuple[ScopeLevel, str, Text]] = [(ScopeLevel.CAMPAIGN, campaign.id, campaign.short_name)]
    named += [(ScopeLevel.PILLAR, pillar.id, pillar.name) for pillar in campaign.pillars]
    for level, id_, name in named:
        yield (level, id_), name.stored(language)


def _places(seeds: Seeds) -> dict[str, tuple[PlaceDocument, Language]]:
    """Return each place by id with the language that its name was first written in, in the order of the ids."""
    places = [(place, GAZETTEER_LANGUAGE) for place in seeds.places.places]
    for seeded in seeds.campaigns:
        places += [(place, seeded.campaign.source_language) for place in seeded.locations.locations]
    return {place.id: (place, language) for place, language in sorted(places, key=lambda pair: pair[0].id)}


def _around(id_: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Iterate over a place and all that it lies in, from the place itself upwards."""
    around: str | None = id_
    while around is not None:
        yield around
        around = parents[around]


def location_jobs(seeds: Seeds) -> list[Job]:
    """Return a job for each place, with what all campaigns say of it."""
    places = _places(seeds)
    links = {id_: PlaceLinks(language) for id_, (_, language) in places.items()}
    for seeded in seeds.campaigns:
        for mention in seeded.locations.mentions:
            links[mention.location].add(mention, seeded.campaign.id, seeded.campaign.source_language)
    return [Job(number, None, place, links[id_]) for number, (id_, (place, _)) in enumerate(places.items(), start=1)]


def source_jobs(seeds: Seeds) -> list[Job]:
    """Return a job for each source, in the order of their ids."""
    sources = [(source, seeded.campaign.id) for seeded in seeds.campaigns for source in seeded.sources.sources]
    sources.sort(key=lambda pair: pair[0].id)
    return [Job(number, campaign, source) for number, (source, campaign) in enumerate(sources, start=1)]


def campaign_jobs(seeds: Seeds) -> list[Job]:
    """Return a job for each campaign, in the order of their ids."""
    return [
        Job(number, seeded.campaign.id, seeded.campaign, sorted(source.id for source in seeded.sources.sources))
        for number, seeded in enumerate(seeds.campaigns, start=1)
    ]


@dataclass(frozen=True)
class NumberedRecords:
    """The records that may be too many to hold in memory."""

    outcomes: Numbered[OutcomeDocument]
    events: Numbered[EventDocument]


def number_records(seeds: Seeds) -> NumberedRecords:
    """Return the outcomes in the order of their ids, and the events in that of their first days and ids."""
    credited: set[str] = set()

    def outcome_key(outcome: OutcomeDocument) -> str:
        credited.update(credited_events(outcome))
        return outcome.id

    outcomes = Joined([(seeded.campaign.id, seeded.outcomes.outcomes) for seeded in seeds.campaigns])
    numbered = number_documents(outcomes, outcome_key)
    events = Joined([(seeded.campaign.id, seeded.events.events) for seeded in seeds.campaigns])
    return NumberedRecords(numbered, number_documents(events, sort_key, credited))


def outcome_jobs(records: NumberedRecords, context: BuildContext, measures: Measures) -> Iterator[Job]:
    """Iterate over a job for each outcome; adds their metrics and units to `measures`."""
    for number, (campaign, outcome) in records.outcomes.items():
        measures.add(outcome, context.languages[campaign])
        yield Job(number, campaign, outcome, link_outcome(outcome, campaign, records.events, context))


def event_jobs(records: NumberedRecords) -> Iterator[Job]:
    """Iterate over a job for each event."""
    for number, (campaign, event) in records.events.items():
        yield Job(number, campaign, event)
