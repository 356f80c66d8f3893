"""iCalendar (RFC 5545, RFC 7986): dated events for a calendar to subscribe to."""

from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard
from icalendar.prop import vInline
from pydantic_core import from_json

from app.exports import phrases
from app.exports.format import Facts, Pieces, Records, cut
from app.exports.points import only, places_of, with_point
from app.model.codes import DatePrecision, EventCategory
from app.model.columns import Tree

_END = b"END:VCALENDAR\r\n"

_KNOWN_TO_THE_DAY = (DatePrecision.DAY, DatePrecision.RANGE)

# RFC 5545 (section 3.3.11) allows no control character in a text but tabs and line breaks.
_CONTROLS = dict.fromkeys({*range(0x20), 0x7F} - {*b"\t\r\n"})


def write(records: Records, facts: Facts) -> Pieces:
    """Write a calendar with an all-day event for every record that has a date.

    What is known less exactly than to the day spans all the days that it may have been on, says so in its
    description and keeps its precision in X-DATE-PRECISION. The calendar's comments say how many records
    were left out for want of a date, the version of the data and the credits.
    """
    yield _calendar(facts).to_ical(sorted=False).removesuffix(_END)
    empty = True
    for few in cut(records, 5):
        dated = [record for record in map(from_json, few) if record["date"]["start"] is not None]
        empty = empty and not dated
        yield b"".join(_event(record, facts).to_ical(sorted=False) for record in dated)
    if empty:
        # A calendar must have a component (section 3.6); a time zone is the one that nobody sees.
        yield _utc().to_ical(sorted=False)
    yield _END


def _calendar(facts: Facts) -> Calendar:
    language = facts.language
    in_language = {"LANGUAGE": language.value}
    calendar = Calendar()
    calendar.add("PRODID", f"-//campaign-api//events//{language.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    # No METHOD: it would make this a scheduling message, whose events must name an ORGANIZER that has a
    # calendar address (RFC 5546, section 3.2.1); a calendar that is subscribed to needs none.
    calendar.add("NAME", facts.title, in_language)
    calendar.add("X-WR-CALNAME", facts.title)
    calendar.add("URL", facts.address)
    calendar.add("SOURCE", facts.address, {"VALUE": "URI"})
    calendar.add("REFRESH-INTERVAL", timedelta(days=1), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "P1D")
    counted = (phrases.UNDATED_EXCLUDED, facts.undated_excluded), (phrases.DATA_VERSION, facts.version)
    for label, value in counted:
        comment = phrases.LABELLED[language].format(label=label[language], value=value)
        calendar.add("COMMENT", comment, in_language)
    for credit in facts.credits:
        calendar.add("COMMENT", credit.attribution, in_language)
    return calendar


def _event(record: Tree, facts: Facts) -> Event:
    in_language = {"LANGUAGE": facts.language.value}
    first, last = (date.fromisoformat(record["date"][end]) for end in ("start", "end"))
    event = Event()
    event.add("UID", f"{record['id']}@campaign-api")
    # When the record was last revised is not kept, and the clock would make every answer another:
    # its own last day is the one instant that the data give.
    event.add("DTSTAMP", datetime.combine(last, time(), UTC))
    event.add("DTSTART", first)
    if last < date.max:
        event.add("DTEND", last + timedelta(days=1))
    event.add("SUMMARY", _text(record["title"]), in_language)
    event.add("DESCRIPTION", _text(_description(record, facts)), in_language)
    event.add("CATEGORIES", [phrases.names_of(EventCategory, facts.language)[record["category"]]], in_language)
    places = places_of(record)
    if places:
        event.add("LOCATION", _text("; ".join(place["name"] for place in places)), in_language)
    if place := only(with_point(places)):
        # Six decimals, as section 3.8.1.6 advises, and never an exponent.
        event.add("GEO", vInline(f"{place['latitude']:.6f};{place['longitude']:.6f}"))
        if credit := phrases.credit_line(facts):
            # Calendars take events out of the whole that has the credits.
            event.add("COMMENT", _text(credit), in_language)
    event.add("URL", f"{facts.collection}/{record['id']}")
    # A day in the history of a campaign keeps nobody busy.
    event.add("TRANSP", "TRANSPARENT")
    event.add("X-DATE-PRECISION", record["date"]["precision"])
    return event


def _description(record: Tree, facts: Facts) -> str:
    when = record["date"]
    parts = [record["summary"]]
    if when["precision"] not in _KNOWN_TO_THE_DAY:
        parts.append(phrases.SOME_TIME[facts.language].format(start=when["start"], end=when["end"]))
    if when["note"]:
        parts.append(when["note"])
    return "\n\n".join(parts)


def _text(words: str) -> str:
    return words.translate(_CONTROLS)


def _utc() -> Timezone:
    standard = TimezoneStandard()
    standard.add("DTSTART", datetime(1970, 1, 1))
    standard.add("TZOFFSETFROM", timedelta())
    standard.add("TZOFFSETTO", timedelta())
    zone = Timezone()
    zone.add("TZID", "UTC")
    zone.add_component(standard)
    return zone
