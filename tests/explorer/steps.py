"""What several modules do with the page of a campaign."""

from typing import Any

import httpx

from tests.explorer.browsers import Page


def api(page: Page, target: str) -> Any:
    """Return a response of the service."""
    response = httpx.get(f"{page.address}{target}")
    assert response.status_code == 200, response.text
    return response.json()


def titles(page: Page) -> list[str]:
    return page.texts("#list .card h3")


def total(page: Page) -> int:
    """Return the count that stands above the list; -1 where an error stands in place of the list."""
    return int("".join(character for character in page.text("#list h2") if character.isdigit()) or -1)


def wait_for_total(page: Page, count: int) -> None:
    page.until(lambda: total(page) == count and len(page.all("#list .card")) == count, f"a list of {count}")


def show_filters(page: Page) -> None:
    """Open the sheet of filters, where the screen is too narrow for the column."""
    opener = page.find(".open-filters")
    if opener.is_displayed():
        page.click(opener)


def close_filters(page: Page) -> None:
    if page.all("dialog.sheet[open]"):
        page.click("dialog.sheet[open] .button.primary")
        page.gone("dialog.sheet")


def choose(page: Page, name: str, value: str) -> None:
    show_filters(page)
    page.click(f".facet input[name={name}][value='{value}']")
    close_filters(page)


def check_width(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    width, needed = page.script("const page = document.documentElement; return [page.clientWidth, page.scrollWidth]")
    assert needed == width


def show_map(page: Page) -> None:
    """Scroll to the map and wait for it: it is loaded when it comes near the screen."""
    page.script("document.getElementById('map').scrollIntoView({block: 'start', behavior: 'instant'})")
    page.find("#map svg .point, #map svg .cluster")


def visit(page: Page, target: str = "/?lang=en") -> None:
    """Open the page, and wait until it has stored what it needs without a network."""
    page.open(target)
    page.promise("await navigator.serviceWorker.ready")
    page.until(
        lambda: page.promise(
            "const entries = await Promise.all((await caches.keys()).map(async name =>"
            " (await (await caches.open(name)).keys()).map(one => one.url)));"
            " return entries.flat().some(url => url.includes('/snapshot'))"
        ),
        "the stored snapshot",
    )
    page.until(
        lambda: page.promise("return Boolean((await navigator.serviceWorker.ready).active)"), "the service worker"
    )
