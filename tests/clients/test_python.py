"""Clients that generators for Python make: checked by mypy where they have types, and run against a real server."""

import json
import shutil
from pathlib import Path

from tests.clients.conftest import Service, needs, run
from tests.clients.expected import expected

SOURCES = Path(__file__).parent / "python"


def check(folder: Path, client: Path, service: Service) -> None:
    """Run a client; its result must be that of the service's own responses."""
    result = json.loads(run(["python", client, service.address], folder))
    result["csv"] = result["csv"].removeprefix("\ufeff")
    assert result == expected(service)


@needs("openapi-python-client")
def test_openapi_python_client(tmp_path: Path, service: Service, openapi: Path) -> None:
    client = Path(shutil.copy(SOURCES / "walk_openapi_python_client.py", tmp_path))
    log = run(
        [
            *("openapi-python-client", "generate", "--meta", "none", "--output-path", "campaign_api_client"),
            *("--path", openapi, "--config", SOURCES / "openapi_python_client.yaml"),
        ],
        tmp_path,
    )
    assert "warning" not in log.lower()
    # Its models have a member for fields that a later version may add.
    lines = [
        line.strip()
        for file in (tmp_path / "campaign_api_client" / "models").glob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("    ") and not line.startswith("     ") and ": " in line and "Any" in line
    ]
    assert {line.partition(":")[0] for line in lines if not line.startswith("def ")} <= {"additional_properties"}
    run(["mypy", "--strict", "campaign_api_client", client], tmp_path)
    check(tmp_path, client, service)


@needs("java", "openapi-generator-cli")
def test_openapi_generator(tmp_path: Path, service: Service, openapi: Path) -> None:
    client = Path(shutil.copy(SOURCES / "walk_openapi_generator.py", tmp_path))
    run(["openapi-generator-cli", "generate", "-g", "python", "-i", openapi, "-o", tmp_path], tmp_path)
    check(tmp_path, client, service)
