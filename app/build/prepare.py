"""From all documents to the build context and the jobs: what each transformation needs to know of the others."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any

from app.build.common.importer import BuildContext, Job, RenderedSentence, name_for
from app.build.common.trees import tree
from app.build.reader import Seeds
from app.build.render import render_sentence
from app.languages import GAZETTEER_LANGUAGE, LANGUAGES, Language, StoredText
from app.model.codes import ScopeLevel
from app.resources.events.document import EventDocument
from app.resources.events.transform import sort_key
from app.resources.locations.document import PlaceDocument
from app.resources.locations.transform import PlaceLinks, link_place
from app.resources.outcomes.document import OutcomeDocument
from app.resources.outcomes.transform import Measures, OutcomeLinks, credited_events


def make_context(seeds: Seeds) -> BuildContext:
    """Gather what the transformations look up."""
    organisations: dict[str, dict[str, StoredText]] = {}
    scopes: dict[tuple[str, str], StoredText] = {}
    languages = {seeded.campaign.id: seeded.campaign.source_language for seeded in seeds.campaigns}
    for campaign in (seeded.campaign for seeded in seeds.campaigns):
        language = campaign.source_language
        for each in campaign.organisations:
            organisations.setdefault(each.id, {})[campaign.id] = each.name.stored(language)
        scopes[ScopeLevel.CAMPAIGN, campaign.id] = campaign.short_name.stored(language)
        scopes |= {(ScopeLevel.PILLAR, pillar.id): pillar.name.stored(language) for pillar in campaign.pillars}
    sources = [source.id for seeded in seeds.campaigns for source in seeded.sources.sources]
    places = _places(seeds)

    def around(id_: str | None) -> Iterator[str]:
        while id_ is not None:
            yield id_
            id_ = places[id_][0].parent

    return BuildContext(
        shared_language=next(language for language in LANGUAGES if language in languages.values()),
        languages=languages,
        organisations=organisations,
        scopes=scopes,
        places={id_: link_place(place, language, tuple(around(id_))) for id_, (place, language) in places.items()},
        coordinate_sources={source.id: tree(source, GAZETTEER_LANGUAGE) for source in seeds.places.coordinate_sources},
        sentences=_sentences(seeds, organisations),
        sources={id_: position for position, id_ in enumerate(sorted(sources))},
    )


def _places(seeds: Seeds) -> dict[str, tuple[PlaceDocument, Language]]:
    """Return each place by id with the language that its name was first written in, in the order of the ids."""
    places = [(place, GAZETTEER_LANGUAGE) for place in seeds.places.places]
    for seeded in seeds.campaigns:
        places += [(place, seeded.campaign.source_language) for place in seeded.locations.locations]
    return {place.id: (place, language) for place, language in sorted(places, key=lambda pair: pair[0].id)}


def _sentences(
    seeds: Seeds, organisations: Mapping[str, Mapping[str, StoredText]]
) -> dict[tuple[str, int, int], RenderedSentence]:
    """Return the sentences of all sources as evidence shows them, numbered in the order of the sources' ids."""
    sources = [(source, seeded.campaign) for seeded in seeds.campaigns for source in seeded.sources.sources]
    sentences: dict[tuple[str, int, int], RenderedSentence] = {}
    for source, campaign in sorted(sources, key=lambda pair: pair[0].id):
        details = tree(source, campaign.source_language)
        publisher = name_for(organisations[source.publisher], campaign.id)
        shown = {"source": source.id, "source_title": details["title"], "publisher": publisher}
        shown |= {name: details[name] for name in ("url", "not_given_note")}
        for sentence in details["sentences"]:
            shown |= {name: sentence[name] for name in ("paragraph", "sentence", "paraphrase")}
            key = source.id, sentence["paragraph"], sentence["sentence"]
            sentences[key] = RenderedSentence(len(sentences) + 1, render_sentence(shown))
    return sentences


class Numbered:
    """The documents of all campaigns as jobs, numbered from 1 in the order of a sort key."""

    def __init__(
        self, campaigns: Sequence[tuple[str, Sequence[Any]]], key: Callable[[Any], str], named: Collection[str] = ()
    ) -> None:
        """Sort the documents of campaigns, whose sequences may make each document when it is accessed.

        `numbers` has the numbers of those whose ids are in `named`.
        """
        self._campaigns = campaigns
        self._starts = [*accumulate((len(documents) for _, documents in campaigns), initial=0)]
        keys, ids = [], {}
        for index, document in enumerate(chain.from_iterable(documents for _, documents in campaigns)):
            keys.append(key(document))
            if document.id in named:
                ids[index] = document.id
        self._indexes = array("L", sorted(range(len(keys)), key=keys.__getitem__))
        self.numbers = {ids[index]: number for number, index in enumerate(self._indexes, start=1) if index in ids}

    def __len__(self) -> int:
        return len(self._indexes)

    def __getitem__(self, number: int) -> Job:
        index = self._indexes[number - 1]
        at = bisect_right(self._starts, index) - 1
        campaign, documents = self._campaigns[at]
        return Job(number, campaign, documents[index - self._starts[at]])

    def __iter__(self) -> Iterator[Job]:
        return map(self.__getitem__, range(1, len(self) + 1))


def location_jobs(seeds: Seeds) -> list[Job]:
    """Return a job for each place, with what all campaigns say of it."""
    places = _places(seeds)
    links = {id_: PlaceLinks(language) for id_, (_, language) in places.items()}
    for seeded in seeds.campaigns:
        for mention in seeded.locations.mentions:
            links[mention.location].add(mention, seeded.campaign.id, seeded.campaign.source_language)
    return [Job(number, None, place, links[id_]) for number, (id_, (place, _)) in enumerate(places.items(), start=1)]


def number_records(seeds: Seeds) -> tuple[Numbered, Numbered, Numbered]:
    """Return the sources and outcomes in the order of their ids, the events in that of their first days and ids."""
    campaigns = [(seeded.campaign.id, seeded) for seeded in seeds.campaigns]
    credited: set[str] = set()

    def outcome_key(outcome: OutcomeDocument) -> str:
        credited.update(credited_events(outcome))
        return outcome.id

    sources = Numbered([(id_, seeded.sources.sources) for id_, seeded in campaigns], lambda source: source.id)
    outcomes = Numbered([(id_, seeded.outcomes.outcomes) for id_, seeded in campaigns], outcome_key)
    events = Numbered([(id_, seeded.events.events) for id_, seeded in campaigns], sort_key, credited)
    return sources, outcomes, events


def link_outcomes(outcomes: Numbered, events: Numbered, context: BuildContext, measures: Measures) -> Iterator[Job]:
    """Iterate over the jobs of outcomes with their links; adds their metrics and units to `measures`."""
    for job in outcomes:
        measures.add(job.document, context.language_of(job.campaign))
        outcome: OutcomeDocument = job.document
        scope, numbers = outcome.scope, [events.numbers[id_] for id_ in credited_events(outcome)]
        if scope.level is ScopeLevel.EVENT:
            event: EventDocument = events[numbers[0]].document
            links = OutcomeLinks(event.pillar, event.title.stored(context.language_of(job.campaign)), numbers)
        else:
            pillar = scope.id if scope.level is ScopeLevel.PILLAR else None
            links = OutcomeLinks(pillar, context.scopes[scope.level, scope.id], numbers)
        yield job._replace(links=links)
