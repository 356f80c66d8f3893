import csv
import io
from pathlib import Path
from typing import Any

import duckdb
import hypothesis
import pytest
from hypothesis import strategies as st

from app.languages import LANGUAGES, Language
from app.model.codes import Resource
from tests.exports.conftest import Records
from tests.exports.records import (
    AWKWARD,
    BASE,
    COLUMNS,
    EVENT,
    FORMULA,
    FULL,
    LIVERPOOL,
    LOCATION,
    MONTH,
    OUTCOME,
    PUNCTUATED,
    SEVERAL,
    STRANGE,
    TOO_LONG,
    Record,
    document,
    facts,
    location,
)
from tests.languages import EN, HANS, HANT

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
GUARDED_STARTS = (*FORMULA_STARTS, "'")


def rows(kind: Resource, given: list[Record], language: Language = EN) -> list[dict[str, str]]:
    content = document("csv", given, facts(kind, len(given), language)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), strict=True))


def row(kind: Resource, record: Record, language: Language = EN) -> dict[str, str]:
    return rows(kind, [record], language)[0]


def test_it_begins_with_a_byte_order_mark_and_ends_lines_with_crlf() -> None:
    content = document("csv", [MONTH, FULL], facts(EVENT, 2))
    assert content.startswith(b"\xef\xbb\xbftitle,date_start,")
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 3


@pytest.mark.parametrize("kind", COLUMNS, ids=str)
def test_headings_are_the_names_of_fields_in_english_and_chinese_in_chinese(kind: Resource) -> None:
    heading = {
        language: document("csv", [], facts(kind, 0, language)).decode("utf-8-sig").strip().split(",")
        for language in LANGUAGES
    }
    assert all(name.isascii() and name == name.lower() for name in heading[EN])
    for language in (HANT, HANS):
        assert len(heading[language]) == len(heading[EN])
        assert not any(name.isascii() for name in heading[language])
    assert heading[HANT] != heading[HANS]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", COLUMNS, ids=str)
def test_no_two_columns_have_one_heading(kind: Resource, language: Language) -> None:
    headings = COLUMNS[kind].headings(language)
    assert len(set(headings)) == len(headings)


def test_columns_begin_with_what_people_read_and_end_with_ids_and_codes() -> None:
    assert list(row(EVENT, MONTH)) == [
        *("title", "date_start", "date_end", "date_precision_name", "location_names", "category_name", "summary"),
        *("organiser_names", "participants", "kind_name", "purpose", "forms"),
        *("series_count", "series_count_qualifier_name"),
        *("date_as_stated", "date_basis_name", "date_note", "date_relation_name", "locations_note", "online"),
        *("channel", "note", "url", "credit", "latitude", "longitude", "gcj02_latitude", "gcj02_longitude", "points"),
        *("id", "campaign", "pillar", "strand", "programme", "part_of", "kind", "category"),
        *("date_precision", "date_basis", "date_relation", "date_relative_to", "location_ids", "locations_complete"),
        *("organiser_ids", "forms_complete", "series_count_qualifier", "language", "data_version"),
    ]
    assert list(row(LOCATION, AWKWARD[LOCATION][0])) == [
        *("name", "kind_name", "path", "address", "latitude", "longitude", "precision_name", "uncertainty_km", "note"),
        *("full_name", "as_stated", "named_in_source", "denotes_name", "denotes_kind_name", "mention_notes"),
        *("gcj02_latitude", "gcj02_longitude"),
        *("coordinates_source_name", "coordinates_confidence_name", "coordinates_note", "coordinates_reference"),
        *("coordinates_licence", "coordinates_licence_url", "credit", "url"),
        *("id", "kind", "parent", "country", "admin_code", "admin_code_scheme", "precision"),
        *("coordinates_source", "coordinates_confidence", "fallback", "denotes_kind", "mentioned_by"),
        *("language", "data_version"),
    ]
    assert list(row(OUTCOME, AWKWARD[OUTCOME][0])) == [
        *("label", "value", "unit_name", "as_stated", "qualifier_name", "scope_level_name", "scope_name"),
        *("basis_name", "note", "kind_name", "url"),
        *("id", "campaign", "pillar", "scope_level", "scope_id", "events", "kind", "metric", "qualifier", "unit"),
        *("basis", "language", "data_version"),
    ]


def test_text_that_a_spreadsheet_would_run_is_defused() -> None:
    written = row(EVENT, FORMULA)
    assert written["title"] == "'=1+1"
    assert written["summary"] == "'+SUM(A1)"
    assert written["purpose"] == "'＠now"
    assert written["note"] == "'\tindented"
    assert written["forms"] == "'-2.98"


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_every_start_of_a_formula_is_defused(start: str) -> None:
    assert row(EVENT, FORMULA | {"title": f"{start}1"})["title"] == f"'{start}1"


def test_a_guarded_text_is_distinguishable_from_one_that_begins_with_an_apostrophe() -> None:
    titles = ["=1", "'=1", "it's", "'"]
    written = [event["title"] for event in rows(EVENT, [FORMULA | {"title": title} for title in titles])]
    assert written == ["'=1", "''=1", "it's", "''"]


def test_a_letter_is_no_start_of_a_formula() -> None:
    assert row(EVENT, FORMULA | {"title": "X-ray"})["title"] == "X-ray"


def test_numbers_are_left_as_they_are() -> None:
    written = row(EVENT, LIVERPOOL)
    assert (written["latitude"], written["longitude"]) == ("53.4", "-2.98")
    assert row(LOCATION, AWKWARD[LOCATION][0])["longitude"] == "-2.98"
    assert [figure["value"] for figure in rows(OUTCOME, AWKWARD[OUTCOME])] == ["412", "3.5", ""]


def test_one_point_is_in_numbers_and_several_are_listed() -> None:
    one, several, none = row(EVENT, LIVERPOOL), row(EVENT, SEVERAL), row(EVENT, MONTH)
    assert one["location_ids"] == "mersey; unknown"
    assert one["points"] == "mersey 53.4,-2.98"
    assert (one["gcj02_latitude"], one["gcj02_longitude"]) == ("53.4", "-2.98")
    assert several["location_names"] == "Place a; Place b"
    assert several["points"] == "a 34.5,105.5; b -1e-05,-70.25"
    for written in (several, none):
        assert written["latitude"] == written["longitude"] == written["gcj02_latitude"] == ""
    assert none["points"] == ""


def test_what_each_campaign_says_of_a_place_has_its_own_slot() -> None:
    def mention(campaign: str, as_stated: str, note: str | None, denotes: str | None) -> Record:
        said = {"campaign": campaign, "named": True, "as_stated": as_stated, "basis": "stated", "note": note}
        return said | {"denotes": denotes and {"kind": "memorial", "name": denotes}}

    mentions = [
        mention("one", "蓮花", "Without 鎮.", "A hall"),
        mention("two", "蓮花", None, None),
        mention("three", "蓮花鎮", "In full.", "A tomb"),
    ]
    written = row(LOCATION, location("lianhua", mentions=mentions))
    assert (written["mentioned_by"], written["as_stated"]) == ("one; two; three", "蓮花; 蓮花; 蓮花鎮")
    assert (written["denotes_kind"], written["denotes_name"]) == ("memorial; ; memorial", "A hall; ; A tomb")
    assert written["denotes_kind_name"] == "memorial; ; memorial"
    assert written["mention_notes"] == "Without 鎮.; ; In full."
    silent = row(LOCATION, location("lianhua", mentions=[mentions[1]]))
    assert (silent["denotes_kind"], silent["denotes_name"], silent["mention_notes"]) == ("", "", "")


def test_every_row_names_its_source() -> None:
    written = rows(EVENT, [MONTH, FULL], HANS)
    assert [(event["语言"], event["数据版本"]) for event in written] == [("zh-Hans", "b195ef88")] * 2
    traditional = row(EVENT, MONTH, HANT)
    assert (traditional["語言"], traditional["資料版本"]) == ("zh-Hant", "b195ef88")
    assert row(EVENT, MONTH)["url"] == f"{BASE}/events/month"


def test_codes_are_named_in_the_language_of_the_document() -> None:
    assert row(EVENT, MONTH)["category_name"] == "symposium"
    assert row(EVENT, MONTH, HANT)["類別"] == "座談會"
    assert row(OUTCOME, AWKWARD[OUTCOME][0], HANS)["层级"] == "宣传活动"


def test_each_fact_is_in_its_column() -> None:
    written = row(EVENT, FULL)
    assert written["strand"] == "going-out"
    assert (written["date_relation"], written["date_relative_to"]) == ("after", "month")
    assert (written["online"], written["locations_complete"], written["forms_complete"]) == ("true", "false", "true")
    assert row(EVENT, MONTH)["locations_complete"] == ""
    participants = "young officers (audience, at least 6); heroes (lecturers); stations (honourees, 7)"
    assert written["participants"] == participants
    assert written["forms"] == "Lecture; Study"
    assert (written["series_count"], written["part_of"]) == ("47", "month")
    assert (written["series_count_qualifier"], written["series_count_qualifier_name"]) == ("about", "about")


@pytest.mark.parametrize(
    ("language", "exact", "at_least", "about"),
    [
        (EN, "officers (lecturers, 6)", "officers (lecturers, at least 6)", "officers (lecturers, about 6)"),
        (HANT, "officers（主講者，6人）", "officers（主講者，至少6人）", "officers（主講者，約6人）"),
        (HANS, "officers（主讲者，6人）", "officers（主讲者，至少6人）", "officers（主讲者，约6人）"),
    ],
)
def test_a_count_says_how_exact_it_is(language: Language, exact: str, at_least: str, about: str) -> None:
    counted = {"exact": exact, "at_least": at_least, "about": about}
    heading = dict(zip(COLUMNS[EVENT].headings(EN), COLUMNS[EVENT].headings(language), strict=True))["participants"]
    for qualifier, written in counted.items():
        group = FULL["participants"][0] | {"name": "officers", "role": "lecturer", "count_qualifier": qualifier}
        assert row(EVENT, FULL | {"participants": [group]}, language)[heading] == written


def test_collectives_are_not_counted_as_people() -> None:
    people, uncounted = "young officers（活動對象，至少6人）", "heroes（主講者）"
    assert row(EVENT, FULL, HANT)["參加者"] == f"{people}; {uncounted}; stations（受表彰者，7個）"


def test_a_place_is_written_with_the_places_around_it(records: Records) -> None:
    written = {place["id"]: place for place in rows(LOCATION, records[LOCATION, EN])}
    assert written["gangu"]["path"] == "Gansu Province > Tianshui City > Gangu County, Tianshui"
    assert written["gangu"]["as_stated"] == "甘谷"
    assert written["gangu"]["precision_name"] == "seat of the county or district"


@pytest.mark.parametrize("record", [PUNCTUATED, STRANGE, TOO_LONG], ids=lambda record: record["id"])
def test_text_is_read_back_unchanged(record: Record) -> None:
    written = row(EVENT, record)
    for field in ("title", "summary", "purpose", "note"):
        assert written[field] == (record[field] or "")


def test_a_formula_in_one_row_changes_no_other() -> None:
    given = [FORMULA, MONTH | {"purpose": "now", "note": "-"}, MONTH]
    assert [(event["purpose"], event["note"]) for event in rows(EVENT, given)] == [
        ("'＠now", "'\tindented"),
        ("now", "'-"),
        ("", ""),
    ]


@hypothesis.given(st.lists(st.tuples(st.text(), st.none() | st.text(alphabet="a,\"'\r\n=\0 ")), min_size=1, max_size=5))
def test_any_text_is_written_as_the_standard_library_would(texts: list[tuple[str, str | None]]) -> None:
    given = [FULL | {"title": title, "purpose": purpose} for title, purpose in texts]
    content = document("csv", given, facts(EVENT, len(given)))
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    again = io.StringIO(newline="")
    csv.writer(again).writerows(read)
    assert again.getvalue().encode("utf-8-sig") == content
    heading, *written = read
    for name, position in (("title", 0), ("purpose", 1)):
        expected = [text[position] or "" for text in texts]
        cells = [event[heading.index(name)] for event in written]
        assert cells == [f"'{text}" if text.startswith(GUARDED_STARTS) else text for text in expected]
        assert [cell.removeprefix("'") for cell in cells] == expected


@pytest.mark.parametrize("kind", COLUMNS, ids=str)
def test_an_independent_reader_finds_every_row_and_type(records: Records, kind: Resource, tmp_path: Path) -> None:
    given = records[kind, EN]
    file = tmp_path / "records.csv"
    file.write_bytes(document("csv", given, facts(kind, len(given))))
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_csv(?, header = true)", [str(file)])
        types = {name: str(type_) for name, type_, *_ in found.description or []}
        read: list[Any] = found.fetchall()
    assert [line[list(types).index("id")] for line in read] == [record["id"] for record in given]
    if kind is OUTCOME:
        assert types["value"] in ("BIGINT", "DOUBLE")
    else:
        assert (types["latitude"], types["longitude"]) == ("DOUBLE", "DOUBLE")
    if kind is EVENT:
        assert (types["date_start"], types["online"]) == ("DATE", "BOOLEAN")
