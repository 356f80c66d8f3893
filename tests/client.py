"""Requesting the application over ASGI, as a client would over the wire."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
from starlette.types import ASGIApp

BASE = "http://127.0.0.1:8000"


class Client:
    """A client without keep-alive or cookies; requests are independent."""

    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=True)

    def request(
        self, target: str, method: str = "GET", headers: Mapping[str, str] | Sequence[tuple[str, str]] = ()
    ) -> httpx.Response:
        """Send one request to a path with its query."""
        given = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        # httpx adds Accept-Encoding; a test that wants an encoding sets the header.
        if "accept-encoding" not in {name.lower() for name, _ in given}:
            given.append(("Accept-Encoding", "identity"))

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=BASE) as client:
                return await client.request(method, target, headers=given)

        return asyncio.run(send())

    def get(self, target: str, **headers: str) -> Any:
        """Get JSON that must be there; underscores in the names of headers stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.request(target, headers=named)
        assert response.status_code == 200, response.text
        return response.json()

    def ids(self, target: str) -> list[str]:
        """Get the ids of a page, in order."""
        return [record["id"] for record in self.get(target)["data"]]

    def errors(self, target: str) -> list[dict[str, Any]]:
        """Get the errors of a query that must be refused."""
        response = self.request(target)
        assert response.status_code == 422, response.text
        assert response.headers["content-type"] == "application/problem+json"
        errors: list[dict[str, Any]] = response.json()["errors"]
        assert errors
        return errors

    def pages(self, target: str) -> Iterator[dict[str, Any]]:
        """Follow `links.next` from a first page to the last, giving every page."""
        address: str | None = target
        visited: set[str] = set()
        while address is not None:
            assert address not in visited, f"pagination came back to {address}"
            visited.add(address)
            page = self.get(address)
            yield page
            address = page["links"]["next"]
