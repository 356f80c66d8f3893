"""Sending a list of requests to the server of a database, references resolved."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from tests.tools.recorder.client import Client, Received
from tests.tools.recorder.masks import Masks
from tests.tools.recorder.model import Exchange, Request, Response

_REFERENCE = re.compile(r"\{(etag|modified|next) (\d+)\}")


class UnresolvedError(LookupError):
    """A reference is to something that the earlier response does not have."""


def run(database: str, port: int, requests: Iterable[Request], masks: Masks) -> Iterator[Exchange]:
    """Send requests one after another; gives each with its response."""
    client = Client(port)
    known: dict[str, str] = {}
    try:
        for number, request in enumerate(requests):
            try:
                received = _send(client, request, known)
            except UnresolvedError as error:
                response = Response(0, (), f"<not sent: earlier response has no {error}>")
            else:
                _remember(number, received, known)
                response = masks.mask(number, request, received)
            yield Exchange(database, number, request, response)
    finally:
        client.close()


def versions_of(port: int) -> dict[str, str]:
    """Return the data's version and those of the campaigns, each with its placeholder."""
    client = Client(port)
    try:
        versions = {json.loads(client.send("GET", "/readyz", []).body)["version"]: "<version>"}
        campaigns = json.loads(client.send("GET", "/v1/campaigns?limit=200", []).body)["data"]
        return versions | {one["version"]: f"<version of {one['id']}>" for one in campaigns}
    finally:
        client.close()


def _send(client: Client, request: Request, known: dict[str, str]) -> Received:
    if request.raw is not None:
        return client.send_raw(request.raw.encode("latin-1"))

    def resolve(text: str) -> str:
        return _REFERENCE.sub(lambda found: _look_up(f"{found[1]} {found[2]}", known), text)

    target = quote(resolve(request.target), safe="/?&=%:,;@+-._~!$'()*|[]{}#^`\"<>\\")
    return client.send(request.method, target, [(name, resolve(value)) for name, value in request.headers])


def _look_up(reference: str, known: dict[str, str]) -> str:
    if reference not in known:
        raise UnresolvedError(reference)
    return known[reference]


def _remember(number: int, received: Received, known: dict[str, str]) -> None:
    for kind, name in (("etag", "etag"), ("modified", "last-modified")):
        value = received.header(name)
        if value is not None:
            known[f"{kind} {number}"] = value
    link = re.match(r'<([^>]*)>; rel="?next', received.header("link") or "")
    if link:
        parts = urlsplit(link[1])
        known[f"next {number}"] = f"{parts.path}?{parts.query}"
