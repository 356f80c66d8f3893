"""The parts of a request that determine its response: target, cache key and preconditions."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import Scope

_HOST = re.compile(
    rb"(?:\[(?:[0-9A-Fa-f:.]+|v[0-9A-Fa-f]+\.[\w.~!$&'()*+,;=:-]+)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
)

_ABSOLUTE_FORM = re.compile(rb"(?i:https?)://([^/?#]+)")


MAX_LIST_BYTES = 2048
"""The longest header that is split into members: Accept, Accept-Language, Accept-Encoding, If-Match, If-None-Match."""

MAX_LIST_MEMBERS = 100
"""How many members such a header has at most."""


Base = tuple[str, tuple[str, int | None] | None]
"""The scheme and the socket's own address, from which links are built without a public base URL."""


class RequestKey(NamedTuple):
    """The parts of a request that the representation depends on, byte for byte as the client sent them."""

    base: Base
    target: bytes
    accept: bytes | None
    accept_language: bytes | None
    accept_encoding: bytes | None


class Conditions(NamedTuple):
    """The preconditions and the range of a request (RFC 9110 sections 13 and 14), and its ids for the log."""

    if_none_match: bytes | None
    if_modified_since: bytes | None
    if_match: bytes | None
    if_unmodified_since: bytes | None
    range: bytes | None
    if_range: bytes | None
    request_id: bytes | None
    traceparent: bytes | None
    is_plain: bool
    """Whether the request has one valid Host, no header list that is too long, and no content, Expect, Upgrade,
    If-Match, If-Unmodified-Since or Range."""


class ParsedRequest(NamedTuple):
    """A GET or HEAD request as the server parsed it."""

    key: RequestKey
    conditions: Conditions
    is_head: bool


_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def percent_encode(target: bytes) -> bytes:
    """Percent-encode the bytes of a target that are not ASCII (RFC 3986 section 2.1)."""
    return target if target.isascii() else _NOT_ASCII.sub(lambda found: b"%%%02X" % ord(found[0]), target)


def is_utf8(path: bytes) -> bool:
    """Return whether the bytes that are not percent-encoded are UTF-8."""
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True


def parse_scope(scope: Scope) -> tuple[RequestKey, Conditions]:
    """Return the key and the conditions of an ASGI request."""
    query: bytes = scope["query_string"]
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    target = percent_encode(path + (b"?" + query if query else b""))
    server = scope["server"]
    return parse_headers((scope["scheme"], server and tuple(server)), target, scope["headers"])


def parse_headers(base: Base, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> tuple[RequestKey, Conditions]:
    """Return the key and the conditions of a request; the names of `headers` are in lower case."""
    found: dict[bytes, bytes] = {}
    is_plain = True
    hosts = 0
    for name, value in headers:
        if name in _READ:
            known = found.get(name)
            if known is None:
                found[name] = value
            elif len(known) <= MAX_LIST_BYTES:
                # One that is longer is refused; joining thousands of lines would take milliseconds.
                found[name] = known + b", " + value
            if len(found[name]) > MAX_LIST_MEMBERS:
                is_plain = is_plain and not is_long(found[name])
        elif name == b"host":
            hosts += 1
            is_plain = is_plain and is_host(value)
        elif name in _NOT_PLAIN:
            is_plain = False
    key = RequestKey(base, target, found.get(b"accept"), found.get(b"accept-language"), found.get(b"accept-encoding"))
    conditions = Conditions(
        found.get(b"if-none-match"),
        found.get(b"if-modified-since"),
        found.get(b"if-match"),
        found.get(b"if-unmodified-since"),
        found.get(b"range"),
        found.get(b"if-range"),
        found.get(b"x-request-id"),
        found.get(b"traceparent"),
        is_plain and hosts == 1 and _NOT_FAST.isdisjoint(found),
    )
    return key, conditions


def has_long_list(key: RequestKey, conditions: Conditions) -> bool:
    """Return whether a header with members is longer than MAX_LIST_BYTES or has more than MAX_LIST_MEMBERS."""
    if conditions.is_plain:
        return False
    _, _, *lists = key
    return any(value and is_long(value) for value in (*lists, conditions.if_none_match, conditions.if_match))


def is_long(value: bytes) -> bool:
    """Return whether a header with members is longer than MAX_LIST_BYTES or has more than MAX_LIST_MEMBERS."""
    return len(value) > MAX_LIST_BYTES or value.count(b",") >= MAX_LIST_MEMBERS


_NOT_FAST = frozenset((b"if-match", b"if-unmodified-since", b"range"))
_READ = _NOT_FAST | frozenset(
    (
        *(b"accept", b"accept-language", b"accept-encoding", b"if-none-match", b"if-modified-since"),
        *(b"if-range", b"x-request-id", b"traceparent"),
    )
)
_NOT_PLAIN = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))


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
