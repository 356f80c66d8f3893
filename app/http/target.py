"""The Host header and the forms of a request target."""

import re

_HOST = re.compile(
    rb"(?:\[(?:[0-9A-Fa-f:.]+|v[0-9A-Fa-f]+\.[\w.~!$&'()*+,;=:-]+)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
)

_ABSOLUTE_FORM = re.compile(rb"(?i:https?)://([^/?#]+)")


def is_host(value: bytes) -> bool:
    """Return whether this is a valid value of a Host header (RFC 9110 section 7.2, RFC 3986 section 3.2.2)."""
    return _HOST.fullmatch(value) is not None


def origin_form(method: bytes, target: bytes) -> bytes:
    """Return a target in another form as path and query (RFC 9112 section 3.2); raises ValueError for an invalid one.

    The asterisk form of OPTIONS stays as it is.
    """
    if method == b"CONNECT":
        # It is refused like any other method.
        return b"/"
    if method == b"OPTIONS" and target == b"*":
        return target
    found = _ABSOLUTE_FORM.match(target)
    if found is None or not is_host(found[1]):
        raise ValueError(target)
    rest = target[found.end() :]
    if method == b"OPTIONS" and not rest:
        return b"*"
    return rest if rest.startswith(b"/") else b"/" + rest
