"""A page of another origin with unchanged copies of `api.js` and `map.js`."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.endpoints.explorer.files import FOLDER
from tests.explorer.browsers import Page
from tests.explorer.steps import api

PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Another site</title>
<link rel="icon" href="data:,">
<ul id="events"></ul>
<div id="place" style="width: 600px"></div>
<script type="module">
  import { createApi } from "./api.js";
  import { drawMap } from "./map.js";

  const api = createApi(new URLSearchParams(location.search).get("base"), "en");
  for await (const page of api.pages("/v1/events", { limit: 5, sort: "date" })) {
    for (const event of page.data) {
      const item = document.createElement("li");
      item.textContent = event.title;
      document.querySelector("#events").append(item);
    }
  }
  const { data } = await api.get("/v1/locations", { limit: 200 });
  document.querySelector("#place").append(drawMap({ places: data }));
  try {
    await api.get("/v1/events/nothing");
  } catch (error) {
    document.body.dataset.problem = `${error.status} ${error.problem.detail}`;
    document.body.dataset.request = error.requestId;
  }
</script>
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name there
        pass


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """The address of another server, with the page."""
    for name in ("api.js", "map.js"):
        shutil.copyfile(FOLDER / name, tmp_path / name)
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_copier_changes_only_the_base_url(blank: Page, service: str, elsewhere: str) -> None:
    page = blank
    page.driver.get(f"{elsewhere}/?base={service}")
    page.find("body[data-request]")
    page.address = service
    events = api(page, "/v1/events?sort=date&lang=en")["data"]
    assert page.texts("#events li") == [one["title"] for one in events]
    page.read_logs()
    lists = [url for url in page.requested if "/v1/events?" in url]
    assert len(lists) == -(-len(events) // 5)
    assert len(page.all("#place svg .point")) + len(page.all("#place svg .cluster")) > 3
    located = [one for one in api(page, "/v1/locations?limit=200&lang=en")["data"] if one["latitude"] is not None]
    assert sorted(page.texts("#place tbody td:first-child")) == sorted(one["name"] for one in located)
    assert page.find("body").get_attribute("data-problem") == "404 There is no event with the id 'nothing'."
    assert page.find("body").get_attribute("data-request")
    # The map has no words but its own in English.
    assert "As a table" in page.texts("#place button")
    assert {url.split("/")[2] for url in page.requested} == {service.split("/")[2], elsewhere.split("/")[2]}
    assert [one["message"] for one in page.console if "/v1/events/nothing" not in one["message"]] == []
