"""Clients that send or read slowly: `python -m tests.endurance.slow_clients PORT COUNT SECONDS`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

_DROP_SECONDS = 0.5
_REQUEST = b"GET /v1/events?limit=200&include=evidence&include=translations HTTP/1.1\r\nHost: example.org\r\n\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def send_headers_slowly(streams: Streams) -> None:
    """Send a header that has no end."""
    _, writer = streams
    writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
    await _drip(writer)


async def send_body_slowly(streams: Streams) -> None:
    """Send content that is not needed."""
    _, writer = streams
    writer.write(b"POST /v1/events HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1000000\r\n\r\n")
    await _drip(writer)


async def read_slowly(streams: Streams) -> None:
    """Request a lot and read it byte by byte."""
    reader, writer = streams
    writer.write(_REQUEST * 20)
    async for _ in _bytes_of(reader):
        await asyncio.sleep(_DROP_SECONDS)


async def _bytes_of(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while byte := await reader.read(1):
        yield byte


async def _drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(_DROP_SECONDS)


async def repeat(port: int, act: Callable[[Streams], Awaitable[None]]) -> None:
    """Connect and act, and connect again when the server closes the connection."""
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
            try:
                await act((reader, writer))
            finally:
                writer.close()
        await asyncio.sleep(0.1)


async def main(port: int, count: int, seconds: float) -> None:
    """Run that many slow clients for that long."""
    kinds = (send_headers_slowly, send_body_slowly, read_slowly)
    clients = [asyncio.create_task(repeat(port, kinds[number % 3])) for number in range(count)]
    await asyncio.sleep(seconds)
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
