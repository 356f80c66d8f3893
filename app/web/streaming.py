"""Answers of any length: made in pieces by worker threads, and no longer than the client listens."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing

import anyio
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.web.manners import HEAD_ONLY
from app.web.representation import STREAM_COMPRESSORS, settle

MAX_AT_WORK = 4
"""How many streams are worked on at once; more take turns, piece by piece."""

Pieces = Iterator[bytes]


class StreamedResponse(Response):
    """An answer with an ETag whose body is a generator of pieces; empty pieces only say that the work goes on.

    No piece is made for a client that has the answer already, or asks for its head. When the client goes away, the
    generator is closed after the piece that it is at.
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
        encoding = settle(Headers(scope=scope), self.headers, compressible=self._compresses)
        if encoding is None:
            self.status_code = 304
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        if encoding is None or scope.get(HEAD_ONLY):
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        with closing(_encoded(self._pieces, encoding)) as pieces:
            # What fails at once is still an error of its own; later the answer can only be broken off.
            first = await self._next(pieces)
            await send(start)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_leave_with_the_client, receive, tasks.cancel_scope)
                piece = first
                while piece is not None:
                    if piece:
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                    piece = await self._next(pieces)
                await send({"type": "http.response.body", "body": b""})
                tasks.cancel_scope.cancel()

    async def _next(self, pieces: Pieces) -> bytes | None:
        return await to_thread.run_sync(next, pieces, None, limiter=self.limiter)


async def _leave_with_the_client(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _encoded(pieces: Pieces, encoding: str) -> Generator[bytes, None, None]:
    """Compress the pieces of a body, in the thread that makes them."""
    if encoding == "identity":
        yield from pieces
        return
    compressor = STREAM_COMPRESSORS[encoding]()
    for piece in pieces:
        yield compressor.process(piece)
    yield compressor.finish()
