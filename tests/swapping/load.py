"""Clients that send requests without pause, and compare every response with the known bytes."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from app.main import create_app
from app.settings import Settings
from tests.client import Client
from tests.swapping.server import BASE

TARGETS = (
    *(f"/v1/events?lang=en&limit={limit}" for limit in range(1, 41)),
    *(f"/v1/outcomes?lang=zh-Hant&limit={limit}&facet=kind&include=evidence" for limit in range(1, 11)),
    *(f"/v1/search?q=%E5%85%AC%E5%AE%89&lang=en&limit={limit}" for limit in range(1, 6)),
    "/v1/campaigns?lang=en",
    "/v1/campaigns/tianshui?lang=en&include=translations",
    "/v1/campaigns/tianshui/summary?lang=en",
    "/v1/campaigns/tianshui/snapshot?lang=en",
    "/v1/events/tianshui-themed-symposium?lang=en&include=outcomes&include=locations",
    "/v1/locations/maiji?lang=en",
    "/v1/events.csv?lang=en",
    "/v1/events.jsonl?lang=en",
    "/v1/outcomes.xlsx?lang=en",
)
"""Lists, records, slow responses and streams."""


@dataclass(frozen=True)
class Known:
    """A response in one version of the data."""

    version: str
    etag: bytes
    data_version: bytes | None
    body: bytes


ResponsesByVersion = Mapping[str, Mapping[bytes, Known]]
"""The responses to each target, one for each version, by ETag."""


def known_responses(databases: Sequence[Path]) -> ResponsesByVersion:
    """Return the responses of each database to every target."""
    responses: dict[str, dict[bytes, Known]] = {target: {} for target in TARGETS}
    for database in databases:
        client = Client(create_app(Settings(data=database, public_base_url=BASE)))
        version = client.get("/readyz")["version"]
        for target in TARGETS:
            response = client.request(target)
            assert response.status_code == 200, (target, response.text)
            etag = response.headers["etag"].encode()
            data_version = response.headers.get("x-data-version")
            known = Known(version, etag, data_version and data_version.encode(), response.content)
            same = responses[target].setdefault(etag, known)
            assert same.body == known.body, "two versions that cannot be told apart"
    return responses


@dataclass
class Load:
    """Several clients, and the counts of their responses."""

    responses: ResponsesByVersion
    requests: int = 0
    not_modified: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    is_over: bool = False

    async def run(self, address: str, clients: int) -> None:
        """Send requests until `is_over` is set, or a response is wrong."""
        await asyncio.gather(*(self._client(address, number) for number in range(clients)))

    async def _client(self, address: str, number: int) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            for target, etag in _requested(self.responses, number):
                if self.is_over or self.faults:
                    return
                condition = b"If-None-Match: %b\r\n" % etag if etag else b""
                writer.write(b"GET %b HTTP/1.1\r\nHost: x\r\n%b\r\n" % (target.encode(), condition))
                head, body = await _read(reader)
                self.requests += 1
                self._judge(target, etag, head, body)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.faults.append(f"client {number}: {error!r}")
        finally:
            writer.close()
            await writer.wait_closed()

    def _judge(self, target: str, if_none_match: bytes | None, head: bytes, body: bytes) -> None:
        lines = head.split(b"\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in lines[1:] if line)
        known = self.responses[target].get(headers.get(b"etag", b""))
        if known is None:
            self.faults.append(f"{target}: {head!r} {body[:300]!r}")
            return
        has_it = if_none_match == known.etag
        right = (304, b"") if has_it else (200, known.body)
        version = headers.get(b"x-data-version")
        if (int(lines[0].split()[1]), body) != right or (version != known.data_version and not has_it):
            self.faults.append(f"{target}: not as in version {known.version}: {head!r} {body[:300]!r}")
        self.not_modified += has_it
        self.versions[known.version] += 1


def _requested(responses: ResponsesByVersion, number: int) -> Iterator[tuple[str, bytes | None]]:
    """Yield the targets of a client without end, each with the ETags of all versions in turn."""
    etags = {target: cycle([None, *known]) for target, known in responses.items()}
    for target in islice(cycle(TARGETS), number * 7, None):
        yield target, next(etags[target])


async def _read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 304 " in head[:16]:
        return head, b""
    low = head.lower()
    if b"transfer-encoding: chunked" in low:
        pieces = []
        while size := int(await reader.readuntil(b"\r\n"), 16):
            pieces.append((await reader.readexactly(size + 2))[:-2])
        await reader.readexactly(2)
        return head, b"".join(pieces)
    length = int(low.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head, await reader.readexactly(length)
