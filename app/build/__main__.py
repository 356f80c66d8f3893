"""The editors' part of the command line: check, build, verify a source, print schemas."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import FrameType

from app.build.common.faults import SeedError
from app.build.pipeline import BuildError, build, read_checked
from app.build.reader import DOCUMENTS
from app.build.verify_source import VerificationError, verify_source
from app.options import EDITING, add_option, read_settings, report
from app.settings import Settings

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LATER_SECONDS = 0.01


class StoppedError(BaseException):
    """The command was told to stop by a signal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status.

    That is 0 when it was done, 1 when it was not for a reason that was printed, 2 when it was misused, and 128 and
    the number of the signal when it was stopped by one.
    """
    settings = read_settings()
    if settings is None:
        return 2
    options = _parser(settings).parse_args(arguments)
    status, stopped_by = 1, list[int]()
    try:
        with _stoppable(stopped_by):
            status = _run(options)
    except BaseException:
        # What was under way may have made another error of it.
        if not stopped_by:
            raise
    if not stopped_by:
        return status
    report(f"stopped by {signal.Signals(stopped_by[0]).name}; a snapshot is replaced as a whole or not at all")
    return 128 + stopped_by[0]


@contextmanager
def _stoppable(stopped_by: list[int]) -> Iterator[None]:
    """Let a signal end what is under way as an error would, which puts everything away; a second one is ignored."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in handled:
            signal.signal(each, signal.SIG_IGN)
        stopped_by.append(number)
        raise StoppedError

    def stop_later(unraisable: "sys.UnraisableHookArgs") -> None:
        # What is run when an object is no longer needed lets no error out.
        if isinstance(unraisable.exc_value, StoppedError):
            signal.setitimer(signal.ITIMER_REAL, _LATER_SECONDS)
        else:
            hook(unraisable)

    # What is ignored from the start stays so: that is how a command is kept running without its terminal.
    handled = [number for number in _STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in (*handled, signal.SIGALRM)}
    hook, sys.unraisablehook = sys.unraisablehook, stop_later
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(options: argparse.Namespace) -> int:
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except SeedError as error:
        report(str(error))
        count = len(error.faults)
        report("1 fault" if count == 1 else f"{count} faults")
    except (BuildError, VerificationError) as error:
        report(str(error))
    return 1


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="campaign-api")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help=EDITING["check"])
    add_option(check, settings, "seeds", Path)
    check.set_defaults(run=_check)

    build_ = commands.add_parser("build", help=EDITING["build"])
    add_option(build_, settings, "seeds", Path)
    add_option(build_, settings, "output", Path)
    build_.add_argument("--while-stdin-is-open", action="store_true", help=argparse.SUPPRESS)
    build_.set_defaults(run=_build)

    verify = commands.add_parser("verify-source", help=EDITING["verify-source"])
    verify.add_argument("file", type=Path, metavar="FILE", help="the text of the page, UTF-8")
    verify.add_argument("--source", metavar="ID", help="the source that it is the text of [default: by its digest]")
    add_option(verify, settings, "seeds", Path)
    verify.set_defaults(run=_verify)

    schema = commands.add_parser("schema", help=EDITING["schema"])
    schema.add_argument("document", nargs="?", choices=DOCUMENTS, help="which document [default: all]")
    schema.add_argument("--into", type=Path, metavar="FOLDER", help="write one file a document there instead")
    schema.set_defaults(run=_schema)
    return parser


def _check(options: argparse.Namespace) -> int:
    seeds = read_checked(options.seeds, report)
    print(f"{options.seeds}: {len(seeds.campaigns)} campaign(s), no faults")
    return 0


def _build(options: argparse.Namespace) -> int:
    if options.while_stdin_is_open:
        Thread(target=_stop_when_stdin_ends, daemon=True).start()
    built = build(options.seeds, options.output, report)
    print(f"{built.path} {built.version}{'' if built.changed else ' (as before)'}")
    return 0


def _stop_when_stdin_ends() -> None:
    """Stop this process when the one that has the other end of its standard input is no longer there."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _verify(options: argparse.Namespace) -> int:
    print(verify_source(read_checked(options.seeds), options.file, options.source))
    return 0


def _schema(options: argparse.Namespace) -> int:
    wanted = [options.document] if options.document else list(DOCUMENTS)
    schemas = {name: DOCUMENTS[name].model_json_schema() for name in wanted}
    if options.into is None:
        print(_pretty(schemas[options.document] if options.document else schemas))
        return 0
    options.into.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        (options.into / f"{name}.json").write_text(_pretty(schema) + "\n", encoding="utf-8")
    return 0


def _pretty(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
