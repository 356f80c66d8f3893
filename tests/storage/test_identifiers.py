from pathlib import Path

from app.db.database import open_database
from app.db.identifiers import find_identifiers, nearest_ids
from app.languages import Language


def test_an_id_can_be_of_several_kinds(two_snapshot: Path) -> None:
    snapshot = open_database(two_snapshot)
    found = {item.kind: item for item in find_identifiers(snapshot.reader, ["tianshui"])}
    assert found.keys() == {"campaign", "location"}
    retired = find_identifiers(snapshot.reader, ["pingliang-helmet-day"])[0]
    assert (retired.retired, retired.successor) == (True, "pingliang-helmet-column")
    assert retired.language is Language.ZH_HANS
    assert find_identifiers(snapshot.reader, ["no-such-id"]) == []
    snapshot.close()


def test_the_nearest_ids_are_in_use_and_of_the_kind(two_snapshot: Path) -> None:
    snapshot = open_database(two_snapshot)
    assert nearest_ids(snapshot.reader, "location", "maji") == ["maiji"]
    assert nearest_ids(snapshot.reader, "event", "pingliang-helmet-day")[0] == "pingliang-helmet-column"
    assert nearest_ids(snapshot.reader, "location", "zzzzzzzz") == []
    snapshot.close()
