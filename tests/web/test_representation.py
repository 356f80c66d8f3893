"""The last word on an answer: what is accepted, in which encoding it goes out, with which tag, and whether at all."""

import asyncio
import gzip
from typing import Any

import brotli
import pytest
import zstandard
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import Message

from app.http.cache import Asked, Form, read_headers
from app.http.context import Context
from app.http.errors import NotAcceptable, PreconditionFailed
from app.http.negotiation import ENCODINGS, choose_encoding, require_media
from app.http.representation import (
    STREAM_COMPRESSORS,
    AnswerResponse,
    compress,
    encoded_etag,
    make_answer,
    make_form,
    send_form,
    settle,
)
from app.main import create_app
from app.settings import Settings
from tests.asking import Client

JSON = "application/json"
DECODERS = {
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "gzip": gzip.decompress,
}
LARGE = b"[" + b'"text",' * 100 + b"0]"


@pytest.mark.parametrize(
    ("media_type", "size", "compresses"),
    [
        (JSON, 255, False),
        (JSON, 256, True),
        ("text/css", 256, True),
        ("image/png", 256, False),
        ("image/png", 255, False),
    ],
)
def test_what_is_compressed_is_text_and_large_enough(media_type: str, size: int, compresses: bool) -> None:
    answer = make_answer(b"x" * size, media_type, {"ETag": '"tag"'}, "/v1/events")
    assert answer.compressible is compresses
    assert dict(answer.headers) == {"ETag": '"tag"', "Content-Type": media_type}
    assert answer.route == "/v1/events"


@pytest.mark.parametrize(
    ("before", "after"), [({}, "Accept-Encoding"), ({"Vary": "Accept"}, "Accept, Accept-Encoding")]
)
def test_a_form_says_what_it_depends_on(before: dict[str, str], after: str) -> None:
    answer = make_answer(LARGE, JSON, {"ETag": '"tag"', **before})
    plain, compressed = make_form(answer, "identity"), make_form(answer, "br")
    assert plain.headers == {
        "ETag": '"tag"',
        "Content-Type": JSON,
        "Vary": after,
        "Content-Length": str(len(LARGE)),
    }
    assert compressed.headers == {
        "ETag": '"tag-br"',
        "Content-Type": JSON,
        "Vary": after,
        "Content-Encoding": "br",
        "Content-Length": str(len(compressed.body)),
    }


def test_an_encoding_has_a_tag_of_its_own() -> None:
    assert encoded_etag('"tag"', "br") == '"tag-br"'


def test_who_has_it_is_sent_neither_body_nor_what_describes_it() -> None:
    form = make_form(make_answer(LARGE, JSON, {"ETag": '"tag"'}), "identity")
    assert form.not_modified == {"ETag": '"tag"', "Vary": "Accept-Encoding"}
    conditions = read_headers("base", b"/", [(b"if-none-match", b'"tag"')])[1]
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(send_form(form, conditions, send))
    start, body = sent
    assert start["status"] == 304
    assert start["headers"] == [(b"etag", b'"tag"'), (b"vary", b"Accept-Encoding")]
    assert body == {"type": "http.response.body", "body": b""}


@pytest.mark.parametrize(
    ("hosts", "is_plain"),
    [((), False), ((b"a",), True), ((b"a", b"b"), False), ((b"a b",), False), ((b"a b", b"a"), False)],
)
def test_a_request_with_another_number_of_hosts_is_not_plain(hosts: tuple[bytes, ...], is_plain: bool) -> None:
    _, conditions = read_headers("base", b"/", [(b"host", host) for host in hosts])
    assert conditions.is_plain is is_plain


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_body_in_pieces_is_the_same_body(encoding: str) -> None:
    compressor = STREAM_COMPRESSORS[encoding]()
    sent = b"".join([*map(compressor.process, (LARGE, b"", LARGE)), compressor.finish()])
    assert DECODERS[encoding](sent) == LARGE * 2
    assert DECODERS[encoding](compress(LARGE, encoding)) == LARGE


def test_a_compressed_body_does_not_tell_when_it_was() -> None:
    assert compress(LARGE, "gzip")[4:8] == bytes(4)


async def form_of(app: FastAPI, answer_bytes: bytes, media_type: str, accept_encoding: bytes) -> Form:
    """Give the form in which an answer is sent."""
    context: Context = app.state.context
    asked, _ = read_headers("base", b"/", [(b"accept-encoding", accept_encoding)])
    answer = make_answer(answer_bytes, media_type, {"ETag": '"tag"'})
    form = await AnswerResponse(answer, context.kept, context.computing).form(asked)
    assert context.kept.find(Asked("base", b"/", None, None, accept_encoding)) is form
    return form


@pytest.mark.parametrize(
    ("body", "media_type", "encoding"),
    [(b"[]", JSON, None), (LARGE, JSON, "br"), (LARGE, "image/png", None), (LARGE * 100, JSON, "br")],
)
def test_what_does_not_gain_by_it_goes_out_as_it_is(
    tianshui_snapshot: Any, body: bytes, media_type: str, encoding: str | None
) -> None:
    form = asyncio.run(form_of(create_app(Settings(data=tianshui_snapshot)), body, media_type, b"br, gzip"))
    assert form.headers.get("Content-Encoding") == encoding
    assert form.headers.get("Vary") == ("Accept-Encoding" if encoding else None)


# Documents that are sent in pieces.

TAG = {"ETag": '"tag"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT", "Vary": "Accept"}


def settled(*request: tuple[str, str], compressible: bool = True) -> tuple[str | None, dict[str, str]]:
    raw = [(name.encode(), value.encode()) for name, value in request]
    headers = MutableHeaders({**TAG, "Content-Type": "text/csv"})
    return settle(*read_headers("base", b"/", raw), headers, compressible=compressible), dict(headers)


PLAIN = {name.lower(): value for name, value in TAG.items()} | {"content-type": "text/csv"}
VARYING = PLAIN | {"vary": "Accept, Accept-Encoding"}
COMPRESSED = VARYING | {"etag": '"tag-br"', "content-encoding": "br"}


def test_a_document_in_pieces_has_its_encoding_settled_first() -> None:
    assert settled(("accept-encoding", "br"), compressible=False) == ("identity", PLAIN)
    assert settled() == ("identity", VARYING)
    assert settled(("accept-encoding", "gzip;q=0.5"), ("accept-encoding", "br")) == ("br", COMPRESSED)
    with pytest.raises(NotAcceptable):
        settled(("accept-encoding", "*;q=0"))


@pytest.mark.parametrize(
    ("condition", "is_sent"),
    [
        (("if-none-match", '"tag-br"'), False),
        (("if-none-match", '"tag"'), True),
        (("if-modified-since", "Mon, 23 Nov 2026 10:00:00 GMT"), False),
        (("if-modified-since", "Mon, 23 Nov 2026 09:59:59 GMT"), True),
    ],
)
def test_a_document_in_pieces_is_not_sent_to_who_has_it(condition: tuple[str, str], is_sent: bool) -> None:
    encoding, headers = settled(("accept-encoding", "br"), condition)
    assert (encoding is not None) == is_sent
    assert headers["etag"] == '"tag-br"'
    assert ("content-type" in headers) == is_sent


def test_a_document_in_pieces_is_not_sent_to_who_wants_another() -> None:
    assert settled(("accept-encoding", "br"), ("if-match", '"tag-br"'))[0] == "br"
    with pytest.raises(PreconditionFailed):
        settled(("accept-encoding", "br"), ("if-match", '"tag"'))
    with pytest.raises(PreconditionFailed):
        settled(("if-unmodified-since", "Mon, 23 Nov 2026 09:59:59 GMT"), ("if-none-match", "*"))


# What is accepted.


def test_lines_of_one_header_are_one_line() -> None:
    asked, _ = read_headers("base", b"/", [(b"accept", b"a"), (b"other", b"x"), (b"accept", b"b")])
    assert asked.accept == b"a, b"
    assert asked.accept_language is None


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
def test_the_nearest_range_decides(accept: str, is_accepted: bool) -> None:
    if is_accepted:
        require_media(accept, JSON)
    else:
        with pytest.raises(NotAcceptable):
            require_media(accept, JSON)


def test_what_would_be_accepted_is_told() -> None:
    with pytest.raises(NotAcceptable) as refused:
        require_media("text/html", JSON)
    assert refused.value.detail == "This is sent as application/json; accept that, or anything (*/*)."
    assert refused.value.headers == {"Vary": "Accept"}
    with pytest.raises(NotAcceptable) as refused:
        choose_encoding("*;q=0")
    assert refused.value.detail == "Accept one of the encodings br, zstd, gzip or identity."
    assert refused.value.headers == {"Vary": "Accept-Encoding"}


def test_of_what_is_valued_alike_an_encoding_is_taken() -> None:
    assert choose_encoding("identity;q=0.5, gzip;q=0.5") == "gzip"


def test_an_answer_says_how_long_it_may_be_kept_and_since_when_it_is_so(tianshui: Client) -> None:
    headers = tianshui.ask("/v1/sources").headers
    assert headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert headers["last-modified"].endswith(" GMT")
    assert headers["etag"].strip('"').isalnum()
