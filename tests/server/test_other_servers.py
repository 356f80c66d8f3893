"""The application sends the same responses on other servers, and without the fast path."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.conftest import ROOT
from tests.lists import LISTS
from tests.wire import SECONDS, Wire, serving

pytestmark = pytest.mark.slow

PUBLIC = "https://data.example.org"
SERVERS = ("without the fast path", "uvicorn", "granian")

LIST = "/v1/events?lang=en&limit=3"
TARGETS = (
    *(f"/v1/{name}?lang=en" for name in LISTS),
    *("/v1/campaigns/tianshui", "/v1/events/tianshui-police-open-day?lang=en", "/v1/locations/maiji?lang=zh-Hant"),
    *("/v1/events?limit=200&include=translations&include=evidence", "/v1/events?location=maiji&facet=kind"),
    *("/v1/campaigns/tianshui/summary", "/v1/campaigns/tianshui/snapshot?lang=en", "/v1/search?q=%E5%85%AC%E5%AE%89"),
    *(f"/v1/events.{extension}?lang=en" for extension in ("csv", "jsonl", "geojson", "ics", "jsonld")),
    *("/docs", "/docs/docs.js", "/docs/favicon-32x32.png", "/openapi.json", "/healthz"),
    *("/campaigns/tianshui", "/events/tianshui-police-open-day?lang=en&location=maiji", "/locations/maiji"),
    *("/explorer/0/main.js", "/explorer/files.json", "/service-worker.js", "/sitemap.xml"),
)
ERRORS = (
    *("/nothing", "/v1/events/none", "/v1/events?limit=-1", "/v1/events?cursor=x", "/v1/events.doc", "/v1//events"),
    *("/v1/events/pingliang-helmet-day", "/v1/events/pingliang-cancelled-parade", "/v1/events?location=none"),
    *("/events/none", "/events/pingliang-helmet-day", "/events/pingliang-cancelled-parade", "/explorer/0/none"),
)
REQUESTS: dict[str, tuple[str, str, dict[str, str]]] = {
    **{f"{target} {encoding}": ("GET", target, {"Accept-Encoding": encoding})
       for target in TARGETS for encoding in ("identity", "br")},
    **{f"HEAD {target}": ("HEAD", target, {"Accept-Encoding": "br"}) for target in (*TARGETS, *ERRORS)},
    **{f"304 {target}": ("GET", target, {"If-None-Match": "*"}) for target in TARGETS},
    **{target: ("GET", target, {}) for target in ERRORS},
    **{encoding: ("GET", LIST, {"Accept-Encoding": encoding}) for encoding in ("gzip", "zstd", "identity;q=0")},
    **{tags: ("GET", "/v1/events?limit=3", {"Accept-Language": tags}) for tags in ("en", "zh-TW,zh;q=0.9", "fr")},
    "part": ("GET", "/v1/events.csv?lang=en", {"Range": "bytes=100-199", "Accept-Encoding": "br"}),
    "no part": ("GET", "/v1/events.csv?lang=en", {"Range": "bytes=99999999-"}),
    "If-Match": ("GET", LIST, {"If-Match": '"other"'}),
    "Accept": ("GET", LIST, {"Accept": "text/html"}),
    **{f"{target} as a page": ("GET", target, {"Accept": "text/html"}) for target in ("/", *ERRORS)},
    "POST": ("POST", LIST, {}),
    "OPTIONS": ("OPTIONS", LIST, {}),
    "preflight": ("OPTIONS", LIST, {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}),
    "too long": ("GET", "/v1/events?cursor=" + "x" * 9000, {}),
    "large header": ("GET", LIST, {"X-Large": "x" * 40_000}),
}  # fmt: skip

NOT_COMPARED = frozenset(("date", "server", "x-request-id", "transfer-encoding", "connection"))
"""Headers that differ in each response, or that are a server's own framing."""

Comparable = tuple[int, list[tuple[str, str]], bytes]


@contextmanager
def granian(data: Path, cwd: Path) -> Iterator[Wire]:
    """Serve with granian until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--http", "1", "--no-ws"]
    settings = {"CAMPAIGN_API_DATA": str(data), "CAMPAIGN_API_PUBLIC_BASE_URL": PUBLIC, "PYTHONPATH": str(ROOT)}
    with (cwd / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "app.main:create_app"],
            cwd=cwd, env=os.environ | settings, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            address = f"http://127.0.0.1:{port}/healthz"
            assert client.get(address, timeout=SECONDS).status_code == 200, (cwd / "log").read_text()
        yield Wire(port)
    finally:
        process.terminate()
        process.wait(SECONDS)


@pytest.fixture(scope="module")
def clients(
    two_campaigns_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, httpx.Client]]:
    """A client of each server."""
    settings = Settings(data=two_campaigns_database, public_base_url=PUBLIC)
    without = Settings(data=two_campaigns_database, public_base_url=PUBLIC, fast_path=False)
    with ExitStack() as stack:
        wires: dict[str, Wire] = {
            "ours": stack.enter_context(serving(create_app(settings), Protocol)),
            "without the fast path": stack.enter_context(serving(create_app(without), Protocol)),
            "uvicorn": stack.enter_context(serving(create_app(settings), HttpToolsProtocol)),
            "granian": stack.enter_context(granian(two_campaigns_database, tmp_path_factory.mktemp("granian"))),
        }
        yield {
            name: stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{wire.port}", timeout=SECONDS))
            for name, wire in wires.items()
        }


def comparable(client: httpx.Client, name: str) -> Comparable:
    """Return the parts of a response that must be equal; the body as it was sent."""
    method, target, headers = REQUESTS[name]
    with client.stream(method, target, headers={"Accept-Encoding": "identity", **headers}) as response:
        body = b"".join(response.iter_raw())
        # The length of a stream is sent once it is known.
        left_out = NOT_COMPARED | ({"content-length"} if "accept-ranges" in response.headers else set())
        lines = sorted(line for line in response.headers.multi_items() if line[0] not in left_out)
        return response.status_code, lines, body


@pytest.mark.parametrize("name", REQUESTS)
def test_each_server_sends_the_same(clients: dict[str, httpx.Client], name: str) -> None:
    expected = comparable(clients["ours"], name)
    # The second time from the cache, where there is one.
    assert comparable(clients["ours"], name) == expected
    for server in SERVERS:
        for _ in range(2):
            assert comparable(clients[server], name) == expected, server
