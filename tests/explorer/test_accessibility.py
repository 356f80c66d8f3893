"""Axe-core finds nothing in any state of the page; the keyboard alone reaches everything."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.explorer.browsers import PHONE, SCREEN, Page
from tests.explorer.conftest import MODULES, needs_modules
from tests.explorer.servers import Restartable
from tests.explorer.steps import show_filters, show_map, total, visit, wait_for_total
from tests.serving import UNTRACED, running

EVENT = "tianshui-police-media-symposium"

LOOKS = [
    (language, scheme, size)
    for language in ("zh-Hans", "en")
    for scheme in ("light", "dark")
    for size in (PHONE, SCREEN)
]

looks = pytest.mark.parametrize(
    ("language", "scheme", "size"),
    LOOKS,
    ids=[f"{language}-{scheme}-{width}" for language, scheme, (width, _) in LOOKS],
)


def violations(page: Page) -> list[str]:
    """Run axe-core with all its rules, best practices included; returns what it found."""
    # Colours that are still changing have no contrast yet.
    page.promise("await Promise.all(document.getAnimations().map(one => one.finished.catch(() => {})))")
    if not page.script("return 'axe' in window"):
        page.script((MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    script = """
    const results = await axe.run(document, {resultTypes: ["violations"]});
    return results.violations.flatMap(({ id, nodes }) => nodes.map(node =>
      `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
    """
    found: list[str] = page.promise(script)
    return found


def show_record(page: Page, query: str) -> None:
    page.open(f"/events/{EVENT}{query}", wait_for="#record dl.facts")


def show_place(page: Page, query: str) -> None:
    page.open(f"/locations/maiji{query}", wait_for="#record dl.facts")


def show_outcome(page: Page, query: str) -> None:
    page.open(f"/outcomes/tianshui-works-created{query}", wait_for="#record dl.facts")


def show_evidence(page: Page, query: str) -> None:
    page.open(f"/{query}")
    page.click("#figures button")
    page.visible("dialog.evidence[open]")
    page.find("dialog .tick.cited")


def show_sheet(page: Page, query: str) -> None:
    page.open(f"/{query}&category=symposium")
    wait_for_total(page, 2)
    show_filters(page)


def show_tables(page: Page, query: str) -> None:
    page.open(f"/{query}")
    show_map(page)
    for section in ("timeline", "map"):
        page.click(f"#{section} .picture-head button")
        page.visible(f"#{section} table")
        for details in page.all(f"#{section} details summary"):
            page.click(details)


def show_campaign(page: Page, query: str) -> None:
    page.open(f"/{query}")
    show_map(page)


def show_outcomes(page: Page, query: str) -> None:
    page.open(f"/{query}#outcomes", wait_for="#list .card.outcome")


def show_nothing(page: Page, query: str) -> None:
    page.open(f"/{query}&category=symposium&county=maiji", wait_for=".empty .drop a.button:not(.plain)")


def show_refusal(page: Page, query: str) -> None:
    page.open(f"/{query}&category=symposum", wait_for=".problem")


def show_wrong_address(page: Page, query: str) -> None:
    page.open(f"/events/tianshui-police-media-symposum{query}", wait_for=f"main a[href*='/events/{EVENT}']")


STATES: list[Callable[[Page, str], None]] = [
    show_campaign,
    show_outcomes,
    show_record,
    show_place,
    show_outcome,
    show_evidence,
    show_sheet,
    show_tables,
    show_nothing,
    show_refusal,
    show_wrong_address,
]


@needs_modules
@looks
def test_axe_finds_nothing(page: Page, language: str, scheme: str, size: tuple[int, int]) -> None:
    page.resize(size)
    page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    found = {}
    for number, show in enumerate(STATES):
        show(page, f"?lang={language}")
        found[f"{number} {show.__name__}"] = violations(page)
    assert {state: problems for state, problems in found.items() if problems} == {}
    page.check_logs(refused=["symposum"])


@pytest.fixture(scope="module")
def campaigns(two_campaigns_database: Path) -> Iterator[str]:
    """The address of a service with two campaigns."""
    with running("--data", str(two_campaigns_database), cwd=two_campaigns_database.parent, settings=UNTRACED) as server:
        yield server.address


@needs_modules
@looks
def test_axe_finds_nothing_in_the_list_of_campaigns(
    blank: Page, campaigns: str, language: str, scheme: str, size: tuple[int, int]
) -> None:
    blank.address = campaigns
    blank.resize(size)
    blank.prefer(prefers_color_scheme=scheme)
    blank.open(f"/?lang={language}")
    assert violations(blank) == []
    blank.check_logs()


@needs_modules
def test_axe_finds_nothing_without_a_network(blank: Page, tianshui_database: Path, tmp_path: Path) -> None:
    page = blank
    with Restartable(tianshui_database, tmp_path) as server:
        page.address = server.address
        visit(page)
    found = {}
    for language, scheme, size in LOOKS:
        page.resize(size)
        page.prefer(prefers_color_scheme=scheme)
        page.open(f"/?category=symposium&lang={language}")
        page.visible("#status .bar-message")
        found[language, scheme, size] = violations(page)
    assert {state: problems for state, problems in found.items() if problems} == {}


def tab_to(page: Page, selector: str, most: int = 120) -> int:
    """Press Tab until an element that matches has the focus; returns how often that took."""
    for count in range(1, most):
        page.press(Keys.TAB)
        if page.script("return document.activeElement.matches(arguments[0])", selector):
            return count
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_keyboard_alone_reaches_everything(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    assert tab_to(page, ".skip") == 1
    # From the top in this order; each is reached from the one before.
    for selector in ("nav.languages a", "#q", "#figures button", "#timeline button"):
        tab_to(page, selector)
    opener = page.find(".open-filters")
    if opener.is_displayed():
        tab_to(page, ".open-filters")
        page.press(Keys.ENTER)
        page.visible("dialog.sheet[open]")
        tab_to(page, ".facet input[name=category][value=symposium]")
        page.press(Keys.SPACE)
        page.until(lambda: "category=symposium" in page.query, "the filter")
        page.press(Keys.ESCAPE)
        page.gone("dialog.sheet")
        assert page.script("return document.activeElement.matches('.open-filters')")
    else:
        tab_to(page, ".facet input[name=category][value=symposium]")
        page.press(Keys.SPACE)
    wait_for_total(page, 2)
    tab_to(page, ".tabs a")
    tab_to(page, "#list .card a")
    href = str(page.focused().get_attribute("href"))
    page.press(Keys.ENTER)
    page.visible("#record dl.facts")
    page.until(lambda: page.script("return document.activeElement.matches('#record h2')"), "the focus on the title")
    page.press(Keys.ESCAPE)
    page.gone("#record")
    page.until(lambda: page.focused().get_attribute("href") == href, "the focus on the link")
    tab_to(page, "#share a")
    tab_to(page, ".footer a")


def test_a_filter_keeps_the_focus(page: Page) -> None:
    page.open("/?lang=en")
    selector = ".facet input[name=category][value=symposium]"
    page.script("document.querySelector(arguments[0]).focus()", selector)
    page.press(Keys.SPACE)
    wait_for_total(page, 2)
    assert page.script("return document.activeElement.matches(arguments[0])", selector)


def test_keys_of_search_skip_link_evidence_and_map(page: Page) -> None:
    page.open("/?lang=en")
    page.press("/")
    assert page.script("return document.activeElement.id") == "q"
    page.press("sym/posium")
    assert page.find("#q").get_attribute("value") == "sym/posium"
    page.reload()
    page.press(Keys.TAB, Keys.ENTER)
    assert page.script("return document.activeElement.id") == "main"
    tab_to(page, "#figures button")
    page.press(Keys.ENTER)
    page.visible("dialog.evidence[open]")
    # Tab does not leave the dialog.
    for _ in range(12):
        page.press(Keys.TAB)
        inside = "const e = document.activeElement; return e === document.body || Boolean(e.closest('dialog[open]'))"
        assert page.script(inside)
    page.press(Keys.ESCAPE)
    page.gone("dialog.evidence")
    assert page.script("return document.activeElement.matches('#figures button')")
    show_map(page)
    page.script("document.querySelector('.map-frame').focus()")
    page.press("+")
    page.find(".map-frame.zoomed")
    before = page.find("#map svg").get_attribute("innerHTML")
    page.press(Keys.ARROW_RIGHT)
    assert page.find("#map svg").get_attribute("innerHTML") != before
    page.press("0")
    page.until(lambda: not page.all(".map-frame.zoomed"), "all places")
    assert total(page) == 13


def test_every_control_has_a_name_with_its_count(page: Page) -> None:
    page.open("/?lang=en")
    page.cdp("Accessibility.enable")
    nodes = page.cdp("Accessibility.getFullAXTree")["nodes"]
    page.cdp("Accessibility.disable")
    named = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if "role" in node]
    assert ("checkbox", "symposium 2") in named
    roles = ("button", "link", "checkbox", "searchbox", "navigation", "table")
    assert [role for role, name in named if role in roles and not name.strip()] == []
    # Both pictures are tables for a screen reader.
    assert len([role for role, _ in named if role == "table"]) == 2
