"""Range requests (RFC 9110 section 14) of exports, snapshots and documents, as downloads are resumed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from app.http.streaming import MAX_WHOLE_BYTES
from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.wire import Served, serving

TARGETS = [
    *(f"/v1/events.{extension}?lang=en" for extension in ("csv", "jsonl", "xlsx", "geojson", "ics", "jsonld")),
    *("/v1/locations.geojson?datum=gcj02", "/v1/outcomes.csv", "/v1/campaigns/tianshui/snapshot"),
    "/v1/events/tianshui-police-open-day.ics",
]
LARGE = "/v1/events.jsonl?lang=en"
CSV = "/v1/events.csv?lang=en"


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "application"])
def large(request: pytest.FixtureRequest, large_database: Path) -> Iterator[Served]:
    """A server of exports that are larger than what is made whole."""
    with serving(create_app(Settings(data=large_database, fast_path=request.param)), Protocol) as wire:
        yield wire


@pytest.fixture(scope="module", params=[False, True], ids=["made anew", "cached"])
def client(request: pytest.FixtureRequest, tianshui: Client, tianshui_database: Path) -> Client:
    """A client of a service that caches nothing, or has cached what was requested before."""
    return tianshui if request.param else Client(create_app(Settings(data=tianshui_database, cache_bytes=0)))


def get(client: Client, target: str, range_: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(target, headers={"Range": range_, **named})


@pytest.mark.parametrize("target", TARGETS)
def test_one_range_is_a_part_of_the_same_representation(tianshui: Client, client: Client, target: str) -> None:
    # The length of one that is not made whole is known once it has been sent.
    tianshui.request(target)
    whole = tianshui.request(target)
    size = len(whole.content)
    assert whole.headers["content-length"] == str(size)
    assert whole.headers["accept-ranges"] == "bytes"
    for range_, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("Bytes=10-", 10, size),
        (f"bytes={size - 1}-", size - 1, size),
        (f"bytes= 5-{size + 1000} ", 5, size),
        (f"bytes=5-{'9' * 30}", 5, size),
    ):
        part = get(client, target, range_, Accept_Encoding="br, gzip", If_Range=whole.headers["etag"])
        assert part.status_code == 206, range_
        assert part.content == whole.content[start:end]
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["content-length"] == str(end - start)
        assert "content-encoding" not in part.headers
        for name in ("etag", "last-modified", "content-type", "cache-control", "content-disposition", "accept-ranges"):
            assert part.headers[name] == whole.headers[name]
        assert part.headers.get("vary") == whole.headers.get("vary")


IGNORED = [
    *("bytes=-5", "bytes=0-1,3-4", "bytes=0-1, -1", "bytes=5-4", "bytes=", "bytes=a-b", "bytes=1", "bytes 0-1"),
    *("items=0-1", "bytes=+1-2", "bytes=0x1-2", f"bytes=0-{'9' * 100}", ""),
]


@pytest.mark.parametrize("range_", IGNORED)
def test_other_ranges_get_the_whole(tianshui: Client, range_: str) -> None:
    response = get(tianshui, CSV, range_)
    assert (response.status_code, response.content) == (200, tianshui.request(CSV).content)
    assert "content-range" not in response.headers


def test_several_lines_are_several_ranges(tianshui: Client) -> None:
    response = tianshui.request(CSV, headers=[("Range", "bytes=0-1"), ("Range", "bytes=3-4")])
    assert response.status_code == 200


@pytest.mark.parametrize(
    "target", ["/v1/events?lang=en", "/docs", "/openapi.json", "/v1/events/tianshui-police-open-day"]
)
def test_what_is_no_export_has_no_ranges(tianshui: Client, target: str) -> None:
    for _ in range(2):
        response = get(tianshui, target, "bytes=0-1")
        assert response.status_code == 200
        assert "accept-ranges" not in response.headers


@pytest.mark.parametrize("target", TARGETS)
def test_a_range_beyond_the_end_is_refused(tianshui: Client, client: Client, target: str) -> None:
    size = len(tianshui.request(target).content)
    for range_ in (f"bytes={size}-", f"bytes={size}-{size}", f"bytes={10**30}-"):
        refused = get(client, target, range_, Origin="https://example.org")
        assert refused.status_code == refused.json()["status"] == 416
        assert refused.headers["content-range"] == f"bytes */{size}"
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["cache-control"] == "no-store"
        assert "Content-Range" in refused.headers["access-control-expose-headers"].split(", ")


@pytest.mark.parametrize("target", TARGETS)
def test_if_range_decides_between_the_part_and_the_whole(tianshui: Client, client: Client, target: str) -> None:
    whole = tianshui.request(target)
    tag, modified = whole.headers["etag"], whole.headers["last-modified"]
    compressed = tianshui.request(target, headers={"Accept-Encoding": "br"}).headers["etag"]
    expected = {
        tag: 206,
        modified: 206,
        f"W/{tag}": 200,
        '"other"': 200,
        f'{tag}, "x"': 200,
        "nonsense": 200,
        "*": 200,
        "Mon, 23 Nov 2020 10:00:00 GMT": 200,
        "Mon, 23 Nov 2099 10:00:00 GMT": 200,
        compressed: 206 if compressed == tag else 200,
    }
    for validator, status in expected.items():
        response = get(client, target, "bytes=7-", If_Range=validator)
        assert response.status_code == status, validator
        assert response.content == (whole.content[7:] if status == 206 else whole.content)
    # Without a range it has no meaning.
    assert client.request(target, headers={"If-Range": '"other"'}).status_code == 200


@pytest.mark.parametrize("target", TARGETS)
def test_other_conditions_come_before_the_range(tianshui: Client, client: Client, target: str) -> None:
    tag = tianshui.request(target).headers["etag"]
    assert get(client, target, "bytes=0-1", If_None_Match=tag).status_code == 304
    assert get(client, target, "bytes=99999999-", If_None_Match=tag).status_code == 304
    assert get(client, target, "bytes=0-1", If_None_Match='"other"').status_code == 206
    assert get(client, target, "bytes=0-1", If_Match=tag).status_code == 206
    assert get(client, target, "bytes=0-1", If_Match='"other"').status_code == 412
    assert get(client, target, "bytes=99999999-", If_Match='"other"').status_code == 412


def test_a_client_that_refuses_identity_gets_the_whole_in_an_encoding(tianshui: Client) -> None:
    response = get(tianshui, CSV, "bytes=0-1", Accept_Encoding="br, identity;q=0")
    assert (response.status_code, response.headers["content-encoding"]) == (200, "br")
    assert get(tianshui, CSV, "bytes=0-1", Accept_Encoding="*;q=0").status_code == 406


def test_head_has_no_ranges(tianshui: Client) -> None:
    whole = tianshui.request(CSV)
    head = tianshui.request(CSV, "HEAD", {"Range": "bytes=0-1"})
    assert (head.status_code, head.headers["content-length"]) == (200, whole.headers["content-length"])


# A real server of large exports.


def address(wire: Served, target: str) -> str:
    return f"http://127.0.0.1:{wire.port}{target}"


@pytest.mark.slow
def test_head_has_the_length_once_it_is_known(large: Served) -> None:
    target = address(large, "/v1/events.jsonl?lang=zh-Hans&sort=-date")
    plain = {"Accept-Encoding": "identity"}
    assert "content-length" not in httpx.head(target, headers=plain).headers
    first = httpx.get(target, headers=plain, timeout=60)
    assert first.headers["transfer-encoding"] == "chunked"
    assert len(first.content) > 2 * MAX_WHOLE_BYTES
    assert httpx.head(target, headers=plain).headers["content-length"] == str(len(first.content))
    second = httpx.get(target, headers=plain, timeout=60)
    assert second.headers["content-length"] == str(len(first.content))
    assert second.content == first.content


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 100_000, 2 * MAX_WHOLE_BYTES])
def test_a_download_is_resumed_by_curl(large: Served, tmp_path: Path, at: int) -> None:
    whole = httpx.get(address(large, LARGE), timeout=60).content
    file = tmp_path / "events.jsonl"
    file.write_bytes(whole[:at])
    curl = shutil.which("curl")
    assert curl is not None
    subprocess.run([curl, "-sS", "--fail", "-C", "-", "-o", str(file), address(large, LARGE)], check=True, timeout=60)
    assert file.read_bytes() == whole


@pytest.mark.slow
def test_a_download_is_resumed_by_a_client_that_accepts_encodings(large: Served) -> None:
    """Its parts are decoded bytes, so the rest must be of those, whatever it accepts."""
    target = address(large, "/v1/campaigns/safe-winter/snapshot?lang=en")
    whole = requests.get(target, headers={"Accept-Encoding": "identity"}, timeout=60)
    got, tag = b"", whole.headers["ETag"]
    while len(got) < len(whole.content):
        headers: dict[str, Any] = {"Range": f"bytes={len(got)}-", "If-Range": tag}
        with requests.get(target, headers=headers, stream=True, timeout=60) as response:
            assert response.status_code == 206
            # The connection breaks again and again.
            got += next(response.iter_content(len(whole.content) // 3 + 1))
    assert got == whole.content


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL is not installed; .ci/run installs it")
@pytest.mark.parametrize("prefix", ["", "/vsicurl/"])
def test_gdal_opens_an_export_over_http_without_options(large: Served, prefix: str) -> None:
    target = prefix + address(large, "/v1/events.geojson?date=2019-03&lang=en")
    total = int(httpx.get(target.removeprefix("/vsicurl/")).headers["x-total-count"])
    run = subprocess.run(
        ["ogrinfo", "-ro", "-so", "-al", target], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stderr == ""
    assert f"Feature Count: {total}" in run.stdout
    assert "date_start: Date" in run.stdout
