"""Plans: what endpoints return. Parameters are checked; rendering can still refuse a cursor or a large workbook."""

from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from app.db.connections import Reader

Pieces = Generator[bytes, None, None]
"""The pieces of a body; an empty one only shows progress."""


class Rendered(NamedTuple):
    """A body, and the headers that are known only when it is rendered."""

    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})


class Plan(NamedTuple):
    """A response that is rendered from the data as a whole, cached, and revalidated by its ETag."""

    headers: Mapping[str, str]
    """Content-Type and the validators among them; the ETag is the cache key."""
    render: Callable[[Reader], Rendered]
    """Renders the body; may run a second time in a thread, so it has no side effects."""
    is_slow: bool = False
    """Whether rendering usually takes longer than the inline budget; it then starts in a thread."""


class StaticPlan(NamedTuple):
    """A response whose body exists already; cached and revalidated where it has an ETag."""

    headers: Mapping[str, str]
    body: bytes


class Stream(NamedTuple):
    """A response of any length that is ready to be sent."""

    headers: Mapping[str, str]
    open: Callable[[], Pieces]
    """Starts the body; a failure before the first piece is still an error response."""
    is_compressible: bool = True


class StreamPlan(NamedTuple):
    """A response of any length, whose headers need the data."""

    key: tuple[object, ...]
    """Identifies the preparation; identical requests share one."""
    prepare: Callable[[Reader], Stream]
    """Reads the data for the headers and checks the request; may run a second time in a thread."""
    is_slow: bool = False
    """Whether preparing it usually takes longer than the inline budget; it then starts in a thread."""


AnyPlan = Plan | StaticPlan | StreamPlan
