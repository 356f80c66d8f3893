"""The responses to requests that the parser rejects, by the bytes that were received."""

import re
from http import HTTPStatus

from app.http.errors import Problem
from app.http.request_validation import ALLOW, MAX_HEADER_BYTES, method_not_allowed
from app.messages import message

_METHOD = re.compile(rb"[A-Za-z0-9_-]+")
_VERSION = re.compile(rb"HTTP/1\.\d")
_ACCEPT_LANGUAGE = re.compile(rb"\r\nAccept-Language:([^\r\n]*)\r\n", re.IGNORECASE)


def problem_of_head(head: bytes) -> Problem:
    """Return the problem of a request by the first bytes that were received of it.

    They are empty if the parser stopped in later ones.
    """
    method, target = _request_line(head)
    if b" " in target:
        detail = message("The address has a blank; write it as %20.")
        return Problem(detail, status=HTTPStatus.BAD_REQUEST)
    if target and method.decode() not in ALLOW.split(", "):
        return method_not_allowed()
    detail = message(
        "The request line, a header or the content cannot be read as HTTP/1.1; the address must be ASCII or UTF-8."
    )
    return Problem(detail, status=HTTPStatus.BAD_REQUEST)


def preferences_of_head(head: bytes) -> tuple[bytes, bytes | None]:
    """Return the target and `Accept-Language` of such a request, as far as they can be read."""
    accepted = _ACCEPT_LANGUAGE.search(head[:MAX_HEADER_BYTES])
    return _request_line(head)[1], None if accepted is None else accepted[1].strip()


def _request_line(head: bytes) -> tuple[bytes, bytes]:
    """Return the method and the target of a request; both are empty if they cannot be told apart."""
    line, end, _ = head[:MAX_HEADER_BYTES].partition(b"\r\n")
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rpartition(b" ")
    is_whole = end and _METHOD.fullmatch(method) and _VERSION.fullmatch(version)
    return (method, target.strip(b" ")) if is_whole else (b"", b"")
