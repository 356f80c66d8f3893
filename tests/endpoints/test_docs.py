"""The documentation page in a real browser, with no network but the service itself."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from app.main import ROUTES
from tests.serving import served

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason="needs Debian's chromium and chromium-driver"),
]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
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
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def wait_for(browser: webdriver.Chrome, selector: str, seconds: float = 20) -> WebElement:
    return WebDriverWait(browser, seconds).until(
        expected_conditions.presence_of_element_located((By.CSS_SELECTOR, selector)), selector
    )


def click(browser: webdriver.Chrome, selector: str) -> None:
    browser.execute_script("arguments[0].click()", wait_for(browser, selector))


def execute(browser: webdriver.Chrome, name: str, path: str) -> WebElement:
    """Press Execute once the page has resolved the operation, which takes it a moment; a person is slower."""
    resolved = "return Boolean(ui.getSystem().specSelectors.specResolvedSubtree(['paths', arguments[0], 'get'])?.size)"
    WebDriverWait(browser, 20).until(lambda page: page.execute_script(resolved, path), f"{path} is not resolved")
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
            click(browser, f"#{name} .opblock-summary-control")
        assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
        of_the_page = {url for url in requested(browser) if not url.startswith(("data:", "chrome:", "chrome-"))}
        assert of_the_page
        assert {url for url in of_the_page if not url.startswith(address)} == set()
