"""Composing the public record of each document, its texts still in every language.

What a record is called elsewhere, and where that is, comes from the library; nothing is read back from the snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.build.common.context import Library, Place, around
from app.build.common.trees import evidence_of, tree
from app.languages import Text
from app.model.codes import Resource, ScopeLevel
from app.model.columns import Tree
from app.model.schemas import gcj02_of
from app.resources.campaigns.document import CampaignDocument
from app.resources.events.document import EventDocument
from app.resources.outcomes.document import OutcomeDocument
from app.resources.sources.document import SourceDocument


@dataclass(frozen=True)
class Composed:
    """A record with its texts in every language, without the parts that `include` adds."""

    kind: Resource
    number: int
    title: Text
    record: Tree
    evidence: list[Tree]

    @property
    def id(self) -> str:
        """The record's id."""
        id_: str = self.record["id"]
        return id_


def compose_location(place: Place, places: Mapping[str, Place], coordinate_sources: Mapping[str, Tree]) -> Composed:
    """Compose a place; `places` has those around it."""
    details = tree(place.document, place.language)
    name, code, point = details.pop("name"), details.pop("code"), details.pop("coordinates")
    latitude, longitude = (point["latitude"], point["longitude"]) if point else (None, None)
    path = [
        {"id": step.document.id, "name": step.name, "kind": step.document.kind.value} for step in around(place, places)
    ]
    record = {
        "id": details.pop("id"),
        "name": name,
        "kind": details.pop("kind"),
        "parent": details.pop("parent"),
        "path": path[::-1],
        "latitude": latitude,
        "longitude": longitude,
        "gcj02": gcj02_of(latitude, longitude),
        "named_in_source": any(mention["named"] for mention in place.mentions),
        **details,
        "admin_code": code and code["value"],
        "admin_code_scheme": code and code["scheme"],
        "precision": point and point["precision"],
        "uncertainty_km": point and point["uncertainty_km"],
        "coordinates_source": point
        and coordinate_sources[point["source"]] | {"reference": point["reference"], "confidence": point["confidence"]},
        "coordinates_note": details["coordinates_note"] or (point and point["note"]),
        "mentions": place.mentions,
    }
    return Composed(Resource.LOCATION, place.number, name, record, place.evidence)


def compose_outcome(
    number: int, outcome: OutcomeDocument, campaign: str, library: Library, *, pillar: str | None, scope_name: Text
) -> Composed:
    """Compose an outcome; `pillar` is the one that it is an outcome of, by itself or by its event."""
    language = library.languages[campaign]
    details = tree(outcome, language)
    label, unit, scope = details.pop("label"), details.pop("unit"), details.pop("scope")
    del details["events"]
    record = {
        "id": details.pop("id"),
        "campaign": campaign,
        "pillar": pillar,
        "scope": scope | {"name": scope_name},
        "events": credited_events(outcome),
        "kind": details.pop("kind"),
        "metric": details.pop("metric"),
        "value": details.pop("value"),
        "unit": unit and unit["id"],
        "label": label,
        **details,
        "unit_name": unit and unit["name"],
    }
    return Composed(Resource.OUTCOME, number, label, record, evidence_of(outcome))


def credited_events(outcome: OutcomeDocument) -> list[str]:
    """Give the ids of the events that the source credits with an outcome."""
    return [outcome.scope.id] if outcome.scope.level is ScopeLevel.EVENT else list(outcome.events)


def compose_event(number: int, event: EventDocument, campaign: str, library: Library) -> Composed:
    """Compose an event, with its places in brief."""
    details = tree(event, library.languages[campaign])
    title, purpose = details.pop("title"), details.pop("purpose")
    organisers, locations = details.pop("organisers"), details.pop("locations")
    record = {
        "id": details.pop("id"),
        "campaign": campaign,
        "pillar": details.pop("pillar"),
        "kind": details.pop("kind"),
        "category": details.pop("category"),
        "title": title,
        "purpose": purpose and purpose["text"],
        "date": details.pop("date"),
        "organisers": [_organiser(link, library) for link in organisers],
        **details,
        "locations": [_brief(link, library) for link in locations],
    }
    return Composed(Resource.EVENT, number, title, record, evidence_of(event))


def _organiser(link: Tree, library: Library) -> Tree:
    id_ = link["organisation"]
    name = library.organisations[id_]
    return {"id": id_, "name": name, "role": link["role"], "basis": link["basis"], "note": link["note"]}


def _brief(link: Tree, library: Library) -> Tree:
    place = library.places[link["location"]]
    return {
        "id": link["location"],
        "name": place.name,
        "role": link["role"],
        "basis": link["basis"],
        "note": link["note"],
        "latitude": place.latitude,
        "longitude": place.longitude,
        "gcj02": place.gcj02,
        "record": None,
    }


def compose_source(number: int, source: SourceDocument, campaign: CampaignDocument, library: Library) -> Composed:
    """Compose a source; it is known by its publisher's name."""
    details = tree(source, campaign.source_language)
    publisher = library.organisations[source.publisher]
    record = details | {
        "id": source.id,
        "campaign": campaign.id,
        "publisher": {"id": source.publisher, "name": publisher},
        "sentences": [sentence | {"length": sentence["end"] - sentence["start"]} for sentence in details["sentences"]],
    }
    return Composed(Resource.SOURCE, number, publisher, record, evidence_of(source))


def compose_campaign(
    number: int, campaign: CampaignDocument, sources: Sequence[str], library: Library, version: str
) -> Composed:
    """Compose a campaign; `version` is the digest of all that is told of it."""
    details = tree(campaign, campaign.source_language)
    del details["retired"]

    def named(id_: str) -> Tree:
        return {"id": id_, "name": library.organisations[id_]}

    record = details | {
        "id": campaign.id,
        "version": version,
        "source_language": campaign.source_language.value,
        "area": {"id": campaign.area, "name": library.places[campaign.area].name},
        "implementer": named(campaign.implementer),
        "directed_by": named(campaign.directed_by) if campaign.directed_by else None,
        "deployed_by": [named(id_) for id_ in campaign.deployed_by],
        "pillars": [pillar | {"ordinal": place} for place, pillar in enumerate(details["pillars"], start=1)],
        "sources": list(sources),
    }
    return Composed(Resource.CAMPAIGN, number, details["name"], record, evidence_of(campaign))
