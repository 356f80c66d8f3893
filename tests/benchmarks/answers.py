"""Answers that are kept, beside the least that a server can do, and questions that are answered anew, beside peers."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import quote

from tests.benchmarks.asking import Answer, UnequalError, ask_well
from tests.benchmarks.bench import Bench, Rows
from tests.benchmarks.data import Data
from tests.benchmarks.load import Target
from tests.benchmarks.questions import deep_page, questions, targets, told_by_ours
from tests.benchmarks.servers import NOT_KEPT, kept_headers
from tests.benchmarks.table import Row, costlier, faster

_KEPT_CONNECTIONS = 16


def measure_kept(bench: Bench) -> Rows:
    """Compare kept answers with the same bytes from a bare function and from static files, then the 304s."""
    load = replace(bench.load, connections=_KEPT_CONNECTIONS)
    asked = {
        "list": "/v1/events?limit=20",
        "detail": "/v1/events/safe-winter-event-1",
        "filter": "/v1/events?category=lecture&limit=20",
    }
    with ExitStack() as stack:
        ours = stack.enter_context(bench.servers.ours(bench.middle.ours))
        answers = [ask_well(ours.address + path) for path in asked.values()]
        bare = stack.enter_context(bench.servers.bare(answers))
        nginx = stack.enter_context(bench.servers.nginx(answers))
        for number, (what, path) in enumerate(asked.items()):
            bench.progress(f"kept {what}")
            compared = {
                "ours": Target(ours.address + path),
                "bare uvicorn": Target(f"{bare.address}/{number}"),
                "nginx file": Target(f"{nginx.address}/{number}"),
            }
            _check_same(answers[number], compared)
            figures = load.per_second(compared)
            yield faster("1", f"kept {what}", figures, "bare uvicorn", 1.5)
            yield faster("1", f"kept {what}", figures, "nginx file", 0.55)
    yield from _measure_not_modified(bench)


def _measure_not_modified(bench: Bench) -> Rows:
    bench.progress("304")
    load = replace(bench.load, connections=_KEPT_CONNECTIONS)
    path = "/v1/events?limit=20"
    with ExitStack() as stack:
        ours = stack.enter_context(bench.servers.ours(bench.middle.ours))
        etag = dict(ask_well(ours.address + path).headers)["etag"]
        condition = {"If-None-Match": etag}
        answer = ask_well(ours.address + path, condition, status=304)
        bare = stack.enter_context(bench.servers.bare([answer]))
        compared = {
            "ours": Target(ours.address + path, condition),
            "bare uvicorn": Target(f"{bare.address}/0", condition),
        }
        _check_same(answer, compared)
        yield faster("2", "304 to If-None-Match", load.per_second(compared), "bare uvicorn", 1.4)


def _check_same(answer: Answer, compared: dict[str, Target]) -> None:
    """See that all send the same: status, bytes, and at least the same headers."""
    wanted = {name.lower() for name, _ in kept_headers(answer)}
    for name, target in compared.items():
        given = ask_well(target.url, target.headers, status=answer.status)
        lacking = wanted - {header.lower() for header, _ in given.headers}
        if given.body != answer.body or lacking:
            raise UnequalError(f"{name} does not send the same: {len(given.body)} bytes, without {sorted(lacking)}")


def measure_peers(bench: Bench) -> Rows:
    """Compare answers that nobody keeps with those of Datasette and of the textbook's application."""
    for data in _sizes(bench.middle, bench.large):
        with ExitStack() as stack:
            servers = {
                "ours": stack.enter_context(bench.servers.ours(data.ours, NOT_KEPT)),
                "datasette": stack.enter_context(bench.servers.datasette(data.peers)),
                "textbook": stack.enter_context(bench.servers.textbook(data.peers)),
            }
            addresses = {name: server.address for name, server in servers.items()}
            for question in questions(addresses["ours"], data.events):
                bench.progress(f"{question.what} of {data.events:,}")
                figures = bench.load.per_second(targets(question, addresses))
                for peer, at_least in zip(("datasette", "textbook"), question.at_least, strict=True):
                    yield faster("3", f"{question.what}, {data.events:,} events", figures, peer, at_least)


def _sizes(*sizes: Data) -> Sequence[Data]:
    return list({data.events: data for data in sizes}.values())


def measure_growth(bench: Bench) -> Rows:
    """Compare what the same question costs with ten events and with many, with as many records in the answer."""
    with ExitStack() as stack:
        few, many = (
            stack.enter_context(bench.servers.ours(data.ours, NOT_KEPT)).address for data in (bench.small, bench.large)
        )
        filtered = "/v1/events?pillar=safe-winter-pillar-1&date_from=2019-01-01&sort=-date"
        searched = "/v1/events?q={}"
        detail = "/v1/events/safe-winter-event-1"
        name = _name_in(few)
        half = bench.small.events // 2
        deep = bench.large.events * 9 // 10 // half * half
        grown = [
            ("list", "/v1/events?limit=10", "/v1/events?limit=10", 1.5),
            ("filter", *_same_page(few, filtered), 1.5),
            ("detail", detail, detail, 1.5),
            ("deep page", deep_page(few, half, half), deep_page(many, deep, half), 1.5),
            ("search, a name", *_same_page(few, searched.format(quote(name))), 3),
            ("search, in a thirteenth", *_same_page(few, searched.format(quote("紀念"))), 3),
            ("search, in most", *_same_page(few, searched.format(quote("公安"))), 3),
        ]
        for what, path_of_few, path_of_many, at_most in grown:
            bench.progress(f"growth of {what}")
            compared = {"few": Target(few + path_of_few), "many": Target(many + path_of_many)}
            records = {len(told_by_ours(ask_well(target.url).body).ids) for target in compared.values()}
            if len(records) != 1 or records == {0}:
                raise UnequalError(f"{what}: the answers have {records} records")
            figures = bench.load.per_second(compared)
            costs = {size: 1_000_000 / rate for size, rate in figures.items()}
            yield _grown(f"{what}, {bench.large.events:,} events", costs, f"{bench.small.events} events", at_most)


def _grown(what: str, costs: dict[str, float], fewer: str, at_most: float) -> Row:
    return costlier("4", what, (costs["many"], "µs"), (costs["few"], fewer), at_most)


def _same_page(few: str, path: str) -> tuple[str, str]:
    """Ask for no more than the few can give."""
    found = len(told_by_ours(ask_well(f"{few}{path}").body).ids)
    return f"{path}&limit={max(found, 1)}", f"{path}&limit={max(found, 1)}"


def _name_in(few: str) -> str:
    """Find a name that is in one of the few, as rare as others: two characters after the colon of a title."""
    body = ask_well(f"{few}/v1/events?limit=10&lang=zh-Hant").body.decode()
    return body.partition("：")[2][:2]
