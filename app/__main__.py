"""The command line: serve, print the OpenAPI document, and run the commands of `app.build`."""

import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

try:
    from app import __version__
    from app.db.database import open_database
    from app.db.read_only import DatabaseOpenError, DatabaseUnavailableError
    from app.http.context import Context
    from app.http.headers import transport_headers
    from app.main import create_app, served_path
    from app.messages import WRITTEN_IN
    from app.options import EDITING, Parser, add_options, output, read_options, read_settings, report
    from app.server.listening import Server, bind, inherited, log_addresses
    from app.server.protocol import Protocol
    from app.settings import PREFIX, Settings
except ValueError as error:
    # A LocaleError, whose module cannot be imported then.
    sys.exit(str(error))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 for success, 1 for a printed failure, 2 for invalid options."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in EDITING:
        # Signals reach the command directly if it replaces this process.
        command, environment = _build_process(words)
        os.execve(command[0], command, environment)  # noqa: S606 - our own
    settings, faults = read_settings()
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "serve")
    options = _parser(settings).parse_args(words)
    if faults:
        report("\n".join(faults))
        return 2
    run: Callable[[Settings], int] = options.run
    chosen = read_options(settings, vars(options))
    if chosen is None:
        return 2
    try:
        return run(chosen)
    except DatabaseOpenError as error:
        report(str(error))
        return 1


def _build_process(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the environment of a process that runs a command of `app.build`."""
    # The current folder may contain another package `app`.
    command = [sys.executable, "-P", "-m", "app.build", *arguments]
    # The port that a platform sets concerns the server alone.
    environment = {name: value for name, value in os.environ.items() if name != "PORT"}
    return command, environment | {"PYTHONPATH": str(Path(__file__).parents[1])}


def _parser(settings: Settings) -> Parser:
    parser = Parser(
        prog="campaign-api",
        description="A public campaign's events, locations and outcomes as a read-only JSON service.",
        epilog=f"The default command is serve. The options of serve, check, build and openapi are also settings: "
        f"{PREFIX}PORT for --port, and so on.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serve = commands.add_parser("serve", help="serve the data over HTTP (the default)")
    add_options(serve, settings, "host", "port", "workers", "data", "seeds", "output")
    serve.set_defaults(run=_serve)

    for name, described in EDITING.items():
        commands.add_parser(name, help=described, add_help=False)

    openapi = commands.add_parser("openapi", help="print the OpenAPI document of the service")
    add_options(openapi, settings, "data", "seeds", "output")
    openapi.set_defaults(run=_openapi)
    return parser


def _prepare(settings: Settings) -> bool:
    """Build a missing or invalid database unless `data` is set; returns False where the build failed and printed why.

    Raises DatabaseOpenError.
    """
    try:
        open_database(served_path(settings)).close()
    except DatabaseOpenError as error:
        # A database that only cannot be opened now is not built again.
        if settings.data is not None or isinstance(error, DatabaseUnavailableError):
            raise
    else:
        return True
    # The build ends when this process does.
    arguments = ["build", "--seeds", str(settings.seeds), "--output", str(settings.output), "--while-stdin-is-open"]
    command, environment = _build_process(arguments)
    try:
        with subprocess.Popen(  # noqa: S603 - our own
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment
        ) as builder:
            return builder.wait() == 0
    except KeyboardInterrupt:
        # The build was interrupted too, and prints that.
        return False


def _listen(settings: Settings) -> list[socket.socket] | None:
    """Return the sockets to serve on; None where there are none, after printing why."""
    try:
        if sockets := inherited():
            return sockets
    except ValueError as error:
        report(f"LISTEN_FDS: {error}")
        return None
    host, port = settings.host, settings.port
    try:
        return bind(host, port)
    except (OSError, UnicodeError) as error:
        match getattr(error, "errno", None):
            case errno.EADDRINUSE:
                fault = f"PORT: {port} at {host} is in use; use another, or 0 for a free one"
            case errno.EACCES:
                fault = f"PORT: {port} is reserved for root; use one from 1024 to 65535, or 0 for a free one"
            case errno.EADDRNOTAVAIL:
                fault = f"HOST: {host} is not an address of this machine; 0.0.0.0 means all of them"
            case _:
                fault = f"HOST: {host!r} cannot be listened on: {error}"
    report(f"{PREFIX}{fault}")
    return None


def _serve(settings: Settings) -> int:
    if settings.access_log and sys.stdout is None:
        report(f"{PREFIX}ACCESS_LOG: standard output is closed, and there is nothing to write to")
        return 1
    sockets = _listen(settings)
    if sockets is None:
        return 1
    with ExitStack() as stack:
        for one in sockets:
            stack.enter_context(one)
        return _serve_on(sockets, settings) if _prepare(settings) else 1


def _serve_on(sockets: list[socket.socket], settings: Settings) -> int:
    if settings.public_base_url is None and any(one.getsockname()[0] in ("0.0.0.0", "::") for one in sockets):  # noqa: S104 - compared, not used
        report(f"{PREFIX}PUBLIC_BASE_URL is not set: links will contain this machine's own address")
    # Workers are separate processes; they read the settings from the environment.
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        os.environ[f"{PREFIX}{name.upper()}"] = str(value)
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        http=Protocol,
        host=settings.host,
        workers=settings.workers,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        headers=transport_headers(settings.public_base_url.scheme if settings.public_base_url else None),
        timeout_graceful_shutdown=settings.shutdown_timeout_seconds,
        timeout_worker_healthcheck=settings.worker_timeout_seconds,
        # A StartupError must end the process; by default uvicorn assumes an application without lifespan.
        lifespan="on",
    )
    if settings.workers > 1:
        log_addresses(sockets)
        Multiprocess(config, sockets).run()
        return 0
    config.load_app()
    server = Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    return 0 if server.started else 1


def _openapi(settings: Settings) -> int:
    if not _prepare(settings):
        return 1
    context: Context = create_app(settings).state.context
    document = json.loads(context.describe(context, context.database.inline_reader, WRITTEN_IN))
    output(json.dumps(document, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
