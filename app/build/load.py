"""Loading seeds into a draft: one kind of record after another, events and outcomes a batch at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from app.build.common.context import Library, LinkedPlace, around, languages_of, organisations_of, places_of, scopes_of
from app.build.common.names import GAZETTEER_LANGUAGE, Measures
from app.build.common.trees import tree
from app.build.database_writer import Draft
from app.build.loader import Loader, Progress
from app.build.numbering import Numbered, number_events, number_outcomes
from app.build.process_pool import workforce
from app.build.reader import Seeds
from app.build.records import compose_location, compose_outcome, compose_source, credited_events
from app.build.rows import default_language, location_rows, measure_rows, source_rows
from app.build.summary import is_headline
from app.build.versions import Headlines, Places, seal, seal_campaigns
from app.build.writer import EventJob, OutcomeJob
from app.model.codes import ScopeLevel
from app.resources.events.document import EventDocument
from app.resources.outcomes.document import OutcomeDocument

BATCH = 200
"""How many events or outcomes are at hand at a time: enough that to hand them over costs little, some 5 MB."""

_Item = TypeVar("_Item")


def load(seeds: Seeds, draft: Draft, progress: Progress) -> str:
    """Load checked seeds into an empty draft; gives the version, a digest of all that was loaded."""
    loader = Loader(draft, progress)
    library, places = _load_locations(loader, seeds)
    progress("numbering")
    outcomes, named = number_outcomes(seeds)
    events = number_events(seeds, named)
    measures = Measures()
    headlines: Headlines = defaultdict(list)
    with workforce(loader.writer, library, len(outcomes) + len(events)) as writers:
        jobs = _outcome_jobs(outcomes, events, library, measures, headlines)
        loader.write_all("outcomes", _batches(jobs), len(outcomes), writers)
        loader.write_all("events", _batches(_event_jobs(events)), len(events), writers)
    loader.insert(measure_rows(measures, default_language(seeds)))
    _load_sources(loader, seeds, library)
    progress("indexing")
    draft.index()
    seal_campaigns(loader, seeds, library, places, headlines)
    progress("ranking titles")
    draft.rank_titles()
    return seal(loader, seeds)


def _load_locations(loader: Loader, seeds: Seeds) -> tuple[Library, Places]:
    """Load the places; gives what events and outcomes need to know of the rest, and what campaigns do of places."""
    places = places_of(seeds)
    sources = {source.id: tree(source, GAZETTEER_LANGUAGE) for source in seeds.places.coordinate_sources}
    language = default_language(seeds)
    linked = {}
    composed = {}
    for id_, place in places.items():
        item = compose_location(place, places, sources)
        digests = loader.write(item, location_rows(place, places, language))
        composed[id_] = item, digests.published
        linked[id_] = LinkedPlace(
            name=item.title,
            latitude=item.record["latitude"],
            longitude=item.record["longitude"],
            gcj02=item.record["gcj02"],
            around=tuple(step.document.id for step in around(place, places)),
        )
    loader.progress(f"locations: {len(places):,}")
    return Library(languages_of(seeds), organisations_of(seeds), scopes_of(seeds), linked), composed


def _outcome_jobs(
    outcomes: Numbered[OutcomeDocument],
    events: Numbered[EventDocument],
    library: Library,
    measures: Measures,
    headlines: Headlines,
) -> Iterator[OutcomeJob]:
    """Give each outcome with what it needs of its event; takes note of what is measured, and of the headlines."""
    for number, (campaign, document) in outcomes.items():
        language, scope = library.languages[campaign], document.scope
        if scope.level is ScopeLevel.EVENT:
            _, event = events[events.numbers[scope.id]]
            pillar, name = event.pillar, event.title.stored(language)
        else:
            pillar = scope.id if scope.level is ScopeLevel.PILLAR else None
            name = library.scopes[scope.level, scope.id]
        measures.add(document, language)
        if is_headline(document):
            item = compose_outcome(number, document, campaign, library, pillar=pillar, scope_name=name)
            headlines[campaign].append(item.record)
        credited = [events.numbers[id_] for id_ in credited_events(document)]
        yield OutcomeJob(number, campaign, document, pillar, name, credited)


def _event_jobs(events: Numbered[EventDocument]) -> Iterator[EventJob]:
    for number, (campaign, document) in events.items():
        yield EventJob(number, campaign, document)


def _load_sources(loader: Loader, seeds: Seeds, library: Library) -> None:
    sources = sorted(
        ((source, seeded.campaign) for seeded in seeds.campaigns for source in seeded.sources.sources),
        key=lambda pair: pair[0].id,
    )
    for number, (source, campaign) in enumerate(sources, start=1):
        item = compose_source(number, source, campaign, library)
        loader.write(item, source_rows(number, source.id, campaign.id, campaign.source_language), campaign.id)


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
