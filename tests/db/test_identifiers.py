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
from app.db.identifiers import find_identifiers, nearest_ids
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
        connection.execute("ANALYZE")
        connection.commit()
    append_checksum(copy)
    with closing(open_database(copy)) as database:
        yield database.inline_reader


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
    finally:
        many._connection.set_progress_handler(None, 0)
    # A scan of one kind takes 500,000 instructions.
    assert steps * 10 < 1000


def test_near_ids_are_found_among_many(many: Reader) -> None:
    assert nearest_ids(many, "event", "t-075000x")[0] == "t-075000"
    # All around it are retired.
    assert nearest_ids(many, "event", "t-025000x") == []
