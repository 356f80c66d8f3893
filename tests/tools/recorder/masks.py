"""Replacing values that may differ between two runs of the same code by placeholders."""

import io
import json
import re
import zipfile
from hashlib import sha256
from http import HTTPStatus

from tests.tools.recorder.client import Received
from tests.tools.recorder.model import Request, Response

_CURSOR = re.compile(r'(cursor=|"next_cursor":\s*")([A-Za-z0-9_%-]{20,})')
_ETAG = re.compile(r'"[^"]*"')
_RAW_HEADERS = (
    (re.compile(r"(?im)^(date|last-modified): .*$"), r"\1: <date>"),
    (re.compile(r"(?im)^(x-request-id): [0-9a-f]{16}(?=\r?$)"), r"\1: <id>"),
)
_RAW_ETAG = re.compile(r'(?im)^(etag: (?:W/)?)("[^"]*")')
_MODIFIED = re.compile(r'("modified":\s*")\d{4}-\d\d-\d\dT[^"]*"')
_METRIC = re.compile(r"(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)")


class Masks:
    """The placeholders of one run over one database."""

    def __init__(self, port: int, versions: dict[str, str]) -> None:
        """Take the data version and those of the campaigns, each with its placeholder."""
        self._fixed = {f"127.0.0.1:{port}": "<server>"} | versions
        self._etags: dict[str, str] = {}
        self._cursors: dict[str, str] = {}
        self._lengths: dict[tuple[object, ...], str | None] = {}

    def mask(self, number: int, request: Request, received: Received) -> Response:
        """Return a response with placeholders; `number` is the request's position."""
        if request.raw is not None:
            return Response(0, (), self._raw(number, received.body))
        body = self._body(number, request, received)
        headers = sorted(
            (name.lower(), self._header(number, request, received, name.lower(), value))
            for name, value in received.headers
        )
        return Response(received.status, tuple(headers), body)

    def _header(self, number: int, request: Request, received: Received, name: str, value: str) -> str:
        match name:
            case "date" | "last-modified":
                return "<date>"
            case "x-request-id":
                given = [one for key, one in request.headers if key.lower() == name]
                return value if value in given else "<id>"
            case "etag":
                return _ETAG.sub(lambda found: self._etag(number, found[0]), value)
            case "content-length":
                return self._length(request, received, value)
            case "content-range" if _is_workbook(received):
                # The length of a zip file depends on the version of the data and on the port in it.
                return "<range>"
            case _:
                return self._text(number, value)

    def _length(self, request: Request, received: Received, value: str) -> str:
        """Compare a length with what it should be, since placeholders are of other lengths."""
        if request.target.startswith("/metrics"):
            return "<length>"
        if request.method == "HEAD":
            got = self._lengths.get((request.target, request.headers))
            return "<length of GET>" if value == got else value
        self._lengths[request.target, request.headers] = value
        return "<length>" if int(value) == len(received.body) else value

    def _body(self, number: int, request: Request, received: Received) -> str:
        data = received.decoded()
        if _is_workbook(received) and data:
            if received.status == HTTPStatus.PARTIAL_CONTENT:
                return f"<{len(data)} bytes of a workbook>"
            return self._text(number, _unzipped(data))
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return f"<{len(data)} bytes, SHA-256 {sha256(data).hexdigest()}>"
        if received.status == 200 and request.target.startswith("/metrics"):
            return "\n".join(sorted(set(_METRIC.findall(text))))
        return self._text(number, _MODIFIED.sub(r'\1<date>"', text))

    def _raw(self, number: int, body: bytes) -> str:
        text = body.decode("utf-8", "backslashreplace")
        for pattern, placeholder in _RAW_HEADERS:
            text = pattern.sub(placeholder, text)
        text = _RAW_ETAG.sub(lambda found: found[1] + self._etag(number, found[2]), text)
        return self._text(number, text)

    def _text(self, number: int, text: str) -> str:
        for value, placeholder in self._fixed.items():
            text = text.replace(value, placeholder)
        return _CURSOR.sub(lambda found: found[1] + self._cursor(number, found[2]), text)

    def _etag(self, number: int, etag: str) -> str:
        return self._etags.setdefault(etag, f'"<etag {number}>"')

    def _cursor(self, number: int, cursor: str) -> str:
        return self._cursors.setdefault(cursor, f"<cursor {number}>")


def _is_workbook(received: Received) -> bool:
    return "spreadsheetml" in (received.header("content-type") or "")


def _unzipped(data: bytes) -> str:
    """Return the members of a zip file as one text, in their order, without their dates."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name).decode("utf-8", "backslashreplace") for name in archive.namelist()}
    return json.dumps(members, ensure_ascii=False)
