"""Validation of a request as an HTTP message (RFC 9112), and the limits of its size."""

from starlette.types import Scope

from app.http.errors import Problem
from app.http.request_key import MAX_LIST_BYTES, MAX_LIST_MEMBERS, is_host, is_utf8
from app.messages import message

ALLOW = "GET, HEAD, OPTIONS"
MAX_TARGET_BYTES = 8 * 1024
MAX_HEADER_BYTES = 32 * 1024
MAX_HEADER_LINES = 1000


def method_not_allowed() -> Problem:
    """Return the problem of a method that changes something or is unknown."""
    detail = message("The service is read-only; use GET, HEAD or OPTIONS.")
    return Problem(detail, status=405, headers={"Allow": ALLOW})


def target_too_long() -> Problem:
    """Return the problem of a path and query that are too long."""
    return Problem(message("Path and query are longer than {limit} bytes.", limit=MAX_TARGET_BYTES), status=414)


def headers_too_large() -> Problem:
    """Return the problem of headers that are too large."""
    detail = message(
        "The headers have more than {limit} bytes or {lines} lines.", limit=MAX_HEADER_BYTES, lines=MAX_HEADER_LINES
    )
    return Problem(detail, status=431)


def list_too_long() -> Problem:
    """Return the problem of a header with too many members, which would take long to parse."""
    detail = message(
        "Accept, Accept-Language, Accept-Encoding, If-Match and If-None-Match may have at most {members} members and "
        "{limit} bytes each.",
        members=MAX_LIST_MEMBERS,
        limit=MAX_LIST_BYTES,
    )
    return Problem(detail, status=431)


def validate_request(scope: Scope) -> Problem | None:
    """Return the problem of a request that is invalid as an HTTP message (RFC 9112), else None."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    version: str = scope["http_version"]
    hosts = [value for name, value in headers if name == b"host"]
    path: bytes = scope.get("raw_path") or b""
    if len(path) + len(scope["query_string"]) > MAX_TARGET_BYTES:
        return target_too_long()
    if not is_utf8(path):
        return Problem(message("The path must be UTF-8, percent-encoded or not."), status=400)
    if len(headers) > MAX_HEADER_LINES or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
        return headers_too_large()
    if "." in version and not version.startswith("1."):
        return Problem(message("Only HTTP/1 is supported."), status=505)
    if len(hosts) > 1 or (not hosts and version.startswith("1.") and version != "1.0"):
        return Problem(message("There must be exactly one Host header."), status=400)
    if hosts and not is_host(hosts[0]):
        return Problem(message("The Host header must be a name or an address, with or without a port."), status=400)
    if any(name == b"transfer-encoding" and value.strip().lower() != b"chunked" for name, value in headers):
        return Problem(message("The only supported transfer coding is chunked."), status=501)
    return None
