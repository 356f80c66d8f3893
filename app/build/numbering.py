"""Numbering events and outcomes in the order of their lists, without holding any of them."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from app.build.reader import Seeds
from app.build.records import credited_events
from app.resources.events.document import EventDocument
from app.resources.outcomes.document import OutcomeDocument

_Record = TypeVar("_Record", EventDocument, OutcomeDocument)

_AFTER_ALL_DAYS = "~"


class Joined(Generic[_Record]):
    """The documents of all campaigns one campaign after another; those of a campaign may be made as they are read."""

    def __init__(self, campaigns: Sequence[tuple[str, Sequence[_Record]]]) -> None:
        self._campaigns: Sequence[tuple[str, Sequence[_Record]]] = campaigns
        self._starts = [*accumulate((len(documents) for _, documents in campaigns), initial=0)]

    def __getitem__(self, place: int) -> tuple[str, _Record]:
        """Give the campaign's id and the document at a place."""
        at = bisect_right(self._starts, place) - 1
        campaign, documents = self._campaigns[at]
        return campaign, documents[place - self._starts[at]]

    def __iter__(self) -> Iterator[tuple[str, _Record]]:
        for campaign, documents in self._campaigns:
            for document in documents:
                yield campaign, document


@dataclass(frozen=True)
class Numbered(Generic[_Record]):
    """Documents in the order of their numbers."""

    documents: Joined[_Record]
    places: Sequence[int]
    """Where each stands, in the order of their numbers."""
    numbers: dict[str, int]
    """The numbers of those that others name, by id."""

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, number: int) -> tuple[str, _Record]:
        """Give the campaign's id and the document of a number; the first is 1."""
        return self.documents[self.places[number - 1]]

    def items(self) -> Iterator[tuple[int, tuple[str, _Record]]]:
        """Give each number with its campaign's id and its document, in order."""
        for number, place in enumerate(self.places, start=1):
            yield number, self.documents[place]


def number_outcomes(seeds: Seeds) -> tuple[Numbered[OutcomeDocument], set[str]]:
    """Give the outcomes numbers by their ids, and the ids of the events that they name, too."""
    named: set[str] = set()

    def key(outcome: OutcomeDocument) -> str:
        named.update(credited_events(outcome))
        return outcome.id

    documents = Joined([(seeded.campaign.id, seeded.outcomes.outcomes) for seeded in seeds.campaigns])
    return _number(documents, key, ()), named


def number_events(seeds: Seeds, named: Collection[str]) -> Numbered[EventDocument]:
    """Give the events numbers by first day and id, the undated last; `named` are the ids to look numbers up by."""

    def key(event: EventDocument) -> str:
        start = event.date.period().start
        return f"{start or _AFTER_ALL_DAYS} {event.id}"

    documents = Joined([(seeded.campaign.id, seeded.events.events) for seeded in seeds.campaigns])
    return _number(documents, key, named)


def _number(documents: Joined[_Record], key: Callable[[_Record], str], named: Collection[str]) -> Numbered[_Record]:
    keys = []
    ids = {}
    for place, (_, document) in enumerate(documents):
        keys.append(key(document))
        if document.id in named:
            ids[place] = document.id
    places = array("L", sorted(range(len(keys)), key=keys.__getitem__))
    numbers = {ids[place]: number for number, place in enumerate(places, start=1) if place in ids}
    return Numbered(documents, places, numbers)
