"""The clients in the README: made by the commands in their first lines, and run where there is an interpreter."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Service, needs, run
from tests.clients.test_typescript import MODULES, node
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")

ADDRESS = "http://127.0.0.1:8000"

packages = pytest.mark.skipif(not MODULES.is_dir(), reason="packages of Node.js: not installed; bash .ci/clients does")


def program(language: str, service: Service) -> str:
    """Return a program of the README, for the running service."""
    found: str
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return found.replace(ADDRESS, service.address)


def generate(code: str, folder: Path) -> None:
    """Run the command that a program has in its first lines."""
    comment = re.match(r"((?://|#) .*\n)+", code)
    assert comment
    command = " ".join(re.sub(r"^(//|#) ", "", line).rstrip("\\") for line in comment[0].splitlines())
    run(shlex.split(command), folder)


def events(service: Service) -> list[dict[str, Any]]:
    """Return the events that the programs print."""
    found: list[dict[str, Any]] = service.get("/v1/events?location=maiji&lang=zh-Hans")["data"]
    assert len(found) > 1
    return found


def check(printed: str, service: Service) -> None:
    """The program printed the title, and the date or why there is none."""
    lines = [f"{event['title']} {event['date']['start'] or event['date']['note']}" for event in events(service)]
    assert printed.splitlines() == lines


CHECKS = """
const kept = new Map();
let isOffline = false;
globalThis.caches = {
  open: async () => ({
    put: async (url, response) => void kept.set(url, response),
    match: async (url) => kept.get(url),
  }),
};
const fetchOnline = fetch;
globalThis.fetch = (...request) => (isOffline ? Promise.reject(new TypeError("offline")) : fetchOnline(...request));
const first = await snapshot("tianshui");
isOffline = true;
const again = await snapshot("tianshui");
isOffline = false;
const sources = await read("/campaigns/tianshui/snapshot?lang=zh-Hant");
const english = await read("/campaigns/tianshui/snapshot?lang=en");
const pairs = ["sources", "locations", "events", "outcomes"].flatMap((name) =>
  sources.data[name].map((record, index) => [localise(record, "en"), english.data[name][index]]),
);
console.log(JSON.stringify({ first, again, pairs }));
"""


@needs("node")
def test_a_page_of_a_browser(service: Service, tmp_path: Path) -> None:
    (tmp_path / "page.mjs").write_text(program("js", service) + CHECKS, "utf-8")
    found = json.loads(run(["node", "page.mjs"], tmp_path))
    assert found["first"] == found["again"] == service.get("/v1/campaigns/tianshui/snapshot")
    assert len(found["pairs"]) > 40
    for localised, english in found["pairs"]:
        assert localised == english


@needs("node")
@packages
def test_typescript(service: Service, tmp_path: Path) -> None:
    code = program("ts", service)
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    (tmp_path / "main.ts").write_text(code, "utf-8")
    configuration = MODULES.parent / "tsconfig.json"
    (tmp_path / "tsconfig.json").write_bytes(configuration.read_bytes())
    generate(code, tmp_path)
    node("tsc", "--project", ".", cwd=tmp_path)
    node("esbuild", "main.ts", "--bundle", "--format=esm", "--platform=node", "--outfile=built.mjs", cwd=tmp_path)
    check(run(["node", "built.mjs"], tmp_path), service)


@needs("openapi-python-client")
def test_python(service: Service, tmp_path: Path) -> None:
    code = program("py", service)
    (tmp_path / "main.py").write_text(code, "utf-8")
    generate(code, tmp_path)
    check(run(["python", "main.py"], tmp_path), service)


KNOWN = {
    "kotlin": {"for", "in", "val", "println", "listOf", "as", "let", "it", "import", "data", "service"},
    "swift": {"import", "for", "in", "try", "await", "print", "if", "case", "let", "hit", "found", "event"},
}
"""What the languages and the programs themselves define."""


@pytest.mark.parametrize(("language", "ending"), [("kotlin", "kt"), ("swift", "swift")])
@needs("java", "openapi-generator-cli")
def test_programs_for_phones_have_names_that_exist(
    service: Service, tmp_path: Path, language: str, ending: str
) -> None:
    """There is no compiler for these."""
    code = program(language, service)
    generate(code, tmp_path)
    sources = "\n".join(file.read_text("utf-8") for file in (tmp_path / "client").rglob(f"*.{ending}"))
    declared = set(re.findall(r"\b(?:class func|val|var|fun|func|class|enum|case|struct|object|let) `?(\w+)", sources))
    declared |= set(re.findall(r"\b(\w+): ", sources)) | set(re.findall(r"^    (\w+)\(\"", sources, re.MULTILINE))
    # Of texts only what they insert, as "${event.title}" does.
    body = re.sub(r"^(//|import ).*", "", code, flags=re.MULTILINE)
    body = re.sub(r'"([^"\n]*)"', lambda found: " ".join(re.findall(r"\$\{([^}]*)\}", found[1])), body)
    used = set(re.findall(r"[A-Za-z]\w+", body))
    assert {"searchRecords", "listEvents", "title"} <= used
    assert used - declared - KNOWN[language] - {"hit", "event"} == set()
