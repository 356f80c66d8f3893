"""The rows that documents are to a question: what lists select and order by, and never what is shown.

A row is a plain tuple in the order of its table's columns: a million events have thirty million rows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import SQLModel

from app.build.common.context import Library, Place, around
from app.build.common.documents import RetiredDocument
from app.build.common.names import GAZETTEER_LANGUAGE, Measures
from app.build.common.trees import tree
from app.build.reader import CampaignSeeds, Seeds
from app.languages import LANGUAGES, Language, Text
from app.model.codes import LinkBasis, Resource
from app.model.columns import Tree
from app.model.tables import IdentifierRow
from app.resources.campaigns.table import CampaignRow, OrganisationRow, PillarRow
from app.resources.events.document import EventDocument
from app.resources.events.table import LONGEST_SPAN, EventLocationRow, EventOrganiserRow, EventRow, EventWithinRow
from app.resources.locations.table import LocationAncestorRow, LocationCampaignRow, LocationRow
from app.resources.outcomes.document import OutcomeDocument
from app.resources.outcomes.table import OutcomeEventRow, OutcomeRow
from app.resources.sources.table import SourceRow

_ANY_BASIS = "any"

Row = tuple[Any, ...]


class Rows(dict[type[SQLModel], list[Row]]):
    """Rows by their tables."""

    def add(self, table: type[SQLModel], *values: Any) -> None:
        """Add a row; its values stand in the order of the table's columns."""
        self.setdefault(table, []).append(values)

    def extend(self, others: "Rows") -> None:
        """Add all of some other rows."""
        for table, rows in others.items():
            self.setdefault(table, []).extend(rows)

    def add_identifier(
        self,
        kind: str,
        id_: str,
        *,
        number: int | None = None,
        campaign: str | None = None,
        language: Language,
        name: Text | None = None,
    ) -> None:
        """Add an id that is in use."""
        self.add(IdentifierRow, kind, id_, number, campaign, language.value, False, None, None, _json(name))

    def add_retired(self, retired: RetiredDocument, campaign: str | None, language: Language) -> None:
        """Add an id that is in use no longer."""
        reason = _json(retired.reason.stored(language))
        self.add(
            IdentifierRow,
            retired.kind.value,
            retired.id,
            None,
            campaign,
            language.value,
            True,
            retired.merged_into,
            reason,
            None,
        )


def _json(node: Any) -> str | None:
    return None if node is None else json.dumps(node, ensure_ascii=False)


def default_language(seeds: Seeds) -> Language:
    """Choose what answers about several campaigns fall back to: their source language, if they share one."""
    used = {seeded.campaign.source_language for seeded in seeds.campaigns}
    return next(language for language in LANGUAGES if language in used)


def credits_of(seeds: Seeds) -> list[Tree]:
    """List the sources of coordinates whose licence asks for a credit."""
    sources = seeds.places.coordinate_sources
    return [tree(source, GAZETTEER_LANGUAGE) for source in sources if source.attribution is not None]


def campaign_rows(number: int, seeded: CampaignSeeds, shared_language: Language) -> Rows:
    """Give the rows of a campaign itself, its pillars, its organisations, its mentions of places and its retired ids.

    What campaigns share is in `shared_language`.
    """
    rows = Rows()
    campaign, language = seeded.campaign, seeded.campaign.source_language
    rows.add(CampaignRow, number, campaign.id, language.value)
    rows.add_identifier(
        Resource.CAMPAIGN.value,
        campaign.id,
        number=number,
        campaign=campaign.id,
        language=language,
        name=campaign.short_name.stored(language),
    )
    for ordinal, pillar in enumerate(campaign.pillars, start=1):
        rows.add(PillarRow, pillar.id, campaign.id, ordinal)
        rows.add_identifier(
            Resource.PILLAR.value,
            pillar.id,
            campaign=campaign.id,
            language=language,
            name=pillar.name.stored(language),
        )
    for organisation in campaign.organisations:
        rows.add(OrganisationRow, organisation.id, campaign.id, organisation.kind.value)
        rows.add_identifier(
            Resource.ORGANISATION.value,
            organisation.id,
            language=shared_language,
            name=organisation.name.stored(language),
        )
    for mention in seeded.locations.mentions:
        rows.add(LocationCampaignRow, campaign.id, mention.location)
    for retired in campaign.retired:
        rows.add_retired(retired, campaign.id, language)
    return rows


def location_rows(place: Place, places: Mapping[str, Place], shared_language: Language) -> Rows:
    """Give the rows of a place; `places` has those around it."""
    rows = Rows()
    document, point = place.document, place.document.coordinates
    rows.add(
        LocationRow,
        place.number,
        document.id,
        document.kind.value,
        document.parent,
        point.latitude if point else None,
        point.longitude if point else None,
        any(mention["named"] for mention in place.mentions),
    )
    for ancestor in around(place, places):
        rows.add(LocationAncestorRow, ancestor.document.id, document.id)
    rows.add_identifier(
        Resource.LOCATION.value, document.id, number=place.number, language=shared_language, name=place.name
    )
    return rows


def source_rows(number: int, id_: str, campaign: str, language: Language) -> Rows:
    """Give the rows of a source."""
    rows = Rows()
    rows.add(SourceRow, number, id_, campaign)
    rows.add_identifier(Resource.SOURCE.value, id_, number=number, campaign=campaign, language=language)
    return rows


def outcome_rows(
    number: int, outcome: OutcomeDocument, campaign: str, library: Library, *, pillar: str | None, events: Sequence[int]
) -> Rows:
    """Give the rows of an outcome; `pillar` and `events` are those that it is credited to, the events by number."""
    rows = Rows()
    rows.add(
        OutcomeRow,
        number,
        outcome.id,
        campaign,
        pillar,
        outcome.kind.value,
        outcome.metric,
        outcome.unit.id if outcome.unit else None,
        outcome.scope.level.value,
        outcome.scope.id,
        outcome.value,
        outcome.value is None,
        outcome.value or 0.0,
    )
    for event in events:
        rows.add(OutcomeEventRow, event, number)
    rows.add_identifier(
        Resource.OUTCOME.value, outcome.id, number=number, campaign=campaign, language=library.languages[campaign]
    )
    return rows


def measure_rows(measures: Measures, shared_language: Language) -> Rows:
    """Give the rows of metrics and units."""
    rows = Rows()
    for kind, id_, name in measures.names():
        rows.add_identifier(kind, id_, language=shared_language, name=name)
    return rows


def event_rows(number: int, event: EventDocument, campaign: str, library: Library) -> Rows:
    """Give the rows of an event, with its places and organisers."""
    rows = Rows()
    start, end, _ = event.date.period()
    rows.add(
        EventRow,
        number,
        event.id,
        campaign,
        event.pillar,
        event.kind.value,
        event.category.value,
        event.part_of.event if event.part_of else None,
        start.isoformat() if start else None,
        end.isoformat() if end else None,
        min((end - start).days.bit_length(), LONGEST_SPAN) if start and end else 0,
        start is None,
        start.year * 10_000 + start.month * 100 + start.day if start else 0,
    )
    for organiser in event.organisers:
        rows.add(EventOrganiserRow, organiser.organisation, number, organiser.role.value, organiser.basis.value)
    for link in event.locations:
        rows.add(EventLocationRow, link.location, link.basis.value, number, link.role.value)
    for place in _within(event, library, stated_only=False):
        rows.add(EventWithinRow, place, _ANY_BASIS, number)
    for place in _within(event, library, stated_only=True):
        rows.add(EventWithinRow, place, LinkBasis.STATED.value, number)
    rows.add_identifier(
        Resource.EVENT.value, event.id, number=number, campaign=campaign, language=library.languages[campaign]
    )
    return rows


def _within(event: EventDocument, library: Library, *, stated_only: bool) -> list[str]:
    """List the places of an event and all that they lie in, each once."""
    links = [link for link in event.locations if link.basis is LinkBasis.STATED or not stated_only]
    return list(dict.fromkeys(place for link in links for place in library.places[link.location].around))
