"""Digests of the whole snapshot and of each campaign, kept while records pass by in the order of their numbers."""

import json
from collections import defaultdict
from hashlib import sha256
from typing import Any, NamedTuple


class Digests(NamedTuple):
    """Digests of a record, each of more than the one before."""

    told: bytes
    """Of what is told of it, whatever its number."""
    published: bytes
    """Of all that is published of it."""
    stored: bytes
    """Of all that the snapshot has of it."""


class Ledger:
    """What was told and published of each campaign, and stored altogether, as digests."""

    def __init__(self) -> None:
        self._told: defaultdict[str, Any] = defaultdict(sha256)
        self._published: defaultdict[str, Any] = defaultdict(sha256)
        self._stored = sha256()

    def add(self, digests: Digests, campaign: str | None) -> None:
        """Take note of a record of a campaign, or of one that campaigns share."""
        if campaign is not None:
            self._told[campaign].update(digests.told)
            self.add_published(digests.published, campaign)
        self._stored.update(digests.stored)

    def add_published(self, published: bytes, campaign: str) -> None:
        """Take note of the digest of what is published of a campaign beside its own records."""
        self._published[campaign].update(published)

    def add_stored(self, stored: Any) -> None:
        """Take note of what is stored and of no record."""
        self._stored.update(repr(stored).encode())

    def version_of(self, campaign: str, told: Any) -> str:
        """Give the version of a campaign: a digest of its records so far, and of what else is told of it as JSON."""
        text = json.dumps([self._told[campaign].hexdigest(), told], ensure_ascii=False, sort_keys=True)
        return sha256(text.encode()).hexdigest()[:32]

    def published_of(self, campaign: str) -> str:
        """Give a digest of all that was published of a campaign so far."""
        digest: str = self._published[campaign].hexdigest()
        return digest[:32]

    def version(self) -> str:
        """Give the version of the snapshot: a digest of all so far."""
        return self._stored.hexdigest()[:32]
