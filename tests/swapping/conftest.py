"""Versions of the data that replace one another, and invalid files."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.swapping.load import ResponsesByVersion, known_responses


@pytest.fixture(scope="session")
def versions(tianshui_database: Path, reworded_database: Path, two_campaigns_database: Path) -> tuple[Path, ...]:
    """Three versions of the data."""
    return tianshui_database, reworded_database, two_campaigns_database


@pytest.fixture(scope="session")
def responses(versions: tuple[Path, ...]) -> ResponsesByVersion:
    """The responses of each version."""
    return known_responses(versions)


@pytest.fixture(scope="session")
def named(versions: tuple[Path, ...], responses: ResponsesByVersion) -> Mapping[Path, str]:
    """The name of each version."""
    return dict(zip(versions, (known.version for known in responses["/v1/campaigns?lang=en"].values()), strict=True))


@pytest.fixture(scope="session")
def bad(reworded_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Invalid files by their fault."""
    folder = tmp_path_factory.mktemp("bad")
    whole = reworded_database.read_bytes()
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
