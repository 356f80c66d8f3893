"""The response cache: bounded in bytes, found by raw and canonical requests, and never wrong."""

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

from app.http.cache import (
    _ENTRY_BYTES,
    _KEY_BYTES,
    _MAX_REQUEST_BYTES,
    _MAX_REQUESTS,
    _REPRESENTATION_BYTES,
    MAX_KEYS,
    CacheEntry,
    Representation,
    ResponseCache,
)
from app.http.executor import SLOW_READERS
from app.http.representation import make_entry, represent
from app.http.request_key import ParsedRequest, RequestKey, parse_headers, parse_scope
from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import BASE, Client
from tests.lists import LISTS
from tests.tracing import traced
from tests.wire import serving

ENCODINGS = ("identity", "br", "gzip", "zstd")
DECODERS = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}
JSON = "application/json"
ADDRESS = ("http", ("127.0.0.1", 8000))
_COUNT = "SELECT count(*) FROM event"


def key_of(target: str, spelling: int = 0, encoding: str = "identity") -> RequestKey:
    return RequestKey(ADDRESS, target.encode(), None, f"en;q=0.{spelling}".encode(), encoding.encode())


def body_of(target: str) -> bytes:
    return f"the response to {target} and to nothing else, ".encode() * 40


def entry_of(target: str, body: bytes | None = None) -> CacheEntry:
    return make_entry(body_of(target) if body is None else body, {"ETag": f'"{target}"', "Content-Type": JSON}, None)


def respond(cache: ResponseCache, target: str, spelling: int = 0, encoding: str = "identity") -> Representation:
    """Respond as the service does: by the raw request, by the canonical one, or with a new entry."""
    key = key_of(target, spelling, encoding)
    found = cache.find(key)
    if found is not None:
        return found
    response = cache.get(f'"{target}"') or entry_of(target)
    form = represent(response, encoding)
    cache.put(response, key, encoding)
    return form


def is_cached(cache: ResponseCache, target: str) -> bool:
    """Return whether a response is cached, without marking it as used."""
    return f'"{target}"' in cache._entries


def size_of_one() -> int:
    """Return the estimated size of an entry with one raw request."""
    cache = ResponseCache(1_000_000)
    respond(cache, "/0")
    return cache.size


# The cache alone.


def test_a_response_is_found_by_each_raw_request_that_led_to_it() -> None:
    cache = ResponseCache(1_000_000)
    for encoding in ENCODINGS:
        for spelling in range(3):
            form = respond(cache, "/one", spelling, encoding)
            assert cache.find(key_of("/one", spelling, encoding)) is form
            assert DECODERS[encoding](form.body) == body_of("/one")
    assert cache.find(key_of("/one", 3)) is None
    assert cache.find(key_of("/other", 0)) is None
    assert cache.find(key_of("/one")._replace(base=("http", None))) is None
    assert cache.find(key_of("/one")._replace(accept=b"*/*")) is None
    assert cache.find(key_of("/one")._replace(accept_language=None)) is None


def test_the_least_recently_used_is_evicted_beyond_the_limit() -> None:
    cache = ResponseCache(3 * size_of_one() + 100)
    for number in range(3):
        respond(cache, f"/{number}")
    assert [is_cached(cache, f"/{number}") for number in range(4)] == [True, True, True, False]
    assert cache.find(key_of("/0")) is not None
    respond(cache, "/3")
    assert [is_cached(cache, f"/{number}") for number in range(4)] == [True, False, True, True]
    assert cache.get('"/2"') is not None
    respond(cache, "/4")
    assert [is_cached(cache, f"/{number}") for number in range(5)] == [False, False, True, True, True]
    assert cache.find(key_of("/0")) is None
    assert cache.find(key_of("/1")) is None


def test_each_encoding_and_spelling_adds_to_the_size() -> None:
    body = os.urandom(10_000)
    response = make_entry(body, {"ETag": '"noise"', "Content-Type": JSON}, None)
    cache = ResponseCache(1_000_000)
    sizes = []
    for encoding in ENCODINGS:
        represent(response, encoding)
        cache.put(response, key_of("/noise", 0, encoding), encoding)
        sizes.append(response.size)
    # The identity representation is the body itself.
    assert 10_000 < sizes[0] < 20_000
    for less, more in pairwise(sizes):
        assert 10_000 < more - less < 20_000
    cache.put(response, key_of("/noise?" + "x" * 5000), "identity")
    assert response.size - sizes[-1] > 5000


@pytest.mark.parametrize(("encodings", "spellings"), [(1, 1), (4, 1), (1, MAX_KEYS), (4, 10)])
def test_the_estimated_size_is_near_the_real_one(encodings: int, spellings: int) -> None:
    cache = ResponseCache(1_000_000_000)
    count = 60
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(count):
            headers = {"ETag": f'"{number:024}"', "Vary": "Accept", "Cache-Control": "public", "Content-Language": "en"}
            response = make_entry(os.urandom(150).hex().encode(), {**headers, "Content-Type": JSON}, None)
            for encoding, spelling in product(ENCODINGS[:encodings], range(spellings)):
                form = represent(response, encoding)
                assert b"etag: " in form.header_block
                assert form.not_modified_block
                cache.put(response, key_of(f"/v1/events?limit={number}", spelling, encoding), encoding)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(cache._entries) == count
    # Python reuses memory that it freed before, which is not traced.
    assert 0.7 < cache.size / (after - before) < 2


def test_an_entry_larger_than_the_cache_evicts_nothing() -> None:
    cache = ResponseCache(25_000)
    respond(cache, "/small")
    large = entry_of("/large", b"x" * 30_000)
    represent(large, "identity")
    cache.put(large, key_of("/large"), "identity")
    assert not is_cached(cache, "/large")
    assert cache.find(key_of("/large")) is None
    assert cache.find(key_of("/small")) is not None


def test_the_number_of_spellings_is_bounded() -> None:
    cache = ResponseCache(10_000_000)
    for spelling in range(MAX_KEYS + 3):
        respond(cache, "/one", spelling)
    found = [cache.find(key_of("/one", spelling)) is not None for spelling in range(MAX_KEYS + 3)]
    assert found == [False] * 3 + [True] * MAX_KEYS
    assert len(cache._entries) == 1
    assert respond(cache, "/one", 0) is not None
    assert cache.find(key_of("/one", 0)) is not None


def test_an_evicted_entry_can_be_added_again() -> None:
    cache = ResponseCache(2 * size_of_one() + 100)
    respond(cache, "/0", 0)
    under_way = cache.get('"/0"')
    assert under_way is not None
    respond(cache, "/1")
    respond(cache, "/2")
    assert not is_cached(cache, "/0")
    cache.put(under_way, key_of("/0", 1), "identity")
    assert cache.find(key_of("/0", 0)) is None
    assert cache.find(key_of("/0", 1)) is not None
    for spelling in range(2, MAX_KEYS + 3):
        assert respond(cache, "/0", spelling).body == body_of("/0")


def test_a_limit_of_0_caches_nothing() -> None:
    cache = ResponseCache(0)
    for target in ("/one", "/one", "/two"):
        assert respond(cache, target).body == body_of(target)
        assert cache.find(key_of(target)) is None
        assert cache.get(f'"{target}"') is None
    assert cache.size == len(cache._entries) == len(cache._found) == 0


def test_what_just_fits_is_cached() -> None:
    cache = ResponseCache(2 * size_of_one())
    for target in ("/0", "/1"):
        respond(cache, target)
    assert [is_cached(cache, target) for target in ("/0", "/1")] == [True, True]
    assert cache.size == 2 * size_of_one()
    alone = ResponseCache(size_of_one())
    respond(alone, "/0")
    assert is_cached(alone, "/0")


def test_the_size_is_the_sum_of_the_parts() -> None:
    response = entry_of("/one", b"x" * 10)
    represent(response, "identity")
    cache = ResponseCache(1_000_000)
    cache.put(response, RequestKey(ADDRESS, b"/one", None, None, None), "identity")
    bare = _ENTRY_BYTES + 10 + _REPRESENTATION_BYTES + _KEY_BYTES + len("/one")
    assert response.size == bare
    cache.put(response, RequestKey(ADDRESS, b"/one", b"abc", None, b"de"), "identity")
    assert response.size == bare + _KEY_BYTES + len("/one") + len("abc") + len("de")


def read(received: bytes, *headers: tuple[bytes, bytes]) -> ParsedRequest:
    return ParsedRequest(*parse_headers(ADDRESS, received, headers), is_head=False)


def test_a_request_is_recognised_by_its_bytes() -> None:
    cache = ResponseCache(0)
    usual, longest, longer = (b"/".ljust(length, b"x") for length in (10, _MAX_REQUEST_BYTES, _MAX_REQUEST_BYTES + 1))
    for received in (usual, longest, longer):
        cache.remember(received, read(received))
    assert [cache.parsed(received) for received in (usual, longest, longer)] == [read(usual), read(longest), None]


@pytest.mark.parametrize("name", [b"x-request-id", b"traceparent"])
def test_a_unique_request_is_not_remembered(name: bytes) -> None:
    cache = ResponseCache(0)
    cache.remember(b"/", read(b"/", (name, b"x")))
    assert cache.parsed(b"/") is None


def test_the_number_of_remembered_requests_is_bounded() -> None:
    cache = ResponseCache(0)
    targets = [f"/{number}".encode() for number in range(_MAX_REQUESTS + 1)]
    for target in targets[:-1]:
        cache.remember(target, read(target))
    assert all(cache.parsed(target) for target in targets[:-1])
    cache.remember(targets[-1], read(targets[-1]))
    assert [cache.parsed(target) is not None for target in targets] == [False] + [True] * _MAX_REQUESTS


@pytest.mark.parametrize(
    ("scope", "base", "target"),
    [
        ({"raw_path": b"/%E5", "query_string": b"a=1", "server": ["host", 80]}, ("http", ("host", 80)), b"/%E5?a=1"),
        ({"raw_path": b"/%E5", "query_string": b"", "server": None}, ("http", None), b"/%E5"),
        ({"query_string": b"", "server": ("host", None)}, ("http", ("host", None)), b"/%E5%A4%A9"),
        (
            {"raw_path": "/天".encode(), "query_string": "q=安".encode(), "server": None},
            ("http", None),
            b"/%E5%A4%A9?q=%E5%AE%89",
        ),
    ],
)
def test_the_key_has_the_target_as_it_was_sent_or_percent_encoded(scope: Scope, base: Any, target: bytes) -> None:
    key, _ = parse_scope({"scheme": "http", "path": "/天", "headers": [(b"accept", b"*/*")], **scope})
    assert key == RequestKey(base, target, b"*/*", None, None)


def test_lines_of_one_header_are_joined() -> None:
    lines = [(b"host", b"x"), (b"accept", b"text/html"), (b"x", b"y"), (b"accept", b"*/*"), (b"if-none-match", b'"a"')]
    key, conditions = parse_headers(ADDRESS, b"/t?q", [*lines, (b"if-none-match", b'"b"')])
    assert key == RequestKey(ADDRESS, b"/t?q", b"text/html, */*", None, None)
    assert conditions.if_none_match == b'"a", "b"'
    assert conditions.is_plain
    for name in (b"content-length", b"transfer-encoding", b"expect", b"upgrade"):
        assert not parse_headers(ADDRESS, b"/", [*lines, (name, b"x")])[1].is_plain
    assert not parse_headers(ADDRESS, b"/", lines[1:])[1].is_plain


class CacheMachine(RuleBasedStateMachine):
    """Any requests in any order, some of which add an entry that was evicted meanwhile."""

    paths = st.integers(0, 5).map("/{}".format)
    spellings = st.integers(0, MAX_KEYS + 5)
    encodings = st.sampled_from(ENCODINGS)

    @initialize(most=st.sampled_from([0, 8000, 20_000, 60_000, 1_000_000]))
    def start(self, most: int) -> None:
        self.cache = ResponseCache(most)
        self.most = most
        self.held: list[tuple[str, CacheEntry]] = []

    @rule(what=paths, spelling=spellings, encoding=encodings)
    def request(self, what: str, spelling: int, encoding: str) -> None:
        assert DECODERS[encoding](respond(self.cache, what, spelling, encoding).body) == body_of(what)

    @rule(what=paths, first=spellings, encoding=encodings)
    def request_in_many_spellings(self, what: str, first: int, encoding: str) -> None:
        for spelling in range(first, first + MAX_KEYS):
            self.request(what, spelling, encoding)

    @rule(what=paths, spelling=spellings, encoding=encodings)
    def find(self, what: str, spelling: int, encoding: str) -> None:
        found = self.cache.find(key_of(what, spelling, encoding))
        assert found is None or DECODERS[encoding](found.body) == body_of(what)

    @rule(what=paths)
    def hold(self, what: str) -> None:
        self.held.append((what, self.cache.get(f'"{what}"') or entry_of(what)))

    @rule(number=st.integers(0, 100), spelling=spellings, encoding=encodings)
    def put_held(self, number: int, spelling: int, encoding: str) -> None:
        if self.held:
            what, response = self.held.pop(number % len(self.held))
            represent(response, encoding)
            self.cache.put(response, key_of(what, spelling, encoding), encoding)

    @invariant()
    def sizes_and_keys_are_consistent(self) -> None:
        cache = self.cache
        assert cache.size == sum(response.size for response in cache._entries.values()) <= self.most
        listed: dict[RequestKey, str] = {}
        for etag, response in cache._entries.items():
            assert response.headers["ETag"] == etag
            assert len(response.keys) <= MAX_KEYS
            listed |= dict.fromkeys(response.keys, etag)
            bodies = {
                id(body): body for body in (response.body, *(form.body for form in response.representations.values()))
            }
            assert response.size >= sum(map(len, bodies.values()))
        assert {key: etag for key, (etag, _) in cache._found.items()} == listed
        assert all(
            representation in cache._entries[etag].representations.values()
            for etag, representation in cache._found.values()
        )


TestCacheMachine = CacheMachine.TestCase
TestCacheMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


# The service.


def entries(app: FastAPI) -> tuple[int, int]:
    """Count the cached responses, and the raw requests that lead to them."""
    cache: ResponseCache = app.state.context.cache
    return len(cache._entries), len(cache._found)


@pytest.fixture
def app(two_campaigns_database: Path) -> FastAPI:
    return create_app(Settings(data=two_campaigns_database))


SAME = [
    [
        "/v1/events?lang=en&limit=3",
        "/v1/events?limit=3&lang=en",
        "/v1/events?limit=%33&l%61ng=en",
        "/v1/events?&limit=3&&lang=en&",
        "/v1/events?lang=en&limit=3&sort=date",
    ],
    [
        "/v1/events?kind=event&kind=series&lang=en",
        "/v1/events?kind=series&kind=event&lang=en",
        "/v1/events?kind=series&lang=en&kind=event&kind=series",
        "/v1/events?kind=series&kind=event&lang=en&limit=50",
    ],
    ["/v1/search?q=%E5%BA%A7%E8%B0%88&lang=en", "/v1/search?lang=en&q=%e5%ba%a7%e8%b0%88&limit=50"],
    ["/docs", "/docs?", "/docs?&", "/docs?utm_source=x", "/docs?from=groupmessage&utm_source=x"],
    *(
        [f"{list_}lang={tag}" for tag in tags]
        for list_ in ("/v1/events?", "/v1/search?q=%E5%85%AC%E5%AE%89&")
        for tags in (
            ("zh-Hant", "zh-TW", "zh-HK", "zh-hant-MO", "zh_TW", "ZH-TW", "zh", "zh-cmn"),
            ("zh-Hans", "zh-CN", "zh-SG", "zh-Hans-HK", "zh_CN"),
            ("en", "en-US", "en-GB", "EN", "en-Latn-US"),
        )
    ),
]


@pytest.mark.parametrize("targets", SAME)
def test_spellings_of_one_request_share_one_response(app: FastAPI, targets: list[str]) -> None:
    client = Client(app)
    first = client.request(targets[0])
    with traced(app.state.context.database.inline_reader) as statements:
        for target in targets * 2:
            again = client.request(target)
            assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert statements == []
    assert entries(app)[0] == 1


@pytest.mark.slow
def test_ignored_parameters_are_no_keys(app: FastAPI) -> None:
    client = Client(app)
    for path in ("/docs", "/docs/docs.js", "/openapi.json", "/healthz"):
        for number in range(2 * MAX_KEYS):
            assert client.request(f"{path}?utm_source={number}").status_code == 200
    # Health is not cached; each of the others is found by its path alone.
    assert entries(app) == (3, 3)
    found = app.state.context.cache._found
    assert {key.target for key in found} == {b"/docs", b"/docs/docs.js", b"/openapi.json"}
    size = app.state.context.cache.size
    assert client.request("/docs?utm_source=another").status_code == 200
    assert app.state.context.cache.size == size


def test_equivalent_headers_share_one_response(app: FastAPI) -> None:
    client = Client(app)
    plain: dict[str, str] = {}
    for headers in (plain, {"Accept": ""}, {"Accept": "application/json"}, {"Accept-Language": "zh-TW"}):
        client.request("/v1/events", headers=headers)
    assert entries(app) == (1, 4)
    client.request("/v1/events", headers={"Accept-Language": "en"})
    client.request("/v1/events?lang=en")
    assert entries(app) == (3, 6)


def test_without_a_cache_each_response_is_rendered_again(two_campaigns_database: Path) -> None:
    app = create_app(Settings(data=two_campaigns_database, cache_bytes=0))
    client = Client(app)
    first = client.request("/v1/events?limit=3")
    metrics = app.state.context.metrics
    for _ in range(2):
        hits, misses = metrics.cache_hits, metrics.cache_misses
        again = client.request("/v1/events?limit=3")
        assert (metrics.cache_hits, metrics.cache_misses) == (hits, misses + 1)
        assert again.content == first.content
        assert entries(app) == (0, 0)


ERRORS: list[tuple[int, str, dict[str, str]]] = [
    (422, "/v1/events?limit=-1", {}),
    (422, "/v1/events?nonsense=1", {}),
    (422, "/v1/events?location=nowhere", {}),
    (422, "/v1/events?cursor=nonsense", {}),
    (422, "/v1/search?q=,", {}),
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


@pytest.mark.parametrize(("status", "target", "headers"), ERRORS)
def test_errors_are_not_cached(app: FastAPI, status: int, target: str, headers: dict[str, str]) -> None:
    client = Client(app)
    for method in ("GET", "HEAD", "GET"):
        assert client.request(target, method, headers).status_code == status
        assert entries(app) == (0, 0)


def test_only_get_and_head_are_cached(app: FastAPI) -> None:
    client = Client(app)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        client.request("/v1/events", method)
    for target in ("/healthz", "/readyz"):
        assert client.request(target).status_code == 200
    # They are not made for HEAD.
    for target in ("/v1/events.csv", "/v1/campaigns/tianshui/snapshot"):
        assert client.request(target, "HEAD").status_code == 200
    assert entries(app) == (0, 0)
    assert client.request("/v1/events", "HEAD").status_code == 200
    assert entries(app) == (1, 1)
    with traced(app.state.context.database.inline_reader) as statements:
        assert client.request("/v1/events").json()["meta"]["total"] == 19
    assert statements == []


def test_a_cached_response_is_sent_to_no_other_method(app: FastAPI) -> None:
    client = Client(app)
    assert client.request("/v1/events").status_code == 200
    assert client.request("/v1/events", "POST").status_code == 405
    assert client.request("/v1/events", "OPTIONS").status_code == 204
    assert client.request("/v1/events", headers={"X-Large": "x" * 40_000}).status_code == 431


async def bodies(app: FastAPI, target: str, encoding: str) -> list[bytes]:
    """Send a request over ASGI; returns the body objects that the server gets."""
    path, _, query = target.partition("?")
    received: list[Message] = []

    async def send(message: Message) -> None:
        received.append(message)

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
    return [message["body"] for message in received if message["type"] == "http.response.body"]


@pytest.mark.parametrize("target", ["/v1/events?limit=3&lang=en", "/v1/events?limit=200&include=translations"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_body_is_compressed_once(app: FastAPI, target: str, encoding: str) -> None:
    (first,) = asyncio.run(bodies(app, target, encoding))
    (again,) = asyncio.run(bodies(app, target, encoding))
    (otherwise,) = asyncio.run(bodies(app, f"{target}&sort=date", f"{encoding}, deflate"))
    assert first is again is otherwise


async def request_all(app: FastAPI, requests: Sequence[tuple[str, dict[str, str]]]) -> list[httpx.Response]:
    """Send all requests at the same time."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        return await asyncio.gather(*(client.get(target, headers=headers) for target, headers in requests))


SLOW = "/v1/events?q=%E5%85%AC%E5%AE%89&lang=en&facet=location&facet=organiser&facet=pillar&facet=category"


def test_identical_slow_requests_share_one_run(large_database: Path) -> None:
    app = create_app(Settings(data=large_database))
    database = app.state.context.database
    with traced(*database.slow_readers.readers) as in_threads, traced(database.inline_reader) as inline:
        responses = asyncio.run(request_all(app, [(SLOW, {"Accept-Encoding": "identity"})] * 40))
    assert {response.status_code for response in responses} == {200}
    assert len({response.content for response in responses}) == 1
    # It is started inline once, and then a thread does all of it.
    assert any("GROUP BY" in statement for statement in in_threads)
    assert len(in_threads) == len(set(in_threads))
    assert len(inline) == len(set(inline))
    for reader in database.slow_readers.readers:
        assert len(reader.rows(_COUNT, {})) == 1


def test_a_client_that_leaves_does_not_cancel_the_others(large_database: Path) -> None:
    app = create_app(Settings(data=large_database))
    database = app.state.context.database

    async def leave() -> list[bytes]:
        first = asyncio.create_task(bodies(app, SLOW, "identity"))
        others = [asyncio.create_task(bodies(app, SLOW, "identity")) for _ in range(5)]
        await asyncio.wait([first], timeout=0.01)
        assert not first.done()
        first.cancel()
        responses = await asyncio.gather(*others)
        with pytest.raises(asyncio.CancelledError):
            await first
        return [body for (body,) in responses]

    with traced(*database.slow_readers.readers) as in_threads:
        assert len(set(asyncio.run(leave()))) == 1
    assert len(in_threads) == len(set(in_threads))


def test_many_slow_queries_run_one_after_another(large_database: Path) -> None:
    app = create_app(Settings(data=large_database, cache_bytes=0))
    requests = [(f"{SLOW}&limit={limit}", {"Accept-Encoding": "identity"}) for limit in range(1, 4 * SLOW_READERS)]
    responses = asyncio.run(request_all(app, requests))
    assert [response.status_code for response in responses] == [200] * len(requests)
    assert [len(response.json()["data"]) for response in responses] == list(range(1, 4 * SLOW_READERS))


@pytest.mark.parametrize(
    ("cache_bytes", "encodings"),
    [(0, ENCODINGS), (200_000, ("br",)), (1_000_000, ("zstd", "gzip", "br")), (64_000_000, ("gzip", "identity"))],
)
def test_concurrent_requests_in_all_encodings_get_the_same_body(
    two_campaigns_database: Path, cache_bytes: int, encodings: tuple[str, ...]
) -> None:
    app = create_app(Settings(data=two_campaigns_database, cache_bytes=cache_bytes))
    target = "/v1/events?limit=200&include=translations&include=evidence"
    requests = [(target, {"Accept-Encoding": encoding}) for encoding in (*encodings, *encodings)] * 10
    for _ in range(3):
        responses = asyncio.run(request_all(app, requests))
        assert {response.status_code for response in responses} == {200}
        plain = {decoded(response) for response in responses}
        assert len(plain) == 1
        assert len(plain.pop()) > 64 * 1024


def decoded(response: httpx.Response) -> bytes:
    encoding = response.headers.get("content-encoding", "identity")
    return response.content if response.content.startswith(b"{") else DECODERS[encoding](response.content)


def mixed_requests(chance: random.Random, count: int) -> list[tuple[str, dict[str, str]]]:
    """Return many spellings of a few requests, small and large."""
    targets = [
        *(f"/v1/events?limit={limit}&include=translations" for limit in (1, 30, 200)),
        *(f"/v1/{name}?limit=200" for name in LISTS if name != "events"),
        *("/v1/events/tianshui-police-open-day", "/v1/locations/maiji", "/v1/campaigns/tianshui/summary"),
        *("/v1/search?q=maiji", "/v1/events?q=maiji&facet=location", "/v1/events/none", "/v1/events?limit=-1"),
    ]

    def one() -> tuple[str, dict[str, str]]:
        target = chance.choice(targets)
        headers: dict[str, Any] = {
            "Accept-Encoding": f"{chance.choice(ENCODINGS)};q=0.{chance.randint(1, 9)}",
            "Accept-Language": f"{chance.choice(['en', 'zh-CN', 'zh-TW'])};q=0.{chance.randint(1, 9)}",
        }
        return target, headers

    return [one() for _ in range(count)]


@pytest.mark.parametrize("cache_bytes", [100_000, 64_000_000])
def test_no_client_gets_the_response_of_another(two_campaigns_database: Path, cache_bytes: int) -> None:
    requests = mixed_requests(random.Random(cache_bytes), 240)  # noqa: S311 - no secret
    app = create_app(Settings(data=two_campaigns_database, cache_bytes=cache_bytes))
    uncached = create_app(Settings(data=two_campaigns_database, cache_bytes=0))
    for some in (requests[:120], requests[120:], requests[:120]):
        responses = asyncio.run(request_all(app, some))
        for (target, headers), response in zip(some, responses, strict=True):
            expected = Client(uncached).request(target, headers=headers)
            assert response.content == expected.content, (target, headers)
            printed = [{**one.headers, "x-request-id": ""} for one in (response, expected)]
            assert printed[0] == printed[1]


def test_the_server_too_keeps_no_ignored_parameters(app: FastAPI) -> None:
    with serving(app, Protocol) as wire, wire.connect() as connection:
        for number in range(2 * MAX_KEYS):
            received = connection.request(f"GET /docs?utm_source={number} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert received.start == b"HTTP/1.1 200 OK"
        assert entries(app) == (1, 1)
        assert len(app.state.context.cache._parsed) == 0
