"""Reading the published JSON of records by their numbers, as bytes, with the parts that are asked for."""

import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

from pydantic_core import from_json
from sqlalchemy import LargeBinary, cast, func, select
from sqlmodel import col

from app.db.connections import Reader
from app.db.keys import record_key
from app.db.list_query import ListQuery, ListSpec
from app.db.statements import Values, compiled, given, numbers
from app.languages import Language
from app.model.codes import Resource
from app.model.tables import ANY_LANGUAGE, LOCATIONS, OUTCOMES, RECORD, RenderedRow
from app.resources.locations.table import LocationRow
from app.resources.outcomes.table import OutcomeEventRow


@dataclass(frozen=True)
class View:
    """How records are to be shown."""

    language: Language
    include: Sequence[str] = ()


_PUBLISHED = cast(col(RenderedRow.json_text), LargeBinary)
"""What is published, as bytes: to decode and encode it again would take longer than to read it."""

_wanted = func.json_each(given("wanted")).table_valued("key", "value").alias("wanted")
_first = given("first")

_PART = compiled(select(_PUBLISHED, col(RenderedRow.stem)).where(col(RenderedRow.key) == given("key")))
_PARTS = compiled(
    select(_PUBLISHED, col(RenderedRow.stem))
    .join_from(_wanted, RenderedRow, col(RenderedRow.key) == _wanted.c.value + _first)
    .order_by(_wanted.c.key)
)
_OUTCOMES_OF_EVENTS = compiled(
    select(col(OutcomeEventRow.event), _PUBLISHED)
    .join_from(_wanted, OutcomeEventRow, col(OutcomeEventRow.event) == _wanted.c.value)
    .join(RenderedRow, col(RenderedRow.key) == col(OutcomeEventRow.outcome) + _first)
    .order_by(col(OutcomeEventRow.event), col(OutcomeEventRow.outcome))
)
_PLACES = compiled(
    select(col(LocationRow.id), _PUBLISHED)
    .join_from(_wanted, LocationRow, col(LocationRow.id) == _wanted.c.value)
    .join(RenderedRow, col(RenderedRow.key) == col(LocationRow.number) + _first)
)

# Nothing else of JSON looks like this: within a text the quotes have backslashes before them.
_NO_RECORD = b'"record":null'


def read_records(reader: Reader, listing: ListSpec, numbered: Sequence[int], view: View) -> list[bytes]:
    """Read the JSON of records by their numbers, in the order of these."""
    wanted = numbers(numbered)

    def rows(part: str, language: str) -> list[tuple[bytes, int]]:
        if len(numbered) == 1:
            return reader.rows(_PART, {"key": record_key(listing.kind, part, language, numbered[0])})
        return reader.rows(_PARTS, {"wanted": wanted, "first": record_key(listing.kind, part, language)})

    records = rows(RECORD, view.language)
    if not view.include:
        return [record for record, _ in records]
    # At the end of a record stand the parts, null, but for the last of an event: its places in brief.
    labels = [b',"%b":' % part.encode() for part in listing.parts]
    tail = sum(len(label) + len(b"null") for label in labels) - len(b"null")
    brief = [record[stem + tail : -1] for record, stem in records]
    columns: list[Sequence[bytes]] = []
    for part in listing.parts:
        if part == LOCATIONS:
            columns.append(_with_places(reader, brief, view.language) if part in view.include else brief)
        elif part not in view.include:
            columns.append([b"null"] * len(records))
        elif part == OUTCOMES:
            columns.append(_outcomes_of(reader, numbered, view.language))
        else:
            columns.append([json_text for json_text, _ in rows(part, ANY_LANGUAGE)])
    return [
        b"".join((record[:stem], *chain.from_iterable(zip(labels, parts, strict=True)), b"}"))
        for (record, stem), *parts in zip(records, *columns, strict=True)
    ]


def _outcomes_of(reader: Reader, events: Sequence[int], language: Language) -> list[bytes]:
    """Read the outcomes of each event, a JSON array for each."""
    first = record_key(Resource.OUTCOME, RECORD, language)
    credited: dict[int, list[bytes]] = {event: [] for event in events}
    for event, outcome in reader.rows(_OUTCOMES_OF_EVENTS, {"wanted": numbers(events), "first": first}):
        credited[event].append(outcome)
    return [b"[%b]" % b",".join(credited[event]) for event in events]


def _with_places(reader: Reader, brief: Sequence[bytes], language: Language) -> list[bytes]:
    """Put the record of each place into JSON arrays of places in brief."""
    placed = [[place["id"] for place in from_json(places)] for places in brief]
    wanted = json.dumps(sorted({id_ for ids in placed for id_ in ids}))
    first = record_key(Resource.LOCATION, RECORD, language)
    places: dict[str, bytes] = dict(reader.rows(_PLACES, {"wanted": wanted, "first": first}))
    whole = []
    for one, ids in zip(brief, placed, strict=True):
        start, *rest = one.split(_NO_RECORD)
        told = (b'"record":%b%b' % (places[id_], piece) for id_, piece in zip(ids, rest, strict=True))
        whole.append(b"".join((start, *told)))
    return whole


def read_record(reader: Reader, listing: ListSpec, number: int, view: View) -> bytes:
    """Read the JSON of a record by its number."""
    (record,) = read_records(reader, listing, [number], view)
    return record


def read_part(reader: Reader, kind: Resource, number: int, part: str, language: str) -> bytes:
    """Read a part of a record that is there, as JSON."""
    part_: bytes = reader.scalar(_PART, {"key": record_key(kind, part, language, number)})
    return part_


def read_all(
    reader: Reader, listing: ListSpec, question: ListQuery, values: Values, view: View
) -> Generator[list[bytes], None, None]:
    """Read the JSON of all records that are asked for, in order, a hundred at a time."""
    with closing(question.batches(reader, values)) as batches:
        for batch in batches:
            yield read_records(reader, listing, batch, view)
