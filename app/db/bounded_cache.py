"""What was made once and need not be made again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

_Made = TypeVar("_Made")


class BoundedCache:
    """Remembers what was made, by what it was made of; of very much what was made last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, object] = OrderedDict()

    def __contains__(self, of: Hashable) -> bool:
        return of in self._made

    def get(self, of: Hashable, make: Callable[[], _Made]) -> _Made:
        """Give what is made of something, made now if it was not made before.

        Two threads that begin at once may both make it; they come to the same.
        """
        made = self._made.get(of, self)
        if made is self:
            made = make()
            self._made[of] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return cast("_Made", made)
