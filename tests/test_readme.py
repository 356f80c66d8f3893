"""The README says what is so: its commands, its answers and its layout."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.serving import served

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (.*)\n([\s\S]*?)```", README)


def test_the_answers_are_real(tianshui_snapshot: Path, tmp_path: Path) -> None:
    assert len(CONSOLE) == 8
    with served("--data", str(tianshui_snapshot), cwd=tmp_path) as address:
        for command, answer in CONSOLE:
            asked = command.replace("http://127.0.0.1:8000", address)
            result = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, timeout=30, check=True)
            assert result.stdout.rstrip("\n") == answer.rstrip("\n"), command


def test_the_commands_are_plain() -> None:
    start, tests, _ = re.findall(r"```sh\n(.*)\n```", README)
    assert start.startswith("python3 -m venv .venv && .venv/bin/pip install -r requirements.lock && ")
    assert start.endswith(" && .venv/bin/campaign-api")
    assert tests.startswith("python3 -m venv .venv && .venv/bin/pip install -r .ci/requirements.lock && ")
    assert tests.endswith(" && .venv/bin/python -m pytest")


def test_the_layout_is_true() -> None:
    (layout,) = re.findall(r"## Layout\n\n```\n([\s\S]*?)```", README)
    folder = ROOT
    for line in layout.splitlines():
        name = line.split()[0]
        if line.startswith(" "):
            assert (folder / name).exists(), name
        else:
            folder = ROOT / name
            assert folder.exists(), name
    described = {line.split()[0].rstrip("/") for line in layout.partition("app/\n")[2].splitlines() if line[0] == " "}
    there = {path.name for path in (ROOT / "app").iterdir() if path.name not in ("__init__.py", "__pycache__")}
    assert described == there


@pytest.mark.parametrize("path", ["pyproject.toml", "README.md", "Dockerfile", "seeds", "app", "migrations", "tests"])
def test_the_top_level_is_as_given(path: str) -> None:
    assert (ROOT / path).exists()
