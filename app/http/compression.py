"""Content encodings: compressing a whole body, or one that comes in pieces."""

import gzip
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

import brotli
import zstandard

MIN_COMPRESSED_BYTES = 256

INLINE_BYTES = 64 * 1024
"""The largest body that is compressed on the event loop; it takes about two milliseconds."""

_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 6
_GZIP_LEVEL = 6


_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=_BROTLI_QUALITY)),
    "zstd": lambda body: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body),
    "gzip": lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),
}


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
