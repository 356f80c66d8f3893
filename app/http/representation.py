"""From a rendered body to the representation that is sent: its encoding, final ETag and length."""

from collections.abc import Mapping

from app.http.cache import CacheEntry, Representation
from app.http.compression import INLINE_BYTES, MIN_COMPRESSED_BYTES, compress
from app.http.negotiation import choose_encoding, decode_header
from app.http.request_key import RequestKey

_COMPRESSIBLE = ("application/json", "text/")


def make_entry(body: bytes, headers: Mapping[str, str], route: str | None) -> CacheEntry:
    """Make the cache entry of a body; `headers` include Content-Type."""
    is_compressible = len(body) >= MIN_COMPRESSED_BYTES and headers["Content-Type"].startswith(_COMPRESSIBLE)
    return CacheEntry(headers, body, is_compressible, route)


def encoding_for(entry: CacheEntry, key: RequestKey) -> str:
    """Choose the encoding of a response; raises NotAcceptable where the client accepts none."""
    return choose_encoding(decode_header(key.accept_encoding)) if entry.is_compressible else "identity"


def compresses_slowly(entry: CacheEntry, encoding: str) -> bool:
    """Return whether encoding the response would block the event loop for too long."""
    return encoding != "identity" and encoding not in entry.representations and len(entry.body) > INLINE_BYTES


def represent(entry: CacheEntry, encoding: str) -> Representation:
    """Return the representation of a response in an encoding, compressed now if it was not before."""
    known = entry.representations.get(encoding)
    if known is None:
        known = entry.representations[encoding] = encode(entry, encoding)
    return known


def encode(entry: CacheEntry, encoding: str) -> Representation:
    """Make the representation of a response in an encoding; changes nothing, so a thread may do it."""
    headers = encoded_headers(entry.headers, encoding, is_compressible=entry.is_compressible)
    body = entry.body if encoding == "identity" else compress(entry.body, encoding)
    headers["Content-Length"] = str(len(body))
    return Representation(headers, body, entry.route)


def encoded_headers(headers: Mapping[str, str], encoding: str, *, is_compressible: bool) -> dict[str, str]:
    """Return the headers of a response in an encoding, from those that it has in any."""
    encoded = dict(headers)
    if is_compressible:
        encoded["Vary"] = f"{headers['Vary']}, Accept-Encoding" if "Vary" in headers else "Accept-Encoding"
    if encoding != "identity":
        encoded["ETag"] = f'{headers["ETag"][:-1]}-{encoding}"'
        encoded["Content-Encoding"] = encoding
    return encoded
