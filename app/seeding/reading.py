"""Reading a folder of seeds into validated documents, with every fault that the documents show by themselves."""

import difflib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.seeding.documents.campaign import CampaignDocument
from app.seeding.documents.common import Document
from app.seeding.documents.events import EventsDocument
from app.seeding.documents.locations import LocationsDocument, PlacesDocument
from app.seeding.documents.outcomes import OutcomesDocument
from app.seeding.documents.sources import SourcesDocument
from app.seeding.faults import Fault, SeedError
from app.seeding.yaml_text import Path_, YamlDocument, read_yaml

DOCUMENTS: dict[str, type[Document]] = {
    "places": PlacesDocument,
    "campaign": CampaignDocument,
    "sources": SourcesDocument,
    "locations": LocationsDocument,
    "events": EventsDocument,
    "outcomes": OutcomesDocument,
}
CAMPAIGN_DOCUMENTS = tuple(name for name in DOCUMENTS if name != "places")

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


def read_seeds(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Seeds:
    """Read `places.yaml` and each campaign's folder; raises SeedError with every fault of every file."""
    if not folder.is_dir():
        raise SeedError([Fault(folder, 1, 1, "(folder)", "is not a folder; name the folder that has places.yaml")])
    faults: list[Fault] = []
    places_yaml, places = _read(folder / "places.yaml", PlacesDocument, faults)
    campaigns: list[CampaignSeeds] = []
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not folders:
        faults.append(Fault(folder, 1, 1, "(folder)", "has no campaign; add a folder with campaign.yaml in it"))
    for campaign_folder in folders:
        progress(f"reading {campaign_folder}")
        campaign = _read_campaign(campaign_folder, faults)
        if campaign is not None:
            campaigns.append(campaign)
    faults.extend(
        Fault(stray, 1, 1, "(file)", "is not read; only places.yaml and folders belong here")
        for stray in folder.glob("*.y*ml")
        if stray.name != "places.yaml"
    )
    if faults or places is None:
        raise SeedError(faults)
    campaigns.sort(key=lambda campaign: campaign.campaign.id)
    return Seeds(places, places_yaml, campaigns)


def _read_campaign(folder: Path, faults: list[Fault]) -> CampaignSeeds | None:
    yaml: dict[str, YamlDocument] = {}
    documents: dict[str, Any] = {}
    for name in CAMPAIGN_DOCUMENTS:
        yaml[name], documents[name] = _read(folder / f"{name}.yaml", DOCUMENTS[name], faults)
    for stray in sorted(folder.iterdir()):
        if stray.stem not in CAMPAIGN_DOCUMENTS or stray.suffix != ".yaml":
            known = ", ".join(f"{name}.yaml" for name in CAMPAIGN_DOCUMENTS)
            faults.append(Fault(stray, 1, 1, "(file)", f"is not read; a campaign's folder has {known}"))
    if any(document is None for document in documents.values()):
        return None
    return CampaignSeeds(**documents, yaml=yaml)


def _read(file: Path, model: type[_Document], faults: list[Fault]) -> tuple[YamlDocument, _Document | None]:
    try:
        yaml = read_yaml(file)
    except SeedError as error:
        faults.extend(error.faults)
        return YamlDocument(file), None
    try:
        return yaml, model.model_validate_json(json.dumps(yaml.value))
    except ValidationError as error:
        faults.extend(yaml.fault(*_explain(details, model)) for details in error.errors())
        return yaml, None


def _explain(details: ErrorDetails, model: type[Document]) -> tuple[Path_, str]:
    """Say where a document is wrong, and what would be right, in an editor's words."""
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
            return path, f"is {given!r}{_did_you_mean(given, choices)}"
        case _:
            given = details["input"]
            shown = f" (it is {given!r})" if isinstance(given, str | int | float | bool | None) else ""
            return path, f"{details['msg']}{shown}"


def _did_you_mean(given: str, choices: list[str]) -> str:
    nearest = difflib.get_close_matches(given, choices, n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    return f"{hint or ';'} one of: {', '.join(choices)}" if len(choices) <= 30 else hint


def _keys(model: type[BaseModel], path: Path_) -> list[str]:
    """List the keys that the mapping at `path` of a document may have."""
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
