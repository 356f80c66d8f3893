"""Cutting received bytes so that the parser never reads past the end of one request."""

import asyncio
import codecs

from uvicorn.protocols.http.flow_control import FlowControl

from app.http.request_key import percent_encode

_REFUSED = b"\xff"
"""A byte that the parser refuses in the first line of a request."""

_END = b"\r\n\r\n"


class RequestBuffer:
    """The unparsed bytes of a connection.

    A head ends with an empty line, and so do chunked content and its trailers (RFC 9112 sections 2.1 and 7.1); content
    of a known length ends after that length. Cut there, a piece holds the end of at most one request.
    """

    def __init__(self) -> None:
        self._bytes = b""
        self._tail = b""
        """The last bytes that were taken of the current request, in which an empty line may begin."""
        self._content_bytes: int | None = None
        """How many bytes of content are left, where their number is known."""
        self._is_in_first_line = False
        self._utf8: codecs.IncrementalDecoder | None = None
        """Validates a first line that is not ASCII; a character may be cut between two pieces."""

    def __bool__(self) -> bool:
        return bool(self._bytes)

    def append(self, data: bytes) -> None:
        """Add received bytes."""
        self._bytes = self._bytes + data if self._bytes else data

    def clear(self) -> None:
        """Drop all bytes."""
        self._bytes = b""

    def start_request(self) -> None:
        """Expect a head; empty lines before it are dropped (RFC 9112 section 2.2)."""
        self._tail = b""
        self._content_bytes = None
        self._is_in_first_line = True
        self._utf8 = None
        if self._bytes[:1] in (b"\r", b"\n"):
            self._bytes = self._bytes.lstrip(b"\r\n")

    def expect_content(self, length: int | None) -> None:
        """Expect content after a head; `length` is in bytes, None for chunked content."""
        self._content_bytes = length

    def take(self) -> bytes:
        """Take the bytes up to where a request may end, or all of them."""
        data = self._bytes
        if self._content_bytes is not None:
            end = self._content_bytes
            self._content_bytes = max(0, end - len(data))
        else:
            found = (self._tail + data).find(_END)
            end = len(data) if found < 0 else found + len(_END) - len(self._tail)
        piece, self._bytes = data[:end], data[end:]
        self._tail = (self._tail + piece)[-3:]
        return self._encode_target(piece) if self._is_in_first_line else piece

    def _encode_target(self, piece: bytes) -> bytes:
        """Percent-encode UTF-8 in the first line of a request; what is not UTF-8 is refused by the parser."""
        end = piece.find(b"\n") + 1
        self._is_in_first_line = end == 0
        line = piece[:end] if end else piece
        if self._utf8 is None and line.isascii():
            return piece
        self._utf8 = self._utf8 or codecs.getincrementaldecoder("utf-8")()
        try:
            self._utf8.decode(line)
        except UnicodeDecodeError:
            return _REFUSED + piece
        return percent_encode(line) + piece[len(line) :]


class BufferedFlow(FlowControl):
    """Resumes reading only when everything that was read has been parsed.

    uvicorn also resumes reading when the application waits for a disconnect, as streams do. A client that sends many
    requests for exports ahead would then fill the memory, one read for each export.
    """

    def __init__(self, transport: asyncio.Transport, buffer: RequestBuffer) -> None:
        super().__init__(transport)
        self._buffer = buffer

    def resume_reading(self) -> None:
        """Read on, unless bytes wait to be parsed."""
        if not self._buffer:
            super().resume_reading()
