"""The ETag, Vary and Content-Language of responses whose language is chosen by `Accept-Language` alone."""

from collections.abc import Callable, Iterator, Mapping
from itertools import permutations
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.lists import LISTS
from tests.wire import serving

SendRequest = Callable[[str, Mapping[str, str]], httpx.Response]

LANGUAGES = {"en": "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}
"""What is sent as Accept-Language, and the language of the response."""

FORMATS = {
    "events": ("csv", "xlsx", "geojson", "ics", "jsonl", "jsonld"),
    "locations": ("csv", "xlsx", "geojson", "jsonl"),
    "outcomes": ("csv", "xlsx", "jsonl"),
}
TARGETS = (
    *(f"/v1/{name}" for name in LISTS),
    *("/v1/campaigns/pingliang", "/v1/campaigns/pingliang/summary", "/v1/campaigns/pingliang/snapshot"),
    *("/v1/events/pingliang-safety-quiz", "/v1/locations/maiji", "/v1/outcomes/pingliang-audience"),
    *("/v1/sources/pingliang-report", "/v1/search?q=maiji", "/v1/events?facet=category&limit=1"),
    *(f"/v1/{name}.{extension}" for name, extensions in FORMATS.items() for extension in extensions),
)
ENCODINGS = ("identity", "br", "gzip", "zstd")


@pytest.fixture(scope="module", params=["application", "server"])
def send_request(request: pytest.FixtureRequest, both: Client, two_campaigns_database: Path) -> Iterator[SendRequest]:
    """Send requests over ASGI, or a real server by its fast path."""
    if request.param == "application":
        yield lambda target, headers: both.request(target, headers=headers)
        return
    with (
        serving(create_app(Settings(data=two_campaigns_database)), Protocol) as wire,
        httpx.Client(base_url=f"http://127.0.0.1:{wire.port}", headers={"Accept-Encoding": "identity"}) as client,
    ):
        yield lambda target, headers: client.get(target, headers=headers)


@pytest.mark.parametrize("target", TARGETS)
def test_each_language_has_validators_of_its_own(send_request: SendRequest, target: str) -> None:
    # The second time from the cache, where there is one.
    for _ in range(2):
        responses = {tag: send_request(target, {"Accept-Language": tag}) for tag in LANGUAGES}
        for tag, response in responses.items():
            assert response.status_code == 200
            assert response.headers["content-language"] == LANGUAGES[tag]
            assert "Accept-Language" in response.headers["vary"].split(", ")
            again = send_request(target, {"Accept-Language": tag, "If-None-Match": response.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == response.headers["etag"]
            assert again.headers["vary"] == response.headers["vary"]
        assert len({response.headers["etag"] for response in responses.values()}) == len(LANGUAGES)
        assert len({response.content for response in responses.values()}) == len(LANGUAGES)
        for one, other in permutations(LANGUAGES, 2):
            has_other = {"Accept-Language": one, "If-None-Match": responses[other].headers["etag"]}
            response = send_request(target, has_other)
            assert (response.status_code, response.content) == (200, responses[one].content)


@pytest.mark.parametrize("target", ["/v1/events", "/v1/events.csv", "/v1/campaigns/tianshui/snapshot"])
def test_no_encoding_of_one_language_stands_for_another(send_request: SendRequest, target: str) -> None:
    tags = {
        (tag, encoding): send_request(target, {"Accept-Language": tag, "Accept-Encoding": encoding}).headers["etag"]
        for tag in LANGUAGES
        for encoding in ENCODINGS
    }
    assert len(set(tags.values())) == len(tags)
    everything = ", ".join(tags.values())
    for (tag, encoding), etag in tags.items():
        headers = {"Accept-Language": tag, "Accept-Encoding": encoding}
        others = everything.replace(f"{etag}", '"none"')
        assert send_request(target, headers | {"If-None-Match": others}).status_code == 200
        assert send_request(target, headers | {"If-None-Match": everything}).status_code == 304


@pytest.mark.parametrize("target", TARGETS)
def test_a_language_in_the_address_makes_the_header_irrelevant(send_request: SendRequest, target: str) -> None:
    address = f"{target}{'&' if '?' in target else '?'}lang=en"
    responses = [send_request(address, {"Accept-Language": tag}) for tag in LANGUAGES]
    assert {response.headers["content-language"] for response in responses} == {"en"}
    assert len({response.headers["etag"] for response in responses}) == 1
    assert not any("Accept-Language" in response.headers.get("vary", "") for response in responses)


@pytest.mark.parametrize(("target", "status"), [("/v1/events/pingliang-cancelled-parade", 410)])
def test_a_problem_in_the_language_of_the_client_says_so(send_request: SendRequest, target: str, status: int) -> None:
    details = set()
    for tag, language in LANGUAGES.items():
        problem = send_request(target, {"Accept-Language": tag, "If-None-Match": "*"})
        assert problem.status_code == problem.json()["status"] == status
        assert language in problem.headers["content-language"].split(", ")
        assert "Accept-Language" in problem.headers["vary"].split(", ")
        assert problem.headers["cache-control"] == "no-store"
        assert "etag" not in problem.headers
        details.add(problem.json()["detail"])
    assert len(details) == len(LANGUAGES)
