"""The questions, each as it is put to our server and to its peers, and what each of them answers to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from tests.benchmarks.asking import UnequalError, ask_well
from tests.benchmarks.load import Target

_PAGE = 20
_NAME = "趙偉"


class Told(NamedTuple):
    """The information in an answer: which records, in which order, and how many there are in all."""

    ids: tuple[str, ...]
    total: int | None


@dataclass(frozen=True)
class ListQuery:
    """A question by the paths that ask it."""

    what: str
    ours: str
    datasette: str
    textbook: str
    at_least: tuple[float, float]
    """How much more than Datasette and than the textbook we are to answer in the same time."""


def questions(address: str, total: int) -> list[ListQuery]:
    """Put the questions for data with so many events; our own server gives the cursor of the deep page."""
    first = _record_of(ask_well(f"{address}/v1/events?limit=1").body)
    deep = total * 9 // 10 // _PAGE * _PAGE
    filtered = "category=lecture&pillar=safe-winter-pillar-1"
    rows = "/peers/events.json?_shape=objects"
    return [
        ListQuery(
            "list",
            f"/v1/events?limit={_PAGE}",
            f"{rows}&_size={_PAGE}",
            f"/events?limit={_PAGE}",
            (8, 6),
        ),
        ListQuery(
            "filter, dates, sort",
            f"/v1/events?{filtered}&date_from=2021-03-01&date_to=2021-08-31&sort=-id&limit={_PAGE}",
            f"{rows}&{filtered}&ends_on__gte=2021-03-01&starts_on__lte=2021-08-31&_sort_desc=id&_size={_PAGE}",
            f"/events?{filtered}&date_from=2021-03-01&date_to=2021-08-31&sort=-id&limit={_PAGE}",
            (8, 6),
        ),
        ListQuery("detail", f"/v1/events/{first}", "/peers/events/1.json?_shape=objects", f"/events/{first}", (5, 8)),
        ListQuery(
            "search, two characters",
            f"/v1/events?q={quote(_NAME)}&sort=date&limit={_PAGE}",
            f"{rows}&_search={quote(_NAME)}&_size={_PAGE}",
            f"/events?q={quote(_NAME)}&limit={_PAGE}",
            (8, 6),
        ),
        ListQuery(
            "deep page",
            deep_page(address, deep, _PAGE),
            f"{rows}&_next={deep}&_size={_PAGE}",
            f"/events?offset={deep}&limit={_PAGE}",
            (8, 6),
        ),
    ]


def deep_page(address: str, after: int, limit: int) -> str:
    """Walk to the page that follows so many events, as a client does; gives its path with the cursor."""
    step = max(size for size in (200, 100, 50, 20, 10, 5, 1) if after % size == 0)
    target = f"/v1/events?limit={step}"
    for _ in range(after // step):
        target = _path(json.loads(ask_well(address + target).body)["links"]["next"])
    cursor = urlsplit(target).query.partition("cursor=")[2]
    return f"/v1/events?limit={limit}&cursor={cursor}"


def told_by_ours(body: bytes) -> Told:
    """Read what our server tells, of a list or of one event."""
    answer = json.loads(body)
    if isinstance(answer["data"], list):
        return Told(tuple(event["id"] for event in answer["data"]), answer["meta"]["total"])
    return Told((answer["data"]["id"],), None)


def told_by_datasette(body: bytes) -> Told:
    """Read what Datasette tells."""
    answer = json.loads(body)
    return Told(tuple(row["id"] for row in answer["rows"]), answer.get("filtered_table_rows_count"))


def told_by_textbook(body: bytes) -> Told:
    """Read what the textbook's application tells."""
    answer = json.loads(body)
    if "data" in answer:
        return Told(tuple(event["id"] for event in answer["data"]), answer["count"])
    return Told((answer["id"],), None)


_TOLD_BY = {"ours": told_by_ours, "datasette": told_by_datasette, "textbook": told_by_textbook}


def targets(question: ListQuery, addresses: Mapping[str, str]) -> dict[str, Target]:
    """Give what to ask of each server, once all have told the same; raises UnequalError when they have not."""
    asked = {name: address + getattr(question, name) for name, address in addresses.items()}
    told = {name: _TOLD_BY[name](ask_well(url).body) for name, url in asked.items()}
    if len(set(told.values())) != 1 or not told["ours"].ids:
        raise UnequalError(f"not the same is told about {question.what!r}: {_shown(told)}")
    return {name: Target(url) for name, url in asked.items()}


def _shown(told: Mapping[str, Told]) -> dict[str, Any]:
    return {name: (len(answer.ids), answer.total, answer.ids[:5]) for name, answer in told.items()}


def _record_of(body: bytes) -> str:
    return told_by_ours(body).ids[0]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
