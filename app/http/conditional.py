"""Conditional requests (RFC 9110 section 13): 304 and 412."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.http.errors import PreconditionFailed
from app.http.request_key import Conditions

_ENTITY_TAG = re.compile(r'(W/)?("[^"]*")')


def is_not_modified(conditions: Conditions, headers: Mapping[str, str]) -> bool:
    """Return whether the client has the representation of these headers already (RFC 9110 section 13.2.2).

    `If-Modified-Since` matches only the exact date: an older file may replace a newer one.
    """
    if conditions.if_none_match is not None:
        tags = conditions.if_none_match.decode("latin-1")
        etag = headers.get("ETag")
        return etag is not None and (tags.strip() == "*" or any(tag == etag for _, tag in _ENTITY_TAG.findall(tags)))
    since = _parse_date(conditions.if_modified_since)
    return since is not None and since == _parse_date(headers.get("Last-Modified"))


def check_preconditions(conditions: Conditions, headers: Mapping[str, str]) -> None:
    """Raise PreconditionFailed unless `If-Match` or `If-Unmodified-Since` holds for the representation.

    Responses without an ETag, such as health, ignore both.
    """
    if "ETag" not in headers:
        return
    if conditions.if_match is not None:
        tags = conditions.if_match.decode("latin-1")
        holds = tags.strip() == "*" or ("", headers.get("ETag")) in _ENTITY_TAG.findall(tags)
    else:
        since = _parse_date(conditions.if_unmodified_since)
        modified = _parse_date(headers.get("Last-Modified"))
        holds = since is None or modified is None or modified <= since
    if not holds:
        raise PreconditionFailed("If-Match or If-Unmodified-Since does not hold; retry without them.")


def _parse_date(value: bytes | str | None) -> datetime | None:
    """Parse a date header; None for an invalid one, which is ignored."""
    if value is None:
        return None
    try:
        parsed = parsedate_to_datetime(value if isinstance(value, str) else value.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
