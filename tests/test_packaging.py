"""The package as others install it: whole, wherever it is started from."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--quiet", "--no-build-isolation", "--no-deps", "--disable-pip-version-check")
    command = (sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(ROOT))
    subprocess.run(command, check=True, timeout=120)
    (made,) = folder.glob("*.whl")
    return made


def test_an_installed_package_builds_from_the_seeds_that_it_brings(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    explorer = Path("app/static/explorer")
    for file in (ROOT / explorer).iterdir():
        is_served = file.suffix in (".html", ".js", ".css", ".png")
        assert not is_served or (installed / explorer / file.name).is_file(), file.name
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_API_")}
    result = subprocess.run(
        (sys.executable, "-m", "app", "build"),
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"},
        stderr=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    assert str(installed / "app" / "bundled" / "seeds") in result.stderr
    assert (tmp_path / ".data" / "campaigns.sqlite3").stat().st_size > 0
