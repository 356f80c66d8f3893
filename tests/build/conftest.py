"""Seeds of one small campaign, quick to read, for the many tests that damage something in them."""

import re
import shutil
from pathlib import Path

import pytest

from app.build.pipeline import build
from tests.conftest import CAMPAIGNS, SEEDS
from tests.once import built_once

SNAPSHOT = "database.sqlite3"

_SHARED_PLACES = ("gansu", "tianshui", "maiji", "lanzhou")


@pytest.fixture(scope="session")
def lone_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The places and the invented campaign alone."""
    folder = tmp_path_factory.mktemp("lone") / "seeds"
    shutil.copytree(CAMPAIGNS / "pingliang", folder / "pingliang")
    places = (SEEDS / "places.yaml").read_text(encoding="utf-8")
    start, *each = re.split(r"(?m)^(?=  - id: )", places)
    needed = [place for place in each if "kind:" not in place.split("name:")[0] or place.split()[2] in _SHARED_PLACES]
    (folder / "places.yaml").write_text("".join([start, *needed]), encoding="utf-8")
    return folder


@pytest.fixture
def lone(lone_seeds: Path, tmp_path: Path) -> Path:
    """A copy of the lone campaign's seeds that a test may damage."""
    return Path(shutil.copytree(lone_seeds, tmp_path / "lone"))


@pytest.fixture(scope="session")
def lone_database(lone_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the lone campaign."""
    return built_once(tmp_path_factory, "lone", lambda path: build(lone_seeds, path))


@pytest.fixture
def place(lone_database: Path, tmp_path: Path) -> Path:
    """A folder that contains only the database of the lone campaign."""
    folder = tmp_path / "place"
    folder.mkdir()
    shutil.copy2(lone_database, folder / SNAPSHOT)
    return folder
