"""A headless Chromium, and what a test does with a page in it: as a person would, and then looks at what happened."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

T = TypeVar("T")

SECONDS = 20
"""How long a test waits for anything on a page."""

PHONE, SCREEN = (360, 800), (1280, 900)
VIEWPORTS = (PHONE, SCREEN)

SWITCHES = (
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
    "window-size=1280,900",
)


@contextmanager
def chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    """Run a browser until the block ends; its cookies, caches and service workers are in `profile`."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for switch in (*SWITCHES, f"user-data-dir={profile}"):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


class Page:
    """The page that a browser shows."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self.address = ""
        """Where the service is."""
        self.requested: list[str] = []
        """The URLs that were requested so far."""
        self.console: list[dict[str, Any]] = []

    # What a person does.

    def open(self, target: str = "/", wait_for: str = "#list .card") -> None:
        """Open a page of the service and wait until it has an element."""
        self.driver.get(self.address + target)
        self.find(wait_for)

    def reload(self, wait_for: str = "#list .card") -> None:
        """Load the page again."""
        self.driver.refresh()
        self.find(wait_for)

    def click(self, element: str | WebElement) -> None:
        """Click on the middle of an element, after scrolling to it; fails where another element covers it."""
        found = self.visible(element) if isinstance(element, str) else element
        # Cards that come near the screen are drawn in the next frames, which moves others.
        self.promise(
            "for (const _ of '123') {"
            " given[0].scrollIntoView({block: 'center', behavior: 'instant'});"
            " await new Promise(requestAnimationFrame); }",
            found,
        )
        found.click()

    def press(self, *keys: str) -> None:
        """Press keys, on whatever has the focus."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def back(self) -> None:
        """Go back in the history."""
        self.driver.back()

    # What the page has.

    def all(self, selector: str) -> list[WebElement]:
        """Return the elements that match now."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def find(self, selector: str) -> WebElement:
        """Wait for an element."""
        return self.until(lambda: next(iter(self.all(selector)), None), f"{selector} in {self.driver.current_url}")

    def visible(self, selector: str) -> WebElement:
        """Wait for an element that is displayed."""

        def found() -> WebElement | None:
            return next((one for one in self.all(selector) if one.is_displayed()), None)

        return self.until(found, f"{selector}, displayed, in {self.driver.current_url}")

    def gone(self, selector: str) -> None:
        """Wait until no element that matches is displayed."""
        self.until(lambda: not any(one.is_displayed() for one in self.all(selector)), f"no {selector}")

    def text(self, selector: str) -> str:
        """Return the text of an element, as it is displayed."""
        return self.find(selector).text

    def texts(self, selector: str) -> list[str]:
        """Return the texts of elements, those that are not displayed included, as screen readers read them."""
        found: list[str] = self.script(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.replace(/\\s+/g, ' ').trim())",
            selector,
        )
        return found

    def focused(self) -> WebElement:
        """Return the element that has the focus."""
        return self.driver.switch_to.active_element

    @property
    def query(self) -> str:
        """The query and the fragment of the address."""
        address: str = self.script("return location.search + location.hash")
        return address

    @property
    def path(self) -> str:
        """The path of the address."""
        path: str = self.script("return location.pathname")
        return path

    def script(self, text: str, *arguments: Any) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(text, *arguments)

    def promise(self, text: str, *arguments: Any) -> Any:
        """Run a script that is the body of an async function, and return its result."""
        self.driver.set_script_timeout(SECONDS * 3)
        wrapped = (
            "const done = arguments[arguments.length - 1];"
            f"(async (...given) => {{ {text} }})(...arguments)"
            ".then(value => done({value}), error => done({error: String(error)}))"
        )
        result = self.driver.execute_async_script(wrapped, *arguments)
        assert "error" not in result, result
        return result.get("value")

    def cdp(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Send a command of the Chrome DevTools Protocol."""
        result: dict[str, Any] = self.driver.execute_cdp_cmd(name, parameters)
        return result

    def until(self, is_so: Callable[[], T | None], what: str) -> T:
        """Wait until a condition holds; returns its value. An element that was replaced meanwhile is sought again."""
        wait = WebDriverWait(
            self.driver, SECONDS, poll_frequency=0.05, ignored_exceptions=(StaleElementReferenceException,)
        )
        value: T = wait.until(lambda _: is_so() or False, what)
        return value

    def word(self, key: str, **values: object) -> str:
        """Return a text of the page in its language, such as `page.empty`."""
        table, name = key.split(".")
        config: dict[str, Any] = json.loads(self.script("return document.getElementById('config').textContent"))
        text: str = config["words"][table][name]
        return text.format(**values) if values else text

    # How the page is seen.

    def resize(self, viewport: tuple[int, int]) -> None:
        """Show the page on a screen of this size; one as narrow as a phone has touch and no mouse."""
        width, height = viewport
        mobile = viewport == PHONE
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def prefer(self, **features: str) -> None:
        """Emulate preferences of the reader, such as prefers_color_scheme="dark"; without any, none."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.cdp("Emulation.setEmulatedMedia", media="", features=named)

    def disconnect(self, *, offline: bool = True) -> None:
        """Take the network away from the page, or give it back."""
        self.cdp("Network.enable")
        self.cdp(
            "Network.emulateNetworkConditions", offline=offline, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )

    # What happened.

    def read_logs(self) -> None:
        """Add what the browser has logged since the last call."""
        for entry in self.driver.get_log("performance"):  # type: ignore[no-untyped-call]
            logged = json.loads(entry["message"])["message"]
            if logged["method"] == "Network.requestWillBeSent":
                self.requested.append(logged["params"]["request"]["url"])
        self.console += self.driver.get_log("browser")  # type: ignore[no-untyped-call]

    def check_logs(self, refused: Sequence[str] = ()) -> None:
        """Fail if the console has a message, or another host was requested.

        `refused` are parts of the addresses whose requests fail in this test: Chromium itself reports those.
        """
        self.read_logs()
        messages = [entry["message"] for entry in self.console]
        assert [one for one in messages if not any(part in one for part in refused)] == []
        schemes = ("data:", "blob:", "chrome:", "chrome-", "about:")
        elsewhere = {url for url in self.requested if not url.startswith((f"{self.address}/", *schemes))}
        assert elsewhere == set()
        self.console, self.requested = [], []
