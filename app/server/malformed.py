"""The responses to requests that the parser rejects, by the bytes that were received."""

import re
from http import HTTPStatus

from app.http.errors import Problem
from app.http.request_validation import ALLOW, MAX_HEADER_BYTES, method_not_allowed
from app.messages import message

_REQUEST_LINE = re.compile(rb"([A-Za-z0-9_-]+) +([^\r\n]*[^\r\n ]) +HTTP/1\.\d\r\n")
_ACCEPT_LANGUAGE = re.compile(rb"\r\nAccept-Language:([^\r\n]*)\r\n", re.IGNORECASE)


def problem_of_head(head: bytes) -> Problem:
    """Return the problem of a request that begins with these bytes; they are empty if the rest of it is malformed."""
    line = _REQUEST_LINE.match(head[:MAX_HEADER_BYTES])
    if line is not None and b" " in line[2]:
        detail = message("The address has a blank; write it as %20.")
        return Problem(detail, status=HTTPStatus.BAD_REQUEST)
    if line is not None and line[1].decode() not in ALLOW.split(", "):
        return method_not_allowed()
    detail = message(
        "The request line, a header or the content cannot be read as HTTP/1.1; the address must be ASCII or UTF-8."
    )
    return Problem(detail, status=HTTPStatus.BAD_REQUEST)


def preferences_of_head(head: bytes) -> tuple[bytes, bytes | None]:
    """Return the target and `Accept-Language` of such a request, as far as they can be read."""
    line = _REQUEST_LINE.match(head[:MAX_HEADER_BYTES])
    accepted = _ACCEPT_LANGUAGE.search(head[:MAX_HEADER_BYTES])
    return b"" if line is None else line[2], None if accepted is None else accepted[1].strip()
