"""Several campaigns, and a service that is not at the root of its host."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.explorer.browsers import VIEWPORTS, Page
from tests.explorer.servers import free_port
from tests.explorer.steps import api, check_width, choose, titles, wait_for_total
from tests.serving import UNTRACED, running


@pytest.fixture(scope="module")
def service(two_campaigns_database: Path) -> Iterator[str]:
    """The address of a service with two campaigns."""
    with running("--data", str(two_campaigns_database), cwd=two_campaigns_database.parent, settings=UNTRACED) as server:
        yield server.address


def test_the_campaigns_are_a_list(sized: Page) -> None:
    page = sized
    page.open("/?lang=en")
    campaigns = api(page, "/v1/campaigns?lang=en")["data"]
    assert sorted(page.texts("#list .card h3")) == sorted(one["name"] for one in campaigns)
    check_width(page)
    for campaign in campaigns:
        page.click(f"#list a[href*='/campaigns/{campaign['id']}']")
        page.until(lambda: page.path == f"/campaigns/{campaign['id']}", "the campaign")  # noqa: B023 - called at once
        page.find("#figures")
        assert page.text("h1") == campaign["name"]
        expected = [one["title"] for one in api(page, f"/v1/events?campaign={campaign['id']}&lang=en")["data"]]
        page.until(lambda: titles(page) == expected, "its events")  # noqa: B023 - called at once
        page.back()
        page.until(lambda: page.path == "/", "the list")
        page.find("#list .card")


def test_a_filter_stays_in_its_campaign(sized: Page) -> None:
    page = sized
    page.open("/campaigns/tianshui?lang=en")
    choose(page, "category", "symposium")
    wait_for_total(page, len(api(page, "/v1/events?campaign=tianshui&category=symposium")["data"]))
    assert page.path == "/campaigns/tianshui"
    assert "campaign=tianshui" in page.text(".request code")


def test_the_path_names_the_campaign(page: Page) -> None:
    page.open("/campaigns/pingliang?campaign=tianshui&lang=en")
    assert titles(page) == [one["title"] for one in api(page, "/v1/events?campaign=pingliang&lang=en")["data"]]


def test_filters_of_the_list_of_campaigns_are_kept_for_the_one_chosen(page: Page) -> None:
    page.open("/?category=symposium&lang=en")
    page.find("#list a[href*='/campaigns/tianshui?category=symposium']")
    page.click("#list a[href*='/campaigns/tianshui']")
    page.until(lambda: page.path == "/campaigns/tianshui", "the campaign")
    wait_for_total(page, len(api(page, "/v1/events?campaign=tianshui&category=symposium")["data"]))


def test_a_record_belongs_to_its_campaign(page: Page) -> None:
    event = api(page, "/v1/events?campaign=pingliang&lang=en")["data"][0]
    page.open(f"/events/{event['id']}?lang=en", wait_for="#record dl.facts")
    assert page.text("#record h2") == event["title"]
    page.click("#record .close")
    page.gone("#record")
    page.until(lambda: page.path == "/campaigns/pingliang", "its campaign")


def test_a_wrong_campaign(page: Page) -> None:
    page.open("/campaigns/tianshi?lang=en", wait_for="main a[href*='/campaigns/tianshui']")
    page.check_logs(refused=["/campaigns/tianshi?"])


NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")

CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /data/police/ {{ proxy_pass {address}/; }}
  }}
}}
"""


@pytest.mark.skipif(NGINX is None, reason="needs nginx")
@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_the_service_below_a_path(
    blank: Page, tianshui_database: Path, tmp_path: Path, viewport: tuple[int, int]
) -> None:
    """All addresses have the path of the public base URL: pages, files, requests, the service worker."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/data/police"
    settings = {**UNTRACED, "CAMPAIGN_API_PUBLIC_BASE_URL": base}
    page = blank
    page.resize(viewport)
    assert NGINX is not None
    with running("--data", str(tianshui_database), cwd=tmp_path, settings=settings) as server:
        (tmp_path / "nginx.conf").write_text(CONFIGURATION.format(folder=tmp_path, port=port, address=server.address))
        nginx = subprocess.Popen([NGINX, "-e", "stderr", "-p", tmp_path, "-c", tmp_path / "nginx.conf"])
        try:
            page.address = base
            with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
                assert client.get(f"{base}/readyz").status_code == 200
            page.open("/?lang=en")
            choose(page, "category", "symposium")
            wait_for_total(page, 2)
            assert page.path == "/data/police/"
            page.click("#list .card h3 a")
            page.visible("#record dl.facts")
            assert page.path.startswith("/data/police/events/")
            page.click("#record button")
            page.promise("await navigator.serviceWorker.ready")
            scope = page.promise("return (await navigator.serviceWorker.ready).scope")
            assert scope == f"{base}/"
            page.driver.get(f"{base}/events/nothing?lang=en")
            page.find("main a")
            page.check_logs(refused=["/events/nothing"])
        finally:
            nginx.terminate()
            nginx.wait(60)
