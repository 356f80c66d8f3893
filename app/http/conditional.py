"""Validators and Cache-Control of a response, and conditional requests (RFC 9110 sections 8.8 and 13): 304 and 412."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from functools import cache
from hashlib import blake2b

from app import __version__
from app.http.context import ApiRequest
from app.http.errors import PreconditionFailed
from app.http.params import LocalisedParams
from app.http.request_key import Conditions
from app.languages import Language
from app.messages import message

_MAX_DATE_BYTES = 64
"""The longest date that is parsed; the longest form of RFC 9110 section 5.6.7 has 33 bytes."""

_ENTITY_TAG = re.compile(r'"[^"]*"')


def cache_headers(
    request: ApiRequest,
    params: LocalisedParams,
    url: str,
    media_type: str,
    language: Language,
    *,
    version: str = "",
    is_negotiated: bool = True,
) -> dict[str, str]:
    """Return the headers of a response that do not depend on its encoding, Content-Type included.

    `url` is canonical. `version` is the version of a part of the data where the response depends on that part alone.
    `is_negotiated` is whether `Accept` was negotiated; it is not where the path names the media type.
    """
    database = request.context.database
    varying = (["Accept"] if is_negotiated else []) + ([] if params.lang else ["Accept-Language"])
    return {
        "ETag": make_etag(version or database.version, url, media_type, language),
        "Last-Modified": _http_date(database.modified),
        "Cache-Control": request.context.cache_control,
        "Content-Language": language.value,
        **({"Vary": ", ".join(varying)} if varying else {}),
        "Content-Type": media_type,
    }


def document_headers(request: ApiRequest, media_type: str, content_language: str | None = None) -> dict[str, str]:
    """Return the headers of a response without parameters, which depends on the data and on its own URL."""
    database, url = request.context.database, request.origin + request.path
    language = {} if content_language is None else {"Content-Language": content_language}
    return {
        "ETag": make_etag(database.version, url, media_type),
        "Last-Modified": _http_date(database.modified),
        "Cache-Control": request.context.cache_control,
        **language,
        "Content-Type": media_type,
    }


def make_etag(version: str, *identity: str) -> str:
    """Return the ETag of a response: a digest of the version of its data, of this service, and of its identity."""
    digested = "\n".join((version, __version__, *identity))
    return f'"{blake2b(digested.encode(), digest_size=12).hexdigest()}"'


@cache
def _http_date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


def is_not_modified(conditions: Conditions, headers: Mapping[str, str]) -> bool:
    """Return whether the client has the representation of these headers already (RFC 9110 section 13.2.2).

    `If-Modified-Since` matches only the exact date: an older file may replace a newer one.
    """
    if conditions.if_none_match is not None:
        tags = conditions.if_none_match.decode("latin-1")
        etag = headers.get("ETag")
        if tags == etag:
            return True
        return etag is not None and (tags.strip() == "*" or _has_tag(tags, etag))
    if conditions.if_modified_since is None:
        return False
    since = _parse_date(conditions.if_modified_since)
    return since is not None and since == _parse_date(headers.get("Last-Modified"))


def check_preconditions(conditions: Conditions, headers: Mapping[str, str]) -> None:
    """Raise PreconditionFailed unless `If-Match` or `If-Unmodified-Since` holds for the representation.

    Weak tags match too, unlike in RFC 9110 section 13.1.1: a proxy that compresses makes ours weak, and nothing is
    written. Responses without an ETag, such as health, ignore both.
    """
    if "ETag" not in headers:
        return
    if conditions.if_match is not None:
        tags = conditions.if_match.decode("latin-1")
        holds = tags.strip() == "*" or _has_tag(tags, headers["ETag"])
    else:
        since = _parse_date(conditions.if_unmodified_since)
        modified = _parse_date(headers.get("Last-Modified"))
        holds = since is None or modified is None or modified <= since
    if not holds:
        raise PreconditionFailed(message("If-Match or If-Unmodified-Since does not hold; retry without them."))


def is_range_current(conditions: Conditions, headers: Mapping[str, str]) -> bool:
    """Return whether `If-Range` is absent or has the representation's ETag or date (RFC 9110 section 13.1.5).

    A weak tag never does, and a date only where it is exactly that of the data.
    """
    if conditions.if_range is None:
        return True
    validator = conditions.if_range.decode("latin-1").strip()
    if validator.startswith(('"', "W/")):
        return validator == headers["ETag"]
    since = _parse_date(validator)
    return since is not None and since == _parse_date(headers.get("Last-Modified"))


def _has_tag(tags: str, etag: str) -> bool:
    return etag in _ENTITY_TAG.findall(tags)


def _parse_date(value: bytes | str | None) -> datetime | None:
    """Parse a date header; None for an invalid one, which is ignored."""
    if value is None or len(value) > _MAX_DATE_BYTES:
        return None
    try:
        parsed = parsedate_to_datetime(value if isinstance(value, str) else value.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
