"""Revisions of campaigns, as exports date their records by them."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple


class Revision(NamedTuple):
    """A publication of the records of a campaign."""

    revised_on: date
    events: Collection[str] | None
    """The ids of the events that it changed; None if it may concern any."""
