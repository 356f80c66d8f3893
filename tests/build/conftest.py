"""Seeds of one small campaign, quick to read, for the many tests that damage something in them."""

import pickle
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.build import reader
from app.build.common.yaml_reader import YamlDocument, read_yaml
from app.build.pipeline import build
from tests.conftest import CAMPAIGNS, SEEDS
from tests.once import built_once

SNAPSHOT = "database.sqlite3"

_SHARED_PLACES = ("gansu", "tianshui", "maiji", "lanzhou")

# The campaign names this organisation, which the seeds of the other one define.
_SHARED_ORGANISATION = """\
  - id: gansu-psd
    kind: provincial_authority
    name: {zh-Hant: 甘肅省公安廳, zh-Hans: 甘肃省公安厅, en: Gansu Provincial Public Security Department}
    parent: null
    role: {zh-Hant: 部署, zh-Hans: 部署, en: Ordered the campaign}
    evidence:
      - {source: pingliang-report, paragraph: 2, sentence: 1, start: 47, end: 53}

not_given:
"""


@pytest.fixture(scope="package", autouse=True)
def _parse_equal_documents_once() -> Iterator[None]:
    """Parse documents with the same content once: a test damages one of six, and parsing takes most of its time."""
    parsed: dict[bytes, bytes] = {}

    def read(file: Path) -> YamlDocument:
        try:
            content = file.read_bytes() if file.is_file() else b""
        except OSError:
            content = b""
        if content not in parsed:
            document = read_yaml(file)
            if content:
                parsed[content] = pickle.dumps(document)
            return document
        again: YamlDocument = pickle.loads(parsed[content])  # noqa: S301 - our own
        again.file = file
        return again

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_yaml", read)
        yield


@pytest.fixture(scope="session")
def lone_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The places and the invented campaign alone, with the one organisation that it shares with the other."""
    folder = tmp_path_factory.mktemp("lone") / "seeds"
    shutil.copytree(CAMPAIGNS / "pingliang", folder / "pingliang")
    places = (SEEDS / "places.yaml").read_text(encoding="utf-8")
    start, *each = re.split(r"(?m)^(?=  - id: )", places)
    needed = [place for place in each if "kind:" not in place.split("name:")[0] or place.split()[2] in _SHARED_PLACES]
    (folder / "places.yaml").write_text("".join([start, *needed]), encoding="utf-8")
    campaign = folder / "pingliang" / "campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace("\nnot_given:\n", f"\n{_SHARED_ORGANISATION}", 1), encoding="utf-8")
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
