"""Choosing at random, cheaply: a million events choose some thirty times each."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

_Item = TypeVar("_Item")


def pick(chance: Random, items: Sequence[_Item]) -> _Item:
    """Choose one of the items, each as likely as the other; four times as fast as `chance.choice`."""
    return items[int(chance.random() * len(items))]


def weighted(*shares: tuple[int, _Item]) -> tuple[_Item, ...]:
    """Repeat each item as often as its share, for `pick` to choose from."""
    return tuple(item for share, item in shares for _ in range(share))
