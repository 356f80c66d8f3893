"""Numbering records in the default order of their lists, without holding the documents in memory."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, Protocol, TypeVar


class HasId(Protocol):
    """A document of a record."""

    @property
    def id(self) -> str:
        """The record's id."""


_Record = TypeVar("_Record", bound=HasId)


class Joined(Generic[_Record]):
    """The documents of all campaigns, one campaign after another. Those of a campaign may be generated on access."""

    def __init__(self, campaigns: Sequence[tuple[str, Sequence[_Record]]]) -> None:
        """Join the documents of campaigns, each with the campaign's id."""
        self._campaigns: Sequence[tuple[str, Sequence[_Record]]] = campaigns
        self._starts = [*accumulate((len(documents) for _, documents in campaigns), initial=0)]

    def __getitem__(self, index: int) -> tuple[str, _Record]:
        """Return the campaign's id and the document at an index."""
        at = bisect_right(self._starts, index) - 1
        campaign, documents = self._campaigns[at]
        return campaign, documents[index - self._starts[at]]

    def __iter__(self) -> Iterator[tuple[str, _Record]]:
        for campaign, documents in self._campaigns:
            for document in documents:
                yield campaign, document


@dataclass(frozen=True)
class Numbered(Generic[_Record]):
    """Documents in the order of their numbers."""

    documents: Joined[_Record]
    indexes: Sequence[int]
    """The index of each document in `documents`, in the order of their numbers."""
    numbers: dict[str, int]
    """The numbers, by id, of those that other records name."""

    def __len__(self) -> int:
        return len(self.indexes)

    def __getitem__(self, number: int) -> tuple[str, _Record]:
        """Return the campaign's id and the document of a number; numbers start at 1."""
        return self.documents[self.indexes[number - 1]]

    def items(self) -> Iterator[tuple[int, tuple[str, _Record]]]:
        """Iterate over each number with its campaign's id and its document, in order."""
        for number, index in enumerate(self.indexes, start=1):
            yield number, self.documents[index]


def number_documents(
    documents: Joined[_Record], key: Callable[[_Record], str], named: Collection[str] = ()
) -> Numbered[_Record]:
    """Return documents in the order of a sort key; the numbers of those whose ids are in `named` can be looked up."""
    keys = []
    ids = {}
    for index, (_, document) in enumerate(documents):
        keys.append(key(document))
        if document.id in named:
            ids[index] = document.id
    indexes = array("L", sorted(range(len(keys)), key=keys.__getitem__))
    numbers = {ids[index]: number for number, index in enumerate(indexes, start=1) if index in ids}
    return Numbered(documents, indexes, numbers)
