"""Rows 1 and 2: cached responses and 304s, beside the least that a server can do."""

from contextlib import ExitStack
from dataclasses import replace

from tests.tools.benchmarks.bench import Bench, Rows
from tests.tools.benchmarks.checkouts import OURS
from tests.tools.benchmarks.http_client import MismatchError, Response, get_ok
from tests.tools.benchmarks.load import Target
from tests.tools.benchmarks.processes import Server
from tests.tools.benchmarks.servers import fixed_headers
from tests.tools.benchmarks.table import faster

_CONNECTIONS = 16
_PATHS = {
    "list": "/v1/events?limit=20",
    "detail": "/v1/events/safe-winter-event-1",
    "filter": "/v1/events?category=lecture&limit=20",
}


def measure_cached(bench: Bench) -> Rows:
    """Compare cached responses with the same bytes from a bare function and from static files, then the 304s."""
    load = replace(bench.load, connections=_CONNECTIONS)
    with bench.services(bench.middle) as services, ExitStack() as stack:
        responses = [get_ok(services[OURS].address + path) for path in _PATHS.values()]
        bare = stack.enter_context(bench.servers.bare(responses))
        nginx = stack.enter_context(bench.servers.nginx(responses))
        for number, (what, path) in enumerate(_PATHS.items()):
            bench.progress(f"cached {what}")
            targets = {name: Target(server, path) for name, server in services.items()}
            for server in services.values():
                get_ok(server.address + path)
            peers = {"bare uvicorn": Target(bare, f"/{number}"), "nginx file": Target(nginx, f"/{number}")}
            _check_same(responses[number], {OURS: targets[OURS], **peers})
            figures = load.per_second(targets | peers)
            yield faster("1", f"cached {what}", figures, "bare uvicorn", 1.5)
            yield faster("1", f"cached {what}", figures, "nginx file", 0.55)
        yield from _measure_not_modified(bench, services)


def _measure_not_modified(bench: Bench, services: dict[str, Server]) -> Rows:
    bench.progress("304")
    load = replace(bench.load, connections=_CONNECTIONS)
    path = _PATHS["list"]
    targets = {}
    for name, server in services.items():
        etag = dict(get_ok(server.address + path).headers)["etag"]
        targets[name] = Target(server, path, {"If-None-Match": etag})
        get_ok(targets[name].url, targets[name].headers, status=304)
    ours = targets[OURS]
    response = get_ok(ours.url, ours.headers, status=304)
    with bench.servers.bare([response]) as bare:
        peer = Target(bare, "/0", ours.headers)
        _check_same(response, {OURS: ours, "bare uvicorn": peer})
        yield faster(
            "2", "304 to If-None-Match", load.per_second({**targets, "bare uvicorn": peer}), "bare uvicorn", 1.4
        )


def _check_same(response: Response, targets: dict[str, Target]) -> None:
    """Raise MismatchError unless all send the same status and bytes, and at least the same headers."""
    wanted = {name.lower() for name, _ in fixed_headers(response)}
    for name, target in targets.items():
        found = get_ok(target.url, target.headers, status=response.status)
        missing = wanted - {header.lower() for header, _ in found.headers}
        if found.body != response.body or missing:
            raise MismatchError(f"{name} sends something else: {len(found.body)} bytes, without {sorted(missing)}")
