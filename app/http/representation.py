"""The last word on a successful answer: its encoding, its final ETag, and whether the client has it already."""

import gzip
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import brotli
import zstandard
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.http.cache import Answer, Asked, Conditions, Form, KeptAnswers
from app.http.context import asked_in
from app.http.errors import PreconditionFailed
from app.http.executor import Computing
from app.http.headers import NOT_IN_304
from app.http.negotiation import choose_encoding, text_of

MIN_COMPRESSED_BYTES = 256

_COMPRESSIBLE = ("application/json", "text/")
_BROTLI_QUALITY = 5
_ZSTD_LEVEL = 6
_GZIP_LEVEL = 6
# What takes more than two milliseconds to compress is a thread's work.
_LARGE_BYTES = 64 * 1024
_ENTITY_TAG = re.compile(r'(W/)?("[^"]*")')


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


def compress(body: bytes, encoding: str) -> bytes:
    """Compress a body."""
    return _COMPRESSORS[encoding](body)


class AnswerResponse(Response):
    """A whole answer that has an ETag: in the encoding that the client prefers, or not at all if it has it already.

    It is kept, for whoever asks in the same way.
    """

    def __init__(self, answer: Answer, kept: KeptAnswers, computing: Computing) -> None:
        self.body = answer.body
        self._answer = answer
        self._kept = kept
        self._computing = computing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; raises as `form` and `send_form` do."""
        asked, conditions = asked_in(scope)
        await send_form(await self.form(asked), conditions, send)

    async def form(self, asked: Asked) -> Form:
        """Give the answer as it is sent; raises NotAcceptable when the client takes no encoding of ours."""
        answer = self._answer
        encoding = choose_encoding(text_of(asked.accept_encoding)) if answer.compressible else "identity"
        form = answer.forms.get(encoding)
        if form is None and len(answer.body) > _LARGE_BYTES and encoding != "identity":
            etag = answer.headers["ETag"]
            form = await self._computing.by_thread((etag, encoding), lambda: make_form(answer, encoding))
            # It may be that of another answer to the same, which was compressed already.
            answer.forms[encoding] = form
        elif form is None:
            form = make_form(answer, encoding)
        self._kept.keep(answer, asked, encoding)
        return form


def make_answer(body: bytes, media_type: str, headers: Mapping[str, str], route: str | None = None) -> Answer:
    """Make the answer to a route of a body and the headers that it has in whatever encoding."""
    compressible = len(body) >= MIN_COMPRESSED_BYTES and media_type.startswith(_COMPRESSIBLE)
    return Answer({**headers, "Content-Type": media_type}, body, compressible, route)


def make_form(answer: Answer, encoding: str) -> Form:
    """Make an answer's form in an encoding, which it has from now on."""
    headers = dict(answer.headers)
    if answer.compressible:
        headers["Vary"] = f"{headers['Vary']}, Accept-Encoding" if "Vary" in headers else "Accept-Encoding"
    body = answer.body
    if encoding != "identity":
        body = compress(answer.body, encoding)
        headers["ETag"] = encoded_etag(headers["ETag"], encoding)
        headers["Content-Encoding"] = encoding
    headers["Content-Length"] = str(len(body))
    form = answer.forms[encoding] = Form(headers, body, answer.route)
    return form


def encoded_etag(etag: str, encoding: str) -> str:
    """Make the ETag of an answer in an encoding from that of its identity."""
    return f'{etag[:-1]}-{encoding}"'


async def send_form(form: Form, conditions: Conditions, send: Send) -> None:
    """Send an answer, or that the client has it already; raises PreconditionFailed when the client wants another."""
    require_unchanged(conditions, form.headers)
    if has_it(conditions, form.headers):
        status, headers, body = 304, form.not_modified, b""
    else:
        status, headers, body = 200, form.headers, form.body
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def has_it(conditions: Conditions, headers: Mapping[str, str]) -> bool:
    """Tell whether a client says, by tag or by date, that it has an answer of these headers (RFC 9110 section 13.2.2).

    A date must be that of the answer: an older file may take the place of a newer one.
    """
    if conditions.if_none_match is not None:
        listed = conditions.if_none_match.decode("latin-1")
        return listed.strip() == "*" or any(tag == headers["ETag"] for _, tag in _ENTITY_TAG.findall(listed))
    asked = _date(conditions.if_modified_since)
    return asked is not None and asked == _date(headers.get("Last-Modified"))


def require_unchanged(conditions: Conditions, headers: Mapping[str, str]) -> None:
    """Raise PreconditionFailed unless an answer of these headers is the one that a client wants, by tag or by date."""
    if conditions.if_match is not None:
        listed = conditions.if_match.decode("latin-1")
        is_it = listed.strip() == "*" or ("", headers["ETag"]) in _ENTITY_TAG.findall(listed)
    else:
        asked = _date(conditions.if_unmodified_since)
        is_it = asked is None or (known := _date(headers.get("Last-Modified"))) is None or known <= asked
    if not is_it:
        raise PreconditionFailed("This is not as If-Match or If-Unmodified-Since wants it; ask again without them.")


def settle(asked: Asked, conditions: Conditions, headers: MutableHeaders, *, compressible: bool) -> str | None:
    """Choose the encoding of an answer and complete its headers; None when the client has it already.

    Raises NotAcceptable when the client takes no encoding of ours, PreconditionFailed when it wants another answer.
    """
    encoding = "identity"
    if compressible:
        headers.add_vary_header("Accept-Encoding")
        encoding = choose_encoding(text_of(asked.accept_encoding))
    if encoding != "identity":
        headers["ETag"] = encoded_etag(headers["etag"], encoding)
        headers["Content-Encoding"] = encoding
    require_unchanged(conditions, headers)
    if not has_it(conditions, headers):
        return encoding
    for name in NOT_IN_304:
        del headers[name.decode()]
    return None


def _date(written: bytes | str | None) -> datetime | None:
    """Read the date of a header; None for what is none, which is ignored."""
    if written is None:
        return None
    try:
        read = parsedate_to_datetime(written if isinstance(written, str) else written.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
