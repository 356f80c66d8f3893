"""The last word on a successful answer: its encoding, its final ETag, and whether the client has it already."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Protocol

import brotli
import zstandard
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.negotiation import choose_encoding, combined
from app.web.problems import NotAcceptable, problem_response

MIN_COMPRESSED_BYTES = 256

_COMPRESSIBLE = ("application/json", "text/")
_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 6
_GZIP_LEVEL = 6
_KEPT = 16
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
_NOT_IN_304 = (
    "content-type",
    "content-length",
    "content-encoding",
    "content-language",
    "last-modified",
    "link",
    "content-disposition",
)


class Compressor(Protocol):
    """Compresses a body that comes in pieces."""

    def process(self, piece: bytes) -> bytes:
        """Take the next piece; gives what is ready."""

    def finish(self) -> bytes:
        """Give all the rest."""


class _Zlib:
    """zlib's way of compressing in pieces, and that of zstandard, which names it alike, under brotli's names."""

    def __init__(self, compressor: Any) -> None:
        self.process: Callable[[bytes], bytes] = compressor.compress
        self.finish: Callable[[], bytes] = compressor.flush


STREAM_COMPRESSORS: dict[str, Callable[[], Compressor]] = {
    "br": lambda: brotli.Compressor(quality=_BROTLI_QUALITY),
    "zstd": lambda: _Zlib(zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()),
    "gzip": lambda: _Zlib(zlib.compressobj(_GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)),
}

_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=_BROTLI_QUALITY)),
    "zstd": lambda body: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body),
    "gzip": lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),
}


@lru_cache(maxsize=_KEPT)
def compress(body: bytes, encoding: str) -> bytes:
    """Compress a body; the last few results are kept, for what is asked for again and again."""
    return _COMPRESSORS[encoding](body)


class Representation:
    """ASGI middleware that encodes whole answers that carry an ETag and answers conditional requests.

    An answer that is sent in several pieces passes as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message = {}

        async def forward(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            headers = MutableHeaders(raw=start["headers"]) if start else None
            if headers is not None and not message.get("more_body") and start["status"] == 200 and "etag" in headers:
                try:
                    start, message = _finish(Headers(scope=scope), headers, message["body"])
                except NotAcceptable as problem:
                    await problem_response(problem, scope["path"])(scope, receive, send)
                    return
            if start:
                await send(start)
                start = {}
            await send(message)

        await self._app(scope, receive, forward)


def _finish(request: Headers, headers: MutableHeaders, body: bytes) -> tuple[Message, Message]:
    compressible = len(body) >= MIN_COMPRESSED_BYTES and headers["content-type"].startswith(_COMPRESSIBLE)
    encoding = settle(request, headers, compressible=compressible)
    if encoding is None:
        return _start(304, headers), {"type": "http.response.body", "body": b""}
    if encoding != "identity":
        body = compress(body, encoding)
        headers["Content-Length"] = str(len(body))
    return _start(200, headers), {"type": "http.response.body", "body": body}


def settle(request: Headers, headers: MutableHeaders, *, compressible: bool) -> str | None:
    """Choose the encoding of an answer and complete its headers; None when the client has it already.

    Raises NotAcceptable when the client takes no encoding of ours.
    """
    encoding = "identity"
    if compressible:
        headers.add_vary_header("Accept-Encoding")
        encoding = choose_encoding(combined(request, "accept-encoding"))
    if encoding != "identity":
        headers["ETag"] = f'{headers["etag"][:-1]}-{encoding}"'
        headers["Content-Encoding"] = encoding
    if not is_fresh(request, headers["etag"], headers.get("last-modified")):
        return encoding
    for name in _NOT_IN_304:
        del headers[name]
    return None


def _start(status: int, headers: MutableHeaders) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers.raw}


def is_fresh(request: Headers, etag: str, last_modified: str | None) -> bool:
    """Tell whether a conditional request already has this representation (RFC 9110 section 13.2.2)."""
    if_none_match = request.getlist("if-none-match")
    if if_none_match:
        return _matches(if_none_match, etag)
    since = request.get("if-modified-since")
    if since is None or last_modified is None:
        return False
    try:
        asked, known = parsedate_to_datetime(since), parsedate_to_datetime(last_modified)
    except ValueError:
        return False
    return known <= (asked if asked.tzinfo else asked.replace(tzinfo=UTC))


def _matches(if_none_match: Iterable[str], etag: str) -> bool:
    condition = ",".join(if_none_match)
    return condition.strip() == "*" or etag in _ENTITY_TAG.findall(condition)
