"""The same queries for our service and its peers, and a check that all respond with the same records."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from tests.tools.benchmarks.checkouts import OTHER, OURS
from tests.tools.benchmarks.http_client import TIMEOUT_SECONDS, MismatchError, get_ok
from tests.tools.benchmarks.load import Target
from tests.tools.benchmarks.processes import Server

_PAGE = 20
_NAME = "趙偉"


class Page(NamedTuple):
    """The records of a response in order, and how many match in all."""

    ids: tuple[str, ...]
    total: int | None


@dataclass(frozen=True)
class PeerQuery:
    """A query as a path of each server."""

    what: str
    ours: str
    datasette: str
    textbook: str
    at_least: tuple[float, float]
    """The lower bounds of our rate divided by Datasette's and by the textbook's."""
    deep: int = 0
    """The number of records before the page; our path then lacks the cursor, which every database has its own of."""

    def path(self, name: str, server: Server) -> str:
        """Return the path for a server."""
        if name not in (OURS, OTHER):
            path: str = getattr(self, name)
            return path
        return deep_page(server.address, self.deep, _PAGE) if self.deep else self.ours


def peer_queries(address: str, events: int) -> list[PeerQuery]:
    """Return the queries for a dataset with so many events."""
    first = read_page(get_ok(f"{address}/v1/events?limit=1").body).ids[0]
    deep = events * 9 // 10 // _PAGE * _PAGE
    filtered = "category=lecture&pillar=safe-winter-pillar-1"
    rows = "/peers/events.json?_shape=objects"
    return [
        PeerQuery(
            "list",
            f"/v1/events?limit={_PAGE}",
            f"{rows}&_size={_PAGE}",
            f"/events?limit={_PAGE}",
            (8, 6),
        ),
        PeerQuery(
            "filter, dates, sort",
            f"/v1/events?{filtered}&date_from=2021-03-01&date_to=2021-08-31&sort=-id&limit={_PAGE}",
            f"{rows}&{filtered}&ends_on__gte=2021-03-01&starts_on__lte=2021-08-31&_sort_desc=id&_size={_PAGE}",
            f"/events?{filtered}&date_from=2021-03-01&date_to=2021-08-31&sort=-id&limit={_PAGE}",
            (8, 6),
        ),
        PeerQuery("detail", f"/v1/events/{first}", "/peers/events/1.json?_shape=objects", f"/events/{first}", (5, 8)),
        PeerQuery(
            "search, two characters",
            f"/v1/events?q={quote(_NAME)}&sort=date&limit={_PAGE}",
            f"{rows}&_search={quote(_NAME)}&_size={_PAGE}",
            f"/events?q={quote(_NAME)}&limit={_PAGE}",
            (8, 6),
        ),
        PeerQuery(
            "deep page",
            f"/v1/events?limit={_PAGE}",
            f"{rows}&_next={deep}&_size={_PAGE}",
            f"/events?offset={deep}&limit={_PAGE}",
            (8, 6),
            deep=deep,
        ),
    ]


def deep_page(address: str, after: int, limit: int) -> str:
    """Follow the links to the page after so many events; returns its path with the cursor."""
    step = max(size for size in (200, 100, 50, 20, 10, 5, 1) if after % size == 0)
    target = f"/v1/events?limit={step}"
    for _ in range(after // step):
        target = _path(json.loads(get_ok(address + target).body)["links"]["next"])
    cursor = urlsplit(target).query.partition("cursor=")[2]
    return f"/v1/events?limit={limit}&cursor={cursor}"


def read_page(body: bytes) -> Page:
    """Read our response, a list or one event."""
    response = json.loads(body)
    if isinstance(response["data"], list):
        return Page(tuple(event["id"] for event in response["data"]), response["meta"]["total"])
    return Page((response["data"]["id"],), None)


def _read_datasette(body: bytes) -> Page:
    response = json.loads(body)
    return Page(tuple(row["id"] for row in response["rows"]), response.get("filtered_table_rows_count"))


def _read_textbook(body: bytes) -> Page:
    response = json.loads(body)
    if "data" in response:
        return Page(tuple(event["id"] for event in response["data"]), response["count"])
    return Page((response["id"],), None)


_READERS = {"datasette": _read_datasette, "textbook": _read_textbook}


def targets(query: PeerQuery, servers: Mapping[str, Server]) -> dict[str, Target | None]:
    """Return what to request of each server; None for one that did not respond within TIMEOUT_SECONDS.

    Raises MismatchError when the responses have not the same records.
    """
    found: dict[str, Target | None] = {}
    pages: dict[str, Page] = {}
    for name, server in servers.items():
        target = Target(server, query.path(name, server))
        try:
            pages[name] = _READERS.get(name, read_page)(get_ok(target.url).body)
            found[name] = target
        except TimeoutError:
            found[name] = None
            server.wait_until_idle()
    if found[OURS] is None:
        raise MismatchError(f"our service did not respond to {query.what!r} within {TIMEOUT_SECONDS} s")
    if len(set(pages.values())) != 1 or not pages[OURS].ids:
        raise MismatchError(f"different records for {query.what!r}: {_shown(pages)}")
    return found


def _shown(pages: Mapping[str, Page]) -> dict[str, Any]:
    return {name: (len(page.ids), page.total, page.ids[:5]) for name, page in pages.items()}


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
