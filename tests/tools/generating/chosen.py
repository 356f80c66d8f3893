"""A generated campaign with chosen events and outcomes in the place of its own."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from app.build.reader import Seeds
from app.resources.events.document import EventDocument, EventsDocument
from app.resources.outcomes.document import OutcomeDocument, OutcomesDocument
from tests.tools.generating.seeds import generate

_ALONE = 4
"""The first event that is neither a series nor a part of one."""


@cache
def model_event() -> EventDocument:
    """Return a valid event without a series, for copies that change what a test is about."""
    (campaign,) = generate(_ALONE + 1).campaigns
    return campaign.events.events[_ALONE]


@cache
def model_outcome() -> OutcomeDocument:
    """Return a valid outcome of the whole campaign, for copies that change what a test is about."""
    (campaign,) = generate(_ALONE + 1).campaigns
    return campaign.outcomes.outcomes[0]


def seeds_of(events: Sequence[EventDocument] = (), outcomes: Sequence[OutcomeDocument] = ()) -> Seeds:
    """Return seeds of one campaign with just these events and outcomes."""
    seeds = generate(_ALONE + 1)
    (campaign,) = seeds.campaigns
    chosen = replace(
        campaign, events=EventsDocument(events=tuple(events)), outcomes=OutcomesDocument(outcomes=tuple(outcomes))
    )
    return replace(seeds, campaigns=[chosen])
