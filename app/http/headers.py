"""The headers that every answer has, errors included: CORS, security, the name of the request."""

import random
import re
from collections.abc import Iterable, Mapping

RawHeaders = list[tuple[bytes, bytes]]

EXPOSED = (
    "ETag, Link, Content-Language, Content-Disposition, X-Request-ID, X-Data-Version, X-Total-Count, X-Undated-Excluded"
)
COMMON_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # Any answer can be opened as a page, and none needs these.
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TRANSPORT_SECONDS = 365 * 24 * 3600
_COMMON = [(name.lower().encode(), value.encode()) for name, value in COMMON_HEADERS.items()]
_POLICY = b"content-security-policy"
_NOTHING_MAY_RUN = b"default-src 'none'; frame-ancestors 'none'"
NOT_IN_304 = frozenset(
    (
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"content-language",
        b"last-modified",
        b"link",
        b"content-disposition",
    )
)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def request_id(given: bytes | None) -> bytes:
    """Give the name of a request: the client's own where it is fit to be repeated."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    # It need not be hard to guess, only another each time: to ask the system would take ten times as long.
    return b"%016x" % random.getrandbits(64)


def with_common(headers: RawHeaders, request_id: bytes) -> RawHeaders:
    """Add to an answer's headers what every answer has."""
    return [*with_constant(headers), (b"x-request-id", request_id)]


def with_constant(headers: RawHeaders) -> RawHeaders:
    """Add to an answer's headers what every answer has alike."""
    policy = () if any(name == _POLICY for name, _ in headers) else ((_POLICY, _NOTHING_MAY_RUN),)
    return [*headers, *policy, *_COMMON]


def lines_with_constant(headers: Mapping[str, str]) -> bytes:
    """Write an answer's headers with those that every answer has alike."""
    constant = _COMMON_LINES if "Content-Security-Policy" in headers else _CONSTANT_LINES
    return "".join([f"{name.lower()}: {value}\r\n" for name, value in headers.items()]).encode() + constant


def transport_headers(public_scheme: str | None) -> list[tuple[str, str]]:
    """Make the headers that the server adds to every answer, by the scheme that clients reach the service by.

    Only where that is https can it be promised for the time to come, and only for this very host.
    """
    if public_scheme != "https":
        return []
    return [("Strict-Transport-Security", f"max-age={_TRANSPORT_SECONDS}")]


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Write headers as they go over the wire."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)


_COMMON_LINES = header_lines(_COMMON)
_CONSTANT_LINES = header_lines(with_constant([]))
