"""The editors' commands: check, build, verify a source, print schemas."""

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

try:
    from app.build.common.faults import SeedError
    from app.build.pipeline import build, read_checked
    from app.build.reader import DOCUMENTS
    from app.build.replace import BuildError
    from app.build.validate.revisions import check_not_in_future
    from app.build.verify_source import VerificationError, verify_source
    from app.options import EDITING, Parser, add_options, output, read_settings, report
    from app.settings import Settings
except ValueError as error:
    # A LocaleError, whose module cannot be imported then.
    sys.exit(str(error))

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LATER_SECONDS = 0.01


class StoppedError(BaseException):
    """A signal stopped the command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status.

    0: done; 1: failed for a reason that was printed; 2: misused; 128 plus the signal's number: stopped by a signal.
    """
    settings, faults = read_settings()
    options = _parser(settings).parse_args(arguments)
    if faults:
        report("\n".join(faults))
        return 2
    status, stopped_by = 1, list[int]()
    try:
        with _stoppable(stopped_by):
            status = _run(options)
    except BaseException:
        # The interrupted code may have turned it into another error.
        if not stopped_by:
            raise
    if not stopped_by:
        return status
    report(f"stopped by {signal.Signals(stopped_by[0]).name}; the database is replaced as a whole or not at all")
    return 128 + stopped_by[0]


@contextmanager
def _stoppable(stopped_by: list[int]) -> Iterator[None]:
    """Turn the first signal into an exception, so that everything is cleaned up; further signals are ignored."""

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in handled:
            signal.signal(each, signal.SIG_IGN)
        stopped_by.append(number)
        raise StoppedError

    def stop_later(unraisable: "sys.UnraisableHookArgs") -> None:
        # Finalisers swallow exceptions, so raise it again outside.
        if isinstance(unraisable.exc_value, StoppedError):
            signal.setitimer(signal.ITIMER_REAL, _LATER_SECONDS)
        else:
            hook(unraisable)

    # Signals ignored from the start stay ignored, as `nohup` needs.
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
    command: Callable[[argparse.Namespace], None] = options.run
    try:
        command(options)
    except SeedError as error:
        count = len(error.faults)
        report(f"{error}\n{count} {'fault' if count == 1 else 'faults'}")
        return 1
    except (BuildError, VerificationError) as error:
        report(str(error))
        return 1
    return 0


def _parser(settings: Settings) -> Parser:
    parser = Parser(prog="campaign-api")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = commands.add_parser(name, help=EDITING[name])
        command.set_defaults(run=run)
        return command

    add_options(add("check", _check), settings, "seeds")
    build_ = add("build", _build)
    add_options(build_, settings, "seeds", "output")
    build_.add_argument("--while-stdin-is-open", action="store_true", help=argparse.SUPPRESS)
    verify = add("verify-source", _verify)
    verify.add_argument("file", type=Path, metavar="FILE", help="the text of the page, UTF-8")
    verify.add_argument("--source", metavar="ID", help="the source that it is the text of [default: by its digest]")
    verify.add_argument("--show-evidence", action="store_true", help="print the text of evidence that quotes nothing")
    add_options(verify, settings, "seeds")
    schema = add("schema", _schema)
    schema.add_argument("document", nargs="?", choices=DOCUMENTS, help="which document [default: all]")
    schema.add_argument("--into", type=Path, metavar="FOLDER", help="write one file a document there instead")
    return parser


def _check(options: argparse.Namespace) -> None:
    seeds = read_checked(options.seeds, report)
    # Only here: a build has the same result on any day.
    if faults := list(check_not_in_future(seeds)):
        raise SeedError(faults)
    output(f"{options.seeds}: {len(seeds.campaigns)} campaign(s), no faults")


def _build(options: argparse.Namespace) -> None:
    if options.while_stdin_is_open:
        Thread(target=_stop_when_stdin_ends, daemon=True).start()
    built = build(options.seeds, options.output, report)
    output(f"{built.path} {built.version}{'' if built.changed else ' (as before)'}")


def _stop_when_stdin_ends() -> None:
    """Stop this process when the process at the other end of its standard input has ended."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _verify(options: argparse.Namespace) -> None:
    seeds = read_checked(options.seeds)
    output(verify_source(seeds, options.file, options.source, show_evidence=options.show_evidence))


def _schema(options: argparse.Namespace) -> None:
    schemas: dict[str, object] = {name: model.model_json_schema() for name, model in DOCUMENTS.items()}
    if options.document:
        schemas = {options.document: schemas[options.document]}
    if options.into is None:
        output(_pretty(schemas.get(options.document, schemas)))
        return
    try:
        options.into.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas.items():
            (options.into / f"{name}.json").write_text(_pretty(schema) + "\n", encoding="utf-8")
    except OSError as error:
        raise BuildError(f"{options.into}: cannot be written: {error.strerror}") from error


def _pretty(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
