"""A client for single GET requests. Every response is checked before anything is timed."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30


class MismatchError(Exception):
    """A response is an error or differs from that of another server, so there is nothing to compare."""


@dataclass(frozen=True)
class Response:
    """A response with any status."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def get(url: str, headers: Mapping[str, str] | None = None) -> Response:
    """Send one GET on a new connection.

    Raises TimeoutError when the response does not come in time, another OSError when nobody listens.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request("GET", target, headers={"Accept-Encoding": "identity"} | dict(headers or {}))
        response = connection.getresponse()
        return Response(response.status, response.getheaders(), response.read())
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def get_ok(url: str, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """Send one GET; raises MismatchError when the response has another status."""
    response = get(url, headers)
    if response.status != status:
        raise MismatchError(f"{url} responded {response.status}, not {status}: {response.body[:500]!r}")
    return response
