"""Requesting pages of the explorer, and reading what is in them."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from app.main import create_app
from app.settings import Settings
from tests.client import Client

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = (
    *("/", "/campaigns/tianshui", "/campaigns/pingliang", "/events/tianshui-police-open-day"),
    *("/events/tianshui-media-field-reporting", "/locations/maiji", "/locations/gansu"),
    *("/outcomes/tianshui-activities-held", "/outcomes/tianshui-claim-notable-results"),
)
EVENT = "/events/tianshui-police-open-day"


class Page(HTMLParser):
    """The elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], f"{self._open} are not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self._open[-1:]:
            self.texts.setdefault(tag, []).append(data)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements that have these."""
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]

    def meta(self, name: str) -> str | None:
        (found,) = self.all("meta", name=name) or self.all("meta", property=name)
        return found["content"]

    def json(self, media_type: str) -> Any:
        scripts = [found["type"] for tag, found in self.elements if tag == "script"]
        return json.loads(self.texts["script"][scripts.index(media_type)])

    @property
    def config(self) -> Any:
        return self.json("application/json")

    @property
    def linked_data(self) -> Any:
        return self.json("application/ld+json")


def page_of(client: Client, target: str, status: int = 200, **headers: str) -> Page:
    response = client.request(target, headers=BROWSER | headers)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


def client_of(database: Path, **settings: Any) -> Client:
    return Client(create_app(Settings(data=database, **settings)))
