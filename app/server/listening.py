"""The sockets that the service listens on: the same addresses with one worker as with several."""

import errno
import logging
import os
import re
import socket
from collections.abc import Sequence

import uvicorn

_log = logging.getLogger("uvicorn.error")

_FIRST_INHERITED_DESCRIPTOR = 3
_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


class Server(uvicorn.Server):
    """A server that logs its address once it serves; uvicorn does not for sockets that it is given."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve."""
        await super().startup(sockets)
        log_addresses(sockets or [])


def log_addresses(sockets: Sequence[socket.socket]) -> None:
    """Log where the service is, as uvicorn does."""
    for one in sockets:
        host, port, *_ = one.getsockname()
        _log.info("Uvicorn running on http://%s:%d (Press CTRL+C to quit)", f"[{host}]" if ":" in host else host, port)


def bind(host: str, port: int) -> list[socket.socket]:
    """Bind to each address of a host; raises OSError, and UnicodeError for an impossible name.

    `::` means all addresses of the machine, those of IPv4 too. Port 0 is one free port of all addresses. An address of
    a protocol that the machine lacks is left out if there is another: `localhost` has one of each.
    """
    bound: list[socket.socket] = []
    failure = OSError(errno.EADDRNOTAVAIL, "no address")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, kind, protocol, _, (address, *rest) in dict.fromkeys(found):
        own_port = bound[0].getsockname()[1] if bound else port
        try:
            bound.append(_bind(socket.socket(family, kind, protocol), (address, own_port, *rest[1:])))
        except OSError as error:
            if error.errno not in _NOT_HERE:
                for one in bound:
                    one.close()
                raise
            failure = error
    if not bound:
        raise failure
    return bound


def _bind(one: socket.socket, address: tuple[object, ...]) -> socket.socket:
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if one.family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, address[0] != "::")
        one.bind(address)
    except BaseException:
        one.close()
        raise
    return one


def inherited() -> list[socket.socket]:
    """Return the listening sockets that systemd or a predecessor passed (`LISTEN_FDS`).

    With one, a service can replace another without refusing a connection. Raises ValueError where they are no TCP
    sockets that listen, or are not there.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = os.environ.get("LISTEN_FDS", "0")
    if not re.fullmatch("[0-9]{1,4}", count):
        raise ValueError(f"{count!r} is not a number of sockets")
    return [_inherited(_FIRST_INHERITED_DESCRIPTOR + number) for number in range(int(count))]


def _inherited(descriptor: int) -> socket.socket:
    try:
        one = socket.socket(fileno=descriptor)
        is_listening = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise ValueError(f"descriptor {descriptor} is not a socket") from error
    if not is_listening or one.family not in (socket.AF_INET, socket.AF_INET6):
        raise ValueError(f"descriptor {descriptor} is not a TCP socket that listens")
    return one
