"""How one resource gets from its documents into the database: what each `transform.py` receives and provides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from app.build.common.rows import Rows
from app.languages import Language, StoredText
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.schemas import PublicModel


@dataclass(frozen=True)
class LinkedPlace:
    """A place as other records show it."""

    name: StoredText
    kind: str
    latitude: float | None
    """Degrees north, WGS 84."""
    longitude: float | None
    """Degrees east, WGS 84."""
    gcj02: Tree | None
    around: tuple[str, ...]
    """The ids of the place and of all that it lies in, from the place itself up to the province."""


@dataclass(frozen=True)
class BuildContext:
    """What records show of one another, as far as it fits in memory. Each process receives it once."""

    shared_language: Language
    """The fallback for responses about several campaigns, and for what they share."""
    languages: Mapping[str, Language]
    """The source language of each campaign."""
    organisations: Mapping[str, StoredText]
    """The names of the organisations, by id."""
    scopes: Mapping[tuple[str, str], StoredText]
    """The names of campaigns and pillars, by scope level and id."""
    places: Mapping[str, LinkedPlace]
    """All places, in the order of their ids."""
    coordinate_sources: Mapping[str, Tree]
    """Where coordinates were taken from, by id."""

    def language_of(self, campaign: str | None) -> Language:
        """Return the source language of a campaign; for None, that of what campaigns share."""
        return self.shared_language if campaign is None else self.languages[campaign]


class Job(NamedTuple):
    """A document that is to be transformed. Jobs are sent between processes."""

    number: int
    campaign: str | None
    """The campaign that the record belongs to; None for a place, which campaigns share."""
    document: Any
    links: Any = None
    """What the record shows of other records and the build context does not have, as its resource defines it."""


@dataclass(frozen=True)
class Record:
    """A public record with its texts in every language, without the parts that `include` adds; and its rows."""

    resource: Resource
    number: int
    title: StoredText
    body: Tree
    evidence: list[Tree]
    rows: Rows
    figure: Tree | None = None
    """What the campaign's summary shows of the record; None for nothing."""


@dataclass(frozen=True)
class Importer:
    """One resource, as the build needs it."""

    resource: Resource
    schema: type[PublicModel]
    """The public model, by which records are validated and in whose order their fields are rendered."""
    parts: Sequence[str]
    """The parts that `include` adds, at the end of the model in this order."""
    table: type[SQLModel]
    transform: Callable[[Job, BuildContext], Record]
    view_texts: Mapping[str, str]
    """The columns that a view of the table adds in each language, with the JSON path of each in the record."""
    view_omits: Sequence[str] = ()
    """The table's columns that serve sorting and filtering alone."""


def texts_at(*paths: str, **named: str) -> Mapping[str, str]:
    """Return the JSON paths of texts by column; the column of `date.note` is `date_note` unless it is named."""
    return {name: f"$.{path}" for name, path in ({path.replace(".", "_"): path for path in paths} | named).items()}
