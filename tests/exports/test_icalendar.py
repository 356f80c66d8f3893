import ctypes.util
import re
from dataclasses import replace
from datetime import date
from typing import Any

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]

from app.languages import Language
from tests.exports.conftest import Records
from tests.exports.records import (
    AWKWARD,
    BASE,
    CREDIT,
    EVENT,
    FULL,
    LAST,
    LICENCE,
    LIVERPOOL,
    MONTH,
    PUNCTUATED,
    SEVERAL,
    SPAN,
    STRANGE,
    TOO_LONG,
    UNDATED,
    Record,
    document,
    facts,
    place,
)
from tests.languages import EN, HANS, HANT


def calendar(given: list[Record], language: Language = EN, undated_excluded: int = 0) -> Any:
    said = facts(EVENT, len(given), language, undated_excluded)
    return vobject.readOne(document("ics", given, said).decode())


HEAD = """\
BEGIN:VCALENDAR
PRODID:-//campaign-api//events//EN
VERSION:2.0
CALSCALE:GREGORIAN
NAME;LANGUAGE=en:All events
X-WR-CALNAME:All events
URL:https://example.org/v1/events.any?lang=en
SOURCE;VALUE=URI:https://example.org/v1/events.any?lang=en
REFRESH-INTERVAL;VALUE=DURATION:P1D
X-PUBLISHED-TTL:P1D
LAST-MODIFIED:20250630T000000Z
DESCRIPTION;LANGUAGE=en:Left out because they have no date: 3\\nLeft out be
 cause the editors derived their links to locations: 5\\nData version: b195e
 f88\\nLicence: CC0-1.0 https://creativecommons.org/publicdomain/zero/1.0/
X-WR-CALDESC:Left out because they have no date: 3\\nLeft out because the e
 ditors derived their links to locations: 5\\nData version: b195ef88\\nLicenc
 e: CC0-1.0 https://creativecommons.org/publicdomain/zero/1.0/
"""

ONE_EVENT = """\
BEGIN:VEVENT
UID:liverpool@campaign-api
DTSTAMP:20250201T000000Z
LAST-MODIFIED:20250201T000000Z
SEQUENCE:0
DTSTART;VALUE=DATE:20240920
DTEND;VALUE=DATE:20240921
SUMMARY;LANGUAGE=en:Event liverpool
DESCRIPTION;LANGUAGE=en:What happened.
CATEGORIES;LANGUAGE=en:symposium
LOCATION;LANGUAGE=en:Place mersey\\; Place unknown
GEO:53.400000;-2.980000
COMMENT;LANGUAGE=en:Coordinates from GeoNames\\, used under CC BY 4.0.
URL:https://example.org/v1/events/liverpool
TRANSP:TRANSPARENT
X-DATE-PRECISION:day
END:VEVENT
"""

NO_EVENT = """\
BEGIN:VTIMEZONE
TZID:UTC
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0000
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


def entry(record: Record, language: Language = EN) -> Any:
    return calendar([record], language).vevent


@pytest.mark.parametrize(("given", "lines"), [([LIVERPOOL], ONE_EVENT), ([], NO_EVENT)], ids=["an event", "none"])
def test_the_bytes_of_a_calendar(given: list[Record], lines: str) -> None:
    written = document("ics", given, facts(EVENT, len(given), undated_excluded=3)).decode()
    assert written.replace("\r\n", "\n") == f"{HEAD}{lines}END:VCALENDAR\n"


def test_an_independent_reader_finds_every_dated_record(records: Records) -> None:
    given = [record for record in records[EVENT, HANT] if record["date"]["start"]]
    read = calendar(given, HANT)
    assert [event.uid.value for event in read.vevent_list] == [f"{record['id']}@campaign-api" for record in given]
    assert [event.summary.value for event in read.vevent_list] == [
        record["title"].replace("\r\n", "\n").replace("\r", "\n") for record in given
    ]
    assert [event.dtstart.value.isoformat() for event in read.vevent_list] == [r["date"]["start"] for r in given]


@pytest.mark.parametrize("language", Language)
def test_lines_are_short_and_end_with_crlf(language: Language) -> None:
    content = document("ics", AWKWARD[EVENT], facts(EVENT, 12, language))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        # No character of several bytes is cut in two.
        line.decode()


def test_events_are_all_day_and_end_the_day_after() -> None:
    event = entry(SPAN)
    assert (event.dtstart.value, event.dtend.value) == (date(2024, 12, 30), date(2025, 1, 3))
    assert event.dtstart.params["VALUE"] == event.dtend.params["VALUE"] == ["DATE"]
    assert event.transp.value == "TRANSPARENT"
    assert event.url.value == f"{BASE}/events/span"
    assert event.categories.value == ["symposium"]


def test_the_last_day_of_the_calendar_has_no_day_after() -> None:
    event = entry(LAST)
    assert event.dtstart.value == date.max
    assert not hasattr(event, "dtend")


@pytest.mark.parametrize(
    ("given", "day", "sequence"),
    [(SPAN, "2025-03-01", "2"), (MONTH, "2025-03-01", "1"), (LIVERPOOL, "2025-02-01", "0")],
    ids=["corrected twice", "corrected once", "never corrected"],
)
def test_stamps_are_of_the_last_revision_of_the_event(given: Record, day: str, sequence: str) -> None:
    event = entry(given)
    assert event.dtstamp.value.isoformat() == event.last_modified.value.isoformat() == f"{day}T00:00:00+00:00"
    assert event.sequence.value == sequence


def test_a_calendar_is_modified_with_any_of_its_campaigns() -> None:
    assert calendar([MONTH]).last_modified.value == "20250630T000000Z"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (EN, "The exact date is not known: it was some time from 2024-09-01 to 2024-09-30."),
        (HANT, "具體日期不詳，在2024-09-01至2024-09-30之間。"),
        (HANS, "具体日期不详，在2024-09-01至2024-09-30之间。"),
    ],
)
def test_a_date_known_to_the_month_is_described(language: Language, sentence: str) -> None:
    event = entry(MONTH, language)
    assert (event.dtstart.value, event.dtend.value) == (date(2024, 9, 1), date(2024, 10, 1))
    assert event.description.value == f"What happened.\n\n{sentence}\n\nOnly the month is printed."
    assert event.x_date_precision.value == "month"


def test_a_date_known_to_the_day_is_not_described() -> None:
    assert entry(SPAN).description.value == "What happened."
    assert entry(SPAN).x_date_precision.value == "range"


def test_a_point_is_given_only_where_there_is_one() -> None:
    event = entry(LIVERPOOL)
    assert event.geo.value == "53.400000;-2.980000"
    assert event.location.value == "Place mersey; Place unknown"
    assert event.comment.value == CREDIT.attribution
    several = entry(SEVERAL)
    assert several.location.value == "Place a; Place b"
    assert not hasattr(several, "geo")
    assert not hasattr(several, "comment")
    assert not hasattr(entry(MONTH), "location")


def test_coordinates_that_require_no_credit_get_none() -> None:
    event = entry(MONTH | {"locations": [place("a", 34.5, 105.5, source="editors")]})
    assert event.geo.value == "34.500000;105.500000"
    assert not hasattr(event, "comment")


@pytest.mark.parametrize(
    ("language", "series", "participants"),
    [
        (EN, "Events in the series: about 47", "Participants: young officers (audience, at least 6); heroes "),
        (HANT, "系列場次：約47", "參加者：young officers（活動對象，至少6人）; heroes"),
        (HANS, "系列场次：约47", "参加者：young officers（活动对象，至少6人）; heroes"),
    ],
)
def test_counts_are_described(language: Language, series: str, participants: str) -> None:
    description = entry(FULL | {"date": SPAN["date"]}, language).description.value
    *_, said_of_series, said_of_participants = description.split("\n\n")
    assert said_of_series == series
    assert said_of_participants.startswith(participants)


def test_text_is_escaped() -> None:
    event = entry(PUNCTUATED)
    assert event.summary.value == 'One, "two"; three\\four'
    assert event.description.value == "First line\nsecond line\nthird\nfourth"
    assert entry(TOO_LONG).description.value == TOO_LONG["summary"]
    assert entry(STRANGE).summary.value == "𠮷野家 😀"
    assert entry(STRANGE | {"title": "bell\x07 delete\x7f tab\t"}).summary.value == "bell delete tab\t"


@pytest.mark.parametrize(
    ("language", "undated", "others"),
    [
        (
            EN,
            "Left out because they have no date: ",
            ["Left out because the editors derived their links to locations: 5", "Data version: b195ef88", "Licence: "],
        ),
        (
            HANT,
            "因無日期而未列入的記錄數：",
            ["因與地點的關聯由編者推得而未列入的記錄數：5", "資料版本：b195ef88", "授權條款："],
        ),
        (
            HANS,
            "因无日期而未列入的记录数：",
            ["因与地点的关联由编者推得而未列入的记录数：5", "数据版本：b195ef88", "许可条款："],
        ),
    ],
)
@pytest.mark.parametrize("count", [0, 8])
def test_the_calendar_describes_itself(language: Language, undated: str, others: list[str], count: int) -> None:
    read = calendar([MONTH], language, undated_excluded=count)
    lines = [f"{undated}{count}"] if count else []
    described = "\n".join([*lines, *others]) + f"{LICENCE.id} {LICENCE.url}"
    assert read.description.value == read.x_wr_caldesc.value == described
    assert read.contents["name"][0].value == read.x_wr_calname.value == "All events"
    assert read.url.value == read.source.value == f"{BASE}/events.any?lang={language}"
    assert read.contents["refresh-interval"][0].value == read.contents["x-published-ttl"][0].value == "P1D"
    assert read.prodid.value.startswith("-//campaign-api//")
    assert not hasattr(read, "method")


def test_names_of_calendars_are_escaped() -> None:
    said = replace(facts(EVENT, 1), title='One, "two"; three\\four\nfive\x07')
    content = document("ics", [MONTH], said)
    for name in (b"NAME;LANGUAGE=en:", b"X-WR-CALNAME:"):
        assert name + b'One\\, "two"\\; three\\\\four\\nfive\r\n' in content


LIBICAL = ctypes.util.find_library("ical")


@pytest.mark.skipif(LIBICAL is None, reason="libical is not installed; .ci/run installs it")
class TestLibical:
    """The library that most free calendars are made with has the restrictions of RFC 5545 and RFC 7986 as a table."""

    @staticmethod
    def errors_in(content: bytes) -> list[str]:
        """Return the errors that the library finds, and "restrictions" where a component breaks one."""
        library = ctypes.CDLL(LIBICAL)
        library.icalparser_parse_string.restype = library.icalcomponent_as_ical_string.restype = ctypes.c_void_p
        library.icalcomponent_as_ical_string_r.restype = ctypes.c_char_p
        component = ctypes.c_void_p(library.icalparser_parse_string(content))
        assert component
        holds = library.icalrestriction_check(component)
        written: bytes = library.icalcomponent_as_ical_string_r(component)
        library.icalcomponent_free(component)
        lines = written.decode().replace("\r\n ", "").splitlines()
        errors = [line for line in lines if line.startswith("X-LIC-ERROR")]
        return errors if holds else [*errors, "restrictions"]

    @pytest.mark.parametrize("language", Language)
    def test_every_restriction_holds(self, records: Records, language: Language) -> None:
        for given in (records[EVENT, language], [], [UNDATED]):
            assert self.errors_in(document("ics", given, facts(EVENT, len(given), language, 3))) == []

    def test_a_comment_of_a_calendar_is_found(self) -> None:
        """Otherwise the test above could not fail."""
        content = document("ics", [MONTH], facts(EVENT, 1))
        assert "restrictions" in self.errors_in(content.replace(b"X-WR-CALDESC", b"COMMENT"))


def test_undated_records_are_skipped() -> None:
    assert [event.uid.value for event in calendar([UNDATED, MONTH, FULL]).vevent_list] == ["month@campaign-api"]


@pytest.mark.parametrize("given", [[], [UNDATED]], ids=["no records", "none with a date"])
def test_an_empty_calendar_has_the_required_component(given: list[Record]) -> None:
    read: Any = icalendar.Calendar.from_ical(document("ics", given, facts(EVENT, 0, undated_excluded=3)))
    read.validate()
    assert [component.name for component in read.subcomponents] == ["VTIMEZONE"]
    assert read["NAME"] == "All events"


def test_every_property_is_defined_by_a_standard(records: Records) -> None:
    content = document("ics", records[EVENT, EN], facts(EVENT, 1)).decode()
    used = set(re.findall(r"^([A-Z-]+)[:;]", content, re.MULTILINE))
    of_rfc_5545 = {"BEGIN", "END", "PRODID", "VERSION", "CALSCALE", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"}
    of_rfc_5545 |= {"LAST-MODIFIED", "SEQUENCE"}
    of_rfc_5545 |= {"DESCRIPTION", "CATEGORIES", "LOCATION", "GEO", "COMMENT", "URL", "TRANSP"}
    of_rfc_7986 = {"NAME", "SOURCE", "REFRESH-INTERVAL"}
    assert used == of_rfc_5545 | of_rfc_7986 | {"X-WR-CALNAME", "X-WR-CALDESC", "X-PUBLISHED-TTL", "X-DATE-PRECISION"}
