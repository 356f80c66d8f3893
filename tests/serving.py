"""Running the real command as a process of its own, on a port of its own."""

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

UNTRACED = {"COVERAGE_PROCESS_CONFIG": ""}
"""Turns coverage off in a server process, which would be three times as slow with it."""

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that poll: httpx loads all root certificates for each client without one, which takes 50 ms."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    pid: int


@contextmanager
def served(*arguments: str, cwd: Path, timeout: float = 60) -> Iterator[str]:
    """Serve until the block ends; yields the address."""
    with running(*arguments, cwd=cwd, timeout=timeout) as server:
        yield server.address


@contextmanager
def running(
    *arguments: str,
    cwd: Path,
    timeout: float = 60,
    settings: Mapping[str, str] | None = None,
    stdout: int | None = None,
    begin: Callable[[], None] | None = None,
) -> Iterator[Server]:
    """Serve until the block ends; yields the address and the process id.

    `begin` is called in the process before the command.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_API_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "--port", "0", *arguments],
        cwd=cwd,
        env=environment | {"PYTHONUNBUFFERED": "1"} | dict(settings or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=begin,  # noqa: PLW1509 - it does no more than to set limits
    )
    assert process.stderr is not None
    try:
        log = ""
        address = None
        for line in process.stderr:
            log += line
            address = re.search(r"running on (http://\S+)", line)
            if address:
                break
        assert address, log
        # Several workers listen a moment after the address is printed.
        with httpx.Client(transport=httpx.HTTPTransport(verify=NO_TLS, retries=8)) as client:
            assert client.get(f"{address[1]}/readyz", timeout=timeout).status_code == 200
        yield Server(address[1], process.pid)
    finally:
        process.terminate()
        process.stderr.close()
        process.wait(timeout)
