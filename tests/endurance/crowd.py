"""Many concurrent clients: `python -m tests.endurance.crowd PORT COUNT SECONDS` prints the statuses that they got."""

import asyncio
import json
import sys
from collections import Counter
from itertools import count
from urllib.parse import quote

_WAIT_SECONDS = 30
"""The time after which a client counts as hanging."""

CACHED = "/v1/events?limit=20"


async def send_request(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], target: str) -> tuple[int, bool]:
    """Send one request; returns the status, and whether the connection stays open."""
    reader, writer = streams
    writer.write(f"GET {target} HTTP/1.1\r\nHost: example.org\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    body = await reader.readexactly(int(lines[b"content-length"]))
    status = int(head.split(b" ", 2)[1])
    if status == 200:
        assert body.endswith(b"}"), body[-100:]
    if status == 503:
        assert lines[b"retry-after"].isdigit(), head
    return status, lines.get(b"connection") != b"close"


async def client(port: int, number: int, until: float, statuses: Counter[str]) -> None:
    """Send cached and uncached requests in turns, on connections of its own."""
    loop = asyncio.get_running_loop()
    turns = count()
    while loop.time() < until:
        streams = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), _WAIT_SECONDS)
        try:
            goes_on = True
            while goes_on and loop.time() < until:
                turn = next(turns)
                target = (
                    CACHED,
                    f"/v1/events?limit={1 + (number + turn) % 200}&facet=category",
                    f"/v1/search?q={quote(chr(0x4E00 + (number * 31 + turn) % 5000))}",
                )[turn % 3]
                status, goes_on = await asyncio.wait_for(send_request(streams, target), _WAIT_SECONDS)
                statuses[f"{'cached' if target == CACHED else 'rendered'} {status}"] += 1
        except TimeoutError:
            statuses["hanging"] += 1
        finally:
            streams[1].close()


async def main(port: int, clients: int, seconds: float) -> None:
    """Run that many clients for that long."""
    statuses: Counter[str] = Counter()
    until = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(*(client(port, number, until, statuses) for number in range(clients)))
    sys.stdout.write(json.dumps(statuses))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
