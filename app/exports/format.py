"""What a format is: a way to write any number of published records as one document, in pieces."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from app.exports import schemas
from app.languages import Language
from app.model.codes import Resource
from app.model.columns import Tree

Records = Iterable[Sequence[bytes]]
"""Records as their published JSON in UTF-8, some at a time; reading on is what costs time and memory."""

Pieces = Generator[bytes, None, None]
"""A document in pieces; an empty one only says that the work goes on.

Each takes about 2 ms to make, for all else that the process does waits meanwhile. Whoever stops before the end closes
the generator, which then leaves nothing behind.
"""


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

    kind: Resource
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
    kinds: frozenset[Resource]
    """The kinds of record that can be written so."""
    writer: str
    """The module whose `write` makes a document."""
    schema: Callable[[str], Tree] = schemas.text
    """The JSON Schema of a document whose records have the schema of this reference, for OpenAPI."""
    compresses: bool = True
    """Whether compression makes it smaller."""
    dated_only: bool = False
    """Whether it has no place for records without a date, which are then left out and counted."""
    max_records: int | None = None
    """How many records one document can have; None for any number."""

    def write(self, records: Records, facts: Facts) -> Pieces:
        """Write a document.

        The writer is imported when it is first asked for, by whichever thread asks: what calendars and workbooks are
        made with takes 6 MB and a tenth of a second, which a service that nobody asks for them need not spend.
        """
        write: Callable[[Records, Facts], Pieces] = import_module(self.writer).write
        return write(records, facts)


LISTED = frozenset({Resource.EVENT, Resource.LOCATION, Resource.OUTCOME})
"""The kinds of record that tables and lines can hold."""


def cut(records: Records, size: int) -> Iterator[Sequence[bytes]]:
    """Give the same records, `size` at a time at most: for what takes long to write."""
    for batch in records:
        for start in range(0, len(batch), size):
            yield batch[start : start + size]
