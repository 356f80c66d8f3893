"""Answers of any length: made in pieces by worker threads, and no longer than the client listens."""

import tempfile
from collections.abc import Generator, Mapping
from contextlib import closing

import anyio
from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.http.context import asked_in
from app.http.middleware import HEAD_ONLY
from app.http.representation import STREAM_COMPRESSORS, settle

MAX_AT_WORK = 4
"""How many streams are worked on at once; more take turns, piece by piece."""

STREAMED = "campaign_api.streamed"
"""What says in the state of a request that its answer is made in pieces, and no longer than the client listens."""

_READ_BYTES = 65_536
_ASIDE_BYTES = 1024 * 1024

Pieces = Generator[bytes, None, None]


class StreamedResponse(Response):
    """An answer with an ETag whose body is a generator of pieces; empty pieces only say that the work goes on.

    No piece is made for a client that has the answer already, or asks for its head. When the client goes away, the
    generator is closed after the piece that it is at. What fails before the first bytes is still an error of its own;
    later the answer can only be broken off.
    """

    limiter = anyio.CapacityLimiter(MAX_AT_WORK)

    def __init__(self, pieces: Pieces, media_type: str, headers: Mapping[str, str], *, compresses: bool = True) -> None:
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self._pieces = pieces
        self._compresses = compresses
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, or as much of it as is asked for."""
        encoding = settle(*asked_in(scope), self.headers, compressible=self._compresses)
        if encoding is None:
            self.status_code = 304
        if encoding is None or scope.get(HEAD_ONLY):
            await self._start(send)
            await send({"type": "http.response.body", "body": b""})
            return
        pieces = self._pieces if encoding == "identity" else _encoded(self._pieces, encoding)
        if scope["http_version"] == "1.0":
            pieces = _measured(pieces, self.headers)
        scope.setdefault("state", {})[STREAMED] = True
        try:
            with closing(pieces):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_leave_with_the_client, receive, tasks.cancel_scope)
                    await self._send_all(pieces, send)
                    tasks.cancel_scope.cancel()
        except ExceptionGroup as group:
            # The handlers of errors know what failed, and not the group that it failed in.
            raise group.exceptions[0] from None

    async def _send_all(self, pieces: Pieces, send: Send) -> None:
        started = False
        while (piece := await to_thread.run_sync(next, pieces, None, limiter=self.limiter)) is not None:
            if piece and not started:
                await self._start(send)
                started = True
            if piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        if not started:
            await self._start(send)
        await send({"type": "http.response.body", "body": b""})

    async def _start(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})


async def _leave_with_the_client(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _encoded(pieces: Pieces, encoding: str) -> Pieces:
    """Compress the pieces of a body, in the thread that makes them."""
    compressor = STREAM_COMPRESSORS[encoding]()
    with closing(pieces):
        for piece in pieces:
            yield compressor.process(piece)
        yield compressor.finish()


def _measured(pieces: Pieces, headers: MutableHeaders) -> Pieces:
    """Put a body aside first, on disk if it is large, for its length: HTTP/1.0 has no chunks (RFC 9112 section 6.1)."""
    with closing(pieces), tempfile.SpooledTemporaryFile(_ASIDE_BYTES) as file:
        for piece in pieces:
            file.write(piece)
            yield b""
        headers["Content-Length"] = str(file.tell())
        file.seek(0)
        while piece := file.read(_READ_BYTES):
            yield piece
