"""The service behind nginx: below a path that the proxy removes or not, and with compression by the proxy."""

import gzip
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.client import Client
from tests.serving import NO_TLS
from tests.wire import SECONDS, serving, until

BASE = "https://data.example.org/api"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")

TARGETS = (
    *("/v1/events?limit=2&lang=en", "/v1/events/tianshui-police-open-day?lang=en", "/v1/locations/maiji?lang=en"),
    *("/v1/events.csv?lang=en", "/v1/campaigns/tianshui/snapshot?lang=en", "/docs", "/docs/docs.js", "/openapi.json"),
    *(
        "/healthz",
        "/v1/events/none?lang=en",
        "/nothing",
        "/v1/search?q=%E5%85%AC%E5%AE%89&lang=en",
        "/v1/events?limit=x",
    ),
)

CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log stderr error;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen unix:{folder}/socket;
        location /api/ {{ proxy_pass http://127.0.0.1:{port}/; }}
        location / {{ proxy_pass http://127.0.0.1:{port}; }}
        location /kept/ {{ rewrite ^/kept(/.*)$ /api$1 break; proxy_pass http://127.0.0.1:{port}; }}
        location /gzip/ {{
            gzip on;
            gzip_proxied any;
            gzip_types *;
            gzip_http_version 1.0;
            proxy_set_header Accept-Encoding "";
            proxy_pass http://127.0.0.1:{port}/;
        }}
    }}
}}
"""


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(str(path)) == 0


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[httpx.Client]:
    """Run nginx before the service until the block ends; its socket is in `folder`."""
    assert NGINX is not None
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(configuration)], stderr=subprocess.PIPE)
    try:
        until(lambda: listens(folder / "socket"))
        transport = httpx.HTTPTransport(uds=str(folder / "socket"), verify=NO_TLS)
        with httpx.Client(transport=transport, base_url="http://proxy", timeout=SECONDS) as client:
            yield client
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "application"])
def proxy(request: pytest.FixtureRequest, tianshui_database: Path) -> Iterator[httpx.Client]:
    """A client of nginx before the service, which knows its public URL."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    # The path of a socket may have about a hundred characters.
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    folder.chmod(0o755)
    app = create_app(Settings(data=tianshui_database, public_base_url=BASE, fast_path=request.param))
    try:
        with serving(app, Protocol) as server, nginx(folder, server.port) as client:
            yield client
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("target", TARGETS)
def test_the_path_of_the_base_url_may_be_removed_or_not(proxy: httpx.Client, target: str) -> None:
    removed, kept = proxy.get(f"/api{target}"), proxy.get(f"/kept{target}")
    assert removed.status_code == kept.status_code
    assert kept.content == removed.content
    for name in ("etag", "content-type", "link", "location"):
        assert kept.headers.get(name) == removed.headers.get(name)


def test_links_have_the_path_of_the_base_url(proxy: httpx.Client) -> None:
    for prefix in ("/api", "/kept", ""):
        links = proxy.get(f"{prefix}/v1/events?lang=en&limit=2").json()["links"]
        assert links["self"] == f"{BASE}/v1/events?lang=en&limit=2"
        assert links["next"].startswith(f"{BASE}/v1/events?")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_methods_find_the_path_too(proxy: httpx.Client, method: str) -> None:
    for target in ("/api/v1/events", "/kept/v1/events", "/kept/docs"):
        assert proxy.request(method, target).status_code == (200 if method == "HEAD" else 204)


@pytest.mark.parametrize("target", ["/v1/events?lang=en", "/v1/events/tianshui-police-open-day?lang=en"])
def test_conditions_hold_behind_a_proxy_that_compresses(proxy: httpx.Client, target: str) -> None:
    headers = {"Accept-Encoding": "gzip"}
    with proxy.stream("GET", f"/gzip{target}", headers=headers) as response:
        body = gzip.decompress(b"".join(response.iter_raw()))
    assert body == proxy.get(f"/api{target}", headers={"Accept-Encoding": "identity"}).content
    tag = response.headers["etag"]
    assert tag.startswith('W/"')
    for value in (tag, f'"other", {tag}'):
        assert proxy.get(f"/gzip{target}", headers=headers | {"If-None-Match": value}).status_code == 304
        assert proxy.get(f"/gzip{target}", headers=headers | {"If-Match": value}).status_code == 200
    other = 'W/"other"'
    assert proxy.get(f"/gzip{target}", headers=headers | {"If-None-Match": other}).status_code == 200
    assert proxy.get(f"/gzip{target}", headers=headers | {"If-Match": other}).status_code == 412


@pytest.mark.parametrize(
    ("base", "path", "status"),
    [
        ("https://a.example/v1", "/v1/events", 200),
        ("https://a.example/v1", "/v1/v1/events", 200),
        ("https://a.example/v1", "/v1/docs", 200),
        ("https://a.example/%E5%A4%A9%E6%B0%B4/api", "/%E5%A4%A9%E6%B0%B4/api/v1/events", 200),
        ("https://a.example/api/", "/api/v1/events", 200),
        ("https://a.example/api", "/apis/v1/events", 404),
        ("https://a.example/api", "/api/api/v1/events", 404),
        ("https://a.example/api", "/other/v1/events", 404),
        ("https://a.example", "/api/v1/events", 404),
    ],
)
def test_only_the_path_of_the_base_url_is_removed(base: str, path: str, status: int, tianshui_database: Path) -> None:
    client = Client(create_app(Settings.model_validate({"data": tianshui_database, "public_base_url": base})))
    for _ in range(2):
        assert client.request(path).status_code == status
