"""Very many clients at once: `python -m tests.endurance.crowd PORT COUNT SECONDS` prints what they were answered."""

import asyncio
import json
import sys
from collections import Counter
from itertools import count
from urllib.parse import quote

_WAIT_SECONDS = 30
"""After how long a client is left hanging."""

KEPT = "/v1/events?limit=20"


async def ask(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], target: str) -> tuple[int, bool]:
    """Ask once; gives the status, and whether there is more to ask on the connection."""
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


async def client(port: int, number: int, until: float, told: Counter[str]) -> None:
    """Ask what is kept and what has to be found, in turns, on connections of one's own."""
    loop = asyncio.get_running_loop()
    turns = count()
    while loop.time() < until:
        streams = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), _WAIT_SECONDS)
        try:
            goes_on = True
            while goes_on and loop.time() < until:
                turn = next(turns)
                target = (
                    KEPT,
                    f"/v1/events?limit={1 + (number + turn) % 200}&facet=category",
                    f"/v1/search?q={quote(chr(0x4E00 + (number * 31 + turn) % 5000))}",
                )[turn % 3]
                status, goes_on = await asyncio.wait_for(ask(streams, target), _WAIT_SECONDS)
                told[f"{'kept' if target == KEPT else 'found'} {status}"] += 1
        except TimeoutError:
            told["hanging"] += 1
        finally:
            streams[1].close()


async def main(port: int, clients: int, seconds: float) -> None:
    """Be so many clients for so long."""
    told: Counter[str] = Counter()
    until = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(*(client(port, number, until, told) for number in range(clients)))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
