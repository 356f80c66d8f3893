"""Gathering the rows that each record is made of, from a loaded snapshot."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from app.languages import Text
from app.published.campaign import compose_campaign
from app.published.event import EventLocation, compose_event, compose_event_locations
from app.published.location import compose_location
from app.published.outcome import Outcome, compose_outcome
from app.published.source import compose_source
from app.published.summary import Summary, compose_summary
from app.storage.membership import members_of
from app.tables import (
    SUMMARY,
    CampaignRow,
    EventLocationRow,
    EventOrganiserRow,
    EventRow,
    IdentifierRow,
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

_Row = TypeVar("_Row", bound=SQLModel)

_PARTS_OF_NESTED = {"evidence": None, "translations": None}


@dataclass
class Composed:
    """A record with its texts in every language, and the parts that `include` adds to it."""

    number: int
    campaign: str | None
    title: Text
    record: Tree
    evidence: list[Tree]
    parts: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """The type of each part and its tree; evidence and translations are not among them."""


def compose(session: Session) -> Iterator[tuple[RecordKind, list[Composed]]]:
    """Compose every record, kind by kind; campaigns last, since their versions digest the rest."""
    library = _Library(session)
    locations = library.locations()
    yield RecordKind.LOCATION, locations
    outcomes = library.outcomes()
    yield RecordKind.OUTCOME, outcomes
    events = library.events(locations, outcomes)
    yield RecordKind.EVENT, events
    sources = library.sources()
    yield RecordKind.SOURCE, sources
    yield RecordKind.CAMPAIGN, library.campaigns([*outcomes, *events, *sources])


class _Library:
    """The rows that records name one another by."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._organisations = {row.id: row for row in self._all(OrganisationRow, "id")}
        self._locations = {row.id: row for row in self._all(LocationRow, "number")}
        self._campaigns = self._all(CampaignRow, "number")
        self._events = self._all(EventRow, "number")
        self._outcome_events = self._all(OutcomeEventRow, "outcome", "ordinal")

    def _all(self, table: type[_Row], *order: str) -> Sequence[_Row]:
        return self._session.exec(select(table).order_by(*(getattr(table, name) for name in order))).all()

    def locations(self) -> list[Composed]:
        return [
            Composed(
                row.number,
                None,
                row.name,
                compose_location(row, self._locations),
                row.evidence,
            )
            for row in self._locations.values()
        ]

    def outcomes(self) -> list[Composed]:
        scopes: dict[tuple[str, str], Text] = {}
        scopes |= {(ScopeLevel.CAMPAIGN, row.id): row.details["short_name"] for row in self._campaigns}
        scopes |= {(ScopeLevel.PILLAR, row.id): row.name for row in self._all(PillarRow, "id")}
        scopes |= {(ScopeLevel.EVENT, row.id): row.title for row in self._events}
        ids = {row.number: row.id for row in self._events}
        credited = defaultdict(list)
        for link in self._outcome_events:
            credited[link.outcome].append(ids[link.event])
        return [
            Composed(
                row.number,
                row.campaign,
                row.details["label"],
                compose_outcome(row, scopes[row.scope_level, row.scope_id], credited[row.number]),
                row.evidence,
            )
            for row in self._all(OutcomeRow, "number")
        ]

    def events(self, locations: list[Composed], outcomes: list[Composed]) -> list[Composed]:
        records = {item.record["id"]: item.record | _PARTS_OF_NESTED for item in locations}
        results = {item.number: item.record | _PARTS_OF_NESTED for item in outcomes}
        organisers, places, came_of_it = defaultdict(list), defaultdict(list), defaultdict(list)
        for organiser in self._all(EventOrganiserRow, "event", "ordinal"):
            organisers[organiser.event].append(organiser)
        for place in self._all(EventLocationRow, "event", "ordinal"):
            places[place.event].append(place)
        for link in self._outcome_events:
            came_of_it[link.event].append(results[link.outcome])
        composed = []
        for row in self._events:
            links = places[row.number]
            brief = compose_event_locations(links, self._locations, None)
            whole = compose_event_locations(links, self._locations, records)
            record = compose_event(row, organisers[row.number], self._organisations) | {"locations": brief}
            parts = {
                "outcomes": (list[Outcome], came_of_it[row.number]),
                "locations": (list[EventLocation], whole),
                "locations_brief": (list[EventLocation], brief),
            }
            composed.append(Composed(row.number, row.campaign, row.title, record, row.evidence, parts))
        return composed

    def sources(self) -> list[Composed]:
        return [
            Composed(
                row.number,
                row.campaign,
                self._organisations[row.details["publisher"]].name,
                compose_source(row, self._organisations),
                row.evidence,
            )
            for row in self._all(SourceRow, "number")
        ]

    def campaigns(self, records: list[Composed]) -> list[Composed]:
        sources = defaultdict(list)
        for source in self._all(SourceRow, "number"):
            sources[source.campaign].append(source.id)
        composed = []
        for row in self._campaigns:
            record = compose_campaign(row, "", sources[row.id], self._organisations, self._locations)
            own = [(item.record, item.evidence) for item in records if item.campaign == row.id]
            places = self._places_of(row.id, sources[row.id])
            version = _digest([record, row.evidence, own, places, self._retired_of(row.id)])
            parts = {SUMMARY: (Summary, self._summary_of(row, version, len(sources[row.id])))}
            composed.append(Composed(row.number, row.id, row.name, record | {"version": version}, row.evidence, parts))
        return composed

    def _summary_of(self, campaign: CampaignRow, version: str, sources: int) -> Tree:
        events = {row.number: row for row in self._events if row.campaign == campaign.id}
        links = [link for link in self._all(EventLocationRow, "event", "ordinal") if link.event in events]
        outcomes = [row for row in self._all(OutcomeRow, "number") if row.campaign == campaign.id]
        spoken_of = [link for link in self._all(LocationCampaignRow, "location") if link.campaign == campaign.id]
        totals = {"locations": len(spoken_of), "outcomes": len(outcomes), "sources": sources}
        places = [(link, self._around(link.location)) for link in links]
        return compose_summary(
            campaign, version, events=list(events.values()), places=places, outcomes=outcomes, totals=totals
        )

    def _around(self, location: str | None) -> list[LocationRow]:
        """Give a place and all that it lies in, itself first."""
        around = []
        while location is not None:
            around.append(self._locations[location])
            location = around[-1].parent
        return around

    def _places_of(self, campaign: str, sources: Sequence[str]) -> list[Any]:
        """Give all that is told of a campaign's places, but for what other campaigns tell of them."""
        _, condition = members_of(campaign)[RecordKind.LOCATION]
        statement = select(LocationRow.id).where(condition).order_by(LocationRow.id)
        told = []
        for id_ in self._session.exec(statement):
            row = self._locations[id_]
            details = {key: value for key, value in row.details.items() if key != "mentions"}
            mentions = [mention for mention in row.details["mentions"] if mention["campaign"] == campaign]
            # Where a mention stands among those of other campaigns is no fact of this one.
            evidence = [item | {"supports": ""} for item in row.evidence if item["source"] in sources]
            told.append([id_, row.kind, row.parent, row.latitude, row.longitude, row.name, details, mentions, evidence])
        return told

    def _retired_of(self, campaign: str) -> list[Any]:
        statement = (
            select(IdentifierRow)
            .where(IdentifierRow.campaign == campaign, col(IdentifierRow.retired))
            .order_by(IdentifierRow.kind, IdentifierRow.id)
        )
        return [row.model_dump() for row in self._session.exec(statement)]


def _digest(tree: Any) -> str:
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:32]
