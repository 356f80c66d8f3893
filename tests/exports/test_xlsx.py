import datetime
import io
import re
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.languages import LANGUAGES, Language
from app.model.codes import Resource
from tests.exports.conftest import Records
from tests.exports.records import (
    ANCIENT,
    AWKWARD,
    BASE,
    COLUMNS,
    CREDIT,
    EVENT,
    FORMULA,
    FULL,
    LICENCE,
    LIVERPOOL,
    LOCATION,
    MONTH,
    OUTCOME,
    STRANGE,
    TOO_LONG,
    Record,
    document,
    facts,
)
from tests.languages import EN, HANS, HANT


def workbook(kind: Resource, given: list[Record], language: Language = EN) -> Workbook:
    return load_workbook(io.BytesIO(document("xlsx", given, facts(kind, len(given), language, undated_excluded=2))))


def first_sheet(book: Workbook) -> Worksheet:
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def cells(kind: Resource, record: Record) -> dict[str, Any]:
    """The first row below the headings, its cells by their headings."""
    heading, row = first_sheet(workbook(kind, [record])).iter_rows()
    return {str(name.value): cell for name, cell in zip(heading, row, strict=True)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", COLUMNS, ids=str)
def test_its_columns_are_those_of_csv(kind: Resource, language: Language) -> None:
    (heading,) = first_sheet(workbook(kind, [], language)).iter_rows(values_only=True)
    assert list(heading) == COLUMNS[kind].headings(language)


def test_cells_have_types() -> None:
    event = cells(EVENT, LIVERPOOL)
    assert (event["longitude"].data_type, event["longitude"].value) == ("n", -2.98)
    assert (event["date_start"].data_type, event["date_start"].value) == ("d", datetime.datetime(2024, 9, 20))
    assert event["date_start"].number_format == "yyyy-mm-dd"
    assert (event["online"].data_type, event["online"].value) == ("b", False)
    assert event["purpose"].value is None
    full = cells(EVENT, FULL)
    assert (full["series_count"].data_type, full["series_count"].value) == ("n", 47)
    assert (full["locations_complete"].value, full["forms_complete"].value) == (False, True)


def test_figures_are_numbers() -> None:
    values = [cells(OUTCOME, record)["value"] for record in AWKWARD[OUTCOME]]
    assert [cell.value for cell in values] == [412, 3.5, None]
    assert {cell.data_type for cell in values} == {"n"}


def test_text_is_never_run_and_needs_no_apostrophe() -> None:
    event = cells(EVENT, FORMULA)
    for field in ("title", "summary", "purpose", "note"):
        assert event[field].data_type == "s" or event[field].data_type == "inlineStr"
        assert event[field].value == FORMULA[field]
    assert cells(LOCATION, AWKWARD[LOCATION][0])["name"].value == "=cmd"
    assert all(cell.hyperlink is None for cell in event.values())


def test_unusual_text_is_read_back_unchanged() -> None:
    event = cells(EVENT, STRANGE)
    assert event["title"].value == "𠮷野家 😀"
    assert event["summary"].value == "<r>no markup</r>"
    # How workbooks write what XML cannot: readers undo it.
    assert event["purpose"].value == "_x0041_ & <b>"
    assert event["note"].value == "bell_x0007_"


def test_a_text_too_long_for_a_cell_is_cut_and_marked() -> None:
    summary = cells(EVENT, TOO_LONG)["summary"].value
    assert len(summary.encode("utf-16-le")) // 2 in (32_766, 32_767)
    cached, _, notice = summary.partition("… [")
    assert TOO_LONG["summary"].startswith(cached)
    assert len(cached) > 26_000
    assert notice == f"Cut here: a cell cannot hold all 30000 characters. The whole text is at {BASE}/events/too-long]"


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        (HANT, "……【全文30000字，超出儲存格上限，在此截斷；全文見 "),
        (HANS, "……【全文30000字，超出单元格上限，在此截断；全文见 "),
    ],
)
def test_a_cut_is_reported_in_the_language_of_the_document(language: Language, notice: str) -> None:
    _, row = first_sheet(workbook(EVENT, [TOO_LONG], language)).iter_rows(values_only=True)
    (summary,) = (value for value in row if isinstance(value, str) and len(value) > 20_000)
    assert re.fullmatch(rf"長+😀+{re.escape(notice)}{re.escape(BASE)}/events/too-long】", summary)


@pytest.mark.parametrize(
    "text", ["長" * 32_767, "a" * 20_000, "😀" * 16_383], ids=["as long as can be", "long", "long in pairs"]
)
def test_a_text_that_fits_a_cell_is_not_cut(text: str) -> None:
    assert cells(EVENT, MONTH | {"summary": text})["summary"].value == text


def test_days_before_the_calendar_of_spreadsheets_are_text() -> None:
    event = cells(EVENT, ANCIENT)
    assert (event["date_start"].value, event["date_end"].value) == ("1898-06-11", "1898-09-21")
    first = {"date": MONTH["date"] | {"start": "1900-01-01", "end": "1900-03-01"}}
    event = cells(EVENT, MONTH | first)
    assert event["date_start"].value == datetime.datetime(1900, 1, 1)
    assert event["date_end"].value == datetime.datetime(1900, 3, 1)


def test_the_heading_is_frozen_and_has_filters() -> None:
    sheet = first_sheet(workbook(EVENT, [MONTH, FULL]))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:AT3"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["I"].width > sheet.column_dimensions["A"].width > 15


@pytest.mark.parametrize(
    ("language", "sheets", "about"),
    [
        (
            EN,
            ["Events", "About"],
            [
                *("Title", "Address", "Language", "Data version", "Records", "Left out because they have no date"),
                "Left out because the editors derived their links to locations",
                *("Credit", "Licence", "Credit", "Coordinates from", "Licence"),
            ],
        ),
        (
            HANT,
            ["活動項目", "說明"],
            [
                *("標題", "網址", "語言", "資料版本", "記錄數", "因無日期而未列入的記錄數"),
                "因與地點的關聯由編者推得而未列入的記錄數",
                *("署名", "授權條款", "署名", "座標來源", "授權條款"),
            ],
        ),
        (
            HANS,
            ["活动项目", "说明"],
            [
                *("标题", "网址", "语言", "数据版本", "记录数", "因无日期而未列入的记录数"),
                "因与地点的关联由编者推得而未列入的记录数",
                *("署名", "许可条款", "署名", "坐标来源", "许可条款"),
            ],
        ),
    ],
)
def test_the_second_sheet_describes_the_export(language: Language, sheets: list[str], about: list[str]) -> None:
    book = workbook(EVENT, [MONTH, FULL], language)
    assert book.sheetnames == sheets
    said = list(book.worksheets[1].iter_rows(values_only=True))
    assert [label for label, _ in said] == about
    assert [value for _, value in said] == [
        "All events",
        f"{BASE}/events.any?lang={language}",
        language,
        "b195ef88",
        2,
        2,
        5,
        LICENCE.attribution,
        f"{LICENCE.id} {LICENCE.url}",
        CREDIT.attribution,
        CREDIT.name,
        f"{CREDIT.licence} {CREDIT.licence_url}",
    ]
    about_it = book.worksheets[1]
    assert all(row[0].font.bold and not row[1].font.bold for row in about_it.iter_rows())
    assert {name: round(column.width) for name, column in about_it.column_dimensions.items()} == {"A": 41, "B": 97}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (EVENT, ["活動項目", "活动项目", "Events"]),
        (LOCATION, ["地點", "地点", "Locations"]),
        (OUTCOME, ["成效", "成效", "Outcomes"]),
    ],
    ids=str,
)
def test_the_first_sheet_is_named_for_its_records(kind: Resource, names: list[str]) -> None:
    languages = (HANT, HANS, EN)
    assert [workbook(kind, [], language).sheetnames[0] for language in languages] == names


@pytest.mark.parametrize(("total", "day"), [(1, 1), (1000, 1), (1001, 31)])
def test_its_properties_describe_it_and_have_no_time_of_writing(total: int, day: int) -> None:
    content = document("xlsx", [LIVERPOOL], facts(EVENT, total))
    book = load_workbook(io.BytesIO(content))
    assert book.properties.title == "All events"
    assert book.properties.description == CREDIT.attribution
    custom = {entry.name: entry.value for entry in book.custom_doc_props}  # type: ignore[attr-defined]
    assert custom == {"data_version": "b195ef88", "language": "en"}
    assert book.properties.created == datetime.datetime(2025, 6, 30)
    assert book.properties.modified == datetime.datetime(2025, 6, 30)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time[:3] for member in archive.infolist()} == {(1980, 1, day)}


def test_no_credits_are_no_comment() -> None:
    book = load_workbook(io.BytesIO(document("xlsx", [], facts(OUTCOME, 0))))
    assert book.properties.description is None


def test_records_of_two_campaigns_are_typed_alike(records: Records) -> None:
    for kind in COLUMNS:
        given = records[kind, EN]
        heading, *rows = first_sheet(workbook(kind, given)).iter_rows(values_only=True)
        for name in ("latitude", "longitude", "uncertainty_km", "series_count", "value"):
            if name in heading:
                column = [row[heading.index(name)] for row in rows]
                assert any(value is not None for value in column)
                assert all(value is None or isinstance(value, int | float) for value in column)
