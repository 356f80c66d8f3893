"""A real server, its OpenAPI document, and the programs that .ci/clients installs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.serving import NO_TLS, served

TOOLS = ROOT / ".venv-clients" / "bin"
"""The generators and readers in Python, which are in an environment of their own."""

SECONDS = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here as slow."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("slow")


def find(program: str) -> str | None:
    """Return the path of a program: in the environment of the clients, in that of the tests, or on PATH."""
    return shutil.which(
        program, path=os.pathsep.join([str(TOOLS), str(Path(sys.executable).parent), os.environ["PATH"]])
    )


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where a program is missing."""
    missing = [program for program in programs if find(program) is None]
    return pytest.mark.skipif(
        bool(missing), reason=f"{', '.join(missing)}: not installed; bash .ci/clients installs it"
    )


def run(command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a program that must succeed; returns its output, errors included."""
    program, *arguments = command
    path = find(str(program))
    assert path is not None
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # Programs of Node.js look for it on PATH.
    kept["PATH"] = os.pathsep.join([str(TOOLS), str(Path(sys.executable).parent), kept["PATH"]])
    ended = subprocess.run(
        [path, *map(str, arguments)],
        cwd=cwd,
        env=kept | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-8000:]
    return ended.stdout


class Service:
    """The running service, as its own responses describe it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client(base_url=address, verify=NO_TLS)
        self.openapi: dict[str, Any] = self.get("/openapi.json")

    def get(self, target: str) -> Any:
        response = self.client.get(target)
        assert response.status_code == 200, response.text
        return response.json()

    def ids(self, name: str) -> list[str]:
        return [record["id"] for record in self.get(f"/v1/{name}?limit=200")["data"]]


@pytest.fixture(scope="session")
def service(two_campaigns_database: Path) -> Iterator[Service]:
    """A server with both campaigns, as a process of its own."""
    with served("--data", str(two_campaigns_database), cwd=ROOT) as address:
        service = Service(address)
        yield service
        service.client.close()


@pytest.fixture(scope="session")
def openapi(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The OpenAPI document as a file."""
    path = tmp_path_factory.mktemp("openapi") / "openapi.json"
    path.write_bytes(service.client.get("/openapi.json").content)
    return path
