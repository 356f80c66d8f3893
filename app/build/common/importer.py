"""How one resource gets from its documents into the database: what each `transform.py` provides to the pipeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from app.build.common.context import BuildContext
from app.build.common.rows import Rows
from app.languages import StoredText
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.schemas import PublicModel


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
    """A public record with its texts in every language, without the parts that `include` adds."""

    resource: Resource
    number: int
    title: StoredText
    body: Tree
    evidence: list[Tree]

    @property
    def id(self) -> str:
        """The record's id."""
        id_: str = self.body["id"]
        return id_


@dataclass(frozen=True)
class Transformed:
    """A document's record, and its rows in the tables."""

    record: Record
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
    transform: Callable[[Job, BuildContext], Transformed]
    view_texts: Mapping[str, str]
    """The columns that a view of the table adds in each language, with the JSON path of each in the record."""
    view_omits: Sequence[str] = ()
    """The table's columns that serve sorting and filtering alone."""


def texts_at(*paths: str, **named: str) -> Mapping[str, str]:
    """Return the JSON paths of texts by column; the column of `date.note` is `date_note` unless it is named."""
    return {name: f"$.{path}" for name, path in ({path.replace(".", "_"): path for path in paths} | named).items()}
