"""Every address in every kind of response begins with the public base URL, or leads to a documented place elsewhere."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from app.endpoints.docs import ASSETS
from app.endpoints.explorer.files import files, files_digest
from app.http.routing import ApiRoute
from app.main import ROUTES, create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.conftest import CAMPAIGNS, SEEDS
from tests.lists import IDS
from tests.wire import serving

BASE = "https://example.org/open/data"
ORIGIN, PATH = "https://example.org", "/open/data"

VOCABULARIES = (
    *("https://schema.org/", "http://www.w3.org/", "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/"),
    "http://www.sitemaps.org/schemas/",
    *("http://www.opengis.net/ont/geosparql#", "http://publications.europa.eu/resource/authority/"),
    *("https://www.iana.org/assignments/media-types/", "https://datapackage.org/profiles/2.0/"),
)
"""What linked data and the data package refer to."""

POINTERS = frozenset(("field", "supports"))
"""The members that are JSON Pointers and no paths."""

NO_BODY = ("swagger-ui-bundle.js", "swagger-ui.css", "/api.js")
"""Files of Swagger UI, which only load what `docs.html` and `docs.js` name; a module that shows examples."""

ERRORS = {
    "/nothing": 404,
    "/v1/events/": 404,
    "/v1/event": 404,
    "/v1/events/maiji": 404,
    "/v1/events/tianshui-police-open-dya": 404,
    "/v1/events/tianshui-police-open-day/": 404,
    "/v1/events.doc": 404,
    "/docs/nothing.js": 404,
    "/v1/events/pingliang-cancelled-parade": 410,
    "/v1/events/pingliang-helmet-day": 308,
    "/v1/events/pingliang-helmet-day?lang=en": 308,
    "/v1/events?limit=-1": 422,
    "/v1/events?category=simposium": 422,
    "/v1/search": 422,
    "/v1/events?cursor=x": 422,
    "/v1/events.docx": 404,
    f"/v1/events?q={'x' * 9000}": 414,
}


def paths_of(route: ApiRoute) -> list[str]:
    """Return the paths of a route, with a record in place of an id."""
    before, has_id, after = route.path.partition("/{id}")
    path = f"{before}/{IDS[before.rpartition('/')[2]]}{after}" if has_id else route.path
    match re.findall(r"{(\w+)}", path):
        case []:
            return [path]
        case ["asset"]:
            return [path.replace("{asset}", name) for name in ASSETS]
        case ["digest", "file"]:
            return [f"/explorer/{files_digest()}/{name}" for name in files()]
        case ["format"]:
            # It only refuses formats.
            return []
        case other:
            raise AssertionError(f"{path}: say what to request for {other}")


def absolute_addresses(text: str) -> list[str]:
    return re.findall(r"https?://[^\s\"'<>\\`),，。）]+", text)


def addresses_in_seeds() -> frozenset[str]:
    """Return the addresses of sources and licences, which are elsewhere."""
    files = [*SEEDS.rglob("*.yaml"), *CAMPAIGNS.rglob("*.yaml")]
    return frozenset(address for file in files for address in absolute_addresses(file.read_text(encoding="utf-8")))


ELSEWHERE = addresses_in_seeds()
TARGETS = [
    *(path + ("?q=maiji" if path == "/v1/search" else "") for route in ROUTES for path in paths_of(route)),
    *(f"/v1/{name}?limit=1&include=evidence&include=translations&lang=en" for name in IDS),
    "/v1/events?limit=3&include=outcomes&include=locations&facet=location",
    "/v1/search?q=%E5%85%AC%E5%AE%89&limit=2",
]


@pytest.fixture(scope="module")
def client(two_campaigns_database: Path) -> Client:
    return Client(create_app(Settings(data=two_campaigns_database, public_base_url=BASE)))


def texts_of(response: httpx.Response) -> Iterator[str]:
    """Return the texts in a body: of a workbook those of all its members."""
    content_type = response.headers.get("content-type", "")
    if "spreadsheetml" in content_type:
        with zipfile.ZipFile(io.BytesIO(response.content)) as book:
            names = [name for name in book.namelist() if name in ("xl/sharedStrings.xml", "docProps/core.xml")]
            assert names
            for name in names:
                # The namespaces of the format are no addresses.
                yield re.sub(r'xmlns(:\w+)?="[^"]*"|xsi:type="[^"]*"|<\?xml.*?\?>', "", book.read(name).decode())
    elif content_type.startswith("text/calendar"):
        yield re.sub(r"\r\n[ \t]", "", response.text)
    elif not content_type.startswith("image/"):
        yield response.text


def is_elsewhere(address: str) -> bool:
    """Return whether an address is of a vocabulary, or one that the seeds contain."""
    return address in ELSEWHERE or address.startswith(VOCABULARIES)


def paths_in(node: Any, name: str = "") -> Iterator[str]:
    """Return the paths among the values of JSON."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from paths_in(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from paths_in(value, name)
    elif isinstance(node, str) and node.startswith("/") and name not in POINTERS:
        yield node


def check(response: httpx.Response, target: str) -> int:
    """Check all addresses of a response; returns how many of this service there are."""
    count = 0
    found = [address for text in texts_of(response) for address in absolute_addresses(text)]
    found += [response.headers[header] for header in ("location", "content-location") if header in response.headers]
    found += re.findall(r"<([^>]*)>", response.headers.get("link", ""))
    for address in found:
        # What describes addresses may name the base alone.
        if not is_elsewhere(address):
            assert address == BASE or address.startswith(f"{BASE}/"), (target, address)
            count += 1
    if "json" in response.headers.get("content-type", "") and "jsonl" not in response.headers["content-type"]:
        for path in paths_in(response.json()):
            assert path.startswith(f"{PATH}/"), (target, path)
            count += 1
    if response.headers.get("content-type", "").startswith("text/html"):
        for reference in re.findall(r'(?:href|src|action)="([^"]*)"', response.text):
            address = urljoin(BASE + target, unescape(reference))
            assert address == BASE or address.startswith(f"{BASE}/") or is_elsewhere(address), reference
            count += 1
    return count


@pytest.mark.parametrize("target", TARGETS)
def test_addresses_in_responses(client: Client, target: str) -> None:
    if target == "/openapi.json" or target.endswith(NO_BODY):
        return
    response = client.request(target)
    assert response.status_code == 200
    count = check(response, target)
    described = ("/v1", "/catalog.jsonld", "/datapackage.json", "/.well-known/")
    has_addresses = target == "/" or target.startswith(described)
    assert count > 0 or not has_addresses, "a list, a record or a document has its own address or links"
    assert client.request(target, "HEAD").headers.get("link") == response.headers.get("link")


@pytest.mark.parametrize("target", ERRORS)
def test_addresses_in_problems_and_redirects(client: Client, target: str) -> None:
    response = client.request(target)
    assert response.status_code == ERRORS[target]
    assert check(response, target) > 0
    if response.status_code == 308:
        assert response.headers["location"].startswith(f"{BASE}/v1/events/pingliang-")
    else:
        problem = response.json()
        assert problem["instance"] == PATH + target.partition("?")[0]
        assert response.status_code != 404 or problem["nearest"]


def test_every_nearest_path_is_one_of_the_service(client: Client) -> None:
    for target, status in ERRORS.items():
        if status == 404:
            for near in client.request(target).json()["nearest"]:
                assert near.startswith(f"{PATH}/")
                assert client.request(near.removeprefix(PATH)).status_code in (200, 422), near


def test_addresses_in_the_description(client: Client) -> None:
    response = client.request("/openapi.json")
    document = response.json()
    assert [server["url"] for server in document["servers"]] == [BASE]
    paths = document.pop("paths")
    for address in absolute_addresses(json.dumps([document, paths], ensure_ascii=False)):
        assert address.startswith(BASE) or is_elsewhere(address), address
    examples = [
        content["example"]
        for operation in paths.values()
        for response_ in operation["get"]["responses"].values()
        for content in response_.get("content", {}).values()
        if "example" in content and not isinstance(content["example"], str)
    ]
    assert len(examples) > 50
    for example in examples:
        for path in paths_in(example):
            assert path.startswith(f"{PATH}/"), path
    schemas = document["components"]["schemas"]
    assert schemas["ProblemDocument"]["properties"]["instance"]["examples"] == [f"{PATH}/v1/events"]
    for links in ("ListLinks", "RecordLinks"):
        for field in schemas[links]["properties"].values():
            assert all(example.startswith(f"{BASE}/v1/") for example in field.get("examples", ()))


def test_problems_that_end_a_connection(two_campaigns_database: Path) -> None:
    app = create_app(Settings(data=two_campaigns_database, public_base_url=BASE))
    with serving(app, Protocol) as wire, wire.connect() as connection:
        received = connection.request(b"NONSENSE\r\n\r\n")
    assert json.loads(received.body)["instance"] == f"{PATH}/"


@pytest.mark.parametrize("base", [None, "https://example.org", "https://example.org/"])
def test_without_a_path_in_the_base_url_paths_are_those_of_the_service(
    two_campaigns_database: Path, base: str | None
) -> None:
    settings = Settings(data=two_campaigns_database, public_base_url=base)
    problem = Client(create_app(settings)).request("/v1/event").json()
    assert (problem["instance"], problem["nearest"][0]) == ("/v1/event", "/v1/events")


PATHS = sorted({path for route in ROUTES for path in paths_of(route)})
OWN_PATHS = sorted({"/".join(path.split("/")[:end]) for path in PATHS for end in (2, 3)} - {"/"})
"""What all paths of the service begin with."""


@pytest.mark.slow
@pytest.mark.parametrize("base", OWN_PATHS)
def test_the_path_of_the_base_url_may_be_one_of_the_service(tianshui_database: Path, base: str) -> None:
    client = Client(create_app(Settings(data=tianshui_database, public_base_url=f"{ORIGIN}{base}")))
    # A search needs words, and describing the service takes long; the base path alone is a path of the service.
    for target in {*PATHS, "/v1/search?q=maiji"} - {"/", "/v1/search", "/openapi.json"}:
        if base == "/v1" and f"/v1{target}" in PATHS:
            # It is the address of the page, or of the record without the path of the base URL, which comes first.
            continue
        removed, kept = (client.request(f"{prefix}{target}", "HEAD") for prefix in ("", base))
        assert (removed.status_code, kept.status_code) == (200, 200), target
        for name in ("content-type", "etag", "content-security-policy"):
            assert removed.headers.get(name) == kept.headers.get(name), target
