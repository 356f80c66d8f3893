"""What a format is: a way to write any number of published records as one document, in pieces."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.languages import Language
from app.vocabulary import RecordKind

Records = Iterable[Sequence[str]]
"""Records as their published JSON, some hundreds at a time; reading on is what costs time and memory."""


@dataclass(frozen=True)
class Credit:
    """A credit that the licence of some coordinates asks for."""

    name: str
    """Where the coordinates come from."""
    licence: str
    """The SPDX identifier of the licence."""
    licence_url: str | None
    attribution: str


@dataclass(frozen=True)
class Facts:
    """What a document says of itself, as `meta` and `links` do in an answer."""

    kind: RecordKind
    title: str
    """What the document is, in its language."""
    language: Language
    version: str
    """The version of the data, a digest."""
    address: str
    """The document's own address, absolute."""
    collection: str
    """The address of the list of these records; a record is at `{collection}/{id}`."""
    total: int
    """How many records the document has."""
    undated_excluded: int
    """How many that match were left out only because they have no date."""
    credits: Sequence[Credit]
    """Those that the service's coordinates ask for; none where the document has no coordinates."""


@dataclass(frozen=True)
class Format:
    """One way to write records."""

    extension: str
    """What it is asked for by, as in `/v1/events.csv`."""
    media_type: str
    description: str
    """What a client gets, for the manual."""
    kinds: frozenset[RecordKind]
    """The kinds of record that can be written so."""
    write: Callable[[Records, Facts], Generator[bytes, None, None]]
    """Writes a document; a piece may be empty, which only says that the work goes on.

    Whoever stops before the end closes the generator, which then leaves nothing behind.
    """
    schema: Callable[[str], Mapping[str, Any]] = field(default=lambda _: {"type": "string"})
    """The JSON Schema of a document whose records have the schema of this reference, for OpenAPI."""
    compresses: bool = True
    """Whether compression makes it smaller."""
    dated_only: bool = False
    """Whether it has no place for records without a date, which are then left out and counted."""
    max_records: int | None = None
    """How many records one document can have; None for any number."""


LISTED = frozenset({RecordKind.EVENT, RecordKind.LOCATION, RecordKind.OUTCOME})
"""The kinds of record that tables and lines can hold."""
