"""Reading the revisions of campaigns."""

import json
from datetime import date

from app.db.connections import Reader
from app.model.revisions import Revision

_REVISIONS = "SELECT campaign, revised_on, events FROM revision ORDER BY campaign, ordinal"


def read_revisions(reader: Reader) -> dict[str, list[Revision]]:
    """Return the revisions of each campaign, oldest first."""
    revisions: dict[str, list[Revision]] = {}
    for campaign, revised_on, events in reader.rows(_REVISIONS, {}):
        changed = None if events is None else frozenset(json.loads(events))
        revisions.setdefault(campaign, []).append(Revision(date.fromisoformat(revised_on), changed))
    return revisions
