"""The command line: serve, print the OpenAPI document, and hand the editors' commands over to `app.seeding`."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from app import __version__
from app.main import create_app, served_path
from app.options import EDITING, PREFIX, add_option, read_settings, report
from app.settings import Settings
from app.storage.snapshot import SnapshotError, open_snapshot
from app.web.openapi import describe
from app.web.protocol import Protocol

_FIRST_HANDED_OVER = 3


class BuildFailedError(Exception):
    """The build that a command needed failed, and has said why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 done, 1 not done for a reason that was printed, 2 misused."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in EDITING:
        return _edit(words)
    settings = read_settings()
    if settings is None:
        return 2
    options = _parser(settings).parse_args(words if _names_a_command(words) else ["serve", *words])
    command: Callable[[argparse.Namespace, Settings], int] = options.run
    try:
        return command(options, settings)
    except SnapshotError as error:
        report(str(error))
    except BuildFailedError:
        pass
    return 1


def _names_a_command(words: Sequence[str]) -> bool:
    return bool(words) and (not words[0].startswith("-") or words[0] in ("-h", "--help", "--version"))


def _edit(words: Sequence[str], results: int | None = None) -> int:
    """Run an editors' command in a process of its own; gives its exit status. Its results may go elsewhere."""
    # Our own package, wherever the command is called: in the folder there may be another by the name of `app`.
    command = [sys.executable, "-P", "-m", "app.seeding", *words]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(command, check=False, stdout=results, env=environment).returncode  # noqa: S603 - our own


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="campaign-api",
        description="A public campaign's events, locations and outcomes as a read-only JSON service.",
        epilog=f"Without a command it serves. The options of serve, check, build and openapi are also settings: "
        f"{PREFIX}PORT for --port, and so on.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serve = commands.add_parser("serve", help="serve the data over HTTP (the default)")
    add_option(serve, settings, "host")
    add_option(serve, settings, "port", int)
    add_option(serve, settings, "workers", int)
    add_option(serve, settings, "data", Path)
    add_option(serve, settings, "seeds", Path)
    add_option(serve, settings, "output", Path)
    serve.set_defaults(run=_serve)

    for name, described in EDITING.items():
        commands.add_parser(name, help=described, add_help=False)

    openapi = commands.add_parser("openapi", help="print the OpenAPI document of the service")
    add_option(openapi, settings, "data", Path)
    add_option(openapi, settings, "seeds", Path)
    add_option(openapi, settings, "output", Path)
    openapi.set_defaults(run=_openapi)
    return parser


def _settled(options: argparse.Namespace, settings: Settings) -> Settings:
    """Give the settings with the options of the command line in the place of the environment's."""
    given = {name: value for name, value in vars(options).items() if name in Settings.model_fields}
    try:
        return Settings.model_validate(settings.model_dump() | given)
    except ValidationError as error:
        lines = (f"--{details['loc'][0]}: {details['msg']} (it is {details['input']!r})" for details in error.errors())
        raise SnapshotError("\n".join(lines)) from error


def _prepare(settings: Settings) -> None:
    """Build what is to be served when that is ours to do; raises SnapshotError or BuildFailedError."""
    try:
        open_snapshot(served_path(settings)).close()
    except SnapshotError:
        if settings.data is not None:
            raise
        building = ["build", "--seeds", str(settings.seeds), "--output", str(settings.output)]
        if _edit(building, subprocess.DEVNULL):
            raise BuildFailedError from None


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    settings = _settled(options, settings)
    _prepare(settings)
    if settings.public_base_url is None and settings.host in ("0.0.0.0", "::"):  # noqa: S104 - told apart, not used
        report(f"{PREFIX}PUBLIC_BASE_URL is not set: links will name this machine's own address")
    # The workers are processes of their own: what was settled reaches them through the environment.
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        os.environ[f"{PREFIX}{name.upper()}"] = str(value)
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
        timeout_graceful_shutdown=settings.drain_seconds,
        fd=_handed_over(),
    )
    return 0


def _handed_over() -> int | None:
    """Give the descriptor of a listening socket that was handed over, as systemd does; None where there is none.

    One service can so take over from another without a connection being refused in between.
    """
    is_ours = os.environ.get("LISTEN_PID") == str(os.getpid())
    count = os.environ.get("LISTEN_FDS", "0") if is_ours else "0"
    if count not in ("0", "1"):
        raise SnapshotError(f"LISTEN_FDS: {count} sockets were handed over; one is listened on")
    return _FIRST_HANDED_OVER if count == "1" else None


def _openapi(options: argparse.Namespace, settings: Settings) -> int:
    settings = _settled(options, settings)
    _prepare(settings)
    document = asyncio.run(describe(create_app(settings)))
    print(json.dumps(document, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
