"""The parts that `include` adds to events from other resources: outcomes, and the records of locations."""

import json
from collections.abc import Sequence

from pydantic_core import from_json

from app.db.connections import Reader
from app.db.keys import RECORD, record_key
from app.db.statements import json_array
from app.languages import Language
from app.model.codes import Resource

_OUTCOMES = """
SELECT outcome_event.event, CAST(json_text AS BLOB)
FROM json_each(:wanted) AS wanted
JOIN outcome_event ON outcome_event.event = wanted.value
JOIN rendered ON rendered.key = outcome_event.outcome + :first
ORDER BY outcome_event.event, outcome_event.outcome
"""
_LOCATIONS = """
SELECT location.id, CAST(json_text AS BLOB)
FROM json_each(:wanted) AS wanted
JOIN location ON location.id = wanted.value
JOIN rendered ON rendered.key = location.number + :first
"""

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
