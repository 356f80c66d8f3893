"""The headers that every response has, errors included: CORS, security, request id."""

import random
import re
from collections.abc import Iterable, Mapping

RawHeaders = list[tuple[bytes, bytes]]

_EXPOSED = (
    b"ETag, Link, Retry-After, Content-Language, Content-Disposition, Accept-Ranges, Content-Range, "
    b"X-Request-ID, X-Data-Version, X-Total-Count, X-Undated-Excluded, X-Derived-Excluded"
)
_COMMON = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
    (b"timing-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    # A browser can open any response as a page, and none needs these.
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
_HSTS_SECONDS = 365 * 24 * 3600
_POLICY = b"content-security-policy"
_DEFAULT_POLICY = (_POLICY, b"default-src 'none'; frame-ancestors 'none'")
_REPRESENTATION = "content-type content-length content-encoding content-language content-disposition last-modified link"
_NOT_IN_304 = frozenset((*_REPRESENTATION.split(), "accept-ranges"))
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def request_id(received: bytes | None) -> bytes:
    """Return the id of a request: the client's `X-Request-ID` where it is valid, else 16 random hex digits."""
    if received is not None and _REQUEST_ID.fullmatch(received):
        return received
    # It has to be unique, not secret: the system's random bytes take ten times as long.
    return b"%016x" % random.getrandbits(64)


def raw_headers(headers: Mapping[str, str]) -> RawHeaders:
    """Return headers as ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def with_length(headers: Mapping[str, str], length: int) -> dict[str, str]:
    """Return headers with the length of the body."""
    return {**headers, "Content-Length": str(length)}


def not_modified_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a 304, from those of the representation."""
    return {name: value for name, value in headers.items() if name.lower() not in _NOT_IN_304}


def with_common(headers: RawHeaders, request_id: bytes) -> RawHeaders:
    """Return a response's headers with the common ones."""
    policy = () if any(name == _POLICY for name, _ in headers) else (_DEFAULT_POLICY,)
    return [*headers, *policy, *_COMMON, (b"x-request-id", request_id)]


def header_block(headers: Mapping[str, str]) -> bytes:
    """Return a response's headers as sent over the wire, with all common headers but the request id."""
    common = _COMMON_LINES if "Content-Security-Policy" in headers else _DEFAULT_LINES
    return "".join([f"{name.lower()}: {value}\r\n" for name, value in headers.items()]).encode() + common


def transport_headers(public_scheme: str | None) -> list[tuple[str, str]]:
    """Return the headers that uvicorn adds to every response: HSTS where the public base URL is https."""
    return [("Strict-Transport-Security", f"max-age={_HSTS_SECONDS}")] if public_scheme == "https" else []


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return headers as sent over the wire."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)


_COMMON_LINES = header_lines(_COMMON)
_DEFAULT_LINES = header_lines([_DEFAULT_POLICY, *_COMMON])
