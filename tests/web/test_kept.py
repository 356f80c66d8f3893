"""Answers that are kept: bounded, known in every spelling, made once, and never given for anything else."""

import asyncio
import gzip
import os
import random
import tracemalloc
from collections.abc import Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
import zstandard
from fastapi import FastAPI
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from starlette.types import Message, Scope

from app.db.statements import Statement
from app.http.cache import (
    _ANSWER_BYTES,
    _FORM_BYTES,
    _MAX_REQUEST_BYTES,
    _REQUESTS,
    _SPELLING_BYTES,
    MAX_SPELLINGS,
    Answer,
    Asked,
    Form,
    KeptAnswers,
    PlainRequest,
    asked_of,
    read_headers,
)
from app.http.executor import PATIENT
from app.http.representation import make_answer, make_form
from app.main import create_app
from app.settings import Settings
from tests.asking import BASE, Client
from tests.storage.plans import traced

ENCODINGS = ("identity", "br", "gzip", "zstd")
DECODERS = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}
JSON = "application/json"
_COUNT = Statement("SELECT count(*) FROM event", {})


def spelled(target: str, spelling: int = 0, encoding: str = "identity") -> Asked:
    return Asked(BASE, target.encode(), None, f"en;q=0.{spelling}".encode(), encoding.encode())


def body_of(target: str) -> bytes:
    return f"the answer to {target} and to nothing else, ".encode() * 40


def answer_to(target: str, body: bytes | None = None) -> Answer:
    return make_answer(body_of(target) if body is None else body, JSON, {"ETag": f'"{target}"'})


def keep(kept: KeptAnswers, target: str, spelling: int = 0, encoding: str = "identity") -> Form:
    """Answer as the service does: by the spelling, or by the tag, or anew."""
    asked = spelled(target, spelling, encoding)
    found = kept.find(asked)
    if found is not None:
        return found
    answer = kept.get(f'"{target}"') or answer_to(target)
    form = answer.forms.get(encoding) or make_form(answer, encoding)
    kept.keep(answer, asked, encoding)
    return form


def is_known(kept: KeptAnswers, target: str) -> bool:
    """Tell whether an answer is kept, without using it."""
    return f'"{target}"' in kept._answers


def size_of_one() -> int:
    """Tell what an answer to one way of asking is reckoned to take."""
    kept = KeptAnswers(1_000_000)
    keep(kept, "/0")
    return kept._bytes


# By themselves.


def test_an_answer_is_found_in_every_way_that_it_was_asked_for() -> None:
    kept = KeptAnswers(1_000_000)
    for encoding in ENCODINGS:
        for spelling in range(3):
            form = keep(kept, "/one", spelling, encoding)
            assert kept.find(spelled("/one", spelling, encoding)) is form
            assert DECODERS[encoding](form.body) == body_of("/one")
    assert kept.find(spelled("/one", 3)) is None
    assert kept.find(spelled("/other", 0)) is None
    assert kept.find(spelled("/one")._replace(base="elsewhere")) is None
    assert kept.find(spelled("/one")._replace(accept=b"*/*")) is None
    assert kept.find(spelled("/one")._replace(accept_language=None)) is None


def test_they_take_no_more_than_so_many_bytes_and_what_was_used_last_stays() -> None:
    kept = KeptAnswers(3 * size_of_one() + 100)
    for number in range(3):
        keep(kept, f"/{number}")
    assert [is_known(kept, f"/{number}") for number in range(4)] == [True, True, True, False]
    assert kept.find(spelled("/0")) is not None
    keep(kept, "/3")
    assert [is_known(kept, f"/{number}") for number in range(4)] == [True, False, True, True]
    assert kept.get('"/2"') is not None
    keep(kept, "/4")
    assert [is_known(kept, f"/{number}") for number in range(5)] == [False, False, True, True, True]
    assert kept.find(spelled("/0")) is None
    assert kept.find(spelled("/1")) is None


def test_every_encoding_and_every_spelling_counts() -> None:
    body = os.urandom(10_000)
    answer = make_answer(body, JSON, {"ETag": '"noise"'})
    kept = KeptAnswers(1_000_000)
    sizes = []
    for encoding in ENCODINGS:
        make_form(answer, encoding)
        kept.keep(answer, spelled("/noise", 0, encoding), encoding)
        sizes.append(answer.size)
    # The identity form is the body itself.
    assert 10_000 < sizes[0] < 20_000
    for less, more in pairwise(sizes):
        assert 10_000 < more - less < 20_000
    kept.keep(answer, spelled("/noise?" + "x" * 5000), "identity")
    assert answer.size - sizes[-1] > 5000


@pytest.mark.parametrize(("encodings", "spellings"), [(1, 1), (4, 1), (1, MAX_SPELLINGS), (4, 10)])
def test_they_are_reckoned_to_take_what_they_take(encodings: int, spellings: int) -> None:
    kept = KeptAnswers(1_000_000_000)
    count = 300
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(count):
            headers = {"ETag": f'"{number:024}"', "Vary": "Accept", "Cache-Control": "public", "Content-Language": "en"}
            answer = make_answer(os.urandom(150).hex().encode(), JSON, headers)
            for encoding, spelling in product(ENCODINGS[:encodings], range(spellings)):
                form = answer.forms.get(encoding) or make_form(answer, encoding)
                assert form.lines.startswith(b"etag")
                assert form.not_modified_lines
                kept.keep(answer, spelled(f"/v1/events?limit={number}", spelling, encoding), encoding)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept._answers) == count
    # What Python takes again of what it had freed is not seen: it is more, the longer the process lives.
    assert 0.7 < kept._bytes / (after - before) < 2


def test_what_is_larger_than_all_that_may_be_kept_puts_nothing_else_out() -> None:
    kept = KeptAnswers(25_000)
    keep(kept, "/small")
    large = answer_to("/large", b"x" * 30_000)
    make_form(large, "identity")
    kept.keep(large, spelled("/large"), "identity")
    assert not is_known(kept, "/large")
    assert kept.find(spelled("/large")) is None
    assert kept.find(spelled("/small")) is not None


def test_of_very_many_spellings_the_oldest_are_forgotten() -> None:
    kept = KeptAnswers(10_000_000)
    for spelling in range(MAX_SPELLINGS + 3):
        keep(kept, "/one", spelling)
    found = [kept.find(spelled("/one", spelling)) is not None for spelling in range(MAX_SPELLINGS + 3)]
    assert found == [False] * 3 + [True] * MAX_SPELLINGS
    assert len(kept._answers) == 1
    assert keep(kept, "/one", 0) is not None
    assert kept.find(spelled("/one", 0)) is not None


def test_an_answer_that_was_put_out_while_it_was_sent_comes_back_clean() -> None:
    kept = KeptAnswers(2 * size_of_one() + 100)
    keep(kept, "/0", 0)
    under_way = kept.get('"/0"')
    assert under_way is not None
    keep(kept, "/1")
    keep(kept, "/2")
    assert not is_known(kept, "/0")
    kept.keep(under_way, spelled("/0", 1), "identity")
    assert kept.find(spelled("/0", 0)) is None
    assert kept.find(spelled("/0", 1)) is not None
    for spelling in range(2, MAX_SPELLINGS + 3):
        assert keep(kept, "/0", spelling).body == body_of("/0")


def test_none_at_all_are_kept_when_no_bytes_are_allowed() -> None:
    kept = KeptAnswers(0)
    for target in ("/one", "/one", "/two"):
        assert keep(kept, target).body == body_of(target)
        assert kept.find(spelled(target)) is None
        assert kept.get(f'"{target}"') is None
    assert kept._bytes == len(kept._answers) == len(kept._spelled) == 0


def test_what_just_fits_is_kept() -> None:
    kept = KeptAnswers(2 * size_of_one())
    for target in ("/0", "/1"):
        keep(kept, target)
    assert [is_known(kept, target) for target in ("/0", "/1")] == [True, True]
    assert kept.size == 2 * size_of_one()
    alone = KeptAnswers(size_of_one())
    keep(alone, "/0")
    assert is_known(alone, "/0")


def test_a_size_is_that_of_its_parts() -> None:
    answer = answer_to("/one", b"x" * 10)
    make_form(answer, "identity")
    kept = KeptAnswers(1_000_000)
    kept.keep(answer, Asked(BASE, b"/one", None, None, None), "identity")
    bare = _ANSWER_BYTES + 10 + _FORM_BYTES + _SPELLING_BYTES + len("/one")
    assert answer.size == bare
    kept.keep(answer, Asked(BASE, b"/one", b"abc", None, b"de"), "identity")
    assert answer.size == bare + _SPELLING_BYTES + len("/one") + len("abc") + len("de")


def read(received: bytes, *headers: tuple[bytes, bytes]) -> PlainRequest:
    return PlainRequest(*read_headers(BASE, received, headers), is_head=False)


def test_a_request_is_known_again_by_its_bytes() -> None:
    kept = KeptAnswers(0)
    usual, longest, longer = (b"/".ljust(length, b"x") for length in (10, _MAX_REQUEST_BYTES, _MAX_REQUEST_BYTES + 1))
    for received in (usual, longest, longer):
        kept.remember(received, read(received))
    assert [kept.read_before(received) for received in (usual, longest, longer)] == [read(usual), read(longest), None]


@pytest.mark.parametrize("name", [b"x-request-id", b"traceparent"])
def test_a_request_that_comes_once_is_not_remembered(name: bytes) -> None:
    kept = KeptAnswers(0)
    kept.remember(b"/", read(b"/", (name, b"x")))
    assert kept.read_before(b"/") is None


def test_of_very_many_requests_the_oldest_are_forgotten() -> None:
    kept = KeptAnswers(0)
    targets = [f"/{number}".encode() for number in range(_REQUESTS + 1)]
    for target in targets[:-1]:
        kept.remember(target, read(target))
    assert all(kept.read_before(target) for target in targets[:-1])
    kept.remember(targets[-1], read(targets[-1]))
    assert [kept.read_before(target) is not None for target in targets] == [False] + [True] * _REQUESTS


@pytest.mark.parametrize(
    ("scope", "base", "target"),
    [
        ({"raw_path": b"/%E5", "query_string": b"a=1", "server": ["host", 80]}, ("http", ("host", 80)), b"/%E5?a=1"),
        ({"raw_path": b"/%E5", "query_string": b"", "server": None}, ("http", None), b"/%E5"),
        ({"query_string": b"", "server": ("host", None)}, ("http", ("host", None)), "/天".encode()),
    ],
)
def test_what_is_asked_is_the_target_as_it_was_sent(scope: Scope, base: object, target: bytes) -> None:
    asked, _ = asked_of({"scheme": "http", "path": "/天", "headers": [(b"accept", b"*/*")], **scope})
    assert asked == Asked(base, target, b"*/*", None, None)


def test_headers_of_one_name_are_one_header() -> None:
    lines = [(b"host", b"x"), (b"accept", b"text/html"), (b"x", b"y"), (b"accept", b"*/*"), (b"if-none-match", b'"a"')]
    asked, conditions = read_headers("base", b"/t?q", [*lines, (b"if-none-match", b'"b"')])
    assert asked == Asked("base", b"/t?q", b"text/html, */*", None, None)
    assert conditions.if_none_match == b'"a", "b"'
    assert conditions.is_plain
    for name in (b"content-length", b"transfer-encoding", b"expect", b"upgrade"):
        assert not read_headers("base", b"/", [*lines, (name, b"x")])[1].is_plain
    assert not read_headers("base", b"/", lines[1:])[1].is_plain


class Keeping(RuleBasedStateMachine):
    """Whatever is asked in whatever order, and whoever comes late with an answer that was put out meanwhile."""

    paths = st.integers(0, 5).map("/{}".format)
    spellings = st.integers(0, MAX_SPELLINGS + 5)
    encodings = st.sampled_from(ENCODINGS)

    @initialize(most=st.sampled_from([0, 8000, 20_000, 60_000, 1_000_000]))
    def begin(self, most: int) -> None:
        self.kept = KeptAnswers(most)
        self.most = most
        self.late: list[tuple[str, Answer]] = []

    @rule(what=paths, spelling=spellings, encoding=encodings)
    def ask(self, what: str, spelling: int, encoding: str) -> None:
        assert DECODERS[encoding](keep(self.kept, what, spelling, encoding).body) == body_of(what)

    @rule(what=paths, first=spellings, encoding=encodings)
    def ask_in_many_ways(self, what: str, first: int, encoding: str) -> None:
        for spelling in range(first, first + MAX_SPELLINGS):
            self.ask(what, spelling, encoding)

    @rule(what=paths, spelling=spellings, encoding=encodings)
    def find(self, what: str, spelling: int, encoding: str) -> None:
        found = self.kept.find(spelled(what, spelling, encoding))
        assert found is None or DECODERS[encoding](found.body) == body_of(what)

    @rule(what=paths)
    def take_up(self, what: str) -> None:
        self.late.append((what, self.kept.get(f'"{what}"') or answer_to(what)))

    @rule(number=st.integers(0, 100), spelling=spellings, encoding=encodings)
    def come_late(self, number: int, spelling: int, encoding: str) -> None:
        if self.late:
            what, answer = self.late.pop(number % len(self.late))
            if encoding not in answer.forms:
                make_form(answer, encoding)
            self.kept.keep(answer, spelled(what, spelling, encoding), encoding)

    @invariant()
    def the_books_are_right(self) -> None:
        kept = self.kept
        assert kept._bytes == sum(answer.size for answer in kept._answers.values()) <= self.most
        listed: dict[Asked, str] = {}
        for etag, answer in kept._answers.items():
            assert answer.headers["ETag"] == etag
            assert len(answer.spellings) <= MAX_SPELLINGS
            assert set(answer.spellings.values()) <= answer.forms.keys()
            listed |= dict.fromkeys(answer.spellings, etag)
            bodies = {id(body): body for body in (answer.body, *(form.body for form in answer.forms.values()))}
            assert answer.size >= sum(map(len, bodies.values()))
        assert kept._spelled == listed


TestKeeping = Keeping.TestCase
TestKeeping.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


# By the service.


def entries(app: FastAPI) -> tuple[int, int]:
    """Count the answers that are kept, and the ways in which they are known."""
    kept: KeptAnswers = app.state.context.kept
    return len(kept._answers), len(kept._spelled)


@pytest.fixture
def app(two_snapshot: Path) -> FastAPI:
    return create_app(Settings(data=two_snapshot))


SAME = [
    [
        "/v1/events?lang=en&limit=3",
        "/v1/events?limit=3&lang=en",
        "/v1/events?limit=%33&l%61ng=en",
        "/v1/events?&limit=3&&lang=en&",
        "/v1/events?lang=en&limit=3&sort=date",
        "/v1/events?lang=en&limit=3&basis=stated",
    ],
    [
        "/v1/events?kind=event&kind=series&lang=en",
        "/v1/events?kind=series&kind=event&lang=en",
        "/v1/events?kind=series&lang=en&kind=event&kind=series",
        "/v1/events?kind=series&kind=event&lang=en&limit=50",
    ],
    ["/v1/search?q=%E5%BA%A7%E8%B0%88&lang=en", "/v1/search?lang=en&q=%e5%ba%a7%e8%b0%88&limit=50"],
    ["/docs", "/docs?", "/docs?&"],
]


@pytest.mark.parametrize("targets", SAME)
def test_ways_to_ask_for_one_thing_share_one_answer(app: FastAPI, targets: list[str]) -> None:
    client = Client(app)
    first = client.ask(targets[0])
    with traced(app.state.context.snapshot.reader) as asked:
        for target in targets * 2:
            again = client.ask(target)
            assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert asked == []
    assert entries(app)[0] == 1


def test_headers_that_come_to_the_same_share_one_answer(app: FastAPI) -> None:
    client = Client(app)
    plain: dict[str, str] = {}
    for headers in (plain, {"Accept": ""}, {"Accept": "application/json"}, {"Accept-Language": "zh-TW"}):
        client.ask("/v1/events", headers=headers)
    assert entries(app) == (1, 4)
    client.ask("/v1/events", headers={"Accept-Language": "en"})
    client.ask("/v1/events?lang=en")
    assert entries(app) == (3, 6)


def test_without_room_every_answer_is_made_anew_and_is_the_same(two_snapshot: Path) -> None:
    app = create_app(Settings(data=two_snapshot, kept_bytes=0))
    client = Client(app)
    first = client.ask("/v1/events?limit=3")
    for _ in range(2):
        with traced(app.state.context.snapshot.reader) as asked:
            again = client.ask("/v1/events?limit=3")
        assert asked
        assert again.content == first.content
        assert entries(app) == (0, 0)


NONSENSE: list[tuple[int, str, dict[str, str]]] = [
    (422, "/v1/events?limit=0", {}),
    (422, "/v1/events?nonsense=1", {}),
    (422, "/v1/events?location=nowhere", {}),
    (422, "/v1/events?cursor=nonsense", {}),
    (422, "/v1/search?q=,", {}),
    (422, "/docs?x=1", {}),
    (404, "/v1/events/none", {}),
    (404, "/v1/campaigns/none/summary", {}),
    (404, "/nothing", {}),
    (404, "/docs/nothing.js", {}),
    (404, "/v1//events", {}),
    (410, "/v1/events/pingliang-cancelled-parade", {}),
    (308, "/v1/events/pingliang-helmet-day", {}),
    (406, "/v1/events", {"Accept": "text/html"}),
    (406, "/v1/events", {"Accept-Encoding": "identity;q=0"}),
    (406, "/docs", {"Accept-Encoding": "*;q=0"}),
    (414, "/v1/events?cursor=" + "x" * 9000, {}),
    (431, "/v1/events", {"X-Large": "x" * 40_000}),
]


@pytest.mark.parametrize(("status", "target", "headers"), NONSENSE)
def test_what_is_not_answered_is_not_kept(app: FastAPI, status: int, target: str, headers: dict[str, str]) -> None:
    client = Client(app)
    for method in ("GET", "HEAD", "GET"):
        assert client.ask(target, method, headers).status_code == status
        assert entries(app) == (0, 0)


def test_only_what_is_got_is_kept(app: FastAPI) -> None:
    client = Client(app)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        client.ask("/v1/events", method)
    for target in ("/healthz", "/readyz", "/v1/events.csv", "/v1/campaigns/tianshui/snapshot"):
        assert client.ask(target).status_code == 200
    assert entries(app) == (0, 0)
    assert client.ask("/v1/events", "HEAD").status_code == 200
    assert entries(app) == (1, 1)
    with traced(app.state.context.snapshot.reader) as asked:
        assert client.ask("/v1/events").json()["meta"]["total"] == 19
    assert asked == []


def test_what_is_kept_is_given_to_no_other_method(app: FastAPI) -> None:
    client = Client(app)
    assert client.ask("/v1/events").status_code == 200
    assert client.ask("/v1/events", "POST").status_code == 405
    assert client.ask("/v1/events", "OPTIONS").status_code == 204
    assert client.ask("/v1/events", headers={"X-Large": "x" * 40_000}).status_code == 431


async def bodies(app: FastAPI, target: str, encoding: str) -> list[bytes]:
    """Ask over ASGI; gives the very pieces that the server is handed."""
    path, _, query = target.partition("?")
    heard: list[Message] = []

    async def send(message: Message) -> None:
        heard.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"example.org"), (b"accept-encoding", encoding.encode())],
    }
    await app(scope, receive, send)
    return [message["body"] for message in heard if message["type"] == "http.response.body"]


@pytest.mark.parametrize("target", ["/v1/events?limit=3&lang=en", "/v1/events?limit=200&include=translations"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_body_is_compressed_once(app: FastAPI, target: str, encoding: str) -> None:
    (first,) = asyncio.run(bodies(app, target, encoding))
    (again,) = asyncio.run(bodies(app, target, encoding))
    (otherwise,) = asyncio.run(bodies(app, f"{target}&sort=date", f"{encoding}, deflate"))
    assert first is again is otherwise


async def ask_all(app: FastAPI, requests: Sequence[tuple[str, dict[str, str]]]) -> list[httpx.Response]:
    """Ask for everything at once."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        return await asyncio.gather(*(client.get(target, headers=headers) for target, headers in requests))


LONG = "/v1/events?q=%E5%85%AC%E5%AE%89&lang=en&facet=location&facet=organiser&facet=pillar&facet=category"


def test_what_many_ask_for_at_once_is_made_once(large_snapshot: Path) -> None:
    app = create_app(Settings(data=large_snapshot))
    snapshot = app.state.context.snapshot
    with traced(*snapshot.patient.every) as patiently, traced(snapshot.reader) as hastily:
        answers = asyncio.run(ask_all(app, [(LONG, {"Accept-Encoding": "identity"})] * 40))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    # In haste it is begun once and given up, and then a thread does all of it.
    assert any("GROUP BY" in question for question in patiently)
    assert len(patiently) == len(set(patiently))
    assert len(hastily) == len(set(hastily))
    for reader in snapshot.patient.every:
        assert len(reader.rows(_COUNT, {})) == 1


def test_who_leaves_stops_it_for_nobody_else(large_snapshot: Path) -> None:
    app = create_app(Settings(data=large_snapshot))
    snapshot = app.state.context.snapshot

    async def leave() -> list[bytes]:
        first = asyncio.create_task(bodies(app, LONG, "identity"))
        others = [asyncio.create_task(bodies(app, LONG, "identity")) for _ in range(5)]
        await asyncio.wait([first], timeout=0.01)
        assert not first.done()
        first.cancel()
        answers = await asyncio.gather(*others)
        with pytest.raises(asyncio.CancelledError):
            await first
        return [body for (body,) in answers]

    with traced(*snapshot.patient.every) as patiently:
        assert len(set(asyncio.run(leave()))) == 1
    assert len(patiently) == len(set(patiently))


def test_many_long_questions_take_turns(large_snapshot: Path) -> None:
    app = create_app(Settings(data=large_snapshot, kept_bytes=0))
    requests = [(f"{LONG}&limit={limit}", {"Accept-Encoding": "identity"}) for limit in range(1, 4 * PATIENT)]
    answers = asyncio.run(ask_all(app, requests))
    assert [answer.status_code for answer in answers] == [200] * len(requests)
    assert [len(answer.json()["data"]) for answer in answers] == list(range(1, 4 * PATIENT))


@pytest.mark.parametrize("encodings", [ENCODINGS, ("br",), ("zstd", "gzip", "br"), ("gzip", "identity")])
@pytest.mark.parametrize("kept_bytes", [0, 200_000, 1_000_000, 64_000_000])
def test_what_is_asked_for_at_once_in_any_encoding_is_the_same(
    two_snapshot: Path, kept_bytes: int, encodings: tuple[str, ...]
) -> None:
    app = create_app(Settings(data=two_snapshot, kept_bytes=kept_bytes))
    target = "/v1/events?limit=200&include=translations&include=evidence"
    requests = [(target, {"Accept-Encoding": encoding}) for encoding in (*encodings, *encodings)] * 10
    for _ in range(3):
        answers = asyncio.run(ask_all(app, requests))
        assert {answer.status_code for answer in answers} == {200}
        plain = {decoded(answer) for answer in answers}
        assert len(plain) == 1
        assert len(plain.pop()) > 64 * 1024


def decoded(answer: httpx.Response) -> bytes:
    encoding = answer.headers.get("content-encoding", "identity")
    return answer.content if answer.content.startswith(b"{") else DECODERS[encoding](answer.content)


def mixed_requests(chance: random.Random, count: int) -> list[tuple[str, dict[str, str]]]:
    """Many ways to ask for some things, small and large."""
    targets = [
        *(f"/v1/events?limit={limit}&include=translations" for limit in (1, 30, 200)),
        *(f"/v1/{name}?limit=200" for name in ("campaigns", "locations", "outcomes", "sources")),
        *("/v1/events/tianshui-police-open-day", "/v1/locations/maiji", "/v1/campaigns/tianshui/summary"),
        *("/v1/search?q=maiji", "/v1/events?q=maiji&facet=location", "/v1/events/none", "/v1/events?limit=0"),
    ]

    def one() -> tuple[str, dict[str, str]]:
        target = chance.choice(targets)
        headers: dict[str, Any] = {
            "Accept-Encoding": f"{chance.choice(ENCODINGS)};q=0.{chance.randint(1, 9)}",
            "Accept-Language": f"{chance.choice(['en', 'zh-CN', 'zh-TW'])};q=0.{chance.randint(1, 9)}",
        }
        return target, headers

    return [one() for _ in range(count)]


@pytest.mark.parametrize("kept_bytes", [100_000, 500_000, 64_000_000])
def test_nobody_gets_anothers_answer(two_snapshot: Path, kept_bytes: int) -> None:
    requests = mixed_requests(random.Random(kept_bytes), 400)  # noqa: S311 - no secret
    app = create_app(Settings(data=two_snapshot, kept_bytes=kept_bytes))
    anew = create_app(Settings(data=two_snapshot, kept_bytes=0))
    for some in (requests[:200], requests[200:], requests[:200]):
        answers = asyncio.run(ask_all(app, some))
        for (target, headers), answer in zip(some, answers, strict=True):
            expected = Client(anew).ask(target, headers=headers)
            assert answer.content == expected.content, (target, headers)
            told = [{**one.headers, "x-request-id": ""} for one in (answer, expected)]
            assert told[0] == told[1]
