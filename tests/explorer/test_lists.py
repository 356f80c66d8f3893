"""The campaign's page: its lists, filters, search, languages and addresses."""

from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from selenium.webdriver.common.keys import Keys

from tests.explorer.browsers import PHONE, Page
from tests.explorer.steps import (
    api,
    check_width,
    choose,
    close_filters,
    show_filters,
    show_map,
    titles,
    total,
    wait_for_total,
)


def test_the_campaign_is_shown(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    assert len(page.all("h1")) == 1
    assert page.text("h1")
    outcomes = api(page, "/v1/outcomes?kind=quantitative&sort=source&limit=12&lang=en")["data"]
    assert page.texts("#figures .label") == [one["label"] for one in outcomes]
    for outcome, shown in zip(outcomes, page.texts("#figures .value"), strict=True):
        if outcome["value"] is not None and outcome["as_stated"] is None:
            value = page.word(f"record.count_{outcome['qualifier']}").format(count=outcome["value"])
            assert shown == f"{value} {outcome['unit_name']}"
        else:
            assert shown == (outcome["as_stated"] or "")
    events = api(page, "/v1/events?lang=en")["data"]
    assert titles(page) == [one["title"] for one in events]
    assert total(page) == len(events)
    page.find("#timeline svg a")
    show_map(page)
    assert page.text(".request code").startswith("GET /v1/events?")
    check_width(page)
    assert page.all(".skeleton") == []


def test_all_headings_are_in_order(page: Page) -> None:
    page.open("/?lang=en")
    levels: list[int] = page.script(
        "const shown = [...document.querySelectorAll('h1, h2, h3, h4')].filter(e => e.checkVisibility());"
        "return shown.map(e => Number(e.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_filter_changes_list_counts_address_and_announcement(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    choose(page, "category", "symposium")
    wait_for_total(page, 2)
    assert page.query == "?category=symposium&lang=en"
    assert page.text(".request code") == "GET /v1/events?category=symposium&lang=en"
    live = page.find("#live")
    page.until(lambda: "13" in str(live.get_attribute("textContent")), "the number before")
    assert "2" in str(live.get_attribute("textContent"))
    # Other values of the same facet keep their counts, those of other facets are of the two events.
    counts = {
        one["id"]: one["count"]
        for one in api(page, "/v1/events?category=symposium&facet=month")["meta"]["facets"]["month"]
    }
    show_filters(page)
    for month, count in counts.items():
        label = page.visible(f".facet input[name=month][value='{month}'] + .option-name + .count")
        assert label.text == str(count)
    close_filters(page)
    choose(page, "month", "2024-10")
    wait_for_total(page, 1)
    assert parse_qs(urlsplit(page.query).query) == {"category": ["symposium"], "month": ["2024-10"], "lang": ["en"]}
    # Each chip takes one off.
    page.click(".chip")
    wait_for_total(page, 1 if "month" not in page.query else len(api(page, "/v1/events?month=2024-10")["data"]))
    page.click(".chips .clear")
    wait_for_total(page, 13)
    assert page.query == "?lang=en"
    check_width(page)


def test_an_address_reproduces_its_view_and_history_works(sized: Page) -> None:
    page = sized
    page.open("/?county=maiji&lang=en")
    expected = [one["title"] for one in api(page, "/v1/events?county=maiji&lang=en")["data"]]
    page.until(lambda: titles(page) == expected, "the filtered list")
    page.click(".chips .clear")
    wait_for_total(page, 13)
    page.back()
    page.until(lambda: titles(page) == expected, "the filtered list again")
    assert page.query == "?county=maiji&lang=en"
    page.driver.forward()
    wait_for_total(page, 13)


def test_search_by_the_form(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    # The button shows the field where there is no room for it.
    page.click(".search button")
    page.until(lambda: page.focused().get_attribute("id") == "q", "the focus in the field")
    page.press("symposium", Keys.ENTER)
    expected = [one["title"] for one in api(page, "/v1/events?q=symposium&lang=en")["data"]]
    page.until(lambda: titles(page) == expected, "what was found")
    assert page.query == "?q=symposium&lang=en"
    page.back()
    wait_for_total(page, 13)
    assert page.find("#q").get_attribute("value") == ""


@pytest.mark.parametrize(("language", "first"), [("zh-Hans", "简体"), ("zh-Hant", "繁體"), ("en", "English")])
def test_another_language_keeps_the_view(sized: Page, language: str, first: str) -> None:
    page = sized
    start = "en" if language != "en" else "zh-Hans"
    page.open(f"/?category=symposium&lang={start}")
    wait_for_total(page, 2)
    link = page.visible(f"nav.languages a[hreflang={language}]")
    assert str(link.get_attribute("title")).startswith(first)
    page.click(link)
    page.until(lambda: page.find("html").get_attribute("lang") == language, "the language")
    wait_for_total(page, 2)
    assert page.query == f"?category=symposium&lang={language}"
    assert titles(page) == [one["title"] for one in api(page, f"/v1/events?category=symposium&lang={language}")["data"]]
    check_width(page)


def test_outcomes_are_the_other_tab(sized: Page) -> None:
    page = sized
    page.open("/?county=maiji&lang=en")
    page.click(".tabs a[href$='#outcomes']")
    outcomes = api(page, "/v1/outcomes?county=maiji&lang=en")["data"]
    page.until(lambda: titles(page) == [one["label"] for one in outcomes], "the outcomes")
    assert page.query == "?county=maiji&lang=en#outcomes"
    assert page.text(".request code") == "GET /v1/outcomes?county=maiji&lang=en"
    page.back()
    page.until(lambda: not page.query.endswith("#outcomes"), "the address before")
    page.until(lambda: len(titles(page)) == len(api(page, "/v1/events?county=maiji")["data"]), "the events")
    # The tab has an address.
    page.open("/?lang=en#outcomes")
    assert total(page) == 21


def test_nothing_matches(sized: Page) -> None:
    page = sized
    page.open("/?category=symposium&county=maiji&lang=en", wait_for=".empty .drop a")
    page.until(lambda: len(page.all(".empty .drop a.button:not(.plain)")) == 2, "what each filter hides")
    hints = page.texts(".empty .drop a.button:not(.plain)")
    assert any("2 events" in hint for hint in hints)
    page.click(".empty .drop a.button:not(.plain)")
    wait_for_total(page, 2)


@pytest.mark.parametrize("word", ["兩結合", "两结合", "liangjiehe"])
def test_the_name_of_a_pillar_leads_to_its_filter(page: Page, word: str) -> None:
    page.open(f"/?q={word}&lang=en", wait_for=".empty .drop a[href*='pillar=']")
    pillars = api(page, "/v1/campaigns/tianshui?lang=en")["data"]["pillars"]
    pillar = next(one for one in pillars if one["name"] == page.text(".empty .drop a[href*='pillar=']").split(": ")[1])
    page.click(".empty .drop a[href*='pillar=']")
    wait_for_total(page, len(api(page, f"/v1/events?pillar={pillar['id']}")["data"]))
    assert "q=" not in page.query


def test_a_search_shows_what_it_found(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    page.click(".search input" if page.find(".search input").is_displayed() else ".search button")
    page.press("symposium", Keys.ENTER)
    wait_for_total(page, api(page, "/v1/events?q=symposium&lang=en")["meta"]["total"])
    assert page.script("return document.activeElement.id") == "list-title"
    top = page.script("return document.getElementById('list').getBoundingClientRect().top")
    assert 0 <= top < 200


def test_a_filter_that_is_given_twice_is_one(page: Page) -> None:
    page.open("/?category=symposium&category=symposium&lang=en")
    wait_for_total(page, 2)
    assert len(page.all(".chip")) == 1


def test_long_words_do_not_widen_the_page(sized: Page) -> None:
    sized.open(f"/?q={'x' * 150}&lang=en", wait_for=".empty")
    check_width(sized)


@pytest.mark.parametrize(
    ("query", "corrected"),
    [("categry=symposium", "category=symposium"), ("category=symposum", "category=symposium")],
)
def test_a_wrong_filter_is_explained_and_corrected(sized: Page, query: str, corrected: str) -> None:
    page = sized
    page.open(f"/?{query}&lang=en", wait_for=".problem")
    problem = httpx.get(f"{page.address}/v1/events?{query}&lang=en").json()
    assert problem["errors"][0]["detail"] in page.text(".problem")
    page.click(".problem .actions a:not(.plain)")
    wait_for_total(page, 2)
    assert page.query == f"?{corrected}&lang=en"
    page.back()
    page.find(".problem")
    page.click(".problem .actions a.plain")
    wait_for_total(page, 13)
    page.check_logs(refused=[f"/v1/events?{query}", f"?{query}"])


@pytest.mark.parametrize("query", [f"q={'a' * 300}", "q=%00a", "county=maiji%00"], ids=["long", "control", "id"])
def test_a_value_that_its_error_does_not_repeat_can_be_left_out(page: Page, query: str) -> None:
    """Errors cut long values, and repeat those that cannot be decoded percent-encoded."""
    page.open(f"/?{query}&lang=en", wait_for=".problem")
    page.click(".problem .actions a.plain")
    wait_for_total(page, 13)
    assert page.query == "?lang=en"
    page.check_logs(refused=["/v1/events?"])


def test_the_links_of_the_view_are_those_of_the_api(page: Page) -> None:
    page.open("/?category=symposium&lang=en")
    wait_for_total(page, 2)
    links = [str(link.get_attribute("href")) for link in page.all(".formats a")]
    assert all("category=symposium" in link for link in links)
    calendars = [link for link in links if link.startswith("webcal:")]
    assert len(calendars) == 1
    for link in (one.replace("webcal:", "http:") for one in links):
        assert httpx.get(link).status_code == 200, link
    extensions = {urlsplit(link).path.removeprefix("/v1/events") for link in links}
    assert {"", ".csv", ".xlsx", ".geojson", ".ics"} <= extensions


def test_timeline_and_map_are_tables_too(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    dated = [one for one in api(page, "/v1/events?lang=en")["data"] if one["date"]["start"]]
    show_map(page)
    for section in ("timeline", "map"):
        page.click(f"#{section} .picture-head > button")
        page.visible(f"#{section} table")
        page.gone(f"#{section} svg")
        check_width(page)
    assert page.texts("#timeline tbody td:nth-child(2)") == [one["title"] for one in dated]
    places = [one for one in api(page, "/v1/locations?limit=200&lang=en")["data"] if one["latitude"] is not None]
    assert sorted(page.texts("#map tbody td:first-child")) == sorted(one["name"] for one in places)
    page.click("#timeline tbody a")
    page.visible("#record h2")
    assert page.path == f"/events/{dated[0]['id']}"


def test_what_has_no_date_or_coordinates_is_listed_with_the_reason(page: Page) -> None:
    page.open("/?lang=en")
    page.click("#timeline details summary")
    undated = [one for one in api(page, "/v1/events?lang=en")["data"] if not one["date"]["start"]]
    assert len(page.all("#timeline details li")) == len(undated)
    for one in undated:
        assert one["date"]["note"] in page.text("#timeline details")
    show_map(page)
    page.click("#map details summary")
    located = api(page, "/v1/locations?limit=200&lang=en")["data"]
    unlocated = [one for one in located if one["latitude"] is None]
    assert unlocated
    for one in unlocated:
        assert one["name"] in page.text("#map details")


def test_a_cluster_of_the_map_opens_when_it_is_clicked(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    show_map(page)
    page.find("#map .cluster")
    shown = len(page.all("#map .point"))
    link = page.find("#map a:has(.cluster)")
    page.script("arguments[0].scrollIntoView({block: 'center'})", link)
    page.script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))", link)
    page.find("#map .zoomed")
    page.click("#map .zoom button:last-child")
    page.until(lambda: len(page.all("#map .point")) == shown, "all places again")
    assert page.all("#map .zoomed") == []


def test_touch_targets_are_large_enough(page: Page) -> None:
    page.resize(PHONE)
    page.open("/?lang=zh-Hant")
    small = page.script(
        """
        return [...document.querySelectorAll("button, summary, .button, .chip, .tabs a, .card h3 a, nav.languages a")]
          .filter(e => e.checkVisibility() && !e.closest("svg"))
          .map(e => [e.outerHTML.slice(0, 100), e.getBoundingClientRect()])
          .filter(([, r]) => r.height < 44 && r.width > 0)
          .map(([html, r]) => `${html} ${r.width}x${r.height}`)
        """
    )
    # A link that fills its card by a pseudo-element is as large as the card.
    assert [one for one in small if "/events/" not in one] == []


def test_what_filters_leave_out_is_counted_and_can_be_added(page: Page) -> None:
    place = "open-day-police-premises"
    page.open(f"/?location={place}&lang=en", wait_for="#list .excluded")
    page.click("#list .excluded a")
    wait_for_total(page, 1)
    assert "location_basis=any" in page.query
    page.open("/?month=2024-10&lang=en")
    undated = api(page, "/v1/events?month=2024-10")["meta"]["undated_excluded"]
    assert str(undated) in page.text("#list .excluded")
    before = total(page)
    page.click("#list .excluded a")
    wait_for_total(page, before + undated)
    assert page.all("#list .excluded") == []
    page.open("/?month=2024-10&lang=en#outcomes", wait_for="#list .excluded")
    assert page.all("#list .excluded a") == []


def test_the_basis_of_links_goes_with_the_place(page: Page) -> None:
    page.open("/?location=open-day-police-premises&location_basis=any&lang=en")
    wait_for_total(page, 1)
    page.click(".chip")
    wait_for_total(page, 13)
    links = [str(link.get_attribute("href")) for link in page.all(".formats a")]
    for link in (one.replace("webcal:", "http:") for one in links):
        assert httpx.get(link).status_code == 200, link


def test_a_card_claims_no_total_of_places_that_the_report_leaves_open(page: Page) -> None:
    page.open("/?lang=en")
    for event in api(page, "/v1/events?lang=en")["data"]:
        names = [one["name"] for one in event["locations"]]
        shown = page.texts(f"[data-id='{event['id']}'] .where")
        if event["locations_complete"] is False and names:
            assert shown[0].endswith("and others"), event["id"]
        elif 0 < len(names) <= 3:
            assert all(name in shown[0] for name in names)


@pytest.mark.parametrize(
    ("target", "text"), [("/?lang=en#outcomes", "Show 21 outcomes"), ("/?month=x&lang=en", "Back to the list")]
)
def test_the_button_of_the_filters(page: Page, target: str, text: str) -> None:
    page.resize(PHONE)
    page.open(target, wait_for="#list h3")
    show_filters(page)
    page.until(lambda: page.text("dialog.sheet[open] .button.primary") == text, text)
    page.check_logs(refused=["/v1/events?"])


def test_loading_again_keeps_the_position(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    card = "document.querySelectorAll('#list .card')[6]"
    page.script(f"{card}.scrollIntoView({{behavior: 'instant'}})")
    page.until(lambda: page.script("return history.state.top === scrollY"), "the stored position")
    assert page.script("return scrollY") > 400
    at = f"return {card}.getBoundingClientRect().top"
    before = page.script(at)
    page.reload()
    page.until(lambda: abs(page.script(at) - before) < 5, "the same position")


def test_back_from_a_table_returns_to_its_link(page: Page) -> None:
    page.open("/?lang=en")
    page.click("#timeline .picture-head > button")
    link = page.visible("#timeline tbody a")
    page.script("arguments[0].focus()", link)
    page.press(Keys.ENTER)
    page.visible("#record h2")
    page.back()
    page.until(lambda: page.script("return document.activeElement.matches('#timeline tbody a')"), "the link")


def test_the_focus_stays_on_the_map_when_a_button_of_it_ends(page: Page) -> None:
    page.open("/?lang=en")
    show_map(page)
    page.click("#map .zoom button:first-child")
    page.find("#map .zoomed")
    page.click("#map .zoom button:last-child")
    page.gone("#map .zoomed")
    assert page.script("return document.activeElement.matches('#map .zoom button:not(:disabled)')")
