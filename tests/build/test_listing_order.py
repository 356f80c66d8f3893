"""The version of the data does not depend on the order in which a file system lists the files of a folder."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.build.pipeline import build_seeds, read_checked
from app.build.reader import Seeds

Listed = list[Any]
ORDERS: dict[str, Callable[[Listed], Listed]] = {
    "reversed": lambda names: sorted(names, reverse=True),
    "by last character": lambda names: sorted(names, key=lambda name: name[::-1]),
}


IDS = ("pingliang", "kongtong", "gansu-psd")
"""The beginnings of all ids of the small campaign; the first is also the name of its folder."""


@pytest.fixture(scope="module")
def written(lone_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeds of three small campaigns in a folder: one, and two copies of it with other ids."""
    folder = Path(shutil.copytree(lone_seeds, tmp_path_factory.mktemp("written") / "seeds"))
    for new_id in ("b-{}-z", "z-{}"):
        copy = folder / new_id.format(IDS[0])
        copy.mkdir()
        for file in (folder / IDS[0]).iterdir():
            text = file.read_text(encoding="utf-8")
            for word in IDS:
                text = text.replace(word, new_id.format(word))
            (copy / file.name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def version(written: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return build_seeds(read_checked(written), tmp_path_factory.mktemp("built") / "database.sqlite3").version


@pytest.fixture(params=ORDERS)
def listing_order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the system list folders in another order, as another file system would."""
    listdir, scandir, order = os.listdir, os.scandir, ORDERS[request.param]

    class Entries:
        """The entries of `os.scandir` in another order."""

        def __init__(self, path: Any = ".") -> None:
            with scandir(path) as entries:
                by_name = {entry.name: entry for entry in entries}
            self._entries = iter([by_name[name] for name in order(list(by_name))])

        def __iter__(self) -> Iterator[Any]:
            return self._entries

        def __next__(self) -> Any:
            return next(self._entries)

        def __enter__(self) -> "Entries":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def close(self) -> None:
            pass

    monkeypatch.setattr(os, "listdir", lambda path=".": order(listdir(path)))
    monkeypatch.setattr(os, "scandir", Entries)
    order_name: str = request.param
    return order_name


def campaign_ids(seeds: Seeds) -> list[str]:
    return [campaign.campaign.id for campaign in seeds.campaigns]


@pytest.mark.slow
def test_the_version_does_not_depend_on_the_order_of_listing(
    written: Path, version: str, tmp_path: Path, listing_order: str
) -> None:
    assert [path.name for path in written.iterdir()] == ORDERS[listing_order]([path.name for path in written.iterdir()])
    seeds = read_checked(written)
    assert campaign_ids(seeds) == sorted(campaign_ids(seeds))
    assert build_seeds(seeds, tmp_path / "database.sqlite3").version == version


def test_the_version_does_not_depend_on_the_order_in_which_folders_are_made(
    written: Path, version: str, tmp_path: Path
) -> None:
    names = sorted(path.name for path in written.iterdir() if path.is_dir())
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name in reversed(names):
        (folder / name).mkdir()
        for file in sorted((written / name).iterdir(), reverse=True):
            shutil.copy(file, folder / name)
    shutil.copy(written / "places.yaml", folder)
    seeds = read_checked(folder)
    assert campaign_ids(seeds) == sorted(names)
    assert build_seeds(seeds, tmp_path / "database.sqlite3").version == version
