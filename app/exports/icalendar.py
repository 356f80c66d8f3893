"""iCalendar (RFC 5545, RFC 7986): dated records for a calendar to subscribe to.

The library is imported by the first document: it takes 6 MB and a tenth of a second, which most processes never need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.exports.format import Facts, Format, Pieces, Records, cut
from app.model.phrases import PHRASES

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone

_END = b"END:VCALENDAR\r\n"

# RFC 5545 (section 3.3.11) allows no control character in a text but tabs and line breaks.
_CONTROLS = dict.fromkeys({*range(0x20), 0x7F} - {*b"\t\r\n"})


@dataclass(frozen=True)
class CalendarEntry:
    """A dated record as an all-day entry."""

    id: str
    first: date
    last: date
    """The last day, inclusive."""
    precision: str
    """How exactly the date is known, as a code."""
    title: str
    description: str
    category: str
    location: str | None
    point: tuple[float, float] | None
    """Degrees north and degrees east, WGS 84."""
    revisions: Sequence[date]
    """The days on which it was published or corrected, oldest first."""
    credit: str | None
    """The credits that the licence of the point requires."""


Entries = Callable[[bytes, Facts], CalendarEntry | None]
"""Returns the entry of a record's JSON, or None for a record without a date."""


def icalendar_format(entries: Entries) -> Format:
    """Return the format of a resource whose records have dates."""
    return Format(
        extension="ics",
        media_type="text/calendar; charset=utf-8",
        description=(
            "An iCalendar of all-day events to subscribe to. Records without a date are left out, and the calendar's "
            "description says how many. `DTSTAMP` and `LAST-MODIFIED` are the day on which the editors last revised an "
            "event, `SEQUENCE` counts its revisions."
        ),
        write=partial(_write, entries),
        dated_only=True,
    )


def _write(entries: Entries, records: Records, facts: Facts) -> Pieces:
    """Write a calendar with an all-day event for every record that has a date.

    A date that is known less exactly than to the day spans all its possible days. The calendar's description has the
    document's metadata.
    """
    yield _calendar(facts).to_ical(sorted=False).removesuffix(_END)
    empty = True
    for few in cut(records, 5):
        dated = [entry for record in few if (entry := entries(record, facts)) is not None]
        empty = empty and not dated
        yield b"".join(_event(entry, facts).to_ical(sorted=False) for entry in dated)
    if empty:
        # A calendar must have a component (section 3.6); clients do not show a time zone.
        yield _utc().to_ical(sorted=False)
    yield _END


def _calendar(facts: Facts) -> Calendar:
    from icalendar import Calendar
    from icalendar.prop import vText

    language = facts.language
    phrases = PHRASES[language]
    in_language = {"LANGUAGE": language.value}
    calendar = Calendar()
    calendar.add("PRODID", f"-//campaign-api//events//{language.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    # No METHOD: it would make this a scheduling message, whose events must have an ORGANIZER with a calendar address
    # (RFC 5546, section 3.2.1); a calendar to subscribe to needs none.
    # The library escapes only what it knows to be text.
    title = _text(facts.title)
    calendar.add("NAME", vText(title), in_language)
    calendar.add("X-WR-CALNAME", vText(title))
    calendar.add("URL", facts.address)
    calendar.add("SOURCE", facts.address, {"VALUE": "URI"})
    calendar.add("REFRESH-INTERVAL", timedelta(days=1), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "P1D")
    calendar.add("LAST-MODIFIED", _midnight(facts.revised_on))
    counted = (
        (phrases.undated_excluded, facts.undated_excluded),
        (phrases.derived_excluded, facts.derived_excluded),
        (phrases.data_version, facts.version),
        *((phrases.licence, f"{licence.id} {licence.url}") for licence in facts.licences),
    )
    lines = [phrases.labelled.format(label=label, value=value) for label, value in counted if value != 0]
    description = "\n".join(lines)
    # COMMENT is not defined for a calendar, and most clients show only the older name of its description.
    calendar.add("DESCRIPTION", description, in_language)
    calendar.add("X-WR-CALDESC", vText(description))
    return calendar


def _event(entry: CalendarEntry, facts: Facts) -> Event:
    from icalendar import Event
    from icalendar.prop import vInline

    in_language = {"LANGUAGE": facts.language.value}
    event = Event()
    event.add("UID", f"{entry.id}@campaign-api")
    # Without a METHOD both are the instant of the last revision (section 3.8.7.2).
    event.add("DTSTAMP", _midnight(entry.revisions[-1]))
    event.add("LAST-MODIFIED", _midnight(entry.revisions[-1]))
    event.add("SEQUENCE", len(entry.revisions) - 1)
    event.add("DTSTART", entry.first)
    if entry.last < date.max:
        event.add("DTEND", entry.last + timedelta(days=1))
    event.add("SUMMARY", _text(entry.title), in_language)
    event.add("DESCRIPTION", _text(entry.description), in_language)
    event.add("CATEGORIES", [entry.category], in_language)
    if entry.location is not None:
        event.add("LOCATION", _text(entry.location), in_language)
    if entry.point is not None:
        # Six decimals, as section 3.8.1.6 advises, and never an exponent.
        event.add("GEO", vInline("{:.6f};{:.6f}".format(*entry.point)))
        if entry.credit is not None:
            event.add("COMMENT", _text(entry.credit), in_language)
    event.add("URL", f"{facts.collection}/{entry.id}")
    # An event of a campaign does not make its reader busy.
    event.add("TRANSP", "TRANSPARENT")
    event.add("X-DATE-PRECISION", entry.precision)
    return event


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _text(text: str) -> str:
    return text.translate(_CONTROLS)


def _utc() -> Timezone:
    from icalendar import Timezone, TimezoneStandard

    standard = TimezoneStandard()
    standard.add("DTSTART", datetime(1970, 1, 1))
    standard.add("TZOFFSETFROM", timedelta())
    standard.add("TZOFFSETTO", timedelta())
    zone = Timezone()
    zone.add("TZID", "UTC")
    zone.add_component(standard)
    return zone
