"""Export formats, and the exports of a resource."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.languages import Language, Tree, localised
from app.model.codes import Code, Resource
from app.model.revisions import Revision

Records = Iterable[Sequence[bytes]]
"""Records as the JSON that is sent, in batches; reading the next batch is what costs time and memory."""

Pieces = Generator[bytes, None, None]
"""A document in pieces; an empty piece only returns control to the caller.

A piece takes about 2 ms to make, because other requests wait meanwhile. A caller that stops early closes the generator,
which then removes its temporary files.
"""


@dataclass(frozen=True)
class Credit:
    """A credit required by the licence of some coordinates."""

    id: str
    """The id of the source of the coordinates, as records have it."""
    name: str
    """Where the coordinates come from."""
    licence: str
    """The SPDX identifier of the licence."""
    licence_url: str | None
    attribution: str


@dataclass(frozen=True)
class Licence:
    """The licence of a campaign's records."""

    id: str
    """Its SPDX identifier."""
    url: str
    attribution: str


class Datum(Code):
    """The datum of coordinates."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


class PointLayout(Code):
    """How a map has the points of a record with several places."""

    TOGETHER = "together"
    SPLIT = "split"


class Credits:
    """The credits of one document: those of the coordinates that are written into it, and no others."""

    def __init__(self, required: Iterable[Credit]) -> None:
        """Take every credit that a licence requires, whether the document will have it or not."""
        self._required = {credit.id: credit for credit in required}
        self._lines: dict[tuple[str, ...], str | None] = {}
        self._added: set[str] = set()

    def add(self, sources: Iterable[str]) -> str | None:
        """Add the credits for coordinates from these sources; returns them in one line, None where none is required."""
        distinct = tuple(sorted(set(sources)))
        if distinct not in self._lines:
            required = [id_ for id_ in distinct if id_ in self._required]
            self._added.update(required)
            self._lines[distinct] = _line(self._required[id_] for id_ in required)
        return self._lines[distinct]

    def __iter__(self) -> Iterator[Credit]:
        """Iterate over the credits that the document has so far, in the order of their ids, as a summary has them."""
        return (self._required[id_] for id_ in sorted(self._added))

    @property
    def line(self) -> str | None:
        """The credits that the document has so far, in one line."""
        return _line(self)


def _line(credits_: Iterable[Credit]) -> str | None:
    return " ".join(dict.fromkeys(credit.attribution for credit in credits_)) or None


@dataclass(frozen=True)
class Facts:
    """The metadata of a document, as `meta` and `links` are of a response."""

    title: str
    """The title of the document, in its language."""
    sheet: str
    """The name of the sheet of records in a workbook."""
    language: Language
    version: str
    """The version of the data, a digest."""
    address: str
    """The document's own URL, absolute."""
    collection: str
    """The URL of the list of these records; a record is at `{collection}/{id}`."""
    total: int
    """How many records the document has."""
    undated_excluded: int
    """How many matching records were left out only because they have no date."""
    derived_excluded: int
    """How many matching records were left out only because the editors derived their links to locations."""
    revisions: Mapping[str, Sequence[Revision]]
    """The revisions of each campaign whose records may be in the document, oldest first."""
    licences: Sequence[Licence]
    """The licences of these campaigns, each once."""
    credits: Credits
    """Complete when all records are written, so a document has them at its end."""
    datum: Datum = Datum.WGS84
    """The datum of the positions on a map."""
    point_layout: PointLayout = PointLayout.TOGETHER
    """Whether a map has one feature for each record, or one for each of its places."""

    @property
    def revised_on(self) -> date:
        """The day of the last revision of any of its campaigns."""
        return max(revisions[-1].revised_on for revisions in self.revisions.values())

    def revisions_of(self, campaign: str, event: str) -> Sequence[date]:
        """Return the days of the revisions that concern an event, oldest first; at least that of the first."""
        revisions = self.revisions[campaign]
        return [day for day, events in revisions if events is None or event in events]


@dataclass(frozen=True)
class Format:
    """A format of one resource's records."""

    extension: str
    """The end of the path, as in `/v1/events.csv`."""
    media_type: str
    description: str
    """For the OpenAPI document."""
    write: Callable[[Records, Facts], Pieces]
    """Writes a document."""
    schema: Tree = field(default_factory=lambda: {"type": "string"})
    """The JSON Schema of a document."""
    include: Sequence[str] = ()
    """The parts that the records must have, as the parameter `include` adds them."""
    compresses: bool = True
    """Whether compression makes it smaller."""
    dated_only: bool = False
    """Whether it leaves out records without a date, which are then counted."""
    has_datum: bool = False
    """Whether its positions can be in another datum than WGS 84."""
    max_records: int | None = None
    """How many records a document can have; None for any number."""

    @property
    def bare_media_type(self) -> str:
        """The media type without its parameters."""
        return self.media_type.partition(";")[0]


class Exports:
    """The exports of one resource, titled by the table `lists.<resource>` of the languages' files."""

    def __init__(self, resource: Resource, formats: Sequence[Format]) -> None:
        """Take the formats in the order of the OpenAPI document."""
        self.resource = resource
        self.formats = formats
        self.by_extension = {format_.extension: format_ for format_ in formats}
        names = localised(f"lists.{resource}", ["title", "sheet"])
        self.titles, self.sheets = names["title"], names["sheet"]
        """The title of a list of such records, and the name of the sheet in a workbook, by language."""


def cut(records: Records, size: int) -> Iterator[Sequence[bytes]]:
    """Return the same records in batches of at most `size`, for formats that are slow to write."""
    for batch in records:
        for start in range(0, len(batch), size):
            yield batch[start : start + size]
