"""What a reader downloads to see a page for the first time. `tests.tools.first_view` measures how long that takes."""

from pathlib import Path

import pytest

from tests.explorer.browsers import PHONE, SCREEN, Page, chromium
from tests.tools.first_view import load

LIMIT_BYTES = 60_000
"""Of all compressed bodies."""


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/", PHONE),
        ("/", SCREEN),
        ("/events/tianshui-practice-activities", PHONE),
        ("/locations/maiji", PHONE),
        ("/outcomes/tianshui-works-created", PHONE),
    ],
)
def test_a_first_view_is_small(service: str, tmp_path: Path, path: str, language: str, size: tuple[int, int]) -> None:
    with chromium(tmp_path / "profile") as driver:
        page = Page(driver)
        page.address = service
        page.resize(size)
        view = load(page, f"{path}?lang={language}")
    assert {address.split("/")[2] for address in view.bodies} == {service.split("/")[2]}
    assert view.body_bytes <= LIMIT_BYTES, view.bodies
    # The largest paint is text of the server's HTML: it waits for the page and the style sheet alone. That of a record
    # is gone when the script has shown all facts.
    assert view.measured["blocking"] == 2
    assert view.measured["element"].split(".")[0] in ("h1", "h2", "p", "")
