"""From a rendered body to the representation that is sent: its encoding, final ETag and length."""

import gzip
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import Any

import brotli
import zstandard

from app.http.cache import CacheEntry, Representation
from app.http.negotiation import choose_encoding, decode_header
from app.http.request_key import RequestKey

_COMPRESSIBLE = ("application/json", "application/ld+json", "application/linkset+json", "text/")

_MIN_COMPRESSED_BYTES = 256

_INLINE_BYTES = 64 * 1024
"""The largest body that is compressed on the event loop; it takes about two milliseconds."""

_STATIC_TYPES = ("text/css", "text/javascript")
_STATIC_BROTLI_QUALITY = 11
"""Makes scripts and style sheets a tenth smaller in some 20 ms; they do not change while the server runs."""

_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 6
_GZIP_LEVEL = 6


_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=_BROTLI_QUALITY)),
    "zstd": lambda body: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body),
    "gzip": lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),
}


def make_entry(body: bytes, headers: Mapping[str, str], route: str | None) -> CacheEntry:
    """Make the cache entry of a body; `headers` include Content-Type."""
    is_compressible = len(body) >= _MIN_COMPRESSED_BYTES and headers["Content-Type"].startswith(_COMPRESSIBLE)
    return CacheEntry(headers, body, is_compressible, route)


def encoding_for(entry: CacheEntry, key: RequestKey) -> str:
    """Choose the encoding of a response; raises NotAcceptable where the client accepts none."""
    return choose_encoding(decode_header(key.accept_encoding)) if entry.is_compressible else "identity"


def compresses_slowly(entry: CacheEntry, encoding: str) -> bool:
    """Return whether encoding the response would block the event loop for too long."""
    is_long = len(entry.body) > _INLINE_BYTES or (encoding == "br" and _is_static(entry))
    return encoding != "identity" and encoding not in entry.representations and is_long


def represent(entry: CacheEntry, encoding: str) -> Representation:
    """Return the representation of a response in an encoding, compressed now if it was not before."""
    known = entry.representations.get(encoding)
    if known is None:
        known = entry.representations[encoding] = encode(entry, encoding)
    return known


def encode(entry: CacheEntry, encoding: str) -> Representation:
    """Make the representation of a response in an encoding; changes nothing, so a thread may do it."""
    headers = encoded_headers(entry.headers, encoding, is_compressible=entry.is_compressible)
    if encoding == "br" and _is_static(entry):
        body = bytes(brotli.compress(entry.body, quality=_STATIC_BROTLI_QUALITY))
    else:
        body = entry.body if encoding == "identity" else compress(entry.body, encoding)
    headers["Content-Length"] = str(len(body))
    return Representation(headers, body, entry.route)


def _is_static(entry: CacheEntry) -> bool:
    # A bundle of a megabyte would take seconds.
    return entry.headers["Content-Type"].startswith(_STATIC_TYPES) and len(entry.body) <= _INLINE_BYTES


def encoded_headers(headers: Mapping[str, str], encoding: str, *, is_compressible: bool) -> dict[str, str]:
    """Return the headers of a response in an encoding, from those that it has in any."""
    encoded = dict(headers)
    if is_compressible:
        encoded["Vary"] = f"{headers['Vary']}, Accept-Encoding" if "Vary" in headers else "Accept-Encoding"
    if encoding != "identity":
        encoded["ETag"] = f'{headers["ETag"][:-1]}-{encoding}"'
        encoded["Content-Encoding"] = encoding
    return encoded


def compress(body: bytes, encoding: str) -> bytes:
    """Compress a whole body; `encoding` is `br`, `zstd` or `gzip`."""
    return _COMPRESSORS[encoding](body)


def compress_pieces(pieces: Generator[bytes, None, None], encoding: str) -> Generator[bytes, None, None]:
    """Compress the pieces of a body; a piece of output may be empty."""
    compress_piece, finish = _stream_compressor(encoding)
    with closing(pieces):
        for piece in pieces:
            yield compress_piece(piece)
        yield finish()


def _stream_compressor(encoding: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """Return the functions that compress a piece, and that return the rest of the output."""
    if encoding == "br":
        compressor: Any = brotli.Compressor(quality=_BROTLI_QUALITY)
        return compressor.process, compressor.finish
    if encoding == "zstd":
        compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    else:
        compressor = zlib.compressobj(_GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)
    return compressor.compress, compressor.flush
