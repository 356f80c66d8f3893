"""HTTP linters find no fault: httplint in every kind of response, REDbot in conditional requests."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPResponse
from pathlib import Path

import pytest
from httplint import HttpRequestLinter, HttpResponseLinter, levels

from app.endpoints.explorer.files import files_digest
from app.main import ROUTES
from app.resources.events import formats as events
from app.resources.locations import formats as locations
from app.resources.outcomes import formats as outcomes
from tests.lists import IDS
from tests.serving import running, served
from tests.wire import Wire

ACCEPTED = {
    # It lets shared caches store responses to requests with credentials, which change no response.
    "STORE_PUBLIC_UNNECESSARY",
    # These two are refusals, with a reason.
    "STATUS_BAD_REQUEST",
    "STATUS_URI_TOO_LONG",
}
"""The notes of the linters that are no faults."""

ASSETS = ("docs.js", "swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
EVENTS = "/v1/events"
EXPORTS = {"events": events.EXPORTS, "locations": locations.EXPORTS, "outcomes": outcomes.EXPORTS}
ORIGIN = {"Origin": "https://example.org"}


def targets() -> Iterator[str]:
    """Return a target for every route, and for every export."""
    for route in ROUTES:
        if "{format}" in route.path:
            # It only refuses formats.
            continue
        if "{asset}" in route.path:
            yield from (route.path.replace("{asset}", asset) for asset in ASSETS)
        elif "{id}" in route.path:
            before, _, after = route.path.partition("/{id}")
            yield f"{before}/{IDS[before.rpartition('/')[2]]}{after}"
        elif "{digest}" in route.path:
            yield f"/explorer/{files_digest()}/main.js"
            yield "/explorer/0/main.js"
        else:
            yield route.path + ("?q=maiji" if route.path == "/v1/search" else "")


TARGETS = list(targets())


@dataclass(frozen=True)
class LintedResponse:
    """A response as received, with the faults that httplint found."""

    status: int
    headers: HTTPMessage
    body: bytes
    faults: list[str]


@dataclass(frozen=True)
class RawClient:
    """Sends raw requests to a server, each on a connection of its own."""

    address: str

    @contextmanager
    def connect(self) -> Iterator[socket.socket]:
        host, port = self.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            yield connection

    def request(
        self, target: str, method: str = "GET", headers: Mapping[str, str] | None = None, *, is_whole: bool = True
    ) -> LintedResponse:
        """Send a request, or all but its end, and lint the response."""
        sent = {"Host": self.address.removeprefix("http://"), "User-Agent": "lint", **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        with self.connect() as connection:
            connection.sendall(f"{method} {target} HTTP/1.1\r\n{lines}".encode())
            if is_whole:
                connection.sendall(b"\r\n")
            response = HTTPResponse(connection, method=method)
            response.begin()
            body = response.read()
        request = HttpRequestLinter()
        request.process_request_topline(method.encode(), f"{self.address}{target}".encode(), b"1.1")
        request.process_headers([(name.encode(), value.encode()) for name, value in sent.items()])
        request.finish_content(complete=True)
        return LintedResponse(response.status, response.headers, body, lint(request, response, body))


def lint(request: HttpRequestLinter, response: HTTPResponse, body: bytes) -> list[str]:
    """Return the faults that httplint finds in a response."""
    linter = HttpResponseLinter()
    linter.request = request
    linter.base_uri = request.uri or ""
    linter.is_head_response = request.method == "HEAD"
    linter.process_response_topline(b"1.1", str(response.status).encode(), response.reason.encode())
    linter.process_headers([(name.encode(), value.encode()) for name, value in response.headers.items()])
    linter.feed_content(body)
    linter.finish_content(complete=True)
    notes = [one for note in linter.notes for one in (note, *note.subnotes)]
    assert notes
    return [
        f"{type(note).__name__}: {note.summary}"
        for note in notes
        if note.level in (levels.WARN, levels.BAD) and type(note).__name__ not in ACCEPTED
    ]


@pytest.fixture(scope="module")
def service(two_campaigns_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawClient]:
    """The service with two campaigns, the second of which has retired ids."""
    with served("--data", str(two_campaigns_database), cwd=tmp_path_factory.mktemp("served")) as address:
        yield RawClient(address)


@pytest.mark.parametrize("target", TARGETS)
def test_no_fault_in_any_representation(service: RawClient, target: str) -> None:
    plain = service.request(target)
    assert (plain.status, plain.faults) == (200, [])
    for encoding in ("gzip", "br", "zstd"):
        response = service.request(target, headers={"Accept-Encoding": encoding} | ORIGIN)
        assert (response.status, response.faults) == (200, []), encoding
        assert response.headers.get("content-encoding", encoding) == encoding
    head = service.request(target, "HEAD")
    assert (head.status, head.body, head.faults) == (200, b"", [])
    # Where ranges are not announced, they are ignored (RFC 9110 section 14.2).
    has_parts = "accept-ranges" in plain.headers
    part = service.request(target, headers={"Range": "bytes=0-9", "If-Range": plain.headers.get("etag", '"none"')})
    status = 206 if has_parts else 200
    assert (part.status, part.faults, "content-range" in part.headers) == (status, [], has_parts)
    assert len(part.body) == (10 if has_parts else len(plain.body)) or target == "/metrics"
    if "etag" in plain.headers:
        for validator in (plain.headers["etag"], f'"another", W/{plain.headers["etag"]}', "*"):
            same = service.request(target, headers={"If-None-Match": validator})
            assert (same.status, same.body, same.faults) == (304, b"", []), validator
        changed = service.request(target, headers={"If-None-Match": '"another"'})
        assert (changed.status, changed.faults) == (200, [])


@pytest.mark.parametrize(
    ("status", "target", "method", "headers"),
    [
        (200, f"{EVENTS}?limit=2&lang=en", "GET", {}),
        (204, EVENTS, "OPTIONS", {}),
        (204, "*", "OPTIONS", {}),
        (204, EVENTS, "OPTIONS", ORIGIN | {"Access-Control-Request-Method": "GET"}),
        (304, EVENTS, "GET", {"If-None-Match": "*"}),
        (304, EVENTS, "HEAD", {"If-None-Match": "*"}),
        (308, f"{EVENTS}/pingliang-helmet-day?lang=en", "GET", {}),
        (308, f"{EVENTS}/pingliang-helmet-day", "HEAD", {}),
        (400, f"{EVENTS} x", "GET", {}),
        (405, EVENTS, "TWIST", {}),
        (404, "/nothing", "GET", ORIGIN),
        (404, "/nothing", "HEAD", {}),
        (404, "/nothing", "OPTIONS", {}),
        (404, f"{EVENTS}/nothing", "GET", {}),
        (404, f"{EVENTS}.nothing", "GET", {}),
        (405, EVENTS, "POST", {"Content-Length": "0"}),
        (405, EVENTS, "DELETE", {}),
        (406, EVENTS, "GET", {"Accept": "image/png"}),
        (406, EVENTS, "GET", {"Accept-Encoding": "identity;q=0"}),
        (410, f"{EVENTS}/pingliang-cancelled-parade", "GET", {}),
        (412, EVENTS, "GET", {"If-Match": '"another"'}),
        (412, EVENTS, "HEAD", {"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}),
        (414, f"{EVENTS}?q={'x' * 9000}", "GET", {}),
        (422, f"{EVENTS}?limit=0&nothing=1", "GET", {}),
        (422, f"{EVENTS}.csv?limit=1", "HEAD", {}),
        (431, EVENTS, "GET", {"X-Much": "x" * 40_000}),
    ],
)
def test_no_fault_in_other_responses(
    service: RawClient, status: int, target: str, method: str, headers: Mapping[str, str]
) -> None:
    response = service.request(target, method, headers)
    assert (response.status, response.faults) == (status, [])


@pytest.mark.slow
def test_no_fault_where_the_server_refuses(large_database: Path, tmp_path: Path) -> None:
    little = {"CAMPAIGN_API_MAX_EXPORTS": "1", "CAMPAIGN_API_READ_TIMEOUT_SECONDS": "1"}
    with running("--data", str(large_database), cwd=tmp_path, settings=little) as server:
        service = RawClient(server.address)
        with Wire.of(server).connect(receive_bytes=4096) as slow:
            slow.send(f"GET {EVENTS}.jsonl HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert slow.socket.recv(12) == b"HTTP/1.1 200"
            too_many = service.request(f"{EVENTS}.csv")
        late = service.request(EVENTS, is_whole=False)
    assert (too_many.status, too_many.faults) == (503, [])
    assert int(too_many.headers["retry-after"]) > 0
    assert (late.status, late.faults) == (408, [])


@pytest.mark.slow
@pytest.mark.parametrize("target", ["/nothing", EVENTS, f"{EVENTS}.csv", "/v1/campaigns/tianshui/snapshot", "/docs"])
def test_redbot_finds_no_fault(service: RawClient, target: str) -> None:
    command = [sys.executable, "-m", "redbot.cli", "--output-format", "har", f"{service.address}{target}"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    (entry,) = json.loads(result.stdout)["log"]["entries"]
    notes = {note["note_id"]: note for note in entry["_red_messages"]}
    faults = {name: note for name, note in notes.items() if note["level"] in ("WARN", "BAD") and name not in ACCEPTED}
    assert faults == {}
    if target != "/nothing":
        # It made a conditional request, and one for another encoding.
        assert {"INM_304", "CONNEG_GZIP_GOOD"} <= notes.keys()
        assert "IMS_304" in notes or target == "/docs"
