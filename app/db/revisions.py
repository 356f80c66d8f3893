"""Reading the revisions of campaigns."""

import json
from datetime import date

from app.db.connections import Reader

_REVISIONS = "SELECT campaign, revised_on, events FROM revision ORDER BY campaign, ordinal"

Revisions = dict[str, list[tuple[date, frozenset[str] | None]]]
"""The revisions of each campaign, oldest first: the day, and the events that it changed, None for any."""


def read_revisions(reader: Reader) -> Revisions:
    """Return the revisions of all campaigns."""
    revisions: Revisions = {}
    for campaign, revised_on, events in reader.rows(_REVISIONS, {}):
        changed = None if events is None else frozenset(json.loads(events))
        revisions.setdefault(campaign, []).append((date.fromisoformat(revised_on), changed))
    return revisions
