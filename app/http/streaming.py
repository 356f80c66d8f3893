"""Responses of any length: produced in pieces by worker threads while the client reads them."""

import tempfile
from collections.abc import MutableMapping
from contextlib import closing

import anyio
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.http.conditional import check_preconditions, is_not_modified
from app.http.headers import not_modified_headers, raw_headers
from app.http.negotiation import choose_encoding, decode_header
from app.http.plan import Pieces, Stream
from app.http.representation import compress_pieces, encoded_headers
from app.http.request_key import Conditions, RequestKey

MAX_WORKERS = 4
"""How many pieces are produced at the same time; more streams than that take turns."""

STREAMING = "campaign_api.streaming"
"""Set in the state of a scope while a stream is prepared and sent: it stops when the client closes its side."""

_READ_BYTES = 65_536
_SPOOL_BYTES = 1024 * 1024


class StreamResponse(Response):
    """Sends a stream; it is not started for a HEAD request or for a client that has the representation.

    When the client disconnects, the stream is closed after its current piece. A failure before the first piece is an
    error response; a later one cuts the response off.
    """

    limiter = anyio.CapacityLimiter(MAX_WORKERS)

    def __init__(self, stream: Stream, key: RequestKey, conditions: Conditions, *, is_head: bool) -> None:
        self._stream = stream
        self._is_head = is_head
        self._encoding = choose_encoding(decode_header(key.accept_encoding)) if stream.is_compressible else "identity"
        self._sent_headers = encoded_headers(stream.headers, self._encoding, is_compressible=stream.is_compressible)
        check_preconditions(conditions, self._sent_headers)
        self.status_code = 304 if is_not_modified(conditions, self._sent_headers) else 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        if self.status_code == 304 or self._is_head:
            await self._start(send)
            await send({"type": "http.response.body", "body": b""})
            return
        pieces = self._stream.open()
        if self._encoding != "identity":
            pieces = compress_pieces(pieces, self._encoding)
        if scope["http_version"] == "1.0":
            pieces = _with_length(pieces, self._sent_headers)
        try:
            with closing(pieces):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_cancel_on_disconnect, receive, tasks.cancel_scope)
                    await self._send_all(pieces, send)
                    tasks.cancel_scope.cancel()
        except ExceptionGroup as group:
            # The middleware handles the error itself, not the group.
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
        headers = not_modified_headers(self._sent_headers) if self.status_code == 304 else self._sent_headers
        await send({"type": "http.response.start", "status": self.status_code, "headers": raw_headers(headers)})


async def _cancel_on_disconnect(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _with_length(pieces: Pieces, headers: MutableMapping[str, str]) -> Pieces:
    """Spool a body to learn its length: HTTP/1.0 has no chunked coding (RFC 9112 section 6.1)."""
    with closing(pieces), tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as file:
        for piece in pieces:
            file.write(piece)
            yield b""
        headers["Content-Length"] = str(file.tell())
        file.seek(0)
        while piece := file.read(_READ_BYTES):
            yield piece
