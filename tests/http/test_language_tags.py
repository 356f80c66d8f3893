"""The parameter `lang` takes any tag that means one of the languages, as `Accept-Language` does."""

import httpx
import pytest

from app.languages import LANGUAGES
from tests.client import Client

HANT, HANS, EN = "zh-Hant", "zh-Hans", "en"
TAGS = {
    **dict.fromkeys(("zh-TW", "zh-HK", "zh-MO", "zh-hant", "zh_TW", "zh-Hant-HK", "zh-cmn-Hant-TW", "zh-CHT"), HANT),
    **dict.fromkeys(("zh-CN", "zh-SG", "zh-MY", "ZH-CN", "zh_CN", "zh-Hans-CN", "zh-Hans-HK", "zh-CHS"), HANS),
    **dict.fromkeys(("en-US", "en-GB", "EN", "en_AU", "en-Latn-US", "en-US-x-twain"), EN),
}
OPEN = ("zh", "ZH", "zh-cmn", "zh-XX")
"""Tags of Chinese that leave the script open: it is that of the source."""

TARGETS = {
    "/v1/events": HANT,
    "/v1/events?campaign=pingliang&limit=1&facet=kind": HANS,
    "/v1/events?campaign=pingliang&campaign=tianshui": HANT,
    "/v1/events.csv": HANT,
    "/v1/outcomes.jsonl?campaign=pingliang": HANS,
    "/v1/locations?sort=name&limit=2": HANT,
    "/v1/search?q=maiji": HANT,
    "/v1/search?q=pingliang&campaign=pingliang": HANS,
    "/v1/events/tianshui-police-open-day?include=evidence": HANT,
    "/v1/events/pingliang-safety-quiz": HANS,
    "/v1/campaigns/tianshui/summary": HANT,
    "/v1/campaigns/pingliang/summary": HANS,
    "/v1/campaigns/pingliang/snapshot": HANS,
    "/v1/sources": HANT,
}
"""Targets, and the source language of what they are about."""


def send(client: Client, target: str, tag: str | None = None, header: str | None = None) -> httpx.Response:
    address = target if tag is None else f"{target}{'&' if '?' in target else '?'}lang={tag}"
    return client.request(address, headers={} if header is None else {"Accept-Language": header})


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("tag", [*TAGS, *OPEN])
def test_a_tag_means_what_it_means_in_the_header(both: Client, target: str, tag: str) -> None:
    canonical = TAGS.get(tag, TARGETS[target])
    # The header of a request with the parameter does not matter.
    response, expected = send(both, target, tag, "fr, en;q=0.1"), send(both, target, canonical)
    assert response.status_code == 200
    assert send(both, target, header=tag).headers["content-language"] == canonical
    response.headers.pop("x-request-id"), expected.headers.pop("x-request-id")
    assert response.headers == expected.headers
    assert response.headers["content-language"] == canonical
    assert response.content == expected.content
    if response.headers["content-type"] == "application/json":
        assert f"lang={canonical}" in response.json()["links"]["self"]


@pytest.mark.parametrize("tag", OPEN)
def test_a_merged_record_is_redirected_in_its_language(both: Client, tag: str) -> None:
    response = send(both, "/v1/events/pingliang-helmet-day", tag)
    assert response.status_code == 308
    assert response.headers["location"].endswith("?lang=zh-Hans")


@pytest.mark.parametrize("tag", OPEN)
def test_pages_of_a_list_are_in_one_language(both: Client, tag: str) -> None:
    pages = list(both.pages(f"/v1/events?campaign=pingliang&limit=2&sort=title&lang={tag}"))
    assert len(pages) > 1
    assert {page["meta"]["language"] for page in pages} == {HANS}


@pytest.mark.parametrize(
    "tag",
    ["fr", "xx", "english", "chinese", "zh-Hanz", "zh-Latn", "zh-Hans,en", "en;q=0.5", "*", "zh-", "-en", "x-zh", "天"],
)
@pytest.mark.parametrize("target", ["/v1/events", "/v1/events.csv", "/v1/events/tianshui-police-open-day"])
def test_another_tag_is_an_error_that_names_the_languages(both: Client, target: str, tag: str) -> None:
    (error,) = both.errors(f"{target}?lang={tag}")
    assert (error["parameter"], error["value"], error["code"]) == ("lang", tag, "unknown_value")
    assert error["detail"].startswith(f"is not one of: {', '.join(LANGUAGES)}")
    assert error["suggestion"] is None or error["suggestion"].partition("-")[0] == tag.partition("-")[0]
