"""The editors' part of the command line: check, build, verify a source, print schemas."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.options import EDITING, add_option, read_settings, report
from app.seeding.building import BuildError, build, read_checked
from app.seeding.faults import SeedError
from app.seeding.reading import DOCUMENTS
from app.seeding.verification import VerificationError, verify_source
from app.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 done, 1 not done for a reason that was printed, 2 misused."""
    settings = read_settings()
    if settings is None:
        return 2
    options = _parser(settings).parse_args(arguments)
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
    built = build(options.seeds, options.output, report)
    print(f"{built.path} {built.version}{'' if built.changed else ' (as before)'}")
    return 0


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
