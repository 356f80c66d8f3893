import datetime
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
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
    UNDATED,
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
    assert [name for name, cell in event.items() if cell.hyperlink] == ["url"]


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


@pytest.mark.parametrize(("kind", "last"), [(EVENT, "participants"), (LOCATION, "note"), (OUTCOME, "note")], ids=str)
def test_it_is_printed_in_landscape_with_its_headings_on_each_page(kind: Resource, last: str) -> None:
    book = workbook(kind, AWKWARD[kind])
    sheet = first_sheet(book)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    for each in book.worksheets:
        assert each.sheet_properties.pageSetUpPr is not None
        assert each.sheet_properties.pageSetUpPr.fitToPage
        assert (each.page_setup.fitToWidth or 1, each.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$1"
    (heading,) = sheet.iter_rows(max_row=1, values_only=True)
    printed = get_column_letter(heading.index(last) + 1)
    assert sheet.print_area.endswith(f"!$A$1:${printed}${len(AWKWARD[kind]) + 1}")


def widths(sheet: Worksheet) -> dict[str, float]:
    """The width of each column by its heading, in digits of the default font."""
    (heading,) = sheet.iter_rows(max_row=1, values_only=True)
    by_index: dict[int, float] = {}
    for columns in sheet.column_dimensions.values():
        # Neighbours of the same width are one element.
        assert columns.min is not None
        assert columns.max is not None
        by_index |= dict.fromkeys(range(columns.min, columns.max + 1), columns.width)
    return {str(name): by_index[index] for index, name in enumerate(heading, 1)}


def test_widths_fit_the_content_up_to_a_bound() -> None:
    short = widths(first_sheet(workbook(EVENT, [MONTH | {"title": "座談會和會議", "note": "x"}])))
    assert 13 <= short["title"] < 14
    assert 7 <= short["note"] < 9
    long = widths(first_sheet(workbook(EVENT, [MONTH | {"title": "座談" * 50, "channel": "x" * 500}])))
    assert 34 <= long["title"] < 36
    assert 20 <= long["channel"] < 22
    for name in ("date_start", "date_end", "latitude"):
        # A number or date that is too wide is shown as ###.
        assert short[name] >= 12


def test_texts_are_wrapped_in_rows_that_are_high_enough() -> None:
    titles = ["short", "座談" * 50, "\n".join("abc"), "長" * 20_000]
    sheet = first_sheet(workbook(EVENT, [MONTH | {"title": title, "date": UNDATED["date"]} for title in titles]))
    assert all(cell.alignment.wrap_text and cell.alignment.vertical == "top" for cell in sheet["A"])
    heights = [sheet.row_dimensions[row].height for row in range(2, 6)]
    # The address takes two lines, and 200 characters in a column of 34 take seven.
    assert heights == [30, 105, 45, 408.75]


def test_addresses_are_links() -> None:
    event = cells(EVENT, MONTH)["url"]
    assert event.value == event.hyperlink.target == f"{BASE}/events/month"
    source = AWKWARD[LOCATION][0]["coordinates_source"] | {"licence_url": "https://example.org/licence"}
    place = cells(LOCATION, AWKWARD[LOCATION][0] | {"coordinates_source": source})
    assert place["coordinates_licence_url"].hyperlink.target == "https://example.org/licence"
    about = workbook(EVENT, [LIVERPOOL]).worksheets[1]
    links = [row[1].hyperlink.target for row in about.iter_rows() if row[1].hyperlink]
    assert links == [f"{BASE}/events.any?lang=en", LICENCE.url, CREDIT.licence_url]


def test_an_address_that_is_too_long_for_a_link_is_text() -> None:
    long = replace(facts(EVENT, 1), address=f"{BASE}/events?q={'x' * 3000}")
    book = load_workbook(io.BytesIO(document("xlsx", [MONTH | {"id": "x" * 300}], long)))
    url = next(cell for cell in first_sheet(book)[2] if str(cell.value).startswith(BASE))
    assert (url.value, url.hyperlink) == (f"{BASE}/events/{'x' * 300}", None)
    address = book.worksheets[1]["B2"]
    assert (address.value, address.hyperlink) == (long.address, None)


def test_the_links_of_a_large_workbook_need_no_memory() -> None:
    content = document("xlsx", [MONTH], facts(EVENT, 1001))
    written, shown = (first_sheet(load_workbook(io.BytesIO(content), data_only=only)) for only in (False, True))
    (heading, row), (_, shown_row) = written.iter_rows(values_only=True), shown.iter_rows(values_only=True)
    assert row[heading.index("url")] == f'=HYPERLINK("{BASE}/events/month")'
    assert shown_row[heading.index("url")] == f"{BASE}/events/month"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed; .ci/run installs it")
class TestLibreOffice:
    """What people see who open the documents by a double click, or print them."""

    @staticmethod
    def converted(content: bytes, name: str, extension: str, folder: Path, *options: str) -> Path:
        file = folder / name
        file.write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", *options, "--convert-to", extension, "--outdir", str(folder)]
        subprocess.run([*command, str(file)], check=True, capture_output=True, timeout=120)
        return file.with_suffix(f".{extension}")

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed; .ci/run installs it")
    @pytest.mark.parametrize("kind", COLUMNS, ids=str)
    def test_a_workbook_is_printed_on_a_few_pages(self, records: Records, kind: Resource, tmp_path: Path) -> None:
        given = [record for record in records[kind, HANS] if record not in AWKWARD[kind]]
        content = document("xlsx", given, facts(kind, len(given), HANS))
        pdf = self.converted(content, "printed.xlsx", "pdf", tmp_path)
        text = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
        ).stdout
        *pages, about = text.rstrip("\f").split("\f")
        assert 1 <= len(pages) <= 4
        first, second, *_ = COLUMNS[kind].headings(HANS)
        assert all(first in page and second in page for page in pages)
        assert "数据版本" in about
        printed = "".join(text.split())
        for record in given:
            name = record.get("title") or record.get("name") or record["label"]
            # A long name is on several lines, beside those of other cells.
            assert "".join(name[:8].split()) in printed, name

    @pytest.mark.parametrize("language", [HANT, HANS])
    def test_a_csv_is_opened_with_its_chinese_and_its_columns(
        self, records: Records, language: Language, tmp_path: Path
    ) -> None:
        given = records[EVENT, language][:5]
        content = document("csv", given, facts(EVENT, len(given), language))
        # What the dialog proposes, which finds the encoding by the byte order mark: comma, quotes, UTF-8.
        opened = self.converted(content, "opened.csv", "xlsx", tmp_path, "--infilter=CSV:44,34,UTF8")
        book = load_workbook(opened)
        heading, *rows = first_sheet(book).iter_rows(values_only=True)
        assert list(heading[:-2]) == COLUMNS[EVENT].headings(language)
        assert [row[0] for row in rows] == [record["title"] for record in given]


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
