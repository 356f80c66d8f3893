import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.db.checksum import CHECKSUM_BYTES, append_checksum
from app.db.connections import Reader
from app.db.database import open_database
from app.db.identifiers import _WITHOUT_NAMES, find_by_name, find_identifiers, nearest_ids
from tests.languages import HANS


def test_an_id_can_be_of_several_kinds(two_campaigns_database: Path) -> None:
    database = open_database(two_campaigns_database)
    found = {item.kind: item for item in find_identifiers(database.inline_reader, ["tianshui"])}
    assert found.keys() == {"campaign", "location"}
    retired = find_identifiers(database.inline_reader, ["pingliang-helmet-day"])[0]
    assert (retired.retired, retired.successor) == (True, "pingliang-helmet-column")
    assert retired.language is HANS
    assert find_identifiers(database.inline_reader, ["no-such-id"]) == []
    database.close()


def test_the_nearest_ids_are_in_use_and_of_the_kind(two_campaigns_database: Path) -> None:
    database = open_database(two_campaigns_database)
    assert nearest_ids(database.inline_reader, "location", "maji") == ["maiji"]
    assert nearest_ids(database.inline_reader, "event", "pingliang-helmet-day")[0] == "pingliang-helmet-column"
    assert nearest_ids(database.inline_reader, "location", "zzzzzzzz") == []
    database.close()


@pytest.fixture(scope="module")
def many(tianshui_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of a database with 100,000 ids of events, half of them retired, and as many of outcomes."""
    copy = tmp_path_factory.mktemp("many") / "many.sqlite3"
    shutil.copyfile(tianshui_database, copy)
    os.truncate(copy, copy.stat().st_size - CHECKSUM_BYTES)
    with closing(sqlite3.connect(copy)) as connection:
        insert = "INSERT INTO identifier (kind, id, language, retired) VALUES (?, ?, 'zh-Hant', ?)"
        for kind in ("event", "outcome"):
            connection.executemany(insert, ((kind, f"t-{number:06}", number < 50_000) for number in range(100_000)))
        insert = "INSERT INTO identifier (kind, id, language, retired, name) VALUES (?, ?, 'zh-Hant', FALSE, ?)"
        for kind, count in (("few", 1000), ("too_many", 1001)):
            names = (json.dumps({"text": {"zh-Hans": f"第{number}号"}}) for number in range(count))
            connection.executemany(insert, ((kind, f"t-{one:06}", name) for one, name in enumerate(names)))
        connection.execute("ANALYZE")
        connection.commit()
    append_checksum(copy)
    with closing(open_database(copy)) as database:
        yield database.inline_reader


@pytest.mark.parametrize(
    ("kind", "name", "id_"),
    [
        ("location", "麥積區", "maiji"),
        ("location", "麦积区", "maiji"),
        ("location", "麥積", "maiji"),
        ("location", "MAIJI DISTRICT", "maiji"),
        ("county", "麦积区", "maiji"),
        ("pillar", "兩結合", "two-combinations"),
        # The whole name of one, and the beginning of others.
        ("location", "天水市", "tianshui"),
        # The beginning of several, the end of one, one character, and signs that are none.
        ("location", "天水", None),
        ("location", "积区", None),
        ("location", "麦", None),
        ("location", "麦_", None),
        ("location", "麦%", None),
        ("location", "", None),
        ("county", "天水市", None),
    ],
)
def test_an_id_is_found_by_its_name(two_campaigns_database: Path, kind: str, name: str, id_: str | None) -> None:
    with closing(open_database(two_campaigns_database)) as database:
        assert find_by_name(database.inline_reader, kind, name) == id_


def test_some_kinds_have_no_names(two_campaigns_database: Path) -> None:
    query = "SELECT kind FROM identifier WHERE NOT retired GROUP BY kind HAVING count(name) = 0"
    with closing(sqlite3.connect(two_campaigns_database)) as connection:
        assert {kind for (kind,) in connection.execute(query)} == _WITHOUT_NAMES


@pytest.mark.parametrize("resource", ["event", "outcome", "campaign", "location", "unit"])
@pytest.mark.parametrize("id_", ["t-075000x", "t-025000x", "a", "zzz", "t-", "maji", "t-0750-" * 14])
def test_the_search_for_near_ids_is_bounded(many: Reader, resource: str, id_: str) -> None:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    many._connection.set_progress_handler(count, 10)
    try:
        find_identifiers(many, [id_])
        nearest_ids(many, resource, id_)
        find_by_name(many, resource, id_)
    finally:
        many._connection.set_progress_handler(None, 0)
    # A scan of one kind takes 500,000 instructions.
    assert steps * 10 < 1000


def test_a_name_is_found_only_among_all_of_a_kind(many: Reader) -> None:
    assert find_by_name(many, "few", "第999号") == "t-000999"
    assert find_by_name(many, "too_many", "第999号") is None


def test_near_ids_are_found_among_many(many: Reader) -> None:
    assert nearest_ids(many, "event", "t-075000x")[0] == "t-075000"
    # All around it are retired.
    assert nearest_ids(many, "event", "t-025000x") == []
