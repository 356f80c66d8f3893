"""Real servers in threads of the test's own process, and connections that send raw bytes to them."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.http.cache import ResponseCache
from tests.serving import Server

SECONDS = 60
"""How long a test waits for anything."""


def until(so: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    turn = threading.Event()
    for _ in range(SECONDS * 50):
        if so():
            return
        turn.wait(0.02)
    raise AssertionError("the condition never became true")


class RequestCounter:
    """An application that counts the requests that come to it."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.state = app.state
        self.count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.count += scope["type"] == "http"
        await self.app(scope, receive, send)

    def forget(self) -> None:
        """Empty the response cache."""
        context = self.state.context
        self.state.context = replace(context, cache=ResponseCache(context.settings.cache_bytes))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.has_begun = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.has_begun.set()


@dataclass(frozen=True)
class Wire:
    """A server that listens."""

    port: int

    @classmethod
    def of(cls, server: Server) -> "Wire":
        """Return the address of a server that runs as a process of its own."""
        return cls(int(server.address.rpartition(":")[2]))

    @contextmanager
    def connect(self, receive_bytes: int | None = None, segment_bytes: int | None = None) -> Iterator["Connection"]:
        """Connect until the block ends."""
        with socket.socket() as plain:
            if receive_bytes is not None:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
            if segment_bytes is not None:
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment_bytes)
            plain.settimeout(SECONDS)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.connect(("127.0.0.1", self.port))
            yield Connection(plain)


@dataclass(frozen=True)
class Served(Wire):
    """A server in a thread of this process."""

    app: RequestCounter
    loop: asyncio.AbstractEventLoop
    server: uvicorn.Server

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the event loop until the block ends; what clients send meanwhile waits in their sockets."""
        has_stopped, may_go_on = threading.Event(), threading.Event()

        def stop() -> None:
            has_stopped.set()
            may_go_on.wait(SECONDS)

        self.loop.call_soon_threadsafe(stop)
        assert has_stopped.wait(SECONDS)
        try:
            yield
        finally:
            may_go_on.set()


@contextmanager
def serving(app: FastAPI, http: Any, **more: Any) -> Iterator[Served]:
    """Serve with a protocol until the block ends; configured otherwise as by the command."""
    counting = RequestCounter(app)
    config = uvicorn.Config(
        counting,
        http=http,
        host="127.0.0.1",
        port=0,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        **more,
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.has_begun.wait(SECONDS)
        yield Served(server.servers[0].sockets[0].getsockname()[1], counting, server.loop, server)
    finally:
        server.should_exit = True
        thread.join(SECONDS)
        assert not thread.is_alive()


@dataclass(frozen=True)
class RawResponse:
    """A response without the headers that differ in each."""

    start: bytes
    headers: tuple[bytes, ...]
    body: bytes

    def header(self, name: bytes) -> bytes:
        """Return the value of a header that occurs once."""
        (value,) = (line.partition(b": ")[2] for line in self.headers if line.lower().startswith(name + b": "))
        return value


@dataclass
class Connection:
    """A connection whose responses are read one after another."""

    socket: socket.socket
    _rest: bytes = field(default=b"")

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(data)

    def read_response(self, request: bytes) -> RawResponse:
        """Read the response to a request."""
        head = self._until(b"\r\n\r\n")
        start, *lines = head.split(b"\r\n")
        if start == b"HTTP/1.1 100 Continue":
            response = self.read_response(request)
            return RawResponse(start + b" " + response.start, response.headers, response.body)
        names = {line.partition(b":")[0].lower(): line.partition(b": ")[2] for line in lines}
        # A request id that the client did not choose differs each time.
        changing = (b"date",) if b"x-request-id: named" in request.lower() else (b"date", b"x-request-id")
        assert all(name in names for name in changing), head
        constant = tuple(line for line in lines if line.partition(b":")[0].lower() not in changing)
        return RawResponse(start, constant, self._body(request, start, names))

    def request(self, request: bytes) -> RawResponse:
        """Send a request and read its response."""
        self.send(request)
        return self.read_response(request)

    def read_to_end(self) -> bytes:
        """Read until the server closes the connection."""
        pieces = [self._rest]
        while piece := self.socket.recv(65_536):
            pieces.append(piece)
        self._rest = b""
        return b"".join(pieces)

    def has_ended(self) -> bool:
        """Return whether the server has closed the connection after the responses read so far; waits for more."""
        try:
            return self._rest == b"" and self.socket.recv(1, socket.MSG_PEEK) == b""
        except ConnectionResetError:
            # The server did not read everything that the client sent.
            return True

    def is_over(self) -> bool:
        """Return whether the server closes the connection and sends nothing more."""
        return self._rest == b"" and self.socket.recv(1) == b""

    def reset(self) -> None:
        """Reset the connection."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _body(self, request: bytes, start: bytes, names: dict[bytes, bytes]) -> bytes:
        if request.startswith(b"HEAD") or start.split()[1] in (b"304", b"204"):
            return b""
        if names.get(b"transfer-encoding") == b"chunked":
            pieces = []
            while size := int(self._until(b"\r\n"), 16):
                pieces.append(self._exactly(size + 2))
            return b"".join([*pieces, self._exactly(2)])
        return self._exactly(int(names[b"content-length"]))

    def _until(self, end: bytes) -> bytes:
        while end not in self._rest:
            self._receive()
        found, _, self._rest = self._rest.partition(end)
        return found

    def _exactly(self, size: int) -> bytes:
        pieces, have = [self._rest], len(self._rest)
        while have < size:
            self._rest = b""
            self._receive()
            pieces.append(self._rest)
            have += len(self._rest)
        joined = b"".join(pieces)
        self._rest = joined[size:]
        return joined[:size]

    def _receive(self) -> None:
        received = self.socket.recv(65_536)
        assert received, ("the server closed", self._rest[:1000])
        self._rest += received
