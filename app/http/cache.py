"""The response cache: representations in memory, found by the raw request or by the canonical one."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.http.headers import header_block, not_modified_headers
from app.http.request_key import ParsedRequest, RequestKey

MAX_KEYS = 64
"""How many raw requests one entry has as keys; the least recently added is dropped."""

_MAX_REQUESTS = 1000
"""How many requests are recognised by their bytes, without parsing."""

_MAX_REQUEST_BYTES = 2048

_MAX_LENGTHS = 1000
"""For how many streamed bodies the length is remembered."""

# The measured memory of each object beside its bodies and texts.
_ENTRY_BYTES, _REPRESENTATION_BYTES, _KEY_BYTES = 1500, 3600, 350


@dataclass(eq=False)
class Representation:
    """A response in one encoding, ready to be sent (RFC 9110 section 3.2)."""

    headers: Mapping[str, str]
    body: bytes
    route: str | None = None
    """The template of the path, for metrics and the log."""

    @cached_property
    def not_modified_headers(self) -> Mapping[str, str]:
        """The headers of a 304 in its place."""
        return not_modified_headers(self.headers)

    @cached_property
    def header_block(self) -> bytes:
        """The headers as sent over the wire, with those that all responses have."""
        return header_block(self.headers)

    @cached_property
    def not_modified_block(self) -> bytes:
        """The headers of a 304 as sent over the wire, with those that all responses have."""
        return header_block(self.not_modified_headers)


@dataclass(eq=False)
class CacheEntry:
    """A response: headers apart from those of the encoding, and its representations so far."""

    headers: Mapping[str, str]
    body: bytes
    """Empty for a stream, whose representations are made one by one."""
    is_compressible: bool
    route: str | None = None
    representations: dict[str, Representation] = field(default_factory=dict)
    """By encoding."""
    keys: OrderedDict[RequestKey, None] = field(default_factory=OrderedDict)
    """The raw requests that this entry is a response to."""
    size: int = 0
    """Its estimated memory, bytes."""


class ResponseCache:
    """The most recently used responses, in at most `max_bytes` of memory; for the event loop alone.

    An entry is keyed by the ETag of its identity encoding, a digest of the data version and the canonical request.
    A raw request is a key of an entry only after it was parsed, validated and served once.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.size = 0
        """The estimated memory of all entries, bytes."""
        self._entries: OrderedDict[str, CacheEntry] = OrderedDict()
        self._found: dict[RequestKey, tuple[str, Representation]] = {}
        """The response to each raw request, with the ETag of its entry."""
        self._parsed: OrderedDict[bytes, ParsedRequest] = OrderedDict()
        self._lengths: OrderedDict[str, int] = OrderedDict()

    def get(self, etag: str) -> CacheEntry | None:
        """Return the entry of a canonical request by its ETag."""
        entry = self._entries.get(etag)
        if entry is not None:
            self._entries.move_to_end(etag)
        return entry

    def find(self, key: RequestKey) -> Representation | None:
        """Return the representation that was sent for the same raw request before."""
        found = self._found.get(key)
        if found is None:
            return None
        etag, representation = found
        self._entries.move_to_end(etag)
        return representation

    def put(self, entry: CacheEntry, key: RequestKey, encoding: str) -> None:
        """Add an entry, or another raw request or encoding of one; evicts the least recently used beyond the limit."""
        if self._max_bytes == 0:
            return
        etag = entry.headers["ETag"]
        known = self._entries.pop(etag, None)
        if known is not None:
            self.size -= known.size
            if known is not entry:
                self._forget(known)
        entry.keys[key] = None
        self._found[key] = etag, entry.representations[encoding]
        if len(entry.keys) > MAX_KEYS:
            oldest, _ = entry.keys.popitem(last=False)
            del self._found[oldest]
        entry.size = _size(entry)
        if entry.size > self._max_bytes:
            # Making room for it would evict all others first.
            self._forget(entry)
            return
        self._entries[etag] = entry
        self.size += entry.size
        while self.size > self._max_bytes:
            _, evicted = self._entries.popitem(last=False)
            self.size -= evicted.size
            self._forget(evicted)

    def length_of(self, etag: str) -> int | None:
        """Return the length of a streamed body by its ETag, bytes; None where none was made to its end yet."""
        return self._lengths.get(etag)

    def remember_length(self, etag: str, length: int) -> None:
        """Remember the length of a streamed body: equal ETags are of equal bytes."""
        self._lengths[etag] = length
        if len(self._lengths) > _MAX_LENGTHS:
            self._lengths.popitem(last=False)

    def parsed(self, received: bytes) -> ParsedRequest | None:
        """Return the request that was parsed from exactly these bytes before."""
        return self._parsed.get(received)

    def remember(self, received: bytes, request: ParsedRequest) -> None:
        """Remember the bytes of a whole request, unless they are unique to it or long."""
        conditions = request.conditions
        is_unique = conditions.request_id is not None or conditions.traceparent is not None
        if len(received) > _MAX_REQUEST_BYTES or is_unique:
            return
        self._parsed[received] = request
        if len(self._parsed) > _MAX_REQUESTS:
            self._parsed.popitem(last=False)

    def _forget(self, entry: CacheEntry) -> None:
        for key in entry.keys:
            self._found.pop(key, None)
        # A request that still refers to the entry may add it again.
        entry.keys.clear()


def _size(entry: CacheEntry) -> int:
    size = _ENTRY_BYTES + len(entry.body)
    for representation in entry.representations.values():
        size += _REPRESENTATION_BYTES + (len(representation.body) if representation.body is not entry.body else 0)
    for _, target, *headers in entry.keys:
        size += _KEY_BYTES + len(target)
        for header in headers:
            size += len(header) if header else 0
    return size
