"""A list of requests that grows, and what can be added to it of any endpoint."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar
from zlib import crc32

from tests.tools.recorder import catalogue
from tests.tools.recorder.discovery import Found
from tests.tools.recorder.listings import Listing
from tests.tools.recorder.model import DATABASES, Request

_Item = TypeVar("_Item")


class RequestList:
    """The requests so far."""

    def __init__(self, found: Found, chance: Random, database: int) -> None:
        self.requests: list[Request] = []
        self._database = database
        self._found = found
        self._chance = chance

    def _filters(self, listing: Listing) -> dict[str, Sequence[str]]:
        """Return the filters of a list with right values to try."""
        return {**listing.fixed, **{name: self._sample(self._found[kind], 10) for name, kind in listing.found.items()}}

    def _wrong_values(self, listing: Listing) -> Mapping[str, Sequence[str]]:
        """Return the filters of a list with wrong values to try."""
        ids = (*catalogue.WRONG_IDS, *catalogue.RETIRED_IDS)
        return {name: catalogue.WRONG_VALUES[name] for name in listing.fixed} | dict.fromkeys(listing.found, ids)

    def _conditions(self, path: str) -> None:
        """Request a path, then again with conditions on what came back."""
        first = self._add("GET", path)
        etag, since = f"{{etag {first}}}", f"{{modified {first}}}"
        early, late = "Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"
        for value in (etag, f"W/{etag}", "*", '"wrong"', f'"wrong", {etag}', "unquoted"):
            self._add("GET", path, ("If-None-Match", value))
            self._add("GET", path, ("If-Match", value))
        for value in (since, early, late, "nonsense"):
            self._add("GET", path, ("If-Modified-Since", value))
            self._add("GET", path, ("If-Unmodified-Since", value))
        self._add("GET", path, ("If-None-Match", '"wrong"'), ("If-Modified-Since", since))
        self._add("GET", path, ("If-None-Match", etag), ("If-Modified-Since", early))
        self._add("GET", path, ("If-Match", etag), ("If-None-Match", etag))
        self._add("GET", path, ("If-None-Match", etag), ("Accept-Encoding", "br"))
        self._add("GET", path, ("Range", "bytes=0-9"), ("If-Range", etag))
        self._add("HEAD", path)
        self._add("HEAD", path, ("If-None-Match", etag))
        second = self._add("GET", path, ("Accept-Encoding", "gzip"))
        self._add("GET", path, ("If-None-Match", f"{{etag {second}}}"), ("Accept-Encoding", "gzip"))

    def _pages(self, target: str, count: int) -> None:
        """Request a page, then for those after it."""
        last = self._add("GET", target)
        for _ in range(count - 1):
            last = self._add("GET", f"{{next {last}}}")

    def _get(self, target: str, *headers: tuple[str, str]) -> None:
        self._shared("GET", target, *headers)

    def _get_and_head(self, target: str) -> None:
        self._add("GET", target)
        self._add("HEAD", target)

    def _shared(self, method: str, target: str, *headers: tuple[str, str]) -> None:
        """Add a request to the list of one of the databases: to send each to all of them would take too long."""
        if crc32(repr((method, target, headers)).encode()) % len(DATABASES) == self._database:
            self._add(method, target, *headers)

    def _add(self, method: str, target: str, *headers: tuple[str, str]) -> int:
        """Add a request; returns its number."""
        self.requests.append(Request(method, target, headers))
        return len(self.requests) - 1

    def _one(self, items: Sequence[_Item]) -> _Item:
        return self._chance.choice(items)

    def _sample(self, items: Sequence[_Item], count: int) -> list[_Item]:
        return self._chance.sample(items, min(count, len(items)))

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability
