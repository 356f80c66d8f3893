"""What records name one another by: campaigns, pillars, organisations and places, few enough to be held.

Events and outcomes may be too many for that; those pass by one batch at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.build.common.names import GAZETTEER_LANGUAGE
from app.build.common.trees import evidence_of, tree
from app.build.reader import Seeds
from app.languages import Language, Text
from app.model.codes import ScopeLevel
from app.model.columns import Tree
from app.resources.campaigns.document import CampaignDocument
from app.resources.locations.document import PlaceDocument


@dataclass(frozen=True)
class Place:
    """A place, with all that the sources of the campaigns say of it."""

    number: int
    document: PlaceDocument
    language: Language
    """The language that its name was first written in."""
    mentions: list[Tree] = field(default_factory=list)
    evidence: list[Tree] = field(default_factory=list)

    @property
    def name(self) -> Text:
        """Its name in every language."""
        return self.document.name.stored(self.language)


@dataclass(frozen=True)
class LinkedPlace:
    """A place as the events there show it."""

    name: Text
    latitude: float | None
    longitude: float | None
    gcj02: Tree | None
    around: tuple[str, ...]
    """The ids of the place and of all that it lies in, itself first."""


@dataclass(frozen=True)
class Library:
    """What events and outcomes need to know of the rest."""

    languages: Mapping[str, Language]
    """The source language of each campaign."""
    organisations: Mapping[str, Text]
    """The names of the organisations."""
    scopes: Mapping[tuple[str, str], Text]
    """The names of what an outcome may be an outcome of, by level and id, but for events."""
    places: Mapping[str, LinkedPlace]


def languages_of(seeds: Seeds) -> dict[str, Language]:
    """Give the source language of each campaign."""
    return {seeded.campaign.id: seeded.campaign.source_language for seeded in seeds.campaigns}


def organisations_of(seeds: Seeds) -> dict[str, Text]:
    """Name every organisation."""
    return {
        organisation.id: organisation.name.stored(seeded.campaign.source_language)
        for seeded in seeds.campaigns
        for organisation in seeded.campaign.organisations
    }


def scopes_of(seeds: Seeds) -> dict[tuple[str, str], Text]:
    """Name every campaign and pillar."""
    return {scope: name for seeded in seeds.campaigns for scope, name in _scopes(seeded.campaign)}


def _scopes(campaign: CampaignDocument) -> Iterator[tuple[tuple[str, str], Text]]:
    yield (ScopeLevel.CAMPAIGN, campaign.id), campaign.short_name.stored(campaign.source_language)
    for pillar in campaign.pillars:
        yield (ScopeLevel.PILLAR, pillar.id), pillar.name.stored(campaign.source_language)


def places_of(seeds: Seeds) -> dict[str, Place]:
    """Gather what is told of every place, in the order of their numbers: that of the ids."""
    told = [(place, GAZETTEER_LANGUAGE) for place in seeds.places.places]
    for seeded in seeds.campaigns:
        told += [(place, seeded.campaign.source_language) for place in seeded.locations.locations]
    told.sort(key=lambda pair: pair[0].id)
    places = {place.id: Place(number, place, language) for number, (place, language) in enumerate(told, start=1)}
    for seeded in seeds.campaigns:
        for mention in seeded.locations.mentions:
            place = places[mention.location]
            place.evidence.extend(evidence_of(mention, f"/mentions/{len(place.mentions)}"))
            said = tree(mention, seeded.campaign.source_language)
            del said["location"]
            place.mentions.append({"campaign": seeded.campaign.id, **said})
    return places


def around(place: Place, places: Mapping[str, Place]) -> Iterator[Place]:
    """Give a place and all that it lies in, itself first."""
    yield place
    while place.document.parent is not None:
        place = places[place.document.parent]
        yield place
