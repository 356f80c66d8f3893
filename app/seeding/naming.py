"""What facets call what they count: each value's name in every language."""

from collections.abc import Sequence

from app.languages import Language, Text, editorial_text
from app.seeding.documents.campaign import OrganisationDocument, PillarDocument
from app.seeding.documents.locations import PlaceDocument
from app.seeding.documents.outcomes import OutcomeDocument
from app.seeding.reading import CampaignSeeds, Seeds
from app.vocabulary import RecordKind

GAZETTEER_LANGUAGE = Language.ZH_HANT
"""The language that the names of shared places were first written in."""

METRIC, UNIT = "metric", "unit"
"""Kinds of id that no record of its own stands for."""

Names = dict[tuple[str, str], Text]
"""Names by kind and id."""


def names_of(seeds: Seeds) -> Names:
    """Name everything that facets count by its id."""
    names: Names = {
        (RecordKind.LOCATION, place.id): place.name.stored(GAZETTEER_LANGUAGE) for place in seeds.places.places
    }
    outcomes: dict[str, list[tuple[OutcomeDocument, Language]]] = {}
    for seeded in seeds.campaigns:
        names |= _names_of_campaign(seeded)
        for outcome in seeded.outcomes.outcomes:
            outcomes.setdefault(outcome.metric, []).append((outcome, seeded.campaign.source_language))
    for metric, measured in outcomes.items():
        names[METRIC, metric] = _name_of_metric(measured)
        for outcome, language in measured:
            if outcome.unit is not None:
                names.setdefault((UNIT, outcome.unit.id), outcome.unit.name.stored(language))
    return names


def _names_of_campaign(seeded: CampaignSeeds) -> Names:
    campaign, language = seeded.campaign, seeded.campaign.source_language
    named: dict[RecordKind, Sequence[PillarDocument | OrganisationDocument | PlaceDocument]] = {
        RecordKind.PILLAR: campaign.pillars,
        RecordKind.ORGANISATION: campaign.organisations,
        RecordKind.LOCATION: seeded.locations.locations,
    }
    names: Names = {(RecordKind.CAMPAIGN, campaign.id): campaign.short_name.stored(language)}
    for kind, documents in named.items():
        names |= {(kind, document.id): document.name.stored(language) for document in documents}
    return names


def _name_of_metric(measured: list[tuple[OutcomeDocument, Language]]) -> Text:
    """Give the label that a metric's outcomes agree on, and else the name of what sort of outcome they are."""
    labels = [outcome.label.stored(language) for outcome, language in measured]
    if all(label["text"] == labels[0]["text"] for label in labels):
        return labels[0]
    return editorial_text(measured[0][0].kind.names)
