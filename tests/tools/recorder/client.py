"""Sending a request and reading all that comes back, as bytes."""

import gzip
import http.client
import socket
from dataclasses import dataclass

import brotli
import zstandard

_SECONDS = 30

_DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


@dataclass(frozen=True)
class Received:
    """A response as it came; of raw requests, all that the server sent until it closed the connection is the body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first value of a header, given in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def decoded(self) -> bytes:
        """Return the body without its content encoding."""
        decode = _DECODERS.get(self.header("content-encoding") or "")
        return decode(self.body) if decode and self.body else self.body


class Client:
    """A client with a persistent connection to one server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)

    def send(self, method: str, target: str, headers: list[tuple[str, str]]) -> Received:
        """Send a request; connects again once where the server closed the idle connection."""
        try:
            return self._send(method, target, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            return self._send(method, target, headers)

    def send_raw(self, data: bytes) -> Received:
        """Send bytes over a connection of their own, and read until the server closes it."""
        pieces = []
        with socket.create_connection(("127.0.0.1", self.port), timeout=_SECONDS) as plain:
            try:
                plain.sendall(data)
                while piece := plain.recv(65_536):
                    pieces.append(piece)
            except ConnectionError:
                pass
            except TimeoutError:
                pieces.append(b"\r\nTIMEOUT")
        return Received(0, [], b"".join(pieces))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _send(self, method: str, target: str, headers: list[tuple[str, str]]) -> Received:
        connection = self._connection
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return Received(response.status, response.getheaders(), response.read())
