"""Seeds of generated campaigns, in memory or as a folder that the build can read."""

from functools import cache
from pathlib import Path
from random import Random
from typing import cast

from app.build.common.documents import Document
from app.build.common.yaml_reader import YamlDocument
from app.build.pipeline import read_checked
from app.build.reader import CAMPAIGN_DOCUMENTS, CampaignSeeds, Seeds
from app.resources.events.document import EventDocument, EventsDocument
from app.resources.locations.document import PlacesDocument
from app.resources.outcomes.document import OutcomeDocument, OutcomesDocument
from app.settings import bundled_path
from tests.tools.generating.campaigns import make_campaign
from tests.tools.generating.events import Events
from tests.tools.generating.outcomes import Outcomes
from tests.tools.generating.scenes import Scenes
from tests.tools.generating.sources import evidence_pieces, make_sources
from tests.tools.generating.venues import make_locations
from tests.tools.generating.words import Words

CAMPAIGNS = {
    "safe-winter": Words("平安守護在隴原", "平安守护在陇原", "Keeping Longyuan Safe"),
    "torch-bearers": Words("薪火相傳警徽紅", "薪火相传警徽红", "Passing On the Torch"),
    "one-heart": Words("警民攜手一家親", "警民携手一家亲", "Police and People, One Family"),
}
"""The available campaigns by id, in the order in which they are used."""

_APART = 1_000_000_000


def generate(events: int, campaigns: int = 1) -> Seeds:
    """Return seeds with this number of `events`, distributed evenly among the first `campaigns` of CAMPAIGNS.

    Events and outcomes are generated again in each iteration. An event depends on its campaign and its
    place in it alone: the first ten of a million are those of a campaign of ten.
    """
    places = _places()
    names = list(CAMPAIGNS.items())[:campaigns]
    shares = [len(range(first, events, campaigns)) for first in range(campaigns)]
    seeded = [
        _campaign(id_, name, places, count, number * _APART)
        for number, ((id_, name), count) in enumerate(zip(names, shares, strict=True))
    ]
    seeded.sort(key=lambda campaign: campaign.campaign.id)
    return Seeds(places, YamlDocument(Path("places.yaml")), seeded)


def write(seeds: Seeds, folder: Path) -> None:
    """Write seeds into a new folder, as JSON, which is YAML too."""
    folder.mkdir(parents=True)
    _write(seeds.places, folder / "places.yaml")
    for seeded in seeds.campaigns:
        inside = folder / seeded.campaign.id
        inside.mkdir()
        _write(seeded.campaign, inside / "campaign.yaml")
        _write(seeded.sources, inside / "sources.yaml")
        _write(seeded.locations, inside / "locations.yaml")
        _write(EventsDocument(events=tuple(seeded.events.events)), inside / "events.yaml")
        _write(OutcomesDocument(outcomes=tuple(seeded.outcomes.outcomes)), inside / "outcomes.yaml")


@cache
def _places() -> PlacesDocument:
    return read_checked(bundled_path("seeds")).places


def _campaign(id_: str, name: Words, places: PlacesDocument, count: int, seed: int) -> CampaignSeeds:
    rng = Random(seed - 1)  # noqa: S311 - no secret
    sources = make_sources(id_, f"{id_}-department", rng)
    pieces = evidence_pieces(sources)
    campaign = make_campaign(id_, name, places, (pieces[0],))
    locations = make_locations(id_, places, pieces, rng)
    events = Events(campaign, Scenes(id_, places, locations), pieces, count, seed)
    outcomes = Outcomes(campaign, events, pieces, seed)
    return CampaignSeeds(
        campaign=campaign,
        sources=sources,
        locations=locations,
        # Validation would make a tuple of the sequence, and so all its items at once.
        events=EventsDocument.model_construct(events=cast("tuple[EventDocument, ...]", events)),
        outcomes=OutcomesDocument.model_construct(outcomes=cast("tuple[OutcomeDocument, ...]", outcomes)),
        yaml={document: YamlDocument(Path(id_) / f"{document}.yaml") for document in CAMPAIGN_DOCUMENTS},
    )


def _write(document: Document, file: Path) -> None:
    file.write_text(document.model_dump_json(exclude_unset=True, indent=1), encoding="utf-8")
