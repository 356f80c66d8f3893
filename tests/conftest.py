"""Snapshots and clients that tests share: built by the real build, asked over ASGI."""

import shutil
from pathlib import Path

import pytest

from app.build.pipeline import build, build_seeds
from app.main import create_app
from app.settings import Settings
from tests.asking import Client
from tests.generating import generate

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
CAMPAIGNS = ROOT / "tests" / "campaigns"

LARGE = 5000
"""How many events a large snapshot has: enough to plan for and to stream, few enough to be built while one waits."""


@pytest.fixture(scope="session")
def tianshui_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of the project's own seeds."""
    return build(SEEDS, tmp_path_factory.mktemp("tianshui") / "snapshot.sqlite3").path


@pytest.fixture(scope="session")
def two_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's seeds with a folder added for a second campaign."""
    folder = tmp_path_factory.mktemp("two") / "seeds"
    shutil.copytree(SEEDS, folder)
    shutil.copytree(CAMPAIGNS / "pingliang", folder / "pingliang")
    return folder


@pytest.fixture(scope="session")
def two_snapshot(two_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of both campaigns."""
    return build(two_seeds, tmp_path_factory.mktemp("built") / "snapshot.sqlite3").path


@pytest.fixture(scope="session")
def tianshui(tianshui_snapshot: Path) -> Client:
    """A client of the service with the first campaign alone."""
    return Client(create_app(Settings(data=tianshui_snapshot)))


@pytest.fixture(scope="session")
def both(two_snapshot: Path) -> Client:
    """A client of the service with both campaigns."""
    return Client(create_app(Settings(data=two_snapshot)))


@pytest.fixture(scope="session")
def large_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of two invented campaigns with LARGE events."""
    return build_seeds(generate(LARGE, campaigns=2), tmp_path_factory.mktemp("large") / "snapshot.sqlite3").path


@pytest.fixture
def seeds(two_seeds: Path, tmp_path: Path) -> Path:
    """A copy of both campaigns' seeds that a test may spoil."""
    return Path(shutil.copytree(two_seeds, tmp_path / "seeds"))
