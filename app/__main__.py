"""The command line: serve, check, build, verify a source, print schemas and the OpenAPI document."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from app import __version__
from app.main import create_app, served_path
from app.seeding.building import BuildError, build, read_checked
from app.seeding.faults import SeedError
from app.seeding.reading import DOCUMENTS
from app.seeding.verification import VerificationError, verify_source
from app.settings import Settings
from app.storage.snapshot import SnapshotError, open_snapshot
from app.web.openapi import describe
from app.web.protocol import Protocol

_PREFIX = "CAMPAIGN_API_"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 done, 1 not done for a reason that was printed, 2 misused."""
    try:
        settings = Settings()
    except ValidationError as error:
        for details in error.errors():
            name = f"{_PREFIX}{'_'.join(map(str, details['loc'])).upper()}"
            print(f"{name}: {details['msg']} (it is {details['input']!r})", file=sys.stderr)
        return 2
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser(settings).parse_args(words if _names_a_command(words) else ["serve", *words])
    command: Callable[[argparse.Namespace, Settings], int] = options.run
    try:
        return command(options, settings)
    except SeedError as error:
        print(error, file=sys.stderr)
        count = len(error.faults)
        print("1 fault" if count == 1 else f"{count} faults", file=sys.stderr)
    except (BuildError, SnapshotError, VerificationError) as error:
        print(error, file=sys.stderr)
    return 1


def _names_a_command(words: Sequence[str]) -> bool:
    return bool(words) and (not words[0].startswith("-") or words[0] in ("-h", "--help", "--version"))


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="campaign-api",
        description="A public campaign's events, locations and outcomes as a read-only JSON service.",
        epilog=f"Without a command it serves. The options of serve, check, build and openapi are also settings: "
        f"{_PREFIX}PORT for --port, and so on.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def option(to: argparse.ArgumentParser, name: str, type_: type = str) -> None:
        field = Settings.model_fields[name]
        default = getattr(settings, name)
        metavar = {int: "NUMBER", Path: "PATH"}.get(type_, "TEXT")
        shown = f" [default: {default}]" if default is not None else ""
        to.add_argument(f"--{name}", type=type_, default=default, metavar=metavar, help=f"{field.description}{shown}")

    serve = commands.add_parser("serve", help="serve the data over HTTP (the default)")
    option(serve, "host")
    option(serve, "port", int)
    option(serve, "workers", int)
    option(serve, "data", Path)
    option(serve, "seeds", Path)
    option(serve, "output", Path)
    serve.set_defaults(run=_serve)

    check = commands.add_parser("check", help="check the seeds and print every fault")
    option(check, "seeds", Path)
    check.set_defaults(run=_check)

    build_ = commands.add_parser("build", help="build the snapshot from the seeds")
    option(build_, "seeds", Path)
    option(build_, "output", Path)
    build_.set_defaults(run=_build)

    verify = commands.add_parser("verify-source", help="hold the seeds against the original page's text")
    verify.add_argument("file", type=Path, metavar="FILE", help="the text of the page, UTF-8")
    verify.add_argument("--source", metavar="ID", help="the source that it is the text of [default: by its digest]")
    option(verify, "seeds", Path)
    verify.set_defaults(run=_verify)

    schema = commands.add_parser("schema", help="print the JSON Schema of a document, for editors")
    schema.add_argument("document", nargs="?", choices=DOCUMENTS, help="which document [default: all]")
    schema.add_argument("--into", type=Path, metavar="FOLDER", help="write one file a document there instead")
    schema.set_defaults(run=_schema)

    openapi = commands.add_parser("openapi", help="print the OpenAPI document of the service")
    option(openapi, "data", Path)
    option(openapi, "seeds", Path)
    option(openapi, "output", Path)
    openapi.set_defaults(run=_openapi)
    return parser


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _settled(options: argparse.Namespace, settings: Settings) -> Settings:
    """Give the settings with the options of the command line in the place of the environment's."""
    given = {name: value for name, value in vars(options).items() if name in Settings.model_fields}
    try:
        return Settings.model_validate(settings.model_dump() | given)
    except ValidationError as error:
        lines = (f"--{details['loc'][0]}: {details['msg']} (it is {details['input']!r})" for details in error.errors())
        raise SnapshotError("\n".join(lines)) from error


def _prepare(settings: Settings) -> None:
    """Build what is to be served when it is ours to build and cannot be served; raises SnapshotError otherwise."""
    try:
        open_snapshot(served_path(settings)).close()
    except SnapshotError:
        if settings.data is not None:
            raise
        build(settings.seeds, settings.output, _progress)


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    settings = _settled(options, settings)
    _prepare(settings)
    if settings.public_base_url is None and settings.host in ("0.0.0.0", "::"):  # noqa: S104 - told apart, not used
        _progress(f"{_PREFIX}PUBLIC_BASE_URL is not set: links will name this machine's own address")
    # The workers are processes of their own: what was settled reaches them through the environment.
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        os.environ[f"{_PREFIX}{name.upper()}"] = str(value)
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        http=Protocol,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    return 0


def _check(options: argparse.Namespace, _settings: Settings) -> int:
    seeds = read_checked(options.seeds, _progress)
    print(f"{options.seeds}: {len(seeds.campaigns)} campaign(s), no faults")
    return 0


def _build(options: argparse.Namespace, _settings: Settings) -> int:
    built = build(options.seeds, options.output, _progress)
    print(f"{built.path} {built.version}{'' if built.changed else ' (as before)'}")
    return 0


def _verify(options: argparse.Namespace, _settings: Settings) -> int:
    print(verify_source(read_checked(options.seeds), options.file, options.source))
    return 0


def _schema(options: argparse.Namespace, _settings: Settings) -> int:
    wanted = [options.document] if options.document else list(DOCUMENTS)
    schemas = {name: DOCUMENTS[name].model_json_schema() for name in wanted}
    if options.into is None:
        print(_pretty(schemas[options.document] if options.document else schemas))
        return 0
    options.into.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        (options.into / f"{name}.json").write_text(_pretty(schema) + "\n", encoding="utf-8")
    return 0


def _openapi(options: argparse.Namespace, settings: Settings) -> int:
    settings = _settled(options, settings)
    _prepare(settings)
    print(_pretty(asyncio.run(describe(create_app(settings)))))
    return 0


def _pretty(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
