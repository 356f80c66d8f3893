"""Reading a folder of seeds into validated documents, with the faults of single documents."""

import difflib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.build.common.documents import Document
from app.build.common.faults import MAX_FAULTS, Fault, SeedError, quoted
from app.build.common.yaml_reader import Path_, YamlDocument, read_yaml
from app.model.codes import Resource
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

_KINDS: dict[type[Document], tuple[str, ...]] = {
    PlacesDocument: (Resource.LOCATION,),
    CampaignDocument: (Resource.CAMPAIGN, Resource.PILLAR, Resource.ORGANISATION, "programme"),
    SourcesDocument: (Resource.SOURCE,),
    LocationsDocument: (Resource.LOCATION,),
    EventsDocument: (Resource.EVENT,),
    OutcomesDocument: (Resource.OUTCOME,),
}

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
    unread_kinds: set[str] = field(default_factory=set)
    """The kinds of record in documents that could not be read at all."""


def read_seeds(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Seeds:
    """Read `places.yaml` and each campaign's folder, as much as can be read; the rest is in `faults`.

    Raises SeedError if there is no folder.
    """
    folders, files = _list(folder)
    folders = [path for path in folders if not path.name.startswith(".") and path.name != "places.yaml"]
    reader = _Reader()
    places_yaml, places = reader.read(folder / "places.yaml", PlacesDocument)
    if not folders:
        reader.faults.append(Fault(folder, 1, 1, "(folder)", "has no campaign; add a folder with campaign.yaml in it"))
    campaigns: list[CampaignSeeds] = []
    for campaign_folder in folders:
        progress(f"reading {campaign_folder}")
        campaign = reader.read_campaign(campaign_folder)
        if campaign is not None:
            campaigns.append(campaign)
    reader.faults.extend(
        Fault(stray, 1, 1, "(file)", "is not read; only places.yaml and folders belong here")
        for stray in files
        if stray.match("*.y*ml") and stray.name != "places.yaml"
    )
    campaigns.sort(key=lambda campaign: campaign.campaign.id)
    places = places or PlacesDocument(coordinate_sources=(), places=())
    return Seeds(places, places_yaml, campaigns, reader.faults, reader.unread_ids, reader.unread_kinds)


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


class _Reader:
    """Reads documents and collects their faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.unread_ids: set[str] = set()
        self.unread_kinds: set[str] = set()

    def read_campaign(self, folder: Path) -> CampaignSeeds | None:
        """Read a campaign's folder; None when a whole document of it is unreadable."""
        yaml: dict[str, YamlDocument] = {}
        documents: dict[str, Any] = {}
        for name in CAMPAIGN_DOCUMENTS:
            yaml[name], documents[name] = self.read(folder / f"{name}.yaml", DOCUMENTS[name])
        self._find_strays(folder)
        if any(document is None for document in documents.values()):
            for name in CAMPAIGN_DOCUMENTS:
                self.unread_ids.update(_ids_in(yaml[name].value))
            return None
        return CampaignSeeds(**documents, yaml=yaml)

    def _find_strays(self, folder: Path) -> None:
        known = [f"{name}.yaml" for name in CAMPAIGN_DOCUMENTS]
        try:
            folders, files = _list(folder)
        except SeedError as error:
            self.faults.extend(error.faults)
            return
        message = f"is not read; a campaign's folder has {', '.join(known)}"
        self.faults.extend(Fault(path, 1, 1, "(file)", message) for path in folders + files if path.name not in known)

    def read(self, file: Path, model: type[_Document]) -> tuple[YamlDocument, _Document | None]:
        """Read one document without the faulty items of its lists; None if anything else is faulty."""
        try:
            yaml = read_yaml(file)
        except SeedError as error:
            self.faults.extend(error.faults)
            self.unread_kinds.update(_KINDS[model])
            return YamlDocument(file), None
        try:
            return yaml, model.model_validate_json(json.dumps(yaml.value))
        except ValidationError as error:
            errors = _root_errors(error.errors(include_url=False))
            self.faults.extend(yaml.fault(*_explain(details, model)) for details in errors[:MAX_FAULTS])
            if len(errors) > MAX_FAULTS:
                more = f"has {len(errors) - MAX_FAULTS:,} more faults; fix the others first"
                self.faults.append(yaml.fault((), more))
            faulty = {details["loc"][:2] for details in errors}
        self.unread_ids.update(_ids_in([yaml.value[step[0]][step[1]] for step in faulty if _is_item(step)]))
        if not all(map(_is_item, faulty)):
            self.unread_ids.update(_ids_in(yaml.value))
            if any(map(_holds_records(model), faulty)):
                self.unread_kinds.update(_KINDS[model])
            return yaml, None
        yaml.leave_out(faulty)
        try:
            return yaml, model.model_validate_json(json.dumps(yaml.value))
        except ValidationError:
            # The rest is not a whole document; the reason has been reported.
            self.unread_ids.update(_ids_in(yaml.value))
            return yaml, None


def _root_errors(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Omit the errors of lists that are too short only because an item is faulty."""
    around = {details["loc"][:length] for details in errors for length in range(len(details["loc"]))}
    return [details for details in errors if details["type"] != "too_short" or details["loc"] not in around]


def _is_item(place: Path_) -> bool:
    return len(place) == 2 and isinstance(place[1], int)


def _holds_records(model: type[Document]) -> Callable[[Path_], bool]:
    """Return a predicate: whether a path is a whole list of records of a document, or the document."""
    lists = {(name,) for name, field_ in model.model_fields.items() if get_origin(field_.annotation) is tuple}
    return lambda place: place == () or place in lists


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
        case "enum" | "literal_error":
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
    models = {model}
    for step in path:
        if isinstance(step, str):
            models = {
                inner
                for outer in models
                if step in outer.model_fields
                for inner in _models_in(outer.model_fields[step].annotation)
            }
    return sorted({key for found in models for key in found.model_fields})


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
