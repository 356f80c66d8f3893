"""Records with an address of their own, and the evidence of a figure or a fact."""

import httpx
import pytest
from selenium.webdriver.common.keys import Keys

from tests.explorer.browsers import SCREEN, Page
from tests.explorer.steps import api, check_width, choose, titles, wait_for_total

EVENT = "tianshui-police-media-symposium"


def open_evidence(page: Page) -> str:
    """Open the evidence of the first figure; returns the id of its outcome."""
    outcome: str = api(page, "/v1/outcomes?kind=quantitative&sort=source&limit=1")["data"][0]["id"]
    page.click("#figures button")
    page.visible("dialog.evidence[open]")
    return outcome


def test_a_figure_opens_its_evidence(sized: Page) -> None:
    page = sized
    page.open("/?lang=zh-Hant")
    outcome = api(page, f"/v1/outcomes/{open_evidence(page)}?include=evidence&lang=zh-Hant")["data"]
    evidence = outcome["evidence"]
    source = api(page, f"/v1/sources/{evidence[0]['source']}?lang=zh-Hant")["data"]
    assert page.text("dialog .printed") == f"「{outcome['as_stated']}」"
    assert outcome["label"] in page.text("dialog h2")
    page.find("dialog .strip svg")
    assert len(page.all("dialog .tick")) == len(source["sentences"])
    assert len(page.all("dialog .tick.cited")) == len({(one["paragraph"], one["sentence"]) for one in evidence})
    assert page.text("dialog .paraphrase") == evidence[0]["paraphrase"]
    for number in (evidence[0]["paragraph"], evidence[0]["sentence"], len(source["sentences"])):
        assert str(number) in page.text("dialog .position")
    assert evidence[0]["publisher"] in page.text("dialog .source")
    check_width(page)
    # The focus is in the dialog, and returns to the figure.
    assert page.script("return document.querySelector('dialog[open]').contains(document.activeElement)")
    page.press(Keys.ESCAPE)
    page.gone("dialog.evidence")
    assert page.script("return document.activeElement.matches('#figures button')")


def test_the_citation_can_be_copied(page: Page) -> None:
    page.cdp(
        "Browser.grantPermissions",
        origin=page.address,
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
    )
    page.open("/?lang=en")
    outcome = api(page, f"/v1/outcomes/{open_evidence(page)}?include=evidence&lang=en")
    page.click("dialog .actions button")
    text = page.promise("return navigator.clipboard.readText()")
    for part in (
        outcome["data"]["as_stated"],
        outcome["data"]["evidence"][0]["publisher"],
        f"{page.address}/outcomes/{outcome['data']['id']}",
        outcome["meta"]["version"],
        page.word("page.stated"),
    ):
        assert part in text


def test_the_focus_goes_to_the_reason_why_a_record_is_not_shown(page: Page) -> None:
    page.open("/?lang=en")
    page.script("document.querySelector('#list .card h3 a').href = '/events/nope?lang=en'")
    page.click("#list .card h3 a")
    page.visible("#record .problem")
    page.until(lambda: page.script("return document.activeElement.matches('#record h3')"), "the focus")
    page.check_logs(refused=["/v1/events/nope"])


def test_a_citation_of_a_fact_names_its_record(page: Page) -> None:
    page.open("/events/tianshui-police-open-day?lang=en", wait_for="#record dl.facts")
    event = api(page, "/v1/events/tianshui-police-open-day?lang=en")["data"]
    page.script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.click("#record dl.facts .cite")
    page.visible("dialog.evidence[open]")
    page.click("dialog .actions button")
    title, fact, *_ = str(page.find("dialog textarea").get_attribute("value")).splitlines()
    assert title == event["title"]
    assert fact.startswith(f"{page.word('record.date')}: 10 January 2025 “{event['date']['as_stated']}”")
    # What the report prints is in its language.
    assert page.find("dialog .printed span").get_attribute("lang") == "zh-Hant"


def test_a_figure_that_is_not_printed_is_not_quoted(page: Page) -> None:
    page.open("/?lang=en")
    outcomes = api(page, "/v1/outcomes?kind=quantitative&sort=source&limit=12&lang=en")["data"]
    index = next(index for index, one in enumerate(outcomes) if one["basis"] == "derived" and one["as_stated"] is None)
    outcome = outcomes[index]
    assert outcome["qualifier"] == "at_least"
    figure = f"at least {outcome['value']} {outcome['unit_name']}"
    page.click(page.all("#figures button")[index])
    page.visible("dialog.evidence[open]")
    assert page.text("dialog .printed") == figure
    assert page.word("page.derived") in page.text("dialog .basis")
    # Without the permission to write to the clipboard the citation is shown.
    page.script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.click("dialog .actions button")
    citation = str(page.find("dialog textarea").get_attribute("value"))
    assert citation.startswith(f"{outcome['label']}: {figure} ")
    assert page.word("page.derived") in citation


def test_back_closes_a_sheet(page: Page) -> None:
    page.open("/?category=symposium&lang=en")
    wait_for_total(page, 2)
    choose(page, "pillar", api(page, "/v1/events?category=symposium")["data"][0]["pillar"])
    wait_for_total(page, 1)
    open_evidence(page)
    page.back()
    wait_for_total(page, 2)
    assert page.all("dialog.evidence") == []


def test_a_record_opens_from_the_list_and_closes(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    choose(page, "category", "symposium")
    wait_for_total(page, 2)
    link = page.find(f"#list a[href*='/events/{EVENT}']")
    page.click(link)
    page.visible("#record h2")
    assert page.path == f"/events/{EVENT}"
    record = api(page, f"/v1/events/{EVENT}?lang=en")["data"]
    page.until(lambda: page.text("#record h2") == record["title"], "the title")
    page.until(lambda: page.script("return document.activeElement.matches('#record h2')"), "the focus on the title")
    assert record["title"] in page.driver.title
    assert record["summary"] in page.text("#record")
    for place in record["locations"]:
        assert place["name"] in page.text("#record")
    check_width(page)
    narrow = page.script("return innerWidth") < 1100
    assert page.find("#timeline").is_displayed() is not narrow
    page.back()
    page.gone("#record")
    assert titles(page) == [one["title"] for one in api(page, "/v1/events?category=symposium&lang=en")["data"]]
    page.until(lambda: page.focused().get_attribute("href") == link.get_attribute("href"), "the focus on the link")
    # The same by the key and by the button.
    for by_key in (True, False):
        page.click(f"#list a[href*='/events/{EVENT}']")
        page.visible("#record h2")
        if by_key:
            page.press(Keys.ESCAPE)
        else:
            page.click("#record .close")
        page.gone("#record")
        assert page.path == "/"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"events/{EVENT}", "title"),
        ("locations/maiji", "name"),
        ("outcomes/tianshui-works-created", "label"),
    ],
)
def test_a_record_has_an_address(sized: Page, path: str, name: str) -> None:
    page = sized
    page.open(f"/{path}?lang=zh-Hans", wait_for="#record dl.facts")
    record = api(page, f"/v1/{path}?lang=zh-Hans")["data"]
    assert page.text("#record h2") == record[name]
    assert len(page.all("h1")) == 1
    assert record[name] in page.driver.title
    check_width(page)
    # To close it is to see its campaign.
    page.click("#record .close")
    page.gone("#record")
    page.find("#list .card")
    assert (page.path, page.query) == ("/", "?lang=zh-Hans")


def test_the_script_keeps_the_heading_of_the_server(page: Page) -> None:
    """The page of a record has its title before the script runs."""
    page.cdp("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.driver.get(f"{page.address}/events/{EVENT}?lang=en")
        record = api(page, f"/v1/events/{EVENT}?lang=en")["data"]
        body = page.find("body").text
        assert record["title"] in body
        assert record["summary"] in body
        page.driver.get(f"{page.address}/?lang=en")
        assert "/v1/events?" in page.driver.page_source
    finally:
        page.cdp("Emulation.setScriptExecutionDisabled", value=False)


def test_a_fact_of_a_record_opens_its_evidence(sized: Page) -> None:
    page = sized
    page.open(f"/events/{EVENT}?lang=en", wait_for="#record button.cite")
    page.click("#record button.cite")
    page.visible("dialog.evidence[open]")
    page.find("dialog .tick.cited")
    page.click("dialog .close")
    page.gone("dialog.evidence")
    assert page.script("return document.activeElement.matches('#record button.cite')")
    assert page.path == f"/events/{EVENT}"


def test_records_lead_to_one_another(page: Page) -> None:
    event = next(one for one in api(page, "/v1/events?lang=en")["data"] if one["locations"])
    page.open(f"/events/{event['id']}?lang=en", wait_for="#record dl.facts")
    place = event["locations"][0]
    page.click(f"#record a[href*='/locations/{place['id']}']")
    page.until(lambda: page.text("#record h2") == place["name"], "the place")
    page.back()
    page.until(lambda: page.text("#record h2") == event["title"], "the event")
    assert page.path == f"/events/{event['id']}"


def follow(page: Page, href: str) -> None:
    """Click on a link that is added to the page for this."""
    page.script(
        "const link = document.createElement('a'); link.href = arguments[0];"
        "document.getElementById('main').append(link); link.click(); link.remove();",
        href,
    )


def test_back_from_a_record_that_failed_or_is_late(page: Page) -> None:
    page.open(f"/events/{EVENT}?lang=en", wait_for="#record dl.facts")
    title = page.text("#record h2")
    follow(page, "/events/nothing?lang=en")
    page.visible("#record .problem")
    page.back()
    page.until(lambda: page.text("#record h2") == title, "the first record")
    # The second record comes after the first is open again.
    page.cdp("Network.enable")
    page.cdp("Network.emulateNetworkConditions", offline=False, latency=500, downloadThroughput=-1, uploadThroughput=-1)
    follow(page, "/locations/maiji?lang=en")
    page.back()
    page.until(lambda: page.path == f"/events/{EVENT}", "the address of the first record")
    page.until(lambda: not page.all("#record[aria-busy]"), "the end of loading")
    assert page.text("#record h2") == title
    page.disconnect(offline=False)
    page.check_logs(refused=["/events/nothing"])


def test_a_record_in_another_language(sized: Page) -> None:
    page = sized
    page.open(f"/events/{EVENT}?lang=en", wait_for="#record dl.facts")
    page.click(page.visible("nav.languages a[hreflang=zh-Hans]"))
    title = api(page, f"/v1/events/{EVENT}?lang=zh-Hans")["data"]["title"]
    page.until(lambda: page.text("#record h2") == title, "the title in Chinese")
    assert (page.path, page.query) == (f"/events/{EVENT}", "?lang=zh-Hans")


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_a_wrong_address_is_answered_with_the_nearest(sized: Page, language: str) -> None:
    page = sized
    target = f"/events/tianshui-police-media-symposum?lang={language}"
    page.open(target, wait_for=f"main a[href*='/events/{EVENT}']")
    problem = httpx.get(f"{page.address}/v1{target}").json()
    assert problem["detail"] in page.text("main")
    check_width(page)
    page.click(f"main a[href*='/events/{EVENT}']")
    page.visible("#record dl.facts")
    page.check_logs(refused=["/events/tianshui-police-media-symposum"])


def test_the_map_and_the_timeline_stay_beside_a_record(page: Page) -> None:
    page.resize(SCREEN)
    page.open("/?lang=en")
    page.script(
        "arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))",
        page.find("#timeline svg a"),
    )
    page.visible("#record h2")
    assert page.find("#map").is_displayed()
    assert page.find("#timeline").is_displayed()
    assert not page.find("#list").is_displayed()
