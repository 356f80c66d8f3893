"""Content encodings: compressing a whole body, or one that comes in pieces."""

import gzip
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any, Protocol

import brotli
import zstandard

MIN_COMPRESSED_BYTES = 256

INLINE_BYTES = 64 * 1024
"""The largest body that is compressed on the event loop; it takes about two milliseconds."""

_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 6
_GZIP_LEVEL = 6


class Compressor(Protocol):
    """Compresses a body that comes in pieces."""

    def process(self, piece: bytes) -> bytes:
        """Add a piece; returns the output that is ready, perhaps none."""

    def finish(self) -> bytes:
        """Return the rest of the output."""


class _ZlibInterface:
    """A compressor with zlib's method names, zstandard's too, under brotli's."""

    def __init__(self, compressor: Any) -> None:
        self.process: Callable[[bytes], bytes] = compressor.compress
        self.finish: Callable[[], bytes] = compressor.flush


_STREAM_COMPRESSORS: dict[str, Callable[[], Compressor]] = {
    "br": lambda: brotli.Compressor(quality=_BROTLI_QUALITY),
    "zstd": lambda: _ZlibInterface(zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()),
    "gzip": lambda: _ZlibInterface(zlib.compressobj(_GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)),
}

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
    compressor = _STREAM_COMPRESSORS[encoding]()
    with closing(pieces):
        for piece in pieces:
            yield compressor.process(piece)
        yield compressor.finish()
