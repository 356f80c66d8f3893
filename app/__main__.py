"""The command line: serve, print the OpenAPI document, and hand the editors' commands over to `app.build`."""

import argparse
import asyncio
import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import uvicorn

from app import __version__
from app.db.database import DatabaseOpenError, open_database
from app.http.headers import transport_headers
from app.http.openapi import describe
from app.main import create_app, served_path
from app.options import EDITING, PREFIX, add_option, read_options, read_settings, report
from app.server.protocol import Protocol
from app.settings import Settings

_FIRST_HANDED_OVER = 3


class BuildFailedError(Exception):
    """The build that a command needed failed, and has said why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 done, 1 not done for a reason that was printed, 2 misused."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in EDITING:
        _become(words)
    settings = read_settings()
    if settings is None:
        return 2
    options = _parser(settings).parse_args(words if _names_a_command(words) else ["serve", *words])
    command: Callable[[Settings], int] = options.run
    settings = read_options(settings, vars(options))
    if settings is None:
        return 2
    try:
        return command(settings)
    except DatabaseOpenError as error:
        report(str(error))
    except BuildFailedError:
        pass
    return 1


def _names_a_command(words: Sequence[str]) -> bool:
    return bool(words) and (not words[0].startswith("-") or words[0] in ("-h", "--help", "--version"))


def _editing(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Give the arguments and the environment of a process that runs an editors' command."""
    # Our own package, wherever the command is called: in the folder there may be another by the name of `app`.
    command = [sys.executable, "-P", "-m", "app.build", *words]
    return command, os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}


def _become(words: Sequence[str]) -> NoReturn:
    """Run an editors' command in the place of this process, so that whatever stops the one stops the other."""
    command, environment = _editing(words)
    os.execve(command[0], command, environment)  # noqa: S606 - our own


def _build(settings: Settings) -> bool:
    """Build the snapshot in a process that ends when this one does; tells whether it was done."""
    words = ["build", "--seeds", str(settings.seeds), "--output", str(settings.output), "--while-stdin-is-open"]
    command, environment = _editing(words)
    with subprocess.Popen(  # noqa: S603 - our own
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment
    ) as builder:
        return builder.wait() == 0


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


def _prepare(settings: Settings) -> None:
    """Build what is to be served when that is ours to do; raises DatabaseOpenError or BuildFailedError."""
    try:
        open_database(served_path(settings)).close()
    except DatabaseOpenError:
        if settings.data is not None:
            raise
        try:
            built = _build(settings)
        except KeyboardInterrupt:
            # The builder was interrupted too, and says so.
            built = False
        if not built:
            raise BuildFailedError from None


def _why_not(settings: Settings) -> str | None:
    """Tell why the settings cannot be served by on this machine, as it is now; None where they can."""
    if settings.access_log and sys.stdout is None:
        return f"{PREFIX}ACCESS_LOG: standard output is closed, and there is nothing to write to"
    if _handed_over() is not None:
        return None
    host, port = settings.host, settings.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(address)
    except (OSError, UnicodeError) as error:
        match getattr(error, "errno", None):
            case errno.EADDRINUSE:
                return f"{PREFIX}PORT: {port} at {host} is in use; take another, or 0 for a free one"
            case errno.EACCES:
                return f"{PREFIX}PORT: {port} is not for this user; take one from 1024 to 65535, or 0 for a free one"
            case errno.EADDRNOTAVAIL:
                return f"{PREFIX}HOST: {host} is no address of this machine; 0.0.0.0 stands for all that it has"
            case _:
                return f"{PREFIX}HOST: {host!r} cannot be listened on: {error}"
    return None


def _serve(settings: Settings) -> int:
    fault = _why_not(settings)
    if fault is not None:
        report(fault)
        return 1
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
        ws="none",
        headers=transport_headers(settings.public_base_url.scheme if settings.public_base_url else None),
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
        raise DatabaseOpenError(f"LISTEN_FDS: {count} sockets were handed over; one is listened on")
    return _FIRST_HANDED_OVER if count == "1" else None


def _openapi(settings: Settings) -> int:
    _prepare(settings)
    document = asyncio.run(describe(create_app(settings)))
    print(json.dumps(document, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
