"""The parts that `include` adds to events from other resources: outcomes, and the records of locations."""

import json
from collections.abc import Sequence

from pydantic_core import from_json
from sqlalchemy import func, select
from sqlmodel import col

from app.db.connections import Reader
from app.db.keys import record_key
from app.db.records import RECORD_JSON
from app.db.statements import bind, compile_statement, json_array
from app.languages import Language
from app.model.codes import Resource
from app.model.tables import RECORD, RenderedRow
from app.resources.locations.table import LocationRow
from app.resources.outcomes.table import OutcomeEventRow

_wanted = func.json_each(bind("wanted")).table_valued("key", "value").alias("wanted")
_first = bind("first")

_OUTCOMES = compile_statement(
    select(col(OutcomeEventRow.event), RECORD_JSON)
    .join_from(_wanted, OutcomeEventRow, col(OutcomeEventRow.event) == _wanted.c.value)
    .join(RenderedRow, col(RenderedRow.key) == col(OutcomeEventRow.outcome) + _first)
    .order_by(col(OutcomeEventRow.event), col(OutcomeEventRow.outcome))
)
_LOCATIONS = compile_statement(
    select(col(LocationRow.id), RECORD_JSON)
    .join_from(_wanted, LocationRow, col(LocationRow.id) == _wanted.c.value)
    .join(RenderedRow, col(RenderedRow.key) == col(LocationRow.number) + _first)
)

# Nothing else in JSON looks like this: within a text the quotes are escaped.
_NO_RECORD = b'"record":null'


def read_outcomes(reader: Reader, events: Sequence[int], _brief: Sequence[bytes], language: Language) -> list[bytes]:
    """Return the outcomes of each event, as a JSON array."""
    first = record_key(Resource.OUTCOME, RECORD, language)
    credited: dict[int, list[bytes]] = {event: [] for event in events}
    for event, outcome in reader.rows(_OUTCOMES, {"wanted": json_array(events), "first": first}):
        credited[event].append(outcome)
    return [b"[%b]" % b",".join(credited[event]) for event in events]


def read_locations(reader: Reader, _events: Sequence[int], brief: Sequence[bytes], language: Language) -> list[bytes]:
    """Insert the record of each location into JSON arrays of locations in brief."""
    ids_of_events = [[location["id"] for location in from_json(locations)] for locations in brief]
    wanted = json.dumps(sorted({id_ for ids in ids_of_events for id_ in ids}))
    first = record_key(Resource.LOCATION, RECORD, language)
    locations: dict[str, bytes] = dict(reader.rows(_LOCATIONS, {"wanted": wanted, "first": first}))
    whole = []
    for one, ids in zip(brief, ids_of_events, strict=True):
        start, *rest = one.split(_NO_RECORD)
        inserted = (b'"record":%b%b' % (locations[id_], piece) for id_, piece in zip(ids, rest, strict=True))
        whole.append(b"".join((start, *inserted)))
    return whole
