"""Ids: each defined once, each reference to a record that exists and is of the right kind."""

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.build.common.faults import Fault
from app.build.common.yaml_reader import Path_, YamlDocument
from app.build.reader import CampaignSeeds, Seeds
from app.model.codes import EventKind, OutcomeKind, Resource, ScopeLevel, with_article
from app.resources.campaigns.document import OrganisationDocument
from app.resources.events.document import EventDocument
from app.resources.locations.document import PlaceDocument
from app.resources.outcomes.document import OutcomeDocument


class Place(NamedTuple):
    """Where in the seeds something stands."""

    yaml: YamlDocument
    path: Path_

    def fault(self, message: str) -> Fault:
        """Say what is wrong here."""
        return self.yaml.fault(self.path, message)


class Definition(NamedTuple):
    """An id that a document defines."""

    kind: str
    id: str
    place: Place
    owner: str | None = None
    """The campaign that it belongs to; None for what campaigns share."""
    merged_into: str | None = None
    retired: bool = False


class Reference(NamedTuple):
    """An id that a document refers to; `owner`, where given, must own what it names."""

    kind: str
    id: str
    place: Place
    owner: str | None = None


def check_references(seeds: Seeds) -> Iterator[Fault]:
    """Find ids that are defined twice or wrongly formed, and references that lead nowhere."""
    defined: dict[tuple[str, str], Definition] = {}
    for definition in definitions(seeds):
        key = (definition.kind, definition.id)
        first = defined.setdefault(key, definition)
        if first is not definition:
            line = first.place.yaml.fault(first.place.path, "")
            yield definition.place.fault(
                f"{definition.id!r} is a second {definition.kind} of this id; the first is at {line.file}:{line.line}"
            )
    for reference in _references(seeds):
        if reference.id not in seeds.unread_ids and reference.kind not in seeds.unread_kinds:
            yield from _judge(reference, defined)
    for campaign in seeds.campaigns:
        yield from _id_forms(campaign)
        yield from _repetitions(campaign)


def definitions(seeds: Seeds) -> Iterator[Definition]:
    """List every id that the seeds define, the retired ones too."""
    for index, source in enumerate(seeds.places.coordinate_sources):
        place = Place(seeds.places_yaml, ("coordinate_sources", index, "id"))
        yield Definition("source of coordinates", source.id, place)
    yield from _places(seeds.places.places, seeds.places_yaml, "places", None)
    for index, retired in enumerate(seeds.places.retired):
        place = Place(seeds.places_yaml, ("retired", index, "id"))
        yield Definition(retired.kind, retired.id, place, None, retired.merged_into, retired=True)
    for seeded in seeds.campaigns:
        yield from _campaign_definitions(seeded)


def _places(
    documents: tuple[PlaceDocument, ...], yaml: YamlDocument, key: str, owner: str | None
) -> Iterator[Definition]:
    for index, document in enumerate(documents):
        yield Definition(Resource.LOCATION, document.id, Place(yaml, (key, index, "id")), owner)


def _campaign_definitions(seeded: CampaignSeeds) -> Iterator[Definition]:
    campaign, yaml = seeded.campaign, seeded.yaml["campaign"]
    owner = campaign.id
    yield Definition(Resource.CAMPAIGN, campaign.id, Place(yaml, ("id",)), owner)
    for index, pillar in enumerate(campaign.pillars):
        yield Definition(Resource.PILLAR, pillar.id, Place(yaml, ("pillars", index, "id")), owner)
        for number, strand in enumerate(pillar.strands):
            place = Place(yaml, ("pillars", index, "strands", number, "id"))
            yield Definition(f"strand of {pillar.id}", strand.id, place, owner)
    for index, programme in enumerate(campaign.programmes):
        yield Definition("programme", programme.id, Place(yaml, ("programmes", index, "id")), owner)
    for index, plan in enumerate(campaign.plans):
        yield Definition(f"plan of {owner}", plan.id, Place(yaml, ("plans", index, "id")), owner)
    for index, context in enumerate(campaign.historical_context):
        yield Definition(f"context of {owner}", context.id, Place(yaml, ("historical_context", index, "id")), owner)
    for index, organisation in enumerate(campaign.organisations):
        yield Definition(Resource.ORGANISATION, organisation.id, Place(yaml, ("organisations", index, "id")), None)
    for index, retired in enumerate(campaign.retired):
        place = Place(yaml, ("retired", index, "id"))
        yield Definition(retired.kind, retired.id, place, owner, retired.merged_into, retired=True)
    yield from _record_definitions(seeded, owner)


def _record_definitions(seeded: CampaignSeeds, owner: str) -> Iterator[Definition]:
    for index, source in enumerate(seeded.sources.sources):
        yield Definition(Resource.SOURCE, source.id, Place(seeded.yaml["sources"], ("sources", index, "id")), owner)
    yield from _places(seeded.locations.locations, seeded.yaml["locations"], "locations", None)
    for index, event in enumerate(seeded.events.events):
        yield Definition(Resource.EVENT, event.id, Place(seeded.yaml["events"], ("events", index, "id")), owner)
    for index, outcome in enumerate(seeded.outcomes.outcomes):
        place = Place(seeded.yaml["outcomes"], ("outcomes", index, "id"))
        yield Definition(Resource.OUTCOME, outcome.id, place, owner)


def _judge(reference: Reference, defined: dict[tuple[str, str], Definition]) -> Iterator[Fault]:
    found = defined.get((reference.kind, reference.id))
    if found is None:
        known = [id_ for (kind, id_), one in defined.items() if kind == reference.kind and not one.retired]
        nearest = difflib.get_close_matches(reference.id, known, n=1)
        others = [kind for kind, id_ in defined if id_ == reference.id]
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        hint += f" (it is {with_article(others[0])})" if others else ""
        yield reference.place.fault(f"there is no {reference.kind} {reference.id!r}{hint}")
    elif found.retired:
        instead = f"write {found.merged_into!r}" if found.merged_into else "it was withdrawn"
        yield reference.place.fault(f"{reference.kind} {reference.id!r} is retired; {instead}")
    elif reference.owner is not None and found.owner != reference.owner:
        yield reference.place.fault(f"{reference.kind} {reference.id!r} belongs to campaign {found.owner!r}")


def _references(seeds: Seeds) -> Iterator[Reference]:
    yield from _place_references(seeds.places.places, seeds.places_yaml, "places", seeds)
    for index, retired in enumerate(seeds.places.retired):
        if retired.merged_into:
            place = Place(seeds.places_yaml, ("retired", index, "merged_into"))
            yield Reference(retired.kind, retired.merged_into, place)
    for seeded in seeds.campaigns:
        yield from _campaign_references(seeded)
        yield from _source_references(seeded)
        yield from _place_references(seeded.locations.locations, seeded.yaml["locations"], "locations", seeds)
        for index, mention in enumerate(seeded.locations.mentions):
            place = Place(seeded.yaml["locations"], ("mentions", index, "location"))
            yield Reference(Resource.LOCATION, mention.location, place)
        for index, event in enumerate(seeded.events.events):
            yield from _event_references(event, seeded, ("events", index))
        for index, outcome in enumerate(seeded.outcomes.outcomes):
            yield from _outcome_references(outcome, seeded, ("outcomes", index))


def _place_references(
    documents: tuple[PlaceDocument, ...], yaml: YamlDocument, key: str, seeds: Seeds
) -> Iterator[Reference]:
    for index, document in enumerate(documents):
        for name in ("parent", "fallback"):
            if id_ := getattr(document, name):
                yield Reference(Resource.LOCATION, id_, Place(yaml, (key, index, name)))


def _campaign_references(seeded: CampaignSeeds) -> Iterator[Reference]:
    campaign, yaml = seeded.campaign, seeded.yaml["campaign"]
    yield Reference(Resource.LOCATION, campaign.area, Place(yaml, ("area",)))
    yield Reference(Resource.ORGANISATION, campaign.implementer, Place(yaml, ("implementer",)))
    if campaign.directed_by:
        yield Reference(Resource.ORGANISATION, campaign.directed_by, Place(yaml, ("directed_by",)))
    for index, id_ in enumerate(campaign.deployed_by):
        yield Reference(Resource.ORGANISATION, id_, Place(yaml, ("deployed_by", index)))
    for index, programme in enumerate(campaign.programmes):
        if programme.scope:
            place = Place(yaml, ("programmes", index, "scope", "id"))
            yield Reference(_KIND_OF_LEVEL[programme.scope.level], programme.scope.id, place, campaign.id)
    for index, organisation in enumerate(campaign.organisations):
        yield from _organisation_references(organisation, yaml, ("organisations", index))
    for index, retired in enumerate(campaign.retired):
        if retired.merged_into:
            yield Reference(retired.kind, retired.merged_into, Place(yaml, ("retired", index, "merged_into")))


def _organisation_references(
    organisation: OrganisationDocument, yaml: YamlDocument, path: Path_
) -> Iterator[Reference]:
    if organisation.parent:
        yield Reference(Resource.ORGANISATION, organisation.parent, Place(yaml, (*path, "parent")))
    if organisation.address:
        yield Reference(Resource.LOCATION, organisation.address, Place(yaml, (*path, "address")))
    if organisation.coverage:
        for index, id_ in enumerate(organisation.coverage.locations):
            yield Reference(Resource.LOCATION, id_, Place(yaml, (*path, "coverage", "locations", index)))


def _source_references(seeded: CampaignSeeds) -> Iterator[Reference]:
    yaml = seeded.yaml["sources"]
    for index, source in enumerate(seeded.sources.sources):
        yield Reference(Resource.ORGANISATION, source.publisher, Place(yaml, ("sources", index, "publisher")))
        if source.publisher_address:
            place = Place(yaml, ("sources", index, "publisher_address"))
            yield Reference(Resource.LOCATION, source.publisher_address, place)


def _event_references(event: EventDocument, seeded: CampaignSeeds, path: Path_) -> Iterator[Reference]:
    yaml, owner = seeded.yaml["events"], seeded.campaign.id
    if event.pillar:
        yield Reference(Resource.PILLAR, event.pillar, Place(yaml, (*path, "pillar")), owner)
    if event.strand:
        yield Reference(f"strand of {event.pillar}", event.strand.id, Place(yaml, (*path, "strand", "id")))
    if event.programme:
        yield Reference("programme", event.programme, Place(yaml, (*path, "programme")), owner)
    if event.channel:
        yield Reference(Resource.ORGANISATION, event.channel, Place(yaml, (*path, "channel")))
    if event.part_of:
        yield Reference(Resource.EVENT, event.part_of.event, Place(yaml, (*path, "part_of", "event")), owner)
    if event.date.relative_to:
        place = Place(yaml, (*path, "date", "relative_to", "event"))
        yield Reference(Resource.EVENT, event.date.relative_to.event, place)
    yield from _event_links(event, yaml, path)


def _event_links(event: EventDocument, yaml: YamlDocument, path: Path_) -> Iterator[Reference]:
    for index, organiser in enumerate(event.organisers):
        place = Place(yaml, (*path, "organisers", index, "organisation"))
        yield Reference(Resource.ORGANISATION, organiser.organisation, place)
    for index, participant in enumerate(event.participants):
        if participant.organisation:
            place = Place(yaml, (*path, "participants", index, "organisation"))
            yield Reference(Resource.ORGANISATION, participant.organisation, place)
    for index, location in enumerate(event.locations):
        place = Place(yaml, (*path, "locations", index, "location"))
        yield Reference(Resource.LOCATION, location.location, place)


def _outcome_references(outcome: OutcomeDocument, seeded: CampaignSeeds, path: Path_) -> Iterator[Reference]:
    yaml, owner = seeded.yaml["outcomes"], seeded.campaign.id
    kind = _KIND_OF_LEVEL[outcome.scope.level]
    yield Reference(kind, outcome.scope.id, Place(yaml, (*path, "scope", "id")), owner)
    for index, id_ in enumerate(outcome.events):
        yield Reference(Resource.EVENT, id_, Place(yaml, (*path, "events", index)), owner)


def _id_forms(seeded: CampaignSeeds) -> Iterator[Fault]:
    prefix = f"{seeded.campaign.id}-"
    for index, event in enumerate(seeded.events.events):
        place = Place(seeded.yaml["events"], ("events", index, "id"))
        if not event.id.startswith(prefix):
            yield place.fault(f"{event.id!r} must begin with the campaign's id; write {prefix}{event.id}")
        if event.kind is EventKind.COMPONENT and event.part_of is None:
            yield place.fault("a component needs part_of, the event that it is a part of")
    for index, outcome in enumerate(seeded.outcomes.outcomes):
        place = Place(seeded.yaml["outcomes"], ("outcomes", index, "id"))
        expected = prefix + outcome.metric.replace("_", "-")
        if not outcome.id.startswith(prefix):
            yield place.fault(f"{outcome.id!r} must begin with the campaign's id; write {prefix}{outcome.id}")
        elif outcome.kind is OutcomeKind.QUANTITATIVE and not outcome.id.startswith(expected):
            yield place.fault(f"{outcome.id!r} must be named for its metric; write {expected}")


def _repetitions(seeded: CampaignSeeds) -> Iterator[Fault]:
    """Find links that a record has twice."""
    for index, event in enumerate(seeded.events.events):
        at = Place(seeded.yaml["events"], ("events", index))
        yield from _repeated(at, "organisers", "organisation", [link.organisation for link in event.organisers])
        yield from _repeated(at, "participants", "group", [group.group for group in event.participants])
        yield from _repeated(at, "locations", "location", [(link.location, link.role) for link in event.locations])
    for index, outcome in enumerate(seeded.outcomes.outcomes):
        at = Place(seeded.yaml["outcomes"], ("outcomes", index))
        yield from _repeated(at, "events", None, outcome.events)


def _repeated(record: Place, links: str, key: str | None, values: Sequence[object]) -> Iterator[Fault]:
    seen: set[object] = set()
    for index, value in enumerate(values):
        if value in seen:
            where = Place(record.yaml, (*record.path, links, index, *([key] if key else [])))
            shown = value[0] if isinstance(value, tuple) else value
            yield where.fault(f"{shown!r} stands here a second time; keep one of the two")
        seen.add(value)


_KIND_OF_LEVEL = {
    ScopeLevel.CAMPAIGN: Resource.CAMPAIGN,
    ScopeLevel.PILLAR: Resource.PILLAR,
    ScopeLevel.EVENT: Resource.EVENT,
}
