"""Turning checked seeds into the rows of a snapshot, numbered in the order in which lists show them."""

from collections.abc import Iterator

from sqlmodel import SQLModel

from app.languages import LANGUAGES, Language
from app.seeding.checks.references import definitions
from app.seeding.documents.events import EventDocument
from app.seeding.documents.locations import PlaceDocument
from app.seeding.documents.outcomes import OutcomeDocument
from app.seeding.naming import GAZETTEER_LANGUAGE, METRIC, UNIT, names_of
from app.seeding.reading import CampaignSeeds, Seeds
from app.seeding.trees import evidence_of, tree
from app.tables import (
    CampaignRow,
    EventLocationRow,
    EventOrganiserRow,
    EventRow,
    IdentifierRow,
    LocationAncestorRow,
    LocationCampaignRow,
    LocationRow,
    OrganisationRow,
    OutcomeEventRow,
    OutcomeRow,
    PillarRow,
    SourceRow,
)
from app.tables.columns import Tree
from app.vocabulary import RecordKind, ScopeLevel


def default_language(seeds: Seeds) -> Language:
    """Choose what answers about several campaigns fall back to: their source language, if they share one."""
    used = {seeded.campaign.source_language for seeded in seeds.campaigns}
    return next(language for language in LANGUAGES if language in used)


def credits_of(seeds: Seeds) -> list[Tree]:
    """List the sources of coordinates whose licence asks for a credit."""
    sources = seeds.places.coordinate_sources
    return [tree(source, GAZETTEER_LANGUAGE) for source in sources if source.attribution is not None]


def rows(seeds: Seeds) -> Iterator[SQLModel]:
    """Give every row of the seeds, each after the rows that it refers to."""
    yield from _campaigns(seeds)
    yield from _locations(seeds)
    yield from _events_and_outcomes(seeds)
    yield from _identifiers(seeds)


def _campaigns(seeds: Seeds) -> Iterator[SQLModel]:
    for number, seeded in enumerate(seeds.campaigns, start=1):
        campaign, language = seeded.campaign, seeded.campaign.source_language
        details = tree(campaign, language)
        yield CampaignRow(
            number=number,
            id=campaign.id,
            source_language=language,
            name=details.pop("name"),
            details={key: value for key, value in details.items() if key not in ("id", "source_language", "retired")},
            evidence=list(evidence_of(campaign)),
        )
        for ordinal, pillar in enumerate(campaign.pillars, start=1):
            name = pillar.name.stored(language)
            yield PillarRow(id=pillar.id, campaign=campaign.id, ordinal=ordinal, name=name)
        for organisation in campaign.organisations:
            yield OrganisationRow(
                id=organisation.id,
                campaign=campaign.id,
                kind=organisation.kind.value,
                name=organisation.name.stored(language),
                details=tree(organisation, language),
            )
    sources = sorted(
        ((source, seeded.campaign) for seeded in seeds.campaigns for source in seeded.sources.sources),
        key=lambda pair: pair[0].id,
    )
    for number, (source, campaign) in enumerate(sources, start=1):
        yield SourceRow(
            number=number,
            id=source.id,
            campaign=campaign.id,
            details=tree(source, campaign.source_language),
            evidence=list(evidence_of(source)),
        )


def _locations(seeds: Seeds) -> Iterator[SQLModel]:
    places = {place.id: (place, GAZETTEER_LANGUAGE) for place in seeds.places.places}
    mentions: dict[str, list[Tree]] = {}
    evidence: dict[str, list[Tree]] = {}
    for seeded in seeds.campaigns:
        campaign, language = seeded.campaign.id, seeded.campaign.source_language
        places |= {place.id: (place, language) for place in seeded.locations.locations}
        for mention in seeded.locations.mentions:
            told = mentions.setdefault(mention.location, [])
            found = evidence.setdefault(mention.location, [])
            found.extend(evidence_of(mention, f"/mentions/{len(told)}"))
            told.append({"campaign": campaign, **tree(mention, language)})
            del told[-1]["location"]
    sources = {source.id: tree(source, GAZETTEER_LANGUAGE) for source in seeds.places.coordinate_sources}
    for number, id_ in enumerate(sorted(places), start=1):
        place, language = places[id_]
        yield _location(
            number,
            place,
            language,
            sources=sources,
            mentions=mentions.get(id_, []),
            evidence=evidence.get(id_, []),
        )
    for id_, (place, _) in sorted(places.items()):
        ancestor: str | None = place.id
        while ancestor is not None:
            yield LocationAncestorRow(ancestor=ancestor, location=id_)
            ancestor = places[ancestor][0].parent
    for seeded in seeds.campaigns:
        for mention in seeded.locations.mentions:
            yield LocationCampaignRow(campaign=seeded.campaign.id, location=mention.location)


def _location(
    number: int,
    place: PlaceDocument,
    language: Language,
    *,
    sources: dict[str, Tree],
    mentions: list[Tree],
    evidence: list[Tree],
) -> LocationRow:
    details = tree(place, language)
    code, point = details.pop("code"), details.pop("coordinates")
    for stored_apart in ("id", "kind", "parent"):
        del details[stored_apart]
    details |= {
        "admin_code": code and code["value"],
        "admin_code_scheme": code and code["scheme"],
        "precision": point and point["precision"],
        "uncertainty_km": point and point["uncertainty_km"],
        "coordinates_source": point
        and sources[point["source"]] | {"reference": point["reference"], "confidence": point["confidence"]},
        "coordinates_note": details["coordinates_note"] or (point and point["note"]),
        "mentions": mentions,
    }
    return LocationRow(
        number=number,
        id=place.id,
        kind=place.kind.value,
        parent=place.parent,
        latitude=point and point["latitude"],
        longitude=point and point["longitude"],
        named_in_source=any(mention["named"] for mention in mentions),
        name=details.pop("name"),
        details=details,
        evidence=evidence,
    )


def _events_and_outcomes(seeds: Seeds) -> Iterator[SQLModel]:
    events = [(event, seeded) for seeded in seeds.campaigns for event in seeded.events.events]
    events.sort(key=lambda pair: (pair[0].date.period().start is None, pair[0].date.period().start, pair[0].id))
    numbers = {event.id: number for number, (event, _) in enumerate(events, start=1)}
    for event, seeded in events:
        yield from _event(numbers[event.id], event, seeded)
    pillars = {event.id: event.pillar for event, _ in events}
    outcomes = [(outcome, seeded) for seeded in seeds.campaigns for outcome in seeded.outcomes.outcomes]
    outcomes.sort(key=lambda pair: pair[0].id)
    for number, (outcome, seeded) in enumerate(outcomes, start=1):
        yield _outcome(number, outcome, seeded, pillars)
        credited = (outcome.scope.id,) if outcome.scope.level is ScopeLevel.EVENT else outcome.events
        for ordinal, id_ in enumerate(credited):
            yield OutcomeEventRow(event=numbers[id_], outcome=number, ordinal=ordinal)


def _event(number: int, event: EventDocument, seeded: CampaignSeeds) -> Iterator[SQLModel]:
    language = seeded.campaign.source_language
    start, end, _ = event.date.period()
    details = tree(event, language)
    for stored_apart in ("id", "pillar", "kind", "category", "organisers", "locations"):
        del details[stored_apart]
    yield EventRow(
        number=number,
        id=event.id,
        campaign=seeded.campaign.id,
        pillar=event.pillar,
        kind=event.kind.value,
        category=event.category.value,
        part_of=event.part_of.event if event.part_of else None,
        starts_on=start,
        ends_on=end,
        undated=start is None,
        date_order=int(start.strftime("%Y%m%d")) if start else 0,
        title=details.pop("title"),
        details=details,
        evidence=list(evidence_of(event)),
    )
    for ordinal, organiser in enumerate(event.organisers):
        yield EventOrganiserRow(event=number, ordinal=ordinal, **tree(organiser, language))
    for ordinal, location in enumerate(event.locations):
        yield EventLocationRow(event=number, ordinal=ordinal, **tree(location, language))


def _outcome(
    number: int, outcome: OutcomeDocument, seeded: CampaignSeeds, pillars: dict[str, str | None]
) -> OutcomeRow:
    details = tree(outcome, seeded.campaign.source_language)
    for stored_apart in ("id", "kind", "metric", "scope", "events", "value", "unit"):
        del details[stored_apart]
    details["unit_name"] = outcome.unit and outcome.unit.name.stored(seeded.campaign.source_language)
    scope = outcome.scope
    pillar = {ScopeLevel.PILLAR: scope.id, ScopeLevel.EVENT: pillars.get(scope.id)}.get(scope.level)
    return OutcomeRow(
        number=number,
        id=outcome.id,
        campaign=seeded.campaign.id,
        pillar=pillar,
        kind=outcome.kind.value,
        metric=outcome.metric,
        unit=outcome.unit.id if outcome.unit else None,
        scope_level=scope.level.value,
        scope_id=scope.id,
        value=outcome.value,
        value_missing=outcome.value is None,
        value_order=outcome.value or 0.0,
        details=details,
        evidence=list(evidence_of(outcome)),
    )


def _identifiers(seeds: Seeds) -> Iterator[SQLModel]:
    languages = {seeded.campaign.id: seeded.campaign.source_language for seeded in seeds.campaigns}
    fallback = default_language(seeds)
    reasons = {
        (retired.kind.value, retired.id): retired.reason
        for list_ in (seeds.places.retired, *(seeded.campaign.retired for seeded in seeds.campaigns))
        for retired in list_
    }
    names = names_of(seeds)
    for definition in definitions(seeds):
        if definition.kind not in tuple(RecordKind):
            continue
        language = languages.get(definition.owner or "", fallback)
        reason = reasons.get((definition.kind, definition.id))
        yield IdentifierRow(
            kind=definition.kind,
            id=definition.id,
            campaign=definition.owner,
            language=language,
            retired=definition.retired,
            successor=definition.merged_into,
            reason=reason.stored(language) if reason else None,
            name=names.get((definition.kind, definition.id)),
        )
    for (kind, id_), name in sorted(names.items()):
        if kind in (METRIC, UNIT):
            yield IdentifierRow(kind=kind, id=id_, campaign=None, language=fallback, name=name)
