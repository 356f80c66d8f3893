"""Range requests (RFC 9110 section 14): one part of a representation that has no content encoding.

Suffix ranges and several ranges are ignored, as the RFC permits: the response is then the whole representation.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from app.http.conditional import is_range_current
from app.http.errors import Problem
from app.http.negotiation import accepts_identity, decode_header
from app.http.request_key import Conditions, RequestKey
from app.messages import message

ACCEPT_RANGES = {"Accept-Ranges": "bytes"}
"""The header of responses that support ranges."""

_MAX_RANGE_BYTES = 64

_RANGE = re.compile(rb"(?i:bytes)=[ \t]*([0-9]+)-([0-9]*)[ \t]*")


class ByteRange(NamedTuple):
    """A range that a client requests, both positions included."""

    first: int
    last: int | None
    """None for the end."""

    def within(self, length: int) -> "Part":
        """Return the part of a body of this length; raises a Problem with the status 416 where it begins beyond."""
        if self.first >= length:
            detail = message("The range begins beyond the end: there are {length} bytes.", length=length)
            raise Problem(detail, status=416, headers={"Content-Range": f"bytes */{length}"})
        end = length if self.last is None else min(self.last + 1, length)
        return Part(self.first, end, length)


class Part(NamedTuple):
    """The bytes from `start` to before `end` of a body of `length` bytes."""

    start: int
    end: int
    length: int

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a 206, from those of the whole representation."""
        return {
            **headers,
            "Content-Range": f"bytes {self.start}-{self.end - 1}/{self.length}",
            "Content-Length": str(self.end - self.start),
        }


def negotiate_range(method: str, key: RequestKey, conditions: Conditions) -> tuple[RequestKey, Conditions]:
    """Return the key and the conditions of a request, without its range if that is to be ignored.

    Otherwise the key accepts the identity encoding alone: the client has stored the bytes before the range decoded.
    """
    if conditions.range is None:
        return key, conditions
    # Ranges are defined for GET alone (section 14.2).
    is_ignored = method != "GET" or _parse(conditions.range) is None
    if is_ignored or not accepts_identity(decode_header(key.accept_encoding)):
        return key, conditions._replace(range=None)
    return key._replace(accept_encoding=b"identity"), conditions


def requested_range(conditions: Conditions, headers: Mapping[str, str]) -> ByteRange | None:
    """Return the range to send of the representation with these headers; None for all of it."""
    if conditions.range is None or "Accept-Ranges" not in headers or not is_range_current(conditions, headers):
        return None
    return _parse(conditions.range)


def _parse(value: bytes) -> ByteRange | None:
    """Parse a Range header; None for one that is not a single range of bytes with a first position."""
    found = _RANGE.fullmatch(value) if len(value) <= _MAX_RANGE_BYTES else None
    if found is None:
        return None
    first, last = int(found[1]), int(found[2]) if found[2] else None
    return None if last is not None and last < first else ByteRange(first, last)
