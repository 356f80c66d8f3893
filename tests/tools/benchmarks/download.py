"""Downloads of whole documents, read and thrown away."""

import socket
from urllib.parse import urlsplit

from tests.tools.benchmarks.http_client import MismatchError

PIECE_BYTES = 1 << 18
_TIMEOUT_SECONDS = 120


def download(address: str, path: str) -> int:
    """Read a document to its end; returns the bytes after the headers."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=_TIMEOUT_SECONDS) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(PIECE_BYTES)
            if not piece:
                raise MismatchError(f"{path} ended early")
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise MismatchError(f"{path} responded {head[:200]!r}")
        total = len(body)
        while piece := connection.recv(PIECE_BYTES):
            total += len(piece)
        return total
