"""Answers that are kept as they were sent, by what was asked and by how it was spelled."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from starlette.types import Scope

from app.http.headers import NOT_IN_304, lines_with_constant
from app.http.target import is_host

MAX_SPELLINGS = 64
"""How many ways to ask for one answer are known; of more those that were used last."""

_REQUESTS = 1000
"""How many requests are known again by their bytes."""

_MAX_REQUEST_BYTES = 2048

_ANSWER_BYTES, _FORM_BYTES, _SPELLING_BYTES = 1500, 3600, 350
"""What an answer, each of its forms and each of its spellings takes beside bodies and texts, as it was measured."""


class Asked(NamedTuple):
    """All of a request that its answer depends on, as it was spelled."""

    base: object
    """The address that links begin with, or what it is made from."""
    target: bytes
    accept: bytes | None
    accept_language: bytes | None
    accept_encoding: bytes | None


class Conditions(NamedTuple):
    """What a request says beside what it asks for."""

    if_none_match: bytes | None
    if_modified_since: bytes | None
    if_match: bytes | None
    if_unmodified_since: bytes | None
    request_id: bytes | None
    traceparent: bytes | None
    is_plain: bool
    """Whether it says nothing to be heeded first: a body, an expectation, an end, what must not have changed."""


class PlainRequest(NamedTuple):
    """A request as a connection reads it."""

    asked: Asked
    conditions: Conditions
    is_head: bool


@dataclass(eq=False)
class Form:
    """An answer in one encoding."""

    headers: Mapping[str, str]
    body: bytes
    route: str | None = None
    """The template of the path that it is the answer to."""

    @cached_property
    def not_modified(self) -> Mapping[str, str]:
        """The headers of a 304 in its place."""
        return {name: value for name, value in self.headers.items() if name.lower().encode() not in NOT_IN_304}

    @cached_property
    def lines(self) -> bytes:
        """The headers with those that every answer has alike, as they go over the wire."""
        return lines_with_constant(self.headers)

    @cached_property
    def not_modified_lines(self) -> bytes:
        """Those of a 304, likewise."""
        return lines_with_constant(self.not_modified)


@dataclass(eq=False)
class Answer:
    """A whole answer: its headers but for those of its encoding, and its body in the encodings that were asked for."""

    headers: Mapping[str, str]
    body: bytes
    compressible: bool
    route: str | None = None
    """The template of the path that it is the answer to."""
    forms: dict[str, Form] = field(default_factory=dict)
    spellings: OrderedDict[Asked, str] = field(default_factory=OrderedDict)
    """The ways in which it was asked for, each with the encoding that was chosen."""
    size: int = 0
    """What it was reckoned to take, bytes."""


class KeptAnswers:
    """Answers to what was asked for last, in no more than so many bytes.

    Only what was understood is ever here: an answer is known by its ETag, a digest of the data's version and of the
    request in its one canonical spelling, and each way to ask for it was read and answered once.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._spelled: dict[Asked, str] = {}
        self._requests: OrderedDict[bytes, PlainRequest] = OrderedDict()

    @property
    def size(self) -> int:
        """How many bytes they are reckoned to take."""
        return self._bytes

    def get(self, etag: str) -> Answer | None:
        """Give the answer that is known by an ETag, which is that of its identity encoding."""
        answer = self._answers.get(etag)
        if answer is not None:
            self._answers.move_to_end(etag)
        return answer

    def find(self, asked: Asked) -> Form | None:
        """Give the answer to a request that was spelled so before."""
        etag = self._spelled.get(asked)
        if etag is None:
            return None
        self._answers.move_to_end(etag)
        answer = self._answers[etag]
        return answer.forms[answer.spellings[asked]]

    def keep(self, answer: Answer, asked: Asked, encoding: str) -> None:
        """Keep an answer in a form that it has, for whoever asks in this way; again when it has another form."""
        if self._max_bytes == 0:
            return
        etag = answer.headers["ETag"]
        known = self._answers.pop(etag, None)
        if known is not None:
            self._bytes -= known.size
            if known is not answer:
                self._forget(known)
        answer.spellings[asked] = encoding
        self._spelled[asked] = etag
        if len(answer.spellings) > MAX_SPELLINGS:
            oldest, _ = answer.spellings.popitem(last=False)
            del self._spelled[oldest]
        answer.size = _size(answer)
        if answer.size > self._max_bytes:
            # To make room for it would put out all others first.
            self._forget(answer)
            return
        self._answers[etag] = answer
        self._bytes += answer.size
        while self._bytes > self._max_bytes:
            _, dropped = self._answers.popitem(last=False)
            self._bytes -= dropped.size
            self._forget(dropped)

    def read_before(self, received: bytes) -> PlainRequest | None:
        """Give the request that was read before from just these bytes."""
        return self._requests.get(received)

    def remember(self, received: bytes, request: PlainRequest) -> None:
        """Remember the bytes of a request that was answered, if more such are to be expected."""
        conditions = request.conditions
        is_unique = conditions.request_id is not None or conditions.traceparent is not None
        if len(received) > _MAX_REQUEST_BYTES or is_unique:
            return
        self._requests[received] = request
        if len(self._requests) > _REQUESTS:
            self._requests.popitem(last=False)

    def _forget(self, answer: Answer) -> None:
        for asked in answer.spellings:
            self._spelled.pop(asked, None)
        # Whoever is sending it still may keep it again.
        answer.spellings.clear()


def _size(answer: Answer) -> int:
    size = _ANSWER_BYTES + len(answer.body)
    for form in answer.forms.values():
        size += _FORM_BYTES + (len(form.body) if form.body is not answer.body else 0)
    for _, target, *headers in answer.spellings:
        size += _SPELLING_BYTES + len(target)
        for header in headers:
            size += len(header) if header else 0
    return size


def asked_of(scope: Scope) -> tuple[Asked, Conditions]:
    """Tell what a request asks for, and on which conditions."""
    query: bytes = scope["query_string"]
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    target = path + (b"?" + query if query else b"")
    server = scope["server"]
    return read_headers((scope["scheme"], server and tuple(server)), target, scope["headers"])


def read_headers(base: object, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> tuple[Asked, Conditions]:
    """Tell what a request asks for, and on which conditions, from its target and its headers in lower case."""
    found: dict[bytes, bytes] = {}
    plain = True
    hosts = 0
    for name, value in headers:
        if name in _HEEDED:
            found[name] = found[name] + b", " + value if name in found else value
        elif name == b"host":
            hosts += 1
            plain = plain and is_host(value)
        elif name in _NOT_PLAIN:
            plain = False
    asked = Asked(base, target, found.get(b"accept"), found.get(b"accept-language"), found.get(b"accept-encoding"))
    conditions = Conditions(
        found.get(b"if-none-match"),
        found.get(b"if-modified-since"),
        found.get(b"if-match"),
        found.get(b"if-unmodified-since"),
        found.get(b"x-request-id"),
        found.get(b"traceparent"),
        plain and hosts == 1 and _DEMANDS.isdisjoint(found),
    )
    return asked, conditions


_DEMANDS = frozenset((b"if-match", b"if-unmodified-since"))
_HEEDED = _DEMANDS | frozenset(
    (
        *(b"accept", b"accept-language", b"accept-encoding", b"if-none-match", b"if-modified-since"),
        *(b"x-request-id", b"traceparent"),
    )
)
_NOT_PLAIN = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))
