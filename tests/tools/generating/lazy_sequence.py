"""A sequence that stores no items: each is made on access."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar, overload

_Item_co = TypeVar("_Item_co", covariant=True)


class LazySequence(Sequence[_Item_co]):
    """A sequence of `count` items made by `make`. It can be iterated any number of times."""

    def __init__(self, count: int) -> None:
        self._count = count

    @abstractmethod
    def make(self, number: int) -> _Item_co:
        """Return the item at an index, the same every time."""

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> _Item_co: ...
    @overload
    def __getitem__(self, index: slice) -> list[_Item_co]: ...
    def __getitem__(self, index: int | slice) -> _Item_co | list[_Item_co]:
        if isinstance(index, slice):
            return [self.make(number) for number in range(self._count)[index]]
        return self.make(range(self._count)[index])
