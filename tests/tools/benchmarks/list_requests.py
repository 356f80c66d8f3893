"""A script that requests random lists in process: `python list_requests.py DATABASE` prints what they took as JSON.

It imports nothing but the `app` that it finds, so that it can run with another checkout.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app.main import create_app
from app.settings import Settings

_REQUESTS = 200
_MAX_SECONDS = 18
_LISTS = ("/v1/events", "/v1/events", "/v1/outcomes", "/v1/locations", "/v1/sources")
_MOST_VALUES = 12


class Client:
    """Calls the ASGI application without a server."""

    def __init__(self, database: Path) -> None:
        self._app = create_app(Settings(data=database))

    async def get(self, path: str, query: str = "") -> Any:
        """Return the JSON of a response, which must be 200."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", b"127.0.0.1:8000")],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
        }
        sent: list[Any] = []
        received = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Any:
            for message in received:
                return message
            # The client stays connected.
            return await asyncio.Future()

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in sent)
        if sent[0]["status"] != 200:
            raise SystemExit(f"{path}?{query} responded {sent[0]['status']}: {body[:500]!r}")
        return json.loads(body)


class Lists:
    """Random queries of the lists, with values that the data has."""

    def __init__(self, client: Client, rng: random.Random) -> None:
        self._client = client
        self._chance = rng
        self._facets: dict[str, dict[str, list[str]]] = {}
        self._sorts: dict[str, list[str]] = {}
        self._dated: set[str] = set()

    async def read(self) -> None:
        """Read the parameters from the OpenAPI document and the values of filters from the facets."""
        document = await self._client.get("/openapi.json")
        for path in dict.fromkeys(_LISTS):
            parameters = {one["name"]: one["schema"] for one in document["paths"][path]["get"]["parameters"]}
            if "date_from" in parameters:
                self._dated.add(path)
            keys = parameters["sort"]["pattern"].partition("(")[2].partition(")")[0] if "sort" in parameters else ""
            self._sorts[path] = [key for key in keys.split("|") if key not in ("", "relevance")]
            reference = parameters["facet"]["items"]["$ref"].rpartition("/")[2]
            names = document["components"]["schemas"][reference]["enum"]
            counted = await self._client.get(path, urlencode([("facet", name) for name in names]))
            facets = counted["meta"]["facets"]
            self._facets[path] = {name: [value["id"] for value in facets[name] if value["id"]] for name in names}

    def pick(self) -> tuple[str, str]:
        """Return the path and the query of a random list."""
        rng = self._chance
        path = rng.choice(_LISTS)
        facets = self._facets[path]
        pairs = [("limit", str(rng.randint(1, 50)))]
        for name, values in facets.items():
            if values and rng.random() < 0.4:
                count = rng.randint(1, min(len(values), _MOST_VALUES))
                pairs.extend((name, value) for value in rng.sample(values, count))
        if path in self._dated and rng.random() < 0.3:
            pairs.append(("date_from", f"2019-{rng.randint(1, 12):02}-01"))
        if self._sorts[path]:
            keys = rng.sample(self._sorts[path], rng.randint(1, 2))
            pairs.append(("sort", ",".join(rng.choice(("", "-")) + key for key in keys)))
        counted = rng.sample(list(facets), rng.randint(0, min(3, len(facets))))
        pairs.extend(("facet", name) for name in counted)
        return path, urlencode(pairs)


def _resident_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


async def _main(database: Path) -> None:
    client = Client(database)
    lists = Lists(client, random.Random(1))  # noqa: S311 - no secret
    await lists.read()
    before = _resident_bytes()
    milliseconds: list[float] = []
    gives_up_at = time.perf_counter() + _MAX_SECONDS
    while len(milliseconds) < _REQUESTS and time.perf_counter() < gives_up_at:
        path, query = lists.pick()
        # Processor time of all threads: a busy machine does not change it.
        started = time.process_time()
        await client.get(path, query)
        milliseconds.append((time.process_time() - started) * 1000)
    print(json.dumps({"milliseconds": milliseconds, "grown_bytes": _resident_bytes() - before}))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
