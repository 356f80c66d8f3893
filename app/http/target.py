"""Where a request says that it goes: its Host header, and the forms of its target."""

import re

_HOST = re.compile(
    rb"(?:\[(?:[0-9A-Fa-f:.]+|v[0-9A-Fa-f]+\.[\w.~!$&'()*+,;=:-]+)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
)

_ABSOLUTE = re.compile(rb"(?i:https?)://([^/?#]+)")


def is_host(text: bytes) -> bool:
    """Tell whether this can be the value of a Host header (RFC 9110 section 7.2, RFC 3986 section 3.2.2)."""
    return _HOST.fullmatch(text) is not None


def origin_form(method: bytes, target: bytes) -> bytes:
    """Give the path and query of a target in another form (RFC 9112 section 3.2); raises ValueError for a bad one."""
    if method == b"CONNECT":
        # It is refused as any other method is.
        return b"/"
    if method == b"OPTIONS" and target == b"*":
        return target
    found = _ABSOLUTE.match(target)
    if found is None or not is_host(found[1]):
        raise ValueError(target)
    rest = target[found.end() :]
    if method == b"OPTIONS" and not rest:
        return b"*"
    return rest if rest.startswith(b"/") else b"/" + rest
