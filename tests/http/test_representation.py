"""From a body to what is sent: encoding, ETag, Vary and 304, for cached responses and for streams."""

import asyncio
import gzip
from collections.abc import Generator
from pathlib import Path

import brotli
import pytest
import zstandard
from starlette.responses import Response
from starlette.types import Message

from app.http.cache import Representation, ResponseCache
from app.http.context import ApiRequest
from app.http.errors import NotAcceptable, PreconditionFailed
from app.http.negotiation import ENCODINGS, choose_encoding, require_media
from app.http.plan import StaticPlan, Stream
from app.http.representation import (
    compress,
    compress_pieces,
    compresses_slowly,
    encoded_headers,
    make_entry,
    represent,
)
from app.http.request_key import RequestKey, parse_headers
from app.http.responses import RepresentationResponse
from app.http.run import run
from app.http.streaming import StreamResponse
from app.main import create_app
from app.settings import Settings
from tests.client import Client

JSON = "application/json"
BASE = ("http", ("127.0.0.1", 8000))
DECODERS = {
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "gzip": gzip.decompress,
}
LARGE = b"[" + b'"text",' * 100 + b"0]"


def sent_by(response: Response) -> tuple[int, dict[str, str], bytes]:
    """Return the status, headers and body that a response sends."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nothing is to be received")

    asyncio.run(response({"type": "http", "http_version": "1.1"}, receive, send))
    start, body = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, body["body"]


@pytest.mark.parametrize(
    ("media_type", "size", "is_compressible"),
    [
        (JSON, 255, False),
        (JSON, 256, True),
        ("text/css", 256, True),
        ("image/png", 256, False),
        ("image/png", 255, False),
    ],
)
def test_text_that_is_large_enough_is_compressible(media_type: str, size: int, is_compressible: bool) -> None:
    entry = make_entry(b"x" * size, {"Content-Type": media_type}, "/v1/events")
    assert entry.is_compressible is is_compressible
    assert entry.route == "/v1/events"


@pytest.mark.parametrize(
    ("before", "after"), [({}, "Accept-Encoding"), ({"Vary": "Accept"}, "Accept, Accept-Encoding")]
)
def test_a_representation_has_the_headers_of_its_encoding(before: dict[str, str], after: str) -> None:
    entry = make_entry(LARGE, {"ETag": '"tag"', "Content-Type": JSON, **before}, None)
    plain, compressed = represent(entry, "identity"), represent(entry, "br")
    assert plain.headers == {"ETag": '"tag"', "Content-Type": JSON, "Vary": after, "Content-Length": str(len(LARGE))}
    assert compressed.headers == {
        "ETag": '"tag-br"',
        "Content-Type": JSON,
        "Vary": after,
        "Content-Encoding": "br",
        "Content-Length": str(len(compressed.body)),
    }
    assert represent(entry, "br") is compressed


def test_each_encoding_has_its_own_etag() -> None:
    assert encoded_headers({"ETag": '"tag"'}, "br", is_compressible=False)["ETag"] == '"tag-br"'


def test_a_304_has_no_body_and_none_of_its_headers() -> None:
    made = represent(make_entry(LARGE, {"ETag": '"tag"', "Content-Type": JSON}, None), "identity")
    assert made.not_modified_headers == {"ETag": '"tag"', "Vary": "Accept-Encoding"}
    _, conditions = parse_headers(BASE, b"/", [(b"if-none-match", b'"tag"')])
    expected = 304, {"etag": '"tag"', "vary": "Accept-Encoding"}, b""
    assert sent_by(RepresentationResponse(made, conditions)) == expected


@pytest.mark.parametrize(
    ("hosts", "is_plain"),
    [((), False), ((b"a",), True), ((b"a", b"b"), False), ((b"a b",), False), ((b"a b", b"a"), False)],
)
def test_a_plain_request_has_one_valid_host(hosts: tuple[bytes, ...], is_plain: bool) -> None:
    _, conditions = parse_headers(BASE, b"/", [(b"host", host) for host in hosts])
    assert conditions.is_plain is is_plain


@pytest.mark.parametrize("encoding", [encoding for encoding in ENCODINGS if encoding != "identity"])
def test_compression_in_pieces_is_lossless(encoding: str) -> None:
    def pieces() -> Generator[bytes, None, None]:
        yield from (LARGE, b"", LARGE)

    assert DECODERS[encoding](b"".join(compress_pieces(pieces(), encoding))) == LARGE * 2
    assert DECODERS[encoding](compress(LARGE, encoding)) == LARGE


def test_a_compressed_body_has_no_timestamp() -> None:
    assert compress(LARGE, "gzip")[4:8] == bytes(4)


@pytest.mark.parametrize(
    ("body", "media_type", "encoding"),
    [(b"[]", JSON, None), (LARGE, JSON, "br"), (LARGE, "image/png", None), (LARGE * 100, JSON, "br")],
)
def test_only_what_gains_by_it_is_compressed(
    tianshui_database: Path, body: bytes, media_type: str, encoding: str | None
) -> None:
    context = create_app(Settings(data=tianshui_database)).state.context
    key = RequestKey(BASE, b"/", None, None, b"br, gzip")
    plan = StaticPlan({"ETag": '"tag"', "Content-Type": media_type}, body)

    async def respond() -> Representation:
        return await run(plan, ApiRequest(context, key, "/", b""))

    made = asyncio.run(respond())
    assert context.cache.find(key) is made
    assert made.headers.get("Content-Encoding") == encoding
    assert made.headers.get("Vary") == ("Accept-Encoding" if encoding else None)


# Streams.

STREAM = {
    "ETag": '"tag"',
    "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT",
    "Vary": "Accept",
    "Content-Type": "text/csv",
}


def streamed(*request: tuple[str, str], is_compressible: bool = True) -> tuple[int, dict[str, str]]:
    """Return the status and headers of a stream."""

    def open_() -> Generator[bytes, None, None]:
        raise AssertionError("the stream must not be started")

    key, conditions = parse_headers(BASE, b"/", [(name.encode(), value.encode()) for name, value in request])
    response = StreamResponse(Stream(STREAM, open_, is_compressible), key, conditions, ResponseCache(0), is_head=True)
    return sent_by(response)[:2]


PLAIN = {name.lower(): value for name, value in STREAM.items()}
VARYING = PLAIN | {"vary": "Accept, Accept-Encoding"}
COMPRESSED = VARYING | {"etag": '"tag-br"', "content-encoding": "br"}


def test_a_stream_has_the_headers_of_its_encoding() -> None:
    assert streamed(("accept-encoding", "br"), is_compressible=False) == (200, PLAIN)
    assert streamed() == (200, VARYING)
    assert streamed(("accept-encoding", "gzip;q=0.5"), ("accept-encoding", "br")) == (200, COMPRESSED)
    with pytest.raises(NotAcceptable):
        streamed(("accept-encoding", "*;q=0"))


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (("if-none-match", '"tag-br"'), 304),
        (("if-none-match", '"tag"'), 200),
        (("if-modified-since", "Mon, 23 Nov 2026 10:00:00 GMT"), 304),
        (("if-modified-since", "Mon, 23 Nov 2026 09:59:59 GMT"), 200),
    ],
)
def test_a_stream_is_revalidated(condition: tuple[str, str], status: int) -> None:
    sent, headers = streamed(("accept-encoding", "br"), condition)
    assert sent == status
    assert headers["etag"] == '"tag-br"'
    assert ("content-type" in headers) == (status == 200)


def test_a_stream_has_preconditions() -> None:
    assert streamed(("accept-encoding", "br"), ("if-match", '"tag-br"'))[0] == 200
    with pytest.raises(PreconditionFailed):
        streamed(("accept-encoding", "br"), ("if-match", '"tag"'))
    with pytest.raises(PreconditionFailed):
        streamed(("if-unmodified-since", "Mon, 23 Nov 2026 09:59:59 GMT"), ("if-none-match", "*"))


# Negotiation.


@pytest.mark.parametrize(
    ("accept", "is_accepted"),
    [
        ("application/*;q=0, */*", False),
        ("*/*, application/*;q=0", False),
        ("*/*;q=0, application/*", True),
        ("application/*, */*;q=0", True),
        ("application/json;q=0, application/*", False),
        ("application/*, application/json;q=0", False),
        ("application/*;q=0, application/json", True),
    ],
)
def test_the_most_specific_range_decides(accept: str, is_accepted: bool) -> None:
    if is_accepted:
        require_media(accept, JSON)
    else:
        with pytest.raises(NotAcceptable):
            require_media(accept, JSON)


def test_a_406_names_what_can_be_sent() -> None:
    with pytest.raises(NotAcceptable) as refused:
        require_media("text/html", JSON)
    assert str(refused.value) == "The response is application/json; accept that, or */*."
    assert refused.value.headers == {"Vary": "Accept"}
    with pytest.raises(NotAcceptable) as refused:
        choose_encoding("*;q=0")
    assert str(refused.value) == "Accept one of the encodings br, zstd, gzip or identity."
    assert refused.value.headers == {"Vary": "Accept-Encoding"}


def test_an_encoding_is_preferred_to_identity_of_equal_weight() -> None:
    assert choose_encoding("identity;q=0.5, gzip;q=0.5") == "gzip"


def test_a_response_has_cache_control_and_validators(tianshui: Client) -> None:
    headers = tianshui.request("/v1/sources").headers
    assert headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert headers["last-modified"].endswith(" GMT")
    assert headers["etag"].strip('"').isalnum()


@pytest.mark.parametrize(("media_type", "quality"), [("text/javascript", 11), ("text/css", 11), ("text/html", 5)])
def test_scripts_and_style_sheets_are_made_as_small_as_possible(media_type: str, quality: int) -> None:
    script = b"".join(b"const value%d = %d;\n" % (number, number * number) for number in range(900))
    entry = make_entry(script, {"Content-Type": f"{media_type}; charset=utf-8", "ETag": '"one"'}, None)
    # A thread does it.
    assert compresses_slowly(entry, "br") == (quality == 11)
    assert represent(entry, "br").body == brotli.compress(script, quality=quality)
    bundle = make_entry(script * 8, {"Content-Type": media_type, "ETag": '"all"'}, None)
    assert represent(bundle, "br").body == brotli.compress(script * 8, quality=5)
