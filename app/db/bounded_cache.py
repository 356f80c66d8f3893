"""A cache of results computed from immutable data."""

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from threading import Lock
from typing import TypeVar, cast

_Result = TypeVar("_Result")

_ENTRY_BYTES = 200
"""About what an entry needs besides its key and its value."""


class BoundedCache:
    """Maps keys to results; bounded in bytes, evicts the oldest entries. Threads may share it."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0
        """About how many bytes the entries take."""

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def clear(self) -> None:
        """Remove all entries."""
        with self._lock:
            self._entries.clear()
            self.bytes = 0

    def get(self, key: Hashable, compute: Callable[[], _Result]) -> _Result:
        """Return the result for a key, computed now if it is not cached.

        Two threads may compute the same result at once. A result larger than the whole cache is not cached.
        """
        entry = self._entries.get(key)
        if entry is not None:
            return cast("_Result", entry[0])
        result = compute()
        size = _ENTRY_BYTES + size_of(key) + size_of(result)
        with self._lock:
            if size <= self._max_bytes and key not in self._entries:
                self._entries[key] = (result, size)
                self.bytes += size
                while self.bytes > self._max_bytes:
                    self.bytes -= self._entries.popitem(last=False)[1][1]
        return result


def size_of(value: object) -> int:
    """Return about how many bytes a value takes, with the items of tuples, lists, sets, dicts and dataclasses."""
    size = sys.getsizeof(value)
    if isinstance(value, tuple | list | frozenset):
        return size + sum(map(size_of, value))
    if isinstance(value, dict):
        return size + sum(size_of(key) + size_of(item) for key, item in value.items())
    if is_dataclass(value):
        return size + size_of(vars(value))
    return size
