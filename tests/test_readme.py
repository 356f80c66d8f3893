"""The READMEs are true: commands, answers, metric names, the log line and the layout."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.serving import running
from tests.wire import until

README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "app" / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (.*)\n([\s\S]*?)```", README)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The access log of the service."""
    return tmp_path_factory.mktemp("log") / "access.log"


@pytest.fixture(scope="module")
def address(tianshui_database: Path, log: Path) -> Iterator[str]:
    """The address of a running service with an access log."""
    settings = {"CAMPAIGN_API_ACCESS_LOG": "true"}
    arguments = ("--data", str(tianshui_database))
    with (
        log.open("w") as sink,
        running(*arguments, cwd=log.parent, settings=settings, stdout=sink.fileno()) as server,
    ):
        yield server.address


def test_the_responses_are_real(address: str, tmp_path: Path) -> None:
    assert len(CONSOLE) == 18
    for command, response in CONSOLE:
        requested = command.replace("http://127.0.0.1:8000", address)
        result = subprocess.run(
            ["bash", "-c", requested], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True
        )
        assert result.stdout.rstrip("\n") == response.rstrip("\n"), command


def test_the_commands_are_plain() -> None:
    start, tests, _ = re.findall(r"```sh\n(.*)\n```", README)
    assert start.startswith("python3 -m venv .venv && .venv/bin/pip install -r requirements.lock && ")
    assert start.endswith(" && .venv/bin/campaign-api")
    assert tests.startswith("python3 -m venv .venv && .venv/bin/pip install -r .ci/requirements.lock && ")
    assert tests.endswith(' && .venv/bin/python -m pytest -m "not slow" -n auto')


def test_the_chinese_quick_start_has_the_same_command() -> None:
    start, *_ = re.findall(r"```sh\n(.*)\n```", README)
    chinese, _, _ = README.partition("## 快速开始")[2].partition("\n## ")
    assert re.findall(r"```bash\n(.*)\n```", chinese) == [start]


def test_the_program_reads_all_events(address: str) -> None:
    (program,) = re.findall(r"```python\n([\s\S]*?)```", README)
    names: dict[str, Any] = {}
    exec(program.replace("http://127.0.0.1:8000", address), names)  # noqa: S102 - our own README
    assert len(names["events"]) == httpx.get(f"{address}/v1/events").json()["meta"]["total"]


def test_the_example_of_the_explorer_matches(address: str) -> None:
    page, target = re.findall(r"`(/(?:v1/events)?\?location=[^`]*)`", README)
    assert page.partition("?")[2] == target.partition("?")[2]
    assert httpx.get(address + target).json()["meta"]["total"] > 0


def test_the_metrics_exist(address: str) -> None:
    _, _, section = README.partition("### Metrics\n")
    named = set()
    for prefix, several in re.findall(r"`(campaign_api_\w+)(?:\{([\w,]+)\})?`", section.partition("\n## ")[0]):
        named |= {prefix + one for one in several.split(",")}
    page = httpx.get(f"{address}/metrics").text
    samples = {re.split(r"[{ ]", line)[0] for line in page.splitlines() if not line.startswith("#")}
    families = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in samples}
    assert named == {name for name in families if name.startswith("campaign_api_")}


def test_the_log_line_has_these_members(address: str, log: Path) -> None:
    (line,) = re.findall(r'```\n(\{"time"[\s\S]*?)```', README)
    shown = json.loads(line)
    headers = {"traceparent": f"00-{shown['trace_id']}-{shown['parent_id']}-01"}
    assert httpx.get(address + shown["target"], headers=headers).status_code == 200
    until(lambda: shown["trace_id"] in log.read_text(encoding="utf-8"))
    written = [json.loads(text) for text in log.read_text(encoding="utf-8").splitlines()]
    (found,) = [one for one in written if one.get("trace_id") == shown["trace_id"]]
    assert list(found) == list(shown)
    assert {name: found[name] for name in ("method", "route", "status")} == {
        name: shown[name] for name in ("method", "route", "status")
    }


def test_the_layout_is_true() -> None:
    (layout,) = re.findall(r"## Layout\n[\s\S]*?```\n([\s\S]*?)```", ARCHITECTURE)
    described = [line.split()[0].rstrip("/") for line in layout.splitlines()]
    there = {path.name for path in (ROOT / "app").iterdir()}
    assert sorted(described) == sorted(there - {"__init__.py", "__pycache__", "README.md"})


@pytest.mark.parametrize("path", ["pyproject.toml", "README.md", "Dockerfile", "seeds", "app", "migrations", "tests"])
def test_the_top_level_is_as_given(path: str) -> None:
    assert (ROOT / path).exists()
