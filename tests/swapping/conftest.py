"""Snapshots that follow one another: the same records in other words, and what must never be served."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from app.build.pipeline import build
from tests.conftest import SEEDS
from tests.swapping.load import Answers, known_answers


@pytest.fixture(scope="session")
def reworded_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of the project's own seeds with another title of one event."""
    folder = tmp_path_factory.mktemp("reworded")
    seeds = Path(shutil.copytree(SEEDS, folder / "seeds"))
    events = seeds / "tianshui" / "events.yaml"
    text = events.read_text(encoding="utf-8")
    assert text.count("en: Police–Media Symposium}") == 1
    events.write_text(text.replace("en: Police–Media Symposium}", "en: Symposium with the Media}"), encoding="utf-8")
    return build(seeds, folder / "snapshot.sqlite3").path


@pytest.fixture(scope="session")
def versions(tianshui_snapshot: Path, reworded_snapshot: Path, two_snapshot: Path) -> tuple[Path, ...]:
    """Three versions of the data."""
    return tianshui_snapshot, reworded_snapshot, two_snapshot


@pytest.fixture(scope="session")
def answers(versions: tuple[Path, ...]) -> Answers:
    """What each version answers."""
    return known_answers(versions)


@pytest.fixture(scope="session")
def named(versions: tuple[Path, ...], answers: Answers) -> Mapping[Path, str]:
    """The name of each version."""
    return dict(zip(versions, (known.version for known in answers["/v1/campaigns?lang=en"].values()), strict=True))


@pytest.fixture(scope="session")
def bad(reworded_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Files that are no snapshot, or no longer one, each with what is wrong with it."""
    folder = tmp_path_factory.mktemp("bad")
    whole = reworded_snapshot.read_bytes()
    middle = len(whole) // 2
    contents = {
        "empty": b"",
        "truncated": whole[:middle],
        "text": b"nothing to see here\n" * 200,
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    with closing(sqlite3.connect(folder / "foreign")) as foreign:
        foreign.execute("CREATE TABLE event (id)")
        foreign.commit()
    (folder / "newer").write_bytes(whole)
    with closing(sqlite3.connect(folder / "newer")) as newer:
        newer.execute("PRAGMA user_version = 999")
    return {name: folder / name for name in (*contents, "foreign", "newer")}
