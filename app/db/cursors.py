"""Cursors: the position in a list as an opaque token, valid only for its query and its version of the data."""

import base64
import binascii
import json
from hashlib import blake2b
from typing import Self

from pydantic_core import to_json

from app.messages import Message, message

CursorValues = tuple[int | float | str, ...]

_CHECKSUM_BYTES = 6


class CursorError(ValueError):
    """A cursor cannot be used; `code` is for one that was altered, is outdated or belongs to another query."""

    def __init__(self, code: str, reason: Message) -> None:
        super().__init__(reason)
        self.code = code
        self.message = reason

    @classmethod
    def altered(cls) -> Self:
        """Return the error for a token that this service did not issue."""
        reason = message("is not a cursor of this service, or was altered; take it from links.next")
        return cls("invalid_cursor", reason)


def encode_cursor(after: CursorValues, query: str, version: str) -> str:
    """Return the token for the page after the record with these sort values.

    `query` identifies the matching records and their order. The token is refused with another query or another
    version of the data. The server stores nothing for it, so it survives a restart.
    """
    content = to_json([version, _digest(query), after])
    return base64.urlsafe_b64encode(_checksum(content) + content).rstrip(b"=").decode()


def decode_cursor(token: str, query: str, version: str) -> CursorValues:
    """Return the sort values of the record that the page follows; raises CursorError."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CursorError.altered() from error
    checksum, content = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
    # The last character of Base64 has unused bits: only the issued spelling is accepted.
    if checksum != _checksum(content) or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise CursorError.altered()
    try:
        of_version, of_query, after = json.loads(content)
        after = tuple(after)
    except (ValueError, TypeError) as error:
        raise CursorError.altered() from error
    if of_query != _digest(query):
        reason = message(
            "belongs to another list, other filters, another order or another language; leave cursor out to start at "
            "the first page"
        )
        raise CursorError("cursor_of_another_query", reason)
    if of_version != version:
        reason = message("belongs to an earlier version of the data; start again from the first page")
        raise CursorError("outdated_cursor", reason)
    return after


def _checksum(content: bytes) -> bytes:
    return blake2b(content, digest_size=_CHECKSUM_BYTES, person=b"campaign-cursor").digest()


def _digest(query: str) -> str:
    return blake2b(query.encode(), digest_size=8).hexdigest()
