"""Responses of any length: produced in pieces by worker threads while the client reads them.

A body that is small enough is made whole before it is sent, so that it has a length and is cached.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing

import anyio
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.http.cache import CacheEntry, Representation, ResponseCache
from app.http.conditional import check_preconditions, is_not_modified
from app.http.headers import not_modified_headers, raw_headers, with_length
from app.http.negotiation import choose_encoding, decode_header
from app.http.plan import Pieces, Stream
from app.http.ranges import Part, requested_range
from app.http.representation import compress_pieces, encoded_headers
from app.http.request_key import Conditions, RequestKey
from app.http.responses import RepresentationResponse

MAX_WORKERS = 4
"""How many pieces are produced at the same time; more streams than that take turns."""

MAX_WHOLE_BYTES = 512 * 1024
"""The largest body, as it is sent, that is made whole, sent with its length, and cached."""

STREAMING = "campaign_api.streaming"
"""Set in the state of a scope while a stream is prepared and sent: it stops when the client closes its side."""


class StreamResponse(Response):
    """Sends a stream; it is not started for a HEAD request or for a client that has the representation.

    When the client disconnects, the stream is closed after its current piece. A failure before the first piece is an
    error response; a later one cuts the response off.

    A length that is needed before the first byte, for a part (RFC 9110 section 14.4) and for HTTP/1.0, which has no
    chunked coding, is learned by making the body twice; it is remembered. Equal ETags are of equal bytes.
    """

    limiter = anyio.CapacityLimiter(MAX_WORKERS)

    def __init__(
        self,
        stream: Stream,
        key: RequestKey,
        conditions: Conditions,
        cache: ResponseCache,
        route: str | None = None,
        *,
        is_head: bool,
    ) -> None:
        self._stream = stream
        self._key = key
        self._conditions = conditions
        self._cache = cache
        self._route = route
        self._is_head = is_head
        self._encoding = choose_encoding(decode_header(key.accept_encoding)) if stream.is_compressible else "identity"
        self._sent_headers = encoded_headers(stream.headers, self._encoding, is_compressible=stream.is_compressible)
        check_preconditions(conditions, self._sent_headers)
        self.status_code = 304 if is_not_modified(conditions, self._sent_headers) else 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        if self.status_code == 304 or self._is_head:
            await self._send_without_body(send)
            return
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_cancel_on_disconnect, receive, tasks.cancel_scope)
                await self._respond(scope, receive, send)
                tasks.cancel_scope.cancel()
        except ExceptionGroup as group:
            # The middleware handles the error itself, not the group.
            raise group.exceptions[0] from None

    async def _send_without_body(self, send: Send) -> None:
        headers = self._sent_headers
        length = self._cache.length_of(headers["ETag"])
        if self.status_code == 304:
            headers = not_modified_headers(headers)
        elif length is not None:
            headers = with_length(headers, length)
        await _start(send, self.status_code, headers)
        await send({"type": "http.response.body", "body": b""})

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        etag = self._sent_headers["ETag"]
        range_ = requested_range(self._conditions, self._sent_headers)
        length = self._cache.length_of(etag)
        if length is None:
            with closing(self._open()) as pieces:
                ahead = await self._read_ahead(pieces)
                size = sum(map(len, ahead))
                if size <= MAX_WHOLE_BYTES:
                    whole = self._put(b"".join(ahead))
                    await RepresentationResponse(whole, self._conditions)(scope, receive, send)
                    return
                if range_ is None and scope["http_version"] != "1.0":
                    sent = await self._send_all(_joined(ahead, pieces), send, 200, self._sent_headers)
                    self._cache.remember_length(etag, sent)
                    return
                ahead.clear()
                length = size + await self._count(pieces)
            self._cache.remember_length(etag, length)
        if range_ is None:
            status, part, headers = 200, Part(0, length, length), with_length(self._sent_headers, length)
        else:
            status, part = 206, range_.within(length)
            headers = part.headers(self._sent_headers)
        with closing(_cut(self._open(), part)) as pieces:
            await self._send_all(pieces, send, status, headers)

    def _open(self) -> Pieces:
        pieces = self._stream.open()
        return pieces if self._encoding == "identity" else compress_pieces(pieces, self._encoding)

    async def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        return await to_thread.run_sync(next, pieces, None, limiter=self.limiter)

    async def _read_ahead(self, pieces: Pieces) -> deque[bytes]:
        """Read a body to its end, or until it is too large to be sent whole."""
        ahead, size = deque[bytes](), 0
        while size <= MAX_WHOLE_BYTES and (piece := await self._next(pieces)) is not None:
            ahead.append(piece)
            size += len(piece)
        return ahead

    async def _count(self, pieces: Pieces) -> int:
        size = 0
        while (piece := await self._next(pieces)) is not None:
            size += len(piece)
        return size

    async def _send_all(self, pieces: Iterator[bytes], send: Send, status: int, headers: Mapping[str, str]) -> int:
        """Send a body that is not empty; returns its length."""
        size = 0
        while (piece := await self._next(pieces)) is not None:
            if piece and not size:
                await _start(send, status, headers)
            if piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                size += len(piece)
        await send({"type": "http.response.body", "body": b""})
        return size

    def _put(self, body: bytes) -> Representation:
        """Cache a whole body; returns its representation."""
        stream = self._stream
        entry = self._cache.get(stream.headers["ETag"])
        if entry is None:
            entry = CacheEntry(stream.headers, b"", stream.is_compressible, self._route)
        representation = Representation(with_length(self._sent_headers, len(body)), body, self._route)
        entry.representations[self._encoding] = representation
        self._cache.put(entry, self._key, self._encoding)
        return representation


async def _start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": raw_headers(headers)})


async def _cancel_on_disconnect(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _joined(ahead: deque[bytes], pieces: Pieces) -> Iterator[bytes]:
    """Iterate over the pieces that were read already, which are then released, and the others."""
    while ahead:
        yield ahead.popleft()
    yield from pieces


def _cut(pieces: Pieces, part: Part) -> Pieces:
    """Cut a part out of a body; pieces before the part become empty."""
    position = 0
    with closing(pieces):
        for piece in pieces:
            yield piece[max(part.start - position, 0) : part.end - position]
            position += len(piece)
            if position >= part.end:
                return
