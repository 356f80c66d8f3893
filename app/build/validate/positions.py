"""The parts of the seeds' documents, each with its position in the YAML."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from app.build.common.documents import Text
from app.build.common.faults import Fault
from app.build.common.trees import SIMPLE
from app.build.common.yaml_reader import Path_, YamlDocument
from app.build.reader import CAMPAIGN_DOCUMENTS, CampaignSeeds, Seeds


class Position(NamedTuple):
    """A position in the seeds."""

    yaml: YamlDocument
    path: Path_

    def at(self, *steps: str | int) -> "Position":
        """Return the position of a part of what is at this one."""
        return Position(self.yaml, (*self.path, *steps))

    def fault(self, message: str) -> Fault:
        """Return a fault at this position."""
        return self.yaml.fault(self.path, message)


def parts_of(seeds: Seeds) -> Iterator[tuple[BaseModel, Position, str | None]]:
    """Iterate over all documents and their parts, with the id of their campaign, None in the shared gazetteer."""
    for part, place in _walk(seeds.places, Position(seeds.places_yaml, ())):
        yield part, place, None
    for seeded in seeds.campaigns:
        for part, place in campaign_parts(seeded):
            yield part, place, seeded.campaign.id


def campaign_parts(seeded: CampaignSeeds) -> Iterator[tuple[BaseModel, Position]]:
    """Iterate over a campaign's documents and their parts except texts, each before the parts of itself."""
    for name in CAMPAIGN_DOCUMENTS:
        yield from _walk(getattr(seeded, name), Position(seeded.yaml[name], ()))


def _walk(node: Any, place: Position) -> Iterator[tuple[BaseModel, Position]]:
    if isinstance(node, tuple):
        for index, item in enumerate(node):
            if type(item) not in SIMPLE:
                yield from _walk(item, place.at(index))
    elif isinstance(node, BaseModel) and not isinstance(node, Text):
        yield node, place
        for name, value in vars(node).items():
            if type(value) not in SIMPLE:
                yield from _walk(value, place.at(name))
