"""The OpenAPI document and its page in the language of their reader."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from app.languages import LANGUAGES
from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.languages import EN, HANS, HANT
from tests.wire import serving

Get = Callable[..., httpx.Response]

MANUAL = ("/openapi.json", "/docs")


@pytest.fixture(scope="module", params=["application", "server"])
def get(request: pytest.FixtureRequest, tianshui: Client, tianshui_database: Path) -> Iterator[Get]:
    """Request over ASGI, or of a server by its fast path."""
    with (
        serving(create_app(Settings(data=tianshui_database)), Protocol) as wire,
        httpx.Client(base_url=f"http://127.0.0.1:{wire.port}", headers={"Accept-Encoding": "identity"}) as client,
    ):

        def send_request(target: str, **headers: str) -> httpx.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if request.param == "application":
                return tianshui.request(target, headers=named)
            return client.get(target, headers=named)

        yield send_request


def language_of(response: httpx.Response) -> str:
    """Return the language that a response is in, by its body."""
    assert response.status_code == 200
    if response.headers["content-type"].startswith("text/html"):
        (tag,) = re.findall(r'<html lang="([^"]*)"', response.text)
        assert {"zh-Hans": "宣传活动", "zh-Hant": "宣傳活動", "en": "Campaign"}[tag] in response.text
        return str(tag)
    return {"宣传活动 API": "zh-Hans", "宣傳活動 API": "zh-Hant", "Campaign API": "en"}[
        response.json()["info"]["title"]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("target", MANUAL)
def test_the_address_then_the_header_then_english_decides(get: Get, target: str) -> None:
    # The second time from the cache.
    for _ in range(2):
        for query, header, language, varies in (
            ("", None, EN, True),
            ("", "zh-CN,zh;q=0.9,en;q=0.8", HANS, True),
            ("", "zh-TW", HANT, True),
            ("", "zh", HANS, True),
            ("", "fr, *;q=0.1", EN, True),
            ("?lang=zh-Hans", "en", HANS, False),
            ("?lang=zh-HK", "en", HANT, False),
            ("?lang=en", "zh-CN", EN, False),
            ("?other=1&lang=zh-Hant", None, HANT, False),
            # One that is not known counts as absent.
            ("?lang=xx", "zh-CN", HANS, True),
            ("?lang=", "zh-TW", HANT, True),
            ("?lang=en&lang=zh-Hans", None, EN, True),
            ("?lang=%zz&x", None, EN, True),
        ):
            response = get(target + query, **({"Accept_Language": header} if header else {}))
            assert language_of(response) == response.headers["content-language"] == language, query
            assert ("Accept-Language" in response.headers.get("vary", "").split(", ")) == varies, query


@pytest.mark.slow
@pytest.mark.parametrize("target", MANUAL)
def test_each_language_has_validators_of_its_own(get: Get, target: str) -> None:
    tags = {language: get(target, Accept_Language=language).headers["etag"] for language in LANGUAGES}
    assert len(set(tags.values())) == len(LANGUAGES)
    for language, etag in tags.items():
        assert get(target, Accept_Language=language, If_None_Match=etag).status_code == 304
        by_address = get(f"{target}?lang={language}").headers["etag"]
        assert by_address not in tags.values()
        assert get(f"{target}?lang={language}", If_None_Match=by_address).status_code == 304
        others = ", ".join(set(tags.values()) - {etag})
        assert language_of(get(target, Accept_Language=language, If_None_Match=others)) == language


def test_the_page_links_to_the_languages_and_loads_the_document_in_its_own(get: Get) -> None:
    page = get("/docs?lang=zh-Hant").text
    links = re.findall(
        r'<a href="\?lang=([^"]*)" lang="([^"]*)" hreflang="[^"]*"( aria-current="true")?>([^<]*)</a>', page
    )
    assert [(tag, name) for tag, _, _, name in links] == [
        ("zh-Hant", "繁體中文"),
        ("zh-Hans", "简体中文"),
        ("en", "English"),
    ]
    assert [tag for tag, _, current, _ in links if current] == ["zh-Hant"]
    assert '<nav aria-label="語言">' in page
    assert 'href="openapi.json?lang=zh-Hant"' in page
    assert "$" not in page
    script = get("/docs/docs.js").text
    assert '"openapi.json?lang=" + page.lang' in script


def test_all_spellings_of_a_language_share_an_entry_of_the_cache(tianshui_database: Path) -> None:
    app = create_app(Settings(data=tianshui_database))
    client, cache = Client(app), app.state.context.cache
    for spellings in (("", "?lang=xx", "?x=1", "?lang=en&lang=en"), ("?lang=zh-Hans", "?lang=zh-CN&x", "?x&lang=zh")):
        sizes = []
        for query in spellings:
            assert client.request(f"/docs{query}").status_code == 200
            sizes.append(cache.size)
        assert len(set(sizes)) == 1
