"""A campaign with a thousand events: pages of the list, and a document that does not grow without bound."""

from collections.abc import Iterator

import pytest

from app.build.pipeline import build_seeds
from tests.explorer.browsers import Page
from tests.explorer.steps import api, choose, show_filters, show_map, titles
from tests.once import built_once
from tests.serving import UNTRACED, running
from tests.tools.generating import generate

EVENTS = 1000

NODES = "return document.querySelectorAll('*').length"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a thousand generated events, whose operator allows smaller pages than usual."""
    settings = {**UNTRACED, "CAMPAIGN_API_MAX_LIMIT": "150"}
    seeds = generate(EVENTS)
    database = built_once(tmp_path_factory, "thousand", lambda path: build_seeds(seeds, path))
    with running("--data", str(database), cwd=database.parent, settings=settings) as server:
        yield server.address


def test_the_first_view_is_a_page_of_the_list(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    page.find("#timeline svg a")
    assert len(page.all("#list .card")) == 50
    assert "1,000" in page.text("#list h2")
    # The timeline counts months, the map has each place once.
    months = api(page, "/v1/events?facet=month&limit=0")["meta"]["facets"]["month"]
    assert len(page.all("#timeline svg a")) == len(months)
    assert page.script(NODES) < 5000


def test_more_are_appended_and_the_focus_goes_on(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    first = page.script(NODES)
    expected = [one["title"] for one in api(page, "/v1/events?limit=150&lang=en")["data"]]
    for count in (100, 150):
        page.click("#list .more")
        page.until(lambda: len(page.all("#list .card")) == count, f"{count} cards")  # noqa: B023 - called at once
        assert page.script("return document.activeElement.closest('li') !== null")
    assert titles(page) == expected
    focused = "return [...document.querySelectorAll('#list .card')].findIndex(e => e.contains(document.activeElement))"
    assert page.script(focused) == 100
    # A card has the same number of elements wherever it is.
    assert page.script(NODES) < first + 100 * 14


def test_all_can_be_loaded(page: Page) -> None:
    page.open("/?lang=en")
    for count in range(100, EVENTS + 1, 50):
        page.click("#list .more")
        page.until(lambda: len(page.all("#list .card")) >= count, f"{count} cards")  # noqa: B023 - called at once
    page.gone("#list .more")
    assert len(page.all("#list .card")) == EVENTS
    assert len(set(page.script("return [...document.querySelectorAll('#list h3 a')].map(e => e.href)"))) == EVENTS
    assert page.script(NODES) < 20_000


def test_a_filter_replaces_the_list(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    show_map(page)
    before = page.script(NODES)
    facets = api(page, "/v1/events?facet=category&limit=0")["meta"]["facets"]["category"]
    for value in facets[:3]:
        choose(page, "category", value["id"])
    chosen = facets[:3]
    expected = sum(one["count"] for one in chosen)
    page.until(lambda: f"{expected:,}" in page.text("#list h2"), f"{expected} events")
    page.until(lambda: len(page.all("#list .card")) == min(50, expected), "the list")
    assert len(page.all(".chip")) == 3
    # Lists that were replaced leave nothing behind.
    assert page.script(NODES) < before * 1.3


def test_many_values_of_a_filter_are_folded(page: Page) -> None:
    page.open("/?lang=en")
    show_filters(page)
    months = api(page, "/v1/events?facet=month&limit=0")["meta"]["facets"]["month"]
    assert len(months) > 8
    shown = "return [...document.querySelectorAll('.facet input[name=month]')].filter(e => e.checkVisibility()).length"
    assert page.script(shown) == 8
    page.click(".facet:has(input[name=month]) .toggle")
    assert page.script(shown) == len(months)


def test_a_record_and_back_to_where_it_was(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    page.click("#list .more")
    page.until(lambda: len(page.all("#list .card")) == 100, "100 cards")
    link = page.all("#list .card h3 a")[80]
    href = link.get_attribute("href")
    page.click(link)
    page.visible("#record dl.facts")
    page.back()
    page.gone("#record")
    assert len(page.all("#list .card")) == 100
    page.until(lambda: page.focused().get_attribute("href") == href, "the focus on the link")
    seen = """
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
    """
    page.until(lambda: page.script(seen), "the link on the screen")


def test_back_from_a_record_that_was_loaded_again(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    link = page.all("#list .card h3 a")[40]
    href = link.get_attribute("href")
    page.script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", link)
    # Cards near the screen are drawn, which moves others.
    page.promise("for (const _ of 'frames') await new Promise(requestAnimationFrame)")
    top = page.script("return arguments[0].getBoundingClientRect().top", link)
    link.click()
    page.visible("#record dl.facts")
    page.reload(wait_for="#record dl.facts")
    page.back()
    page.gone("#record")
    page.until(lambda: page.focused().get_attribute("href") == href, "the focus on the link")
    distance = "return Math.abs(document.activeElement.getBoundingClientRect().top - arguments[0])"
    page.until(lambda: page.script(distance, top) < 5, "the link where it was")
