"""Reading a folder of seeds into validated documents, with the faults of single documents."""

import difflib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.build.common.documents import Document, nested
from app.build.common.faults import MAX_FAULTS, Fault, SeedError, quoted
from app.build.common.trees import parts_of
from app.build.common.yaml_reader import Path_, Position, YamlDocument, read_yaml
from app.resources.campaigns.document import CampaignDocument
from app.resources.events.document import EventsDocument
from app.resources.locations.document import LocationsDocument, PlacesDocument
from app.resources.outcomes.document import OutcomesDocument
from app.resources.sources.document import SourcesDocument

DOCUMENTS: dict[str, type[Document]] = {
    "places": PlacesDocument,
    "campaign": CampaignDocument,
    "sources": SourcesDocument,
    "locations": LocationsDocument,
    "events": EventsDocument,
    "outcomes": OutcomesDocument,
}
CAMPAIGN_DOCUMENTS = tuple(name for name in DOCUMENTS if name != "places")

_COMPARED = 100
"""The maximum number of characters compared for a suggestion."""

_Document = TypeVar("_Document", bound=Document)


@dataclass
class CampaignSeeds:
    """The documents of one campaign's folder, and the YAML that each was read from."""

    campaign: CampaignDocument
    sources: SourcesDocument
    locations: LocationsDocument
    events: EventsDocument
    outcomes: OutcomesDocument
    yaml: dict[str, YamlDocument] = field(repr=False)

    def parts(self) -> Iterator[tuple[BaseModel, Position]]:
        """Iterate over the documents and their parts except texts, each before the parts of itself."""
        for name in CAMPAIGN_DOCUMENTS:
            for part, path in parts_of(getattr(self, name)):
                yield part, Position(self.yaml[name], path)


@dataclass
class Seeds:
    """Everything under `seeds/`: the shared gazetteer and the campaigns in the order of their ids."""

    places: PlacesDocument
    places_yaml: YamlDocument = field(repr=False)
    campaigns: list[CampaignSeeds]
    faults: list[Fault] = field(default_factory=list)
    """The faults of single documents, whose faulty items are left out."""
    unread_ids: set[str] = field(default_factory=set)
    """The ids in what could not be read; references to them are not faults."""
    unread_resources: set[str] = field(default_factory=set)
    """The resources in documents that could not be read at all."""

    def parts(self) -> Iterator[tuple[BaseModel, Position, str | None]]:
        """Iterate over all documents and their parts, with the id of their campaign, None in the shared gazetteer."""
        for part, path in parts_of(self.places):
            yield part, Position(self.places_yaml, path), None
        for seeded in self.campaigns:
            for part, place in seeded.parts():
                yield part, place, seeded.campaign.id


def read_seeds(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Seeds:
    """Read `places.yaml` and each campaign's folder, as much as can be read; the rest is in `faults`.

    Raises SeedError if there is no folder.
    """
    folders, files = _list(folder)
    folders = [path for path in folders if not path.name.startswith(".") and path.name != "places.yaml"]
    seeds = Seeds(PlacesDocument(coordinate_sources=(), places=()), YamlDocument(folder), [])
    seeds.places_yaml, places = _read(folder / "places.yaml", PlacesDocument, seeds)
    seeds.places = places or seeds.places
    if not folders:
        seeds.faults.append(Fault(folder, 1, 1, "(folder)", "has no campaign; add a folder with campaign.yaml in it"))
    for campaign_folder in folders:
        progress(f"reading {campaign_folder}")
        _read_campaign(campaign_folder, seeds)
    message = "is not read; only places.yaml and folders belong here"
    strays = [file for file in files if file.match("*.y*ml") and file.name != "places.yaml"]
    seeds.faults += [Fault(stray, 1, 1, "(file)", message) for stray in strays]
    seeds.campaigns.sort(key=lambda seeded: seeded.campaign.id)
    return seeds


def _list(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the folders and the other entries of a folder, sorted; raises SeedError if it cannot be read."""
    try:
        entries = sorted(folder.iterdir())
        return [path for path in entries if path.is_dir()], [path for path in entries if not path.is_dir()]
    except (FileNotFoundError, NotADirectoryError) as error:
        message = "is not a folder; name the folder that has places.yaml"
        raise SeedError([Fault(folder, 1, 1, "(folder)", message)]) from error
    except OSError as error:
        raise SeedError([Fault(folder, 1, 1, "(folder)", f"cannot be read: {error.strerror}")]) from error


def _read_campaign(folder: Path, seeds: Seeds) -> None:
    """Add a campaign's documents to the seeds, unless a whole document of it is unreadable."""
    yaml: dict[str, YamlDocument] = {}
    documents: dict[str, Any] = {}
    for name in CAMPAIGN_DOCUMENTS:
        yaml[name], documents[name] = _read(folder / f"{name}.yaml", DOCUMENTS[name], seeds)
    if None in documents.values():
        seeds.unread_ids.update(*(_ids_in(each.value) for each in yaml.values()))
    else:
        seeds.campaigns.append(CampaignSeeds(**documents, yaml=yaml))
    known = [f"{name}.yaml" for name in CAMPAIGN_DOCUMENTS]
    message = f"is not read; a campaign's folder has {', '.join(known)}"
    try:
        entries = chain(*_list(folder))
        seeds.faults += [Fault(path, 1, 1, "(file)", message) for path in entries if path.name not in known]
    except SeedError as error:
        seeds.faults += error.faults


def _read(file: Path, model: type[_Document], seeds: Seeds) -> tuple[YamlDocument, _Document | None]:
    """Read one document without the faulty items of its lists; None if anything else is faulty."""
    try:
        yaml = read_yaml(file)
    except SeedError as error:
        seeds.faults += error.faults
        seeds.unread_resources.update(_defined_in(model))
        return YamlDocument(file), None
    try:
        return yaml, model.model_validate_json(json.dumps(yaml.value))
    except ValidationError as error:
        errors = _root_errors(error.errors(include_url=False))
        seeds.faults += [yaml.fault(*_explain(details, model)) for details in errors[:MAX_FAULTS]]
        if len(errors) > MAX_FAULTS:
            seeds.faults.append(yaml.fault((), f"has {len(errors) - MAX_FAULTS:,} more faults; fix the others first"))
    faulty = {details["loc"][:2] for details in errors}
    items = {place for place in faulty if len(place) == 2 and isinstance(place[1], int)}
    seeds.unread_ids.update(_ids_in([yaml.value[name][index] for name, index in items]))
    if items == faulty:
        yaml.leave_out(items)
        # If the rest is not a whole document, the reason has been reported.
        with suppress(ValidationError):
            return yaml, model.model_validate_json(json.dumps(yaml.value))
    else:
        lists = {(name,) for name, field_ in model.model_fields.items() if get_origin(field_.annotation) is tuple}
        if not faulty.isdisjoint({(), *lists}):
            seeds.unread_resources.update(_defined_in(model))
    seeds.unread_ids.update(_ids_in(yaml.value))
    return yaml, None


def _root_errors(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Omit the errors of lists that are too short only because an item is faulty."""
    around = {details["loc"][:length] for details in errors for length in range(len(details["loc"]))}
    return [details for details in errors if details["type"] != "too_short" or details["loc"] not in around]


def _defined_in(model: type[Document]) -> Iterator[str]:
    """Iterate over the resources of the ids that a document defines."""
    if model.defines is not None:
        yield model.defines
    for field_ in model.model_fields.values():
        for part in nested(field_.annotation):
            if isinstance(part, type) and issubclass(part, Document):
                yield from _defined_in(part)


def _ids_in(node: Any) -> Iterator[str]:
    """Iterate over the ids that a part of a document would define."""
    if isinstance(node, dict):
        # A mention has no id of its own, but others refer to its location.
        yield from (node[key] for key in ("id", "location") if isinstance(node.get(key), str))
        for value in node.values():
            yield from _ids_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from _ids_in(item)


def _explain(details: ErrorDetails, model: type[Document]) -> tuple[Path_, str]:
    """Return the path of an error and a message in an editor's words."""
    path = details["loc"]
    match details["type"]:
        case "extra_forbidden":
            return path, f"is not a key here{_did_you_mean(str(path[-1]), _keys(model, path[:-1]))}"
        case "missing":
            return path, "is missing; write null only where the field allows it"
        case "enum":
            expected = str(details.get("ctx", {}).get("expected", ""))
            choices = [choice.strip("' ") for choice in expected.replace(" or ", ", ").split(",")]
            given = str(details["input"])
            return path, f"is {quoted(given)}{_did_you_mean(given, choices)}"
        case _:
            given = details["input"]
            shown = f" (it is {quoted(given)})" if isinstance(given, str | int | float | bool | None) else ""
            return path, f"{details['msg']}{shown}"


def _did_you_mean(given: str, choices: list[str]) -> str:
    nearest = difflib.get_close_matches(given[:_COMPARED], choices, n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    return f"{hint or ';'} one of: {', '.join(choices)}" if len(choices) <= 30 else hint


def _keys(model: type[BaseModel], path: Path_) -> list[str]:
    """Return the keys that the mapping at `path` of a document may have."""
    models: set[type[BaseModel]] = {model}
    for step in path:
        if isinstance(step, str):
            fields = [each.model_fields[step] for each in models if step in each.model_fields]
            inner = [part for field_ in fields for part in nested(field_.annotation)]
            models = {part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)}
    return sorted({key for found in models for key in found.model_fields})
