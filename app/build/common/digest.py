"""Digests of the whole database and of each campaign, updated while records are loaded in the order of their numbers.

They are taken over canonical JSON (sorted keys, no space, UTF-8) and over the rendered JSON before compression, so
they depend neither on the machine nor on the version of zlib.
"""

import json
from collections import defaultdict
from hashlib import sha256
from typing import Any, NamedTuple

_VERSION_DIGITS = 32

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical_json(node: Any) -> bytes:
    """Encode JSON so that equal values have equal bytes; tuples are arrays."""
    return _encode(node).encode()


class Digests(NamedTuple):
    """Digests of a record, each of more than the one before."""

    content: bytes
    """Of the record and its parts, whatever its number."""
    rendered: bytes
    """Of everything rendered of it."""
    stored: bytes
    """Of everything that the database has of it."""


class Ledger:
    """Running digests of what each campaign contains and renders, and of everything stored."""

    def __init__(self) -> None:
        self._content: defaultdict[str, Any] = defaultdict(sha256)
        self._rendered: defaultdict[str, Any] = defaultdict(sha256)
        self._stored = sha256()

    def add(self, digests: Digests, campaign: str | None) -> None:
        """Add a record of a campaign; None for one that campaigns share."""
        if campaign is not None:
            self._content[campaign].update(digests.content)
            self.add_rendered(digests.rendered, campaign)
        self._stored.update(digests.stored)

    def add_rendered(self, rendered: bytes, campaign: str) -> None:
        """Add the digest of a shared record that a campaign's offline copy contains."""
        self._rendered[campaign].update(rendered)

    def add_stored(self, stored: Any) -> None:
        """Add what is stored and belongs to no record, as JSON."""
        self._stored.update(canonical_json(stored))

    def version_of(self, campaign: str, rest: Any) -> str:
        """Return the version of a campaign: a digest of its records so far, and of the rest of its content as JSON."""
        text = canonical_json([self._content[campaign].hexdigest(), rest])
        return sha256(text).hexdigest()[:_VERSION_DIGITS]

    def rendered_of(self, campaign: str) -> str:
        """Return a digest of everything rendered of a campaign so far."""
        digest: str = self._rendered[campaign].hexdigest()
        return digest[:_VERSION_DIGITS]

    def version(self) -> str:
        """Return the version of the data: a digest of everything stored so far."""
        return self._stored.hexdigest()[:_VERSION_DIGITS]
