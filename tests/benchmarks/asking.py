"""Asking a server once, for looking at what it answers: nothing is timed whose answer was not looked at."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 120


class UnequalError(Exception):
    """Two servers do not answer the same, or not at all, so that there is nothing to compare."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came, whatever its status."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def ask(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Send one GET by a connection of its own; raises OSError where nobody listens."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request("GET", target, headers={"Accept-Encoding": "identity"} | dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def ask_well(url: str, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    """Send one GET that must be answered with this status; raises UnequalError where it is not."""
    answer = ask(url, headers)
    if answer.status != status:
        raise UnequalError(f"{url} answered {answer.status}, not {status}: {answer.body[:500]!r}")
    return answer
