"""How one resource gets from its documents into the database: what each `transform.py` receives and provides."""

import json
from collections.abc import Callable, Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlmodel import SQLModel

from app.build.common.documents import RetiredDocument
from app.languages import Language, StoredText, Tree
from app.model.codes import Resource
from app.model.schemas import PublicModel
from app.model.tables import IdentifierRow

Row = tuple[Any, ...]

_NOTHING: Tree = {}
_IN_USE = {"number": None, "campaign": None, "name": None, "retired": False, "successor": None, "reason": None}


@cache
def column_names(table: str) -> KeysView[str]:
    """Return the names of a table's columns: a set that has their order."""
    return dict.fromkeys(column.name for column in SQLModel.metadata.tables[table].columns).keys()


class Rows(dict[str, list[Row]]):
    """Rows by the name of their table, with values in the order of its columns.

    They are plain tuples: a million events have thirty million, too many for model instances.
    """

    def add(self, table: type[SQLModel], record: Tree = _NOTHING, **values: Any) -> None:
        """Add a row; a column without a value of its own takes it from `record`.

        In `record`, the column `date_basis` is the `basis` of the `date`, and an object is stored as its `id`. Raises
        KeyError for a column without a value, TypeError for a value without a column.
        """
        name = str(table.__tablename__)
        columns = column_names(name)
        if not values.keys() <= columns:
            raise TypeError(f"{name} has no column {sorted(values.keys() - columns)}")
        row = tuple([values[column] if column in values else _value(record, column) for column in columns])
        self.setdefault(name, []).append(row)

    def extend(self, others: Mapping[str, list[Row]]) -> None:
        """Add all rows of `others`."""
        for table, rows in others.items():
            self.setdefault(table, []).extend(rows)

    def add_identifier(
        self, resource: str, id_: str, language: Language, name: StoredText | None = None, **columns: Any
    ) -> None:
        """Add an id that is in use; `columns` are other columns of its row."""
        columns |= {"name": None if name is None else _json(name)}
        self.add(IdentifierRow, _IN_USE, kind=str(resource), id=id_, language=language.value, **columns)

    def add_retired(self, retired: RetiredDocument, campaign: str | None, language: Language) -> None:
        """Add an id that was withdrawn or merged; `campaign` is None for a shared place."""
        self.add_identifier(
            retired.kind,
            retired.id,
            language,
            campaign=campaign,
            retired=True,
            successor=retired.merged_into,
            reason=_json(retired.reason.stored(language)),
        )


def _value(record: Tree, column: str) -> Any:
    """Return the value of a column: of the field of its name, or of a field's field, such as `basis` of `date`."""
    if column in record:
        value = record[column]
        return value["id"] if isinstance(value, dict) else value
    words = column.split("_")
    for count in range(1, len(words)):
        outer, inner = "_".join(words[:count]), "_".join(words[count:])
        if outer in record:
            return None if record[outer] is None else record[outer][inner]
    raise KeyError(column)


def date_columns(prefix: str, date: Tree | None) -> Tree:
    """Return the columns of a record's date, such as `published_starts_on`; all null without a date."""
    columns = {"starts_on": "start", "ends_on": "end"} | {name: name for name in ("precision", "basis", "as_stated")}
    return {f"{prefix}_{column}": date and date[name] for column, name in columns.items()}


def _json(node: StoredText) -> str:
    return json.dumps(node, ensure_ascii=False)


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
    has_code: bool
    """Whether it has a code of China's administrative divisions."""
    uncertainty_km: float | None
    """The place lies within this many kilometres of the point."""
    coordinates_source: str | None
    """The id of the source of the point."""
    fallback: str | None
    """The id of a place whose point a map may show instead."""
    around: tuple[str, ...]
    """The ids of the place and of all that it lies in, from the place itself up to the province."""


class RenderedSentence(NamedTuple):
    """A sentence of a source, as evidence that cites it shows it."""

    number: int
    """Its number among the sentences of all sources, from 1."""
    rendered: Mapping[str, bytes]
    """The fields of `CitedSentence` as JSON in each language, and in `ANY_LANGUAGE` their translations; no brackets."""


def name_for(names: Mapping[str, StoredText], campaign: str | None) -> StoredText:
    """Return the name of an organisation in the words of a campaign, or of the first that lists it if that does not.

    `names` has the names by campaign.
    """
    return names.get(campaign or "") or next(iter(names.values()))


@dataclass(frozen=True)
class BuildContext:
    """What records show of one another, as far as it fits in memory. Each process receives it once."""

    shared_language: Language
    """The fallback for responses about several campaigns, and for what they share."""
    languages: Mapping[str, Language]
    """The source language of each campaign."""
    organisations: Mapping[str, Mapping[str, StoredText]]
    """The names of each organisation, by its id and then by campaign; only campaigns that list it have one."""
    scopes: Mapping[tuple[str, str], StoredText]
    """The names of campaigns and pillars, by scope level and id."""
    places: Mapping[str, LinkedPlace]
    """All places, in the order of their ids."""
    coordinate_sources: Mapping[str, Tree]
    """Where coordinates were taken from, by id."""
    sentences: Mapping[tuple[str, int, int], RenderedSentence]
    """The sentences of all sources, by source, paragraph and number."""
    sources: Mapping[str, int]
    """The position of each source among all, in the order of their ids."""

    def source_position(self, evidence: Iterable[Tree]) -> int | None:
        """Return the position of the earliest of some evidence among all sources; None without evidence.

        Sources are ordered by id, evidence in one source by its first code point.
        """
        return min(((self.sources[item["source"]] << 32) + item["start"] for item in evidence), default=None)

    def organisation_name(self, id_: str, campaign: str | None) -> StoredText:
        """Return the name of an organisation as `name_for` does."""
        return name_for(self.organisations[id_], campaign)

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
    """As `evidence_of` returns it."""
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
