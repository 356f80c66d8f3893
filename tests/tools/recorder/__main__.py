"""The command line: record, replay."""

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from tests.tools.recorder.comparing import differences, kind_of
from tests.tools.recorder.discovery import discover
from tests.tools.recorder.masks import Masks
from tests.tools.recorder.model import DATABASES, Exchange, Request
from tests.tools.recorder.planning import plan
from tests.tools.recorder.raw import raw_requests
from tests.tools.recorder.recording import load, save
from tests.tools.recorder.running import run, versions_of
from tests.tools.recorder.server import Checkout

_HERE = Path(__file__).parents[3]
_LINES = 5
"""How many differences of one response are printed."""


def main() -> int:
    """Run a command; returns the exit status."""
    options = _options()
    checkout = Checkout(options.checkout, dict(options.setting))
    with tempfile.TemporaryDirectory() as folder:
        if options.command == "record":
            count = save(_record(checkout, Path(folder)), options.output)
            print(f"{count} responses recorded in {options.output}")
            return 0
        return _replay(checkout, Path(folder), options)


def _record(checkout: Checkout, folder: Path) -> Iterator[Exchange]:
    for database in DATABASES:
        _progress(f"{database}: building")
        with checkout.serve(checkout.build(database, folder)) as port:
            requests = plan(database, discover(port))
            if database == "both":
                requests += raw_requests()
            _progress(f"{database}: {len(requests)} requests")
            yield from run(database, port, requests, Masks(port, versions_of(port)))


def _replay(checkout: Checkout, folder: Path, options: argparse.Namespace) -> int:
    kinds: Counter[str] = Counter()
    total = differing = ignored = 0
    for database, group in groupby(load(options.file), key=lambda exchange: exchange.database):
        recorded = list(group)
        for old, new in zip(recorded, _run_again(checkout, folder, database, recorded), strict=True):
            total += 1
            if any(pattern.search(f"{old.request.method} {old.request.target}") for pattern in options.ignore):
                ignored += 1
                continue
            found = [
                difference
                for difference in differences(old.response, new.response)
                if not any(pattern.search(difference) for pattern in options.ignore_difference)
            ]
            if found:
                differing += 1
                kinds.update({kind_of(difference) for difference in found})
                if differing <= options.show:
                    _print_differences(old, found)
    _print_summary(kinds)
    print(f"{total} requests, {ignored} ignored, {differing} differ")
    return 1 if differing else 0


def _run_again(checkout: Checkout, folder: Path, database: str, recorded: list[Exchange]) -> Iterator[Exchange]:
    requests: list[Request] = [exchange.request for exchange in recorded]
    _progress(f"{database}: building")
    with checkout.serve(checkout.build(database, folder)) as port:
        _progress(f"{database}: {len(requests)} requests")
        yield from run(database, port, requests, Masks(port, versions_of(port)))


def _print_differences(exchange: Exchange, found: list[str]) -> None:
    print(f"{exchange.database} {exchange.number}: {exchange.request}")
    for difference in found[:_LINES]:
        print(f"    {difference}")
    if len(found) > _LINES:
        print(f"    and {len(found) - _LINES} more")


def _print_summary(kinds: Mapping[str, int]) -> None:
    for kind, count in sorted(kinds.items(), key=lambda item: -item[1])[:30]:
        print(f"{count:6} responses differ in {kind}")


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.recorder")
    commands = parser.add_subparsers(dest="command", required=True)
    record = commands.add_parser("record", help="save the responses of a checkout")
    record.add_argument("--output", type=Path, required=True, metavar="FILE")
    replay = commands.add_parser("replay", help="compare a checkout's responses with a recording")
    replay.add_argument("file", type=Path, metavar="FILE")
    replay.add_argument(
        "--ignore",
        type=re.compile,
        action="append",
        default=[],
        metavar="REGEX",
        help="leave out requests whose `METHOD TARGET` contains this; may be repeated",
    )
    replay.add_argument(
        "--ignore-difference",
        type=re.compile,
        action="append",
        default=[],
        metavar="REGEX",
        help="leave out differences whose line contains this, such as '^header vary'; may be repeated",
    )
    replay.add_argument("--show", type=int, default=50, metavar="NUMBER", help="print so many requests [default: 50]")
    for command in (record, replay):
        command.add_argument("--checkout", type=Path, default=_HERE, metavar="FOLDER", help="whose `app` is served")
        command.add_argument(
            "--setting",
            type=_setting,
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an environment variable of the server; may be repeated",
        )
    return parser.parse_args()


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError("is not NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
