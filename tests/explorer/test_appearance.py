"""Print, dark mode, less motion, and wide and narrow screens."""

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.explorer.browsers import PHONE, Page
from tests.explorer.steps import api, check_width, show_map, wait_for_total


def printed(page: Page, folder: Path) -> str:
    """Print the page on A4; returns the text of the PDF."""
    document = page.cdp("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=False)["data"]
    (folder / "page.pdf").write_bytes(base64.b64decode(document))
    done = subprocess.run(["pdftotext", "page.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def plain(text: str) -> str:
    """Return a text without its spaces and line breaks, which are others on paper."""
    return re.sub(r"\s+", "", text)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs Debian's poppler-utils")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_has_what_can_be_read_and_no_controls(sized: Page, tmp_path: Path, scheme: str) -> None:
    page = sized
    page.prefer(prefers_color_scheme=scheme)
    page.open("/?category=symposium&lang=en")
    wait_for_total(page, 2)
    # The dialog of the browser would wait for a person.
    page.script("window.print = () => { window.isPrinting = true; }")
    page.click(".formats button")
    page.until(lambda: page.script("return window.isPrinting === true"), "the dialog")
    text = printed(page, tmp_path)
    compact = plain(text)
    assert plain(page.text("h1")) in compact
    for outcome in api(page, "/v1/outcomes?kind=quantitative&limit=12&lang=en")["data"]:
        assert plain(outcome["as_stated"] or outcome["label"]) in compact
    for event in api(page, "/v1/events?category=symposium&lang=en")["data"]:
        assert plain(event["title"]) in compact
        assert plain(event["summary"]) in compact
    for event in api(page, "/v1/events?category=symposium&include=evidence&lang=en")["data"]:
        first = next(one for one in event["evidence"] if one["supports"] == "")
        assert plain(f"Paragraph {first['paragraph']}, sentence {first['sentence']}") in compact
    # The address of the view, to find it again.
    assert f"{page.address}/?category=symposium&lang=en" in compact
    for key in (
        "page.print",
        "page.copy",
        "page.filters",
        "page.clear",
        "charts.as_table",
        "charts.fit",
        "page.as_csv",
    ):
        assert not re.search(rf"\b{re.escape(page.word(key))}\b", text), key


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs Debian's poppler-utils")
def test_a_record_on_paper(sized: Page, tmp_path: Path) -> None:
    page = sized
    page.open("/events/tianshui-practice-activities?lang=en", wait_for="#record dl.facts")
    record = api(page, "/v1/events/tianshui-practice-activities?lang=en")["data"]
    text = printed(page, tmp_path)
    compact = plain(text)
    for part in (record["title"], record["summary"], *(place["name"] for place in record["locations"])):
        assert plain(part) in compact
    assert f"{page.address}/events/tianshui-practice-activities" in compact
    assert page.word("record.calendar") not in text


def test_dark_and_light_differ(sized: Page) -> None:
    page = sized
    colours = {}
    script = """
    const of = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
    return [
      of("html", "backgroundColor"), of("html", "color"), of(".formats a", "color"), of("#map .point", "fill"),
    ];
    """
    for scheme in ("light", "dark"):
        page.prefer(prefers_color_scheme=scheme)
        page.open("/?lang=en")
        show_map(page)
        colours[scheme] = page.script(script)
    assert all(light != dark for light, dark in zip(colours["light"], colours["dark"], strict=True)), colours


def test_nothing_moves_for_those_who_want_no_motion(sized: Page) -> None:
    page = sized
    longest = """
    const durations = [];
    for (const element of document.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      for (const name of ["transitionDuration", "animationDuration"]) {
        durations.push(...style[name].split(",").map(one => parseFloat(one)));
      }
    }
    return Math.max(...durations);
    """
    page.open("/?lang=en")
    page.prefer(prefers_reduced_motion="reduce")
    assert page.script(longest) <= 0.01
    assert page.script("return getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("width", [320, 360, 768, 1099, 1100, 1920])
def test_no_width_scrolls_sideways(page: Page, width: int) -> None:
    page.resize((width, 900))
    for language in ("en", "zh-Hant"):
        for target in ("/", "/events/tianshui-practice-activities", "/locations/maiji"):
            page.open(f"{target}?lang={language}", wait_for="#record dl.facts" if target != "/" else "#list .card")
            check_width(page)


@pytest.mark.parametrize(
    ("target", "wait_for"),
    [
        ("/", "#list .card"),
        ("/events/tianshui-practice-activities", "#record dl.facts"),
        ("/outcomes/tianshui-bureaus-acting-jointly", "#record dl.facts"),
        ("/locations/gansu-plac-office", "#record dl.facts"),
    ],
)
def test_text_twice_as_large_fits_a_phone(page: Page, target: str, wait_for: str) -> None:
    page.resize(PHONE)
    page.open(f"{target}?lang=en", wait_for)
    page.script("document.documentElement.style.fontSize = '200%'")
    check_width(page)


def test_the_skip_link_is_hidden_though_it_has_two_lines(page: Page) -> None:
    page.resize((320, 800))
    page.open("/?lang=en")
    page.script("document.documentElement.style.fontSize = '200%'")
    bottom = "return document.querySelector('.skip').getBoundingClientRect().bottom"
    assert page.script(bottom) <= 0
    page.script("document.querySelector('.skip').focus()")
    assert page.script(bottom) > 0


def test_colours_that_the_reader_forces(sized: Page) -> None:
    """Stated and derived differ without colours."""
    page = sized
    page.open("/?lang=en")
    page.prefer(forced_colors="active")
    script = """
    const shape = basis => {
      const style = getComputedStyle(document.querySelector(`.legend .mark.${basis}`), "::before");
      return [style.backgroundColor, style.backgroundImage, style.borderStyle, style.borderWidth].join();
    };
    return [shape("stated"), shape("derived")];
    """
    stated, derived = page.script(script)
    assert stated != derived
