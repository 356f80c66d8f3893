"""The documentation page in a real browser, with no network but the service itself."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from app.main import ROUTES
from tests.languages import EN, HANS, HANT
from tests.serving import served

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason="needs Debian's chromium and chromium-driver"),
]


PHONE = {"deviceMetrics": {"width": 360, "height": 740, "pixelRatio": 1.0}}


@pytest.fixture
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """A browser on a wide screen, or one as its parameter describes."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for switch in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        # Other hosts cannot be resolved.
        "host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "window-size=1300,2000",
        f"user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if hasattr(request, "param"):
        options.add_experimental_option("mobileEmulation", request.param)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def wait(browser: webdriver.Chrome) -> WebDriverWait[webdriver.Chrome]:
    """Wait at most 20 seconds; without the interval it polls twice a second."""
    return WebDriverWait(browser, 20, poll_frequency=0.05)


def wait_for(browser: webdriver.Chrome, selector: str) -> WebElement:
    return wait(browser).until(expected_conditions.presence_of_element_located((By.CSS_SELECTOR, selector)), selector)


def click(browser: webdriver.Chrome, selector: str) -> None:
    browser.execute_script("arguments[0].click()", wait_for(browser, selector))


def execute(browser: webdriver.Chrome, name: str, path: str) -> WebElement:
    """Press Execute once the page has resolved the operation, which takes it a moment; a person is slower."""
    resolved = "return Boolean(ui.getSystem().specSelectors.specResolvedSubtree(['paths', arguments[0], 'get'])?.size)"
    wait(browser).until(lambda page: page.execute_script(resolved, path), f"{path} is not resolved")
    click(browser, f"#{name} button.execute")
    return wait_for(browser, f"#{name} .live-responses-table tbody .response-col_status")


def requested(browser: webdriver.Chrome) -> set[str]:
    addresses = set()
    for entry in browser.get_log("performance"):  # type: ignore[no-untyped-call]
        message: dict[str, Any] = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            addresses.add(message["params"]["request"]["url"])
    return addresses


def test_every_operation_can_be_tried_out(browser: webdriver.Chrome, tianshui_database: Path, tmp_path: Path) -> None:
    with served("--data", str(tianshui_database), cwd=tmp_path) as address:
        browser.get(f"{address}/docs")
        wait_for(browser, ".opblock")
        operations = [block.get_attribute("id") or "" for block in browser.find_elements(By.CSS_SELECTOR, ".opblock")]
        described = [route for route in ROUTES if route.include_in_schema]
        assert [name.rpartition("-")[2] for name in operations] == [route.name for route in described]
        for name, route in zip(operations, described, strict=True):
            click(browser, f"#{name} .opblock-summary-control")
            status = execute(browser, name, route.path)
            assert status.text.split()[0] == "200", name
            # Only what was filled in is sent: of all parameters that may be left out, none.
            sent = wait_for(browser, f"#{name} .request-url pre").text
            assert "?" not in sent or sent.startswith(f"{address}/v1/search?q="), sent
            click(browser, f"#{name} .opblock-summary-control")
        assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
        of_the_page = {url for url in requested(browser) if not url.startswith(("data:", "chrome:", "chrome-"))}
        assert of_the_page
        assert {url for url in of_the_page if not url.startswith(address)} == set()


@pytest.mark.parametrize("browser", [PHONE], indirect=True, ids=["phone"])
def test_an_opened_operation_fits_a_phone(browser: webdriver.Chrome, tianshui_database: Path, tmp_path: Path) -> None:
    with served("--data", str(tianshui_database), cwd=tmp_path) as address:
        operations = (
            ("events", "list_events", "/v1/events"),
            ("events", "export_events_geojson", "/v1/events.geojson"),
            ("search", "search_records", "/v1/search"),
        )
        for language, opened in ((EN, operations), (HANS, operations[:1]), (HANT, operations[:1])):
            browser.get(f"{address}/docs?lang={language}")
            wait_for(browser, ".opblock")
            check_width(browser)
            for tag, name, path in opened:
                block = f"operations-{tag}-{name}"
                click(browser, f"#{block} .opblock-summary-control")
                execute(browser, block, path)
                # The command line is wrapped.
                wrapped = "return arguments[0].scrollWidth <= arguments[0].clientWidth"
                assert browser.execute_script(wrapped, wait_for(browser, f"#{block} pre.curl"))
                # The schema of the first response, with all its parts.
                click(browser, f"#{block} .response .tab li:nth-child(2) button")
                click(browser, f"#{block} .json-schema-2020-12-expand-deep-button")
                check_width(browser)
                click(browser, f"#{block} .opblock-summary-control")


def check_width(browser: webdriver.Chrome) -> None:
    width, needed = browser.execute_script(
        "const page = document.documentElement; return [page.clientWidth, page.scrollWidth]"
    )
    assert (width, needed) == (360, 360)


def test_a_default_is_described_and_can_be_sent(
    browser: webdriver.Chrome, tianshui_database: Path, tmp_path: Path
) -> None:
    with served("--data", str(tianshui_database), cwd=tmp_path) as address:
        browser.get(f"{address}/docs")
        name = "operations-sources-list_sources"
        click(browser, f"#{name} .opblock-summary-control")
        assert "Default: 50." in wait_for(browser, f"#{name} tr[data-param-name=limit]").text
        wait_for(browser, f"#{name} tr[data-param-name=limit] input").send_keys("50", Keys.TAB)
        execute(browser, name, "/v1/sources")
        assert wait_for(browser, f"#{name} .request-url pre").text == f"{address}/v1/sources?limit=50"


def test_the_page_is_in_the_language_of_its_reader(
    browser: webdriver.Chrome, tianshui_database: Path, tmp_path: Path
) -> None:
    with served("--data", str(tianshui_database), cwd=tmp_path) as address:
        browser.get(f"{address}/docs?lang=zh-Hant")
        assert "列出活動項目" in wait_for(browser, "#operations-events-list_events").text
        assert wait_for(browser, "nav [aria-current]").text == "繁體中文"
        browser.find_element(By.LINK_TEXT, "简体中文").click()
        wait(browser).until(expected_conditions.title_is("宣传活动 API"))
        assert "列出活动项目" in wait_for(browser, "#operations-events-list_events").text
        assert wait_for(browser, "html").get_attribute("lang") == "zh-Hans"
        name = "operations-events-list_events"
        click(browser, f"#{name} .opblock-summary-control")
        assert "默认值：50。" in wait_for(browser, f"#{name} tr[data-param-name=limit]").text
