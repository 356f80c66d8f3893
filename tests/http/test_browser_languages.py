"""Accept-Language as browsers send it: several tags with regions, weights and commas, one after another."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.http.cache import ResponseCache
from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.wire import serving

SendRequest = Callable[[str, str], tuple[str, str]]

HANT, HANS, EN = "zh-Hant", "zh-Hans", "en"
BROWSERS = {
    "zh-TW,zh;q=0.9,en;q=0.8": HANT,
    "zh-TW,zh;q=0.9": HANT,
    "zh-HK,zh;q=0.9,en;q=0.8": HANT,
    "zh-MO,zh;q=0.9,en;q=0.8": HANT,
    "zh-CN,zh;q=0.9": HANS,
    "zh-CN,zh;q=0.9,en;q=0.8": HANS,
    "zh-CN,zh;q=0.8,zh-TW;q=0.7,zh-HK;q=0.5,en-US;q=0.3,en;q=0.2": HANS,
    "zh-SG,zh;q=0.9,en;q=0.8": HANS,
    "zh-MY,zh;q=0.9,en;q=0.8": HANS,
    "zh-TW,zh-CN;q=0.9,en;q=0.8": HANT,
    "zh-TW;q=0.8,zh-CN;q=0.9,en;q=0.7": HANS,
    "en-US,en;q=0.5": EN,
    "en-GB,en;q=0.9,zh-TW;q=0.8": EN,
    "en-US,en;q=0.9,zh-CN;q=0.8,zh;q=0.7": EN,
    "en;q=0.1,zh-TW;q=0.2": HANT,
    "en;q=0.1,zh-CN;q=0.2": HANS,
    "fr-FR,fr;q=0.9,zh-HK;q=0.2": HANT,
    "fr-FR,fr;q=0.9,zh-SG;q=0.2": HANS,
}
"""Headers, and the language that the response must have."""

SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.lower,
    lambda header: header.replace(",", ", ").replace(";", "; "),
    lambda header: re.sub(r"(q=0\.\d)", r"\g<1>00", header),
)
"""Ways to write a header that change nothing of what it requests."""

LIST, RECORD = "/v1/events?limit=1", "/v1/locations/maiji"


class Service:
    """A service that can be queried, and made to empty its response cache."""

    def __init__(self, app: FastAPI, send_request: SendRequest) -> None:
        self.request = send_request
        self._app = app

    def empty_cache(self) -> None:
        context = self._app.state.context
        self._app.state.context = replace(context, cache=ResponseCache(context.settings.cache_bytes))


@pytest.fixture(scope="module", params=["application", "server"])
def service(request: pytest.FixtureRequest, two_campaigns_database: Path) -> Iterator[Service]:
    """One service for all tests: asked over ASGI, or over a connection to its server's fast path."""
    app = create_app(Settings(data=two_campaigns_database))
    if request.param == "application":
        client = Client(app)

        def send_request(target: str, accept_language: str) -> tuple[str, str]:
            response = client.request(target, headers={"Accept-Language": accept_language})
            return response.headers["content-language"], response.text

        yield Service(app, send_request)
        return
    with serving(app, Protocol) as wire, wire.connect() as connection:

        def send_to_server(target: str, accept_language: str) -> tuple[str, str]:
            head = f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept-Language: {accept_language}\r\n\r\n"
            received = connection.request(head.encode())
            return received.header(b"content-language").decode(), received.body.decode()

        yield Service(app, send_to_server)


@pytest.fixture(scope="module")
def expected(both: Client) -> dict[tuple[str, str], str]:
    """The data that a target has in each language, requested by `lang`."""
    return {
        (target, language): both.request(f"{target}{'&' if '?' in target else '?'}lang={language}").text.split(
            '"meta"'
        )[0]
        for target in (LIST, RECORD)
        for language in (HANT, HANS, EN)
    }


def check(service: Service, expected: dict[tuple[str, str], str], target: str, header: str, language: str) -> None:
    chosen, body = service.request(target, header)
    assert chosen == language, header
    assert body.split('"meta"')[0] == expected[target, language], header


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("header", BROWSERS)
def test_each_alone(
    service: Service, expected: dict[tuple[str, str], str], header: str, spelling: Callable[[str], str]
) -> None:
    for target in (LIST, RECORD):
        service.empty_cache()
        # Alone, and then from the cache.
        for _ in range(2):
            check(service, expected, target, spelling(header), BROWSERS[header])


def test_each_right_after_each_other(service: Service, expected: dict[tuple[str, str], str]) -> None:
    for one, other in permutations(BROWSERS, 2):
        if BROWSERS[one] != BROWSERS[other]:
            service.empty_cache()
            for header in (one, other, one, other):
                check(service, expected, LIST, header, BROWSERS[header])


def test_all_one_after_another(service: Service, expected: dict[tuple[str, str], str]) -> None:
    service.empty_cache()
    for spelling in SPELLINGS * 2:
        for target in (LIST, RECORD):
            for header, language in BROWSERS.items():
                check(service, expected, target, spelling(header), language)
