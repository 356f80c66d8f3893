"""Splitting received bytes at the ends of requests, compared with parsing them all at once."""

from collections.abc import Sequence
from itertools import pairwise

import httptools
from hypothesis import given
from hypothesis import strategies as st

from app.server.framing import RequestBuffer

Event = tuple[str, bytes]

contents = st.one_of(st.binary(max_size=40), st.text("\r\n0G ", max_size=12).map(str.encode))
"""Content; often with what looks like the end of a head in it."""


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request without content, with a length, or in chunks with trailers; perhaps with empty lines before it."""
    lines = [
        b"%b /%b HTTP/1.1" % (draw(st.sampled_from([b"GET", b"POST"])), b"x" * draw(st.integers(0, 5))),
        b"Host: x",
    ]
    kind = draw(st.sampled_from(["none", "length", "chunks"]))
    content = b""
    if kind == "length":
        content = draw(contents)
        lines.append(b"Content-Length: %d" % len(content))
    elif kind == "chunks":
        lines.append(b"Transfer-Encoding: chunked")
        chunks = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in draw(st.lists(contents, max_size=3)) if chunk]
        trailers = [b"X-%d: y\r\n" % number for number in range(draw(st.integers(0, 2)))]
        content = b"".join([*chunks, b"0\r\n", *trailers, b"\r\n"])
    empty_lines = b"\r\n" * draw(st.integers(0, 3))
    return empty_lines + b"\r\n".join([*lines, b"", content])


class Recorder:
    """Records the events of a parser; pieces of a target and of content are joined."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ended = 0
        self.buffer = RequestBuffer()
        self._length: int | None = None
        self.parser = httptools.HttpRequestParser(self)

    def on_message_begin(self) -> None:
        self._length = None
        self.events.append(("begin", b""))

    def on_url(self, url: bytes) -> None:
        self._add("target", url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name == b"Content-Length":
            self._length = int(value)
        self.events.append(("header", name + b": " + value))

    def on_headers_complete(self) -> None:
        self.events.append(("headers", self.parser.get_method()))
        self.buffer.expect_content(self._length)

    def on_body(self, body: bytes) -> None:
        self._add("content", body)

    def on_message_complete(self) -> None:
        self.events.append(("end", b""))
        self.ended += 1

    def _add(self, name: str, data: bytes) -> None:
        if self.events[-1][0] == name:
            data = self.events.pop()[1] + data
        self.events.append((name, data))


def parse_whole(data: bytes) -> list[Event]:
    recorder = Recorder()
    recorder.parser.feed_data(data)
    return recorder.events


def parse_in_pieces(received: Sequence[bytes]) -> list[Event]:
    """Parse as a connection does: one piece of the buffer at a time."""
    recorder = Recorder()
    buffer = recorder.buffer
    for data in received:
        buffer.append(data)
        while buffer:
            if not recorder.events or recorder.events[-1][0] == "end":
                buffer.start_request()
            ended = recorder.ended
            piece = buffer.take()
            recorder.parser.feed_data(piece)
            assert recorder.ended <= ended + 1, piece
            # After the end of a request there is nothing more in its piece.
            assert recorder.ended == ended or recorder.events[-1][0] == "end", piece
    return recorder.events


@given(st.lists(requests(), min_size=1, max_size=5), st.data())
def test_pieces_give_the_events_of_the_whole(sent: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(sent)
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=10).map(sorted))
    received = [whole[start:end] for start, end in pairwise([0, *cuts, len(whole)])]
    events = parse_whole(whole)
    assert events.count(("end", b"")) == len(sent)
    assert parse_in_pieces(received) == events


@given(st.lists(requests(), min_size=1, max_size=3))
def test_single_bytes_give_the_events_of_the_whole(sent: list[bytes]) -> None:
    whole = b"".join(sent)
    assert parse_in_pieces([bytes([byte]) for byte in whole]) == parse_whole(whole)


def test_unread_bytes_can_be_dropped() -> None:
    buffer = RequestBuffer()
    buffer.append(b"GET / HTTP/1.1\r\n\r\nGET /")
    assert buffer.take() == b"GET / HTTP/1.1\r\n\r\n"
    assert buffer
    buffer.clear()
    assert not buffer
    assert buffer.take() == b""
