"""Shared databases, built by the real build, and clients that send requests over ASGI."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app.build.pipeline import build, build_seeds
from app.main import create_app
from app.settings import Settings
from tests.client import Client
from tests.once import built_once
from tests.tools.generating import generate

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
CAMPAIGNS = ROOT / "tests" / "campaigns"

# Hypothesis would fail a test that is slow by the clock, as all are on a busy machine.
settings.register_profile("no_deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no_deadline")

LARGE = 5000
"""The number of events in the large database: an export exceeds the socket buffers of a client that does not read."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark serial tests as slow too: the quick set runs on all cores."""
    for item in items:
        if item.get_closest_marker("serial"):
            item.add_marker("slow")


@pytest.fixture(scope="session")
def tianshui_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the project's own seeds."""
    return built_once(tmp_path_factory, "tianshui", lambda path: build(SEEDS, path))


@pytest.fixture(scope="session")
def two_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's seeds with a folder added for a second campaign."""
    folder = tmp_path_factory.mktemp("two") / "seeds"
    shutil.copytree(SEEDS, folder)
    shutil.copytree(CAMPAIGNS / "pingliang", folder / "pingliang")
    return folder


@pytest.fixture(scope="session")
def two_campaigns_database(two_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of both campaigns."""
    return built_once(tmp_path_factory, "two", lambda path: build(two_seeds, path))


@pytest.fixture(scope="session")
def reworded_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the project's own seeds with another title of one event."""
    seeds = Path(shutil.copytree(SEEDS, tmp_path_factory.mktemp("reworded") / "seeds"))
    events = seeds / "tianshui" / "events.yaml"
    text = events.read_text(encoding="utf-8")
    assert text.count("en: Police–Media Symposium}") == 1
    events.write_text(text.replace("en: Police–Media Symposium}", "en: Symposium with the Media}"), encoding="utf-8")
    return built_once(tmp_path_factory, "reworded", lambda path: build(seeds, path))


@pytest.fixture(scope="session")
def tianshui(tianshui_database: Path) -> Client:
    """A client of the service with the first campaign alone."""
    return Client(create_app(Settings(data=tianshui_database)))


@pytest.fixture(scope="session")
def both(two_campaigns_database: Path) -> Client:
    """A client of the service with both campaigns."""
    return Client(create_app(Settings(data=two_campaigns_database)))


@pytest.fixture(scope="session")
def large_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of two invented campaigns with LARGE events."""
    seeds = generate(LARGE, campaigns=2)
    return built_once(tmp_path_factory, "large", lambda path: build_seeds(seeds, path))


@pytest.fixture
def seeds(two_seeds: Path, tmp_path: Path) -> Path:
    """A copy of both campaigns' seeds that a test may damage."""
    return Path(shutil.copytree(two_seeds, tmp_path / "seeds"))
