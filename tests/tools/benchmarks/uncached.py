"""Rows 3 and 4: responses that are not cached, beside peers and by the number of events."""

from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import quote

from tests.tools.benchmarks.bench import Bench, Rows
from tests.tools.benchmarks.checkouts import NOT_CACHED, OURS
from tests.tools.benchmarks.datasets import Dataset
from tests.tools.benchmarks.http_client import TIMEOUT_SECONDS, MismatchError, get_ok
from tests.tools.benchmarks.load import Target, timed_out
from tests.tools.benchmarks.peer_queries import deep_page, peer_queries, read_page, targets
from tests.tools.benchmarks.table import Figure, costlier, faster

_FILTERED = "/v1/events?pillar=safe-winter-pillar-1&date_from=2019-01-01&sort=-date"
_DETAIL = "/v1/events/safe-winter-event-1"


def measure_peers(bench: Bench) -> Rows:
    """Compare uncached responses with those of Datasette and of the textbook application."""
    for dataset in _sizes(bench.middle, bench.large):
        with bench.services(dataset, NOT_CACHED) as services, ExitStack() as stack:
            peers = {
                "datasette": stack.enter_context(bench.servers.datasette(dataset.peers)),
                "textbook": stack.enter_context(bench.servers.textbook(dataset.peers)),
            }
            for query in peer_queries(services[OURS].address, dataset.events):
                bench.progress(f"{query.what} of {dataset.events:,}")
                found = targets(query, services | peers)
                figures = bench.load.per_second({name: target for name, target in found.items() if target})
                for name, target in found.items():
                    if target is None:
                        figures[name] = timed_out(bench.load.connections, TIMEOUT_SECONDS)
                for peer, at_least in zip(("datasette", "textbook"), query.at_least, strict=True):
                    yield faster("3", f"{query.what}, {dataset.events:,} events", figures, peer, at_least)


def _sizes(*datasets: Dataset) -> Sequence[Dataset]:
    return list({dataset.events: dataset for dataset in datasets}.values())


def measure_growth(bench: Bench) -> Rows:
    """Compare the cost of a query with ten events and with many, with the same number of records in the response."""
    with bench.services(bench.small, NOT_CACHED) as few, bench.services(bench.large, NOT_CACHED) as many:
        first = few[OURS].address
        name = _name_in(first)
        half = bench.small.events // 2
        deep = bench.large.events * 9 // 10 // half * half
        paths = [
            ("list", "/v1/events?limit=10", 1.5),
            ("filter", _same_page(first, _FILTERED), 1.5),
            ("detail", _DETAIL, 1.5),
            ("deep page", "", 1.5),
            ("search, a name", _same_page(first, f"/v1/events?q={quote(name)}"), 3),
            ("search, in 1 of 13", _same_page(first, f"/v1/events?q={quote('紀念')}"), 3),
            ("search, in most", _same_page(first, f"/v1/events?q={quote('公安')}"), 3),
        ]
        for what, path, at_most in paths:
            bench.progress(f"growth of {what}")
            found = {}
            for checkout, server in many.items():
                found[f"{checkout} many"] = Target(server, path or deep_page(server.address, deep, half))
            for checkout, server in few.items():
                found[f"{checkout} few"] = Target(server, path or deep_page(server.address, half, half))
            many_costs, few_cost = _costs(bench, what, found)
            fewer = f"{bench.small.events} events"
            yield costlier("4", f"{what}, {bench.large.events:,} events", many_costs, (fewer, few_cost), at_most)


def _costs(bench: Bench, what: str, found: dict[str, Target]) -> tuple[dict[str, Figure], Figure]:
    """Return the microseconds of a response with many events by checkout, and ours with few."""
    records = {len(read_page(get_ok(target.url).body).ids) for target in found.values()}
    if len(records) != 1 or records == {0}:
        raise MismatchError(f"{what}: the responses have {records} records")
    rates = bench.load.per_second(found)
    costs = {name: Figure(1_000_000 / figure.value, "µs") for name, figure in rates.items()}
    many = {checkout.name: costs[f"{checkout.name} many"] for checkout in bench.checkouts}
    return many, costs[f"{OURS} few"]


def _same_page(few: str, path: str) -> str:
    """Limit a page to as many records as the small dataset has."""
    found = len(read_page(get_ok(f"{few}{path}").body).ids)
    return f"{path}&limit={max(found, 1)}"


def _name_in(few: str) -> str:
    """Return a name that is in the small dataset, as rare as others: two characters after the colon of a title."""
    body = get_ok(f"{few}/v1/events?limit=10&lang=zh-Hant").body.decode()
    return body.partition("：")[2][:2]
