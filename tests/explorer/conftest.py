"""A browser for each module, and the service with several databases behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.explorer.browsers import CHROMIUM, DRIVER, PHONE, SCREEN, Page, chromium
from tests.serving import UNTRACED, running

MODULES = Path(__file__).parent / "node_modules"

needs_modules = pytest.mark.skipif(
    not MODULES.is_dir(),
    reason="the packages of Node.js are missing: npm ci --prefix tests/explorer --ignore-scripts",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here as slow, and skip those with a browser where there is none."""
    missing = pytest.mark.skip(reason="needs Debian's chromium and chromium-driver")
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker("slow")
        if (CHROMIUM is None or DRIVER is None) and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(missing)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser that has visited nothing."""
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def blank(browser: webdriver.Chrome) -> Page:
    """An empty page on a wide screen; its test sets the address of the service."""
    browser.get("about:blank")
    page = Page(browser)
    page.read_logs()
    page.console, page.requested = [], []
    page.prefer()
    page.disconnect(offline=False)
    page.resize(SCREEN)
    return page


@pytest.fixture(scope="module")
def service(tianshui_database: Path) -> Iterator[str]:
    """The address of the service with the project's own data."""
    with running("--data", str(tianshui_database), cwd=tianshui_database.parent, settings=UNTRACED) as server:
        yield server.address


@pytest.fixture
def page(blank: Page, service: str) -> Iterator[Page]:
    """A page of that service; at the end the console must be empty, and no other host was requested."""
    blank.address = service
    yield blank
    blank.check_logs()


@pytest.fixture(params=[PHONE, SCREEN], ids=["phone", "screen"])
def sized(request: pytest.FixtureRequest, page: Page) -> Page:
    """The same on a phone and on a wide screen."""
    page.resize(request.param)
    return page
