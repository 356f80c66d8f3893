"""Numbering records in the default order of their lists, without holding the documents in memory."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate, chain
from typing import Any

from app.build.common.importer import Job


class Numbered:
    """The documents of all campaigns as jobs, numbered from 1 in the order of a sort key."""

    def __init__(
        self,
        campaigns: Sequence[tuple[str, Sequence[Any]]],
        key: Callable[[Any], str],
        named: Collection[str] = (),
    ) -> None:
        """Sort the documents of campaigns, whose sequences may make each document when it is accessed.

        `numbers` has the numbers of those whose ids are in `named`.
        """
        self._campaigns = campaigns
        self._starts = [*accumulate((len(documents) for _, documents in campaigns), initial=0)]
        keys, ids = [], {}
        for index, document in enumerate(chain.from_iterable(documents for _, documents in campaigns)):
            keys.append(key(document))
            if document.id in named:
                ids[index] = document.id
        self._indexes = array("L", sorted(range(len(keys)), key=keys.__getitem__))
        self.numbers = {ids[index]: number for number, index in enumerate(self._indexes, start=1) if index in ids}

    def __len__(self) -> int:
        return len(self._indexes)

    def __getitem__(self, number: int) -> Job:
        index = self._indexes[number - 1]
        at = bisect_right(self._starts, index) - 1
        campaign, documents = self._campaigns[at]
        return Job(number, campaign, documents[index - self._starts[at]])

    def __iter__(self) -> Iterator[Job]:
        return map(self.__getitem__, range(1, len(self) + 1))
