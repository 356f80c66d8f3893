"""New versions replace one another under load; no request fails or mixes two versions."""

import asyncio
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from tests.swapping.load import Load, ResponsesByVersion
from tests.swapping.server import Watched, wait_until, watched

GOOD = int(os.environ.get("SWAPS", "40"))
"""The least number of swaps after warming up; the rest is in proportion."""

GOOD_TO_BAD = 5
"""How many valid versions come for each invalid file."""

REQUESTS = GOOD * 100
WARM_UP, WARM_UP_REQUESTS = 40, 3000
CLIENTS = 8
GROWTH = 1.1
"""How far the least memory after half of the swaps may lie above the least before; it varies by a tenth by itself."""

BEING_VERIFIED = "the new file is being verified"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into the process by Linux's /proc"),
]


@contextmanager
def under_load(server: Watched, responses: ResponsesByVersion) -> Iterator[Load]:
    """Send requests until the block ends; fails if a response was wrong."""
    load = Load(responses)
    thread = threading.Thread(target=lambda: asyncio.run(load.run(server.address, CLIENTS)))
    thread.start()
    try:
        yield load
    finally:
        load.is_over = True
        thread.join()
    assert load.faults == []


def swap(server: Watched, good: Path, version: str) -> None:
    """Replace the file by a valid version, and wait until it is served."""
    server.put(good)
    server.hang_up()

    def is_served() -> bool:
        ready = server.ready()
        return bool(ready["version"] == version and not ready["stale"])

    wait_until(is_served)


def refuse(server: Watched, bad: Path, version: str) -> None:
    """Replace the file by an invalid one, and wait until it is refused."""
    server.put(bad)
    server.hang_up()
    wait_until(lambda: bool(server.ready()["stale_reason"] not in (None, BEING_VERIFIED)))
    assert server.ready()["version"] == version


def versions_now(load: Load) -> set[str]:
    """Return the versions that clients get from now on."""
    before, requests = dict(load.versions), load.requests
    wait_until(lambda: load.requests > requests + 10 * CLIENTS)
    return {name for name, count in dict(load.versions).items() if count > before.get(name, 0)}


@pytest.mark.serial
def test_versions_follow_one_another_under_load(
    versions: tuple[Path, ...],
    named: Mapping[Path, str],
    bad: Mapping[str, Path],
    responses: ResponsesByVersion,
    tmp_path: Path,
) -> None:
    with watched(versions[0], tmp_path) as server:
        descriptors = server.descriptors()
        good_ones, bad_ones = cycle((*versions[1:], versions[0])), cycle(bad.values())
        good, swaps, refusals = versions[0], 0, 0
        resident: list[int] = []
        with under_load(server, responses) as load:
            while len(resident) < GOOD or load.requests < WARM_UP_REQUESTS + REQUESTS:
                if swaps % GOOD_TO_BAD == 0:
                    refuse(server, next(bad_ones), named[good])
                    refusals += 1
                good = next(good_ones)
                swap(server, good, named[good])
                swaps += 1
                assert load.faults == []
                if swaps > WARM_UP and load.requests > WARM_UP_REQUESTS:
                    resident.append(server.resident_bytes())
        half = len(resident) // 2
        # Responses under way hold some for a moment, so the minima are compared.
        assert min(resident[half:]) < min(resident[:half]) * GROWTH
        # One that was queried over before may not have ended when they were counted.
        wait_until(lambda: server.descriptors() <= descriptors)
        assert load.not_modified > REQUESTS / 10
        assert load.versions.keys() == set(named.values())
        assert all(responding > REQUESTS / 10 for responding in load.versions.values())
        assert len(server.lines(": serving version ")) == swaps
        assert len(server.lines("refused: the new file ")) == refusals
        assert server.lines("Traceback") == server.lines(" failed: ") == []
        assert list(server.path.parent.iterdir()) == [server.path]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_new_version_is_loaded_without_a_signal(
    versions: tuple[Path, ...], named: Mapping[Path, str], responses: ResponsesByVersion, tmp_path: Path, workers: str
) -> None:
    with watched(versions[0], tmp_path, "--workers", workers) as server, under_load(server, responses) as load:
        server.put(versions[1])
        # The clients ask all workers: once each of these has noticed, no other version is served.
        wait_until(lambda: versions_now(load) == {named[versions[1]]})
        (line, *_) = server.lines(": serving version ")
        after = f"{server.path}: serving version {named[versions[1]]} after {named[versions[0]]}, "
        assert re.search(rf"{re.escape(after)}\d+ ms$", line)


def test_an_idle_connection_keeps_no_database_open(
    versions: tuple[Path, ...], named: Mapping[Path, str], tmp_path: Path
) -> None:
    words = "公安 民警 天水 宣傳 活動 麥積 秦安"
    with watched(versions[0], tmp_path) as server, httpx.Client(base_url=server.address) as client:
        # Its plan is made by the server and rendered in a thread.
        assert client.get("/v1/search", params={"q": words}).status_code == 200
        descriptors = server.descriptors()
        swap(server, versions[1], named[versions[1]])
        wait_until(lambda: server.descriptors() <= descriptors)
        assert client.get("/healthz").status_code == 200


def test_cursors_and_validators_of_the_version_before(
    versions: tuple[Path, ...], named: Mapping[Path, str], tmp_path: Path
) -> None:
    with (
        watched(versions[0], tmp_path) as server,
        httpx.Client(base_url=server.address, headers={"Accept-Encoding": "identity"}) as client,
    ):
        first = client.get("/v1/events?lang=en&limit=4")
        cursor = re.search(r"(/v1/events\?[^>]*cursor=[^>]*)>", first.headers["link"])
        assert cursor
        assert client.get(cursor[1]).status_code == 200
        has_it = {"If-None-Match": first.headers["etag"]}
        assert client.get("/v1/events?lang=en&limit=4", headers=has_it).status_code == 304
        document = client.get("/openapi.json").json()

        swap(server, versions[1], named[versions[1]])

        stale = client.get(cursor[1])
        assert stale.status_code == 422
        (error,) = stale.json()["errors"]
        assert (error["parameter"], error["code"]) == ("cursor", "outdated_cursor")
        fresh = client.get("/v1/events?lang=en&limit=4", headers=has_it)
        assert fresh.status_code == 200
        assert fresh.headers["etag"] != first.headers["etag"]
        assert fresh.json()["meta"]["version"] == named[versions[1]]
        has_it = {"If-None-Match": fresh.headers["etag"]}
        assert client.get("/v1/events?lang=en&limit=4", headers=has_it).status_code == 304
        assert client.get("/openapi.json").json() != document
