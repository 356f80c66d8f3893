from pathlib import Path

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
