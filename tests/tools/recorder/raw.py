"""Requests as raw bytes: odd targets, broken syntax, pipelines."""

from collections.abc import Iterator

from tests.server.raw_requests import WRITTEN
from tests.server.raw_targets import TARGET_CASES
from tests.tools.recorder.model import Request

_LARGEST = 50_000
"""Bytes. Of larger requests the server may drop the rest, and its response with it: that would not be repeatable."""

_LAST = b"GET /healthz HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"


def raw_requests() -> Iterator[Request]:
    """Return the requests; after those that leave the connection open comes one that closes it."""
    for group, cases in (WRITTEN | TARGET_CASES).items():
        for name, case in cases.items():
            data = case.raw if case.closes else case.raw + _LAST
            if len(data) <= _LARGEST:
                yield Request("RAW", f"{group}: {name}", raw=data.decode("latin-1"))
