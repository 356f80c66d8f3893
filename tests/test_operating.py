"""The service where it is operated: in the container, on Windows."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.main import create_app
from app.server.protocol import Protocol
from app.settings import Settings
from tests.conftest import ROOT
from tests.wire import serving

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
HEALTHCHECK: list[str] = json.loads(re.findall(r"^HEALTHCHECK .*\\\n +CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])


def run(arguments: Sequence[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these variables, and none of the service's own."""
    ours = re.compile("PORT|CAMPAIGN_API_.*")
    inherited = {name: value for name, value in os.environ.items() if not ours.fullmatch(name)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=inherited | variables, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["CAMPAIGN_API_PORT", "PORT"])
def test_the_health_check_follows_the_port(variable: str, tianshui_database: Path) -> None:
    python, *arguments = HEALTHCHECK
    assert python == "/opt/venv/bin/python"
    host = re.findall(r"CAMPAIGN_API_HOST=(\S+)", DOCKERFILE)[0]
    # A proxy must not be asked.
    variables = {"CAMPAIGN_API_HOST": host, "http_proxy": "http://127.0.0.1:9"}
    with serving(create_app(Settings(data=tianshui_database)), Protocol) as server:
        assert run(arguments, **variables, **{variable: str(server.port)}).returncode == 0
    # It listens no more.
    assert run(arguments, **variables, **{variable: str(server.port)}).returncode != 0


@pytest.mark.parametrize("module", ["app", "app.build"])
def test_on_windows_one_line_says_what_is_needed(module: str) -> None:
    simulated = f"import sys; sys.platform = 'win32'; import {module}.__main__"
    result = run(["-c", simulated])
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "campaign-api runs on Linux and macOS; on Windows, run it in the Windows Subsystem for Linux (WSL)\n"
    )


def test_the_image_has_a_python_that_the_metadata_name() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    assert set(re.findall(r"^FROM python:(\S+?)-slim", DOCKERFILE, re.MULTILINE)) == {named[-1]}


@pytest.mark.slow
def test_the_port_of_a_platform_does_not_concern_the_editors_commands() -> None:
    checked = run(["-m", "app", "check"], PORT="none")
    assert (checked.returncode, checked.stderr.count("PORT")) == (0, 0)
    served = run(["-m", "app", "serve"], PORT="none")
    assert (served.returncode, served.stderr.count("PORT")) == (2, 1)
