"""Sequences that hold nothing: each item is made when it is asked for, and dropped by whoever asked."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar, overload

_Item_co = TypeVar("_Item_co", covariant=True)


class Made(Sequence[_Item_co]):
    """A sequence of `count` items, which `make` makes by their places; it can be gone through as often as one likes."""

    def __init__(self, count: int) -> None:
        self._count = count

    @abstractmethod
    def make(self, number: int) -> _Item_co:
        """Make the item at a place, the same every time."""

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
