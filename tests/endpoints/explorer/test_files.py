"""The files of the explorer: their digest, their caching, and what is loaded first."""

import re
import shutil
from pathlib import Path

import pytest

from app.endpoints.explorer import files
from app.endpoints.explorer.files import FOLDER, modules_of
from tests.client import Client
from tests.endpoints.explorer.pages import page_of

MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".png": "image/png"}


def test_the_files_are_below_their_digest(tianshui: Client) -> None:
    listed = tianshui.request("/explorer/files.json")
    assert listed.headers["cache-control"] == "no-cache"
    document = listed.json()
    assert document.keys() == {"digest", "files"}
    served = {path.name for path in FOLDER.iterdir() if path.suffix in (".css", ".js", ".png")} - {"service-worker.js"}
    assert set(document["files"]) == served >= {"main.js", "api.js", "map.js", "explorer.css"}
    digest = document["digest"]
    for name in document["files"]:
        current, other = (tianshui.request(f"/explorer/{one}/{name}") for one in (digest, "0" * 16))
        assert current.content == other.content
        # Only documentation is left out, and of modules alone.
        source, left_out = (FOLDER / name).read_bytes().splitlines(), []
        for line in current.content.splitlines():
            while line != source[0]:
                left_out.append(source.pop(0))
            source.pop(0)
        assert source == []
        assert name.endswith(".js") or left_out == []
        assert all(line.lstrip().startswith((b"/**", b"*")) for line in left_out), name
        assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert other.headers["cache-control"] == "no-cache"
        assert current.headers["etag"] != other.headers["etag"]
        assert current.headers["content-type"] == MEDIA_TYPES[Path(name).suffix]
        again = tianshui.request(f"/explorer/0/{name}", headers={"If-None-Match": other.headers["etag"]})
        assert again.status_code == 304
        compressed = tianshui.request(f"/explorer/{digest}/{name}", headers={"Accept-Encoding": "br"})
        assert compressed.headers.get("content-encoding") == (None if name.endswith(".png") else "br")
    for name in ("page.html", "service-worker.js", "schema.d.ts", "..", "../docs.js"):
        assert tianshui.request(f"/explorer/{digest}/{name}").status_code == 404


def test_the_digest_is_of_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "explorer"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr(files, "FOLDER", folder)
    digests = {files.files_digest.__wrapped__()}
    for name in ("page.html", "main.js", "explorer.css", "service-worker.js"):
        with (folder / name).open("a") as file:
            file.write(" ")
        digests.add(files.files_digest.__wrapped__())
    assert len(digests) == 5
    (folder / "schema.d.ts").write_text("generated")
    assert files.files_digest.__wrapped__() in digests


def test_the_modules_of_the_first_view_are_preloaded(tianshui: Client) -> None:
    page = page_of(tianshui, "/")
    preloaded = [str(found["href"]).rpartition("/")[2] for found in page.all("link", rel="modulepreload")]
    assert preloaded == list(modules_of("main.js"))
    assert len(set(preloaded)) == len(preloaded)
    assert "main.js" not in preloaded
    for name in ("main.js", *preloaded):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert set(re.findall(r'^(?:import|export) [^;]*?"\./([\w.-]+)";', text, re.MULTILINE)) <= {
            "main.js",
            *preloaded,
        }


def test_the_service_worker_may_request_from_this_service_alone(tianshui: Client) -> None:
    response = tianshui.request("/service-worker.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["service-worker-allowed"] == "/"
    policy = response.headers["content-security-policy"]
    assert policy == "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
