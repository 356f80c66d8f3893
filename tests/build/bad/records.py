"""Records with keys that are missing or unknown, and records that do not go together."""

import re
from collections.abc import Iterator

from tests.build.bad.case import Case
from tests.build.edits import CAMPAIGN, EVENTS, LOCATIONS, MARK, OUTCOMES, SOURCES
from tests.conftest import CAMPAIGNS

_ALWAYS_THERE = "is missing; write null only where the field allows it"
_OPTIONAL = {"note", "reference", "purpose"}


def _passage(file: str, start: str, end: str) -> str:
    text = (CAMPAIGNS / file).read_text(encoding="utf-8")
    return text[text.index(start) : text.index(end, text.index(start))]


def _keys(file: str, passage: str, indent: int, field: str) -> Iterator[Case]:
    """Leave out, and spell wrong, each key of the mapping that a passage is, whose fault stands at its first line."""
    head, *parts = re.split(rf"(?m)^(?= {{{indent}}}[a-z])", passage)
    marked = re.sub(r"^(\s*(?:- )?)", rf"\1{MARK}", head)
    for index, part in enumerate(parts):
        key = part.split(":")[0].strip()
        rest = [*parts[:index], *parts[index + 1 :]]
        if key not in _OPTIONAL:
            missing = (f"{field}.{key}", _ALWAYS_THERE)
            yield Case(f"{field} without {key}", file, passage, marked + "".join(rest), [missing])
            wrong = part.replace(key, f"{MARK}{key}s", 1)
            unknown = (f"{field}.{key}s", f"is not a key here; did you mean {key!r}? one of: ")
            yield Case(f"{field} with {key}s", file, passage, marked + "".join([*rest, wrong]), [missing, unknown])


_OUTCOME = _passage(OUTCOMES, "  - id: pingliang-booklets", "\n  - id: pingliang-audience")
_COORDINATES = _passage(LOCATIONS, "    coordinates:\n      latitude: 35.54", "  - id: kongtong\n")
_LICENCE = _passage(CAMPAIGN, "licence:\n  id: ", "\nrevisions:")

KEYS: list[Case] = [
    *_keys(CAMPAIGN, _LICENCE, 2, "licence"),
    *_keys(OUTCOMES, _OUTCOME, 4, "outcomes[1]"),
    *_keys(LOCATIONS, _COORDINATES, 6, "locations[0].coordinates"),
]


_REVISIONS = (CAMPAIGNS / CAMPAIGN).read_text(encoding="utf-8").partition("\nrevisions:\n")[2]


def _event(name: str, old: str, new: str, *printed: tuple[str, str]) -> Case:
    return Case(name, EVENTS, old, new, printed)


def _location(name: str, old: str, new: str, *printed: tuple[str, str]) -> Case:
    return Case(name, LOCATIONS, old, new, printed)


_SCHOOL = "{location: kongtong-shili-primary-school, role: venue, basis: stated}"
_QUIZ_EVIDENCE = "{source: pingliang-report, paragraph: 4, sentence: 4, start: 485, end: 528}"
_AFTER = "and 'pingliang-report' was published by 2025-06-20; a future event belongs under `plans`"

TOGETHER: list[Case] = [
    *(
        _event(
            name,
            'when: "2025-05-16"\n      basis: stated\n      as_stated: 2025年5月16日',
            f'{MARK}when: "{when}"\n      basis: stated\n      as_stated: null',
            ("events[5].date.when", f"begins on {begins}, {_AFTER}"),
        )
        for name, when, begins in (
            ("a day after the source was published", "2025-06-21", "2025-06-21"),
            ("a month after it", "2025-07", "2025-07-01"),
            ("a year after it", "2026", "2026-01-01"),
            ("the end of time", "9999-12-31", "9999-12-31"),
        )
    ),
    Case(
        "a campaign after its source",
        CAMPAIGN,
        'when: "2024-12/2025-05"\n  basis: stated\n  as_stated: 2024年12月至2025年5月',
        f'{MARK}when: "2025-07/2025-08"\n  basis: stated\n  as_stated: null',
        [("reporting_period.when", f"begins on 2025-07-01, {_AFTER}")],
    ),
    Case(
        "a revision before its source",
        CAMPAIGN,
        'revised_on: "2025-06-30"',
        f'{MARK}revised_on: "2025-06-19"',
        [("revisions[0].revised_on", "2025-06-19 is before any source can have been published (2025-06-20)")],
    ),
    Case(
        "a revision before the one above",
        CAMPAIGN,
        'revised_on: "2025-09-01"',
        f'{MARK}revised_on: "2025-06-29"',
        [
            (
                "revisions[1].revised_on",
                "2025-06-29 is not after the revision above (2025-06-30); add new ones at the end",
            )
        ],
    ),
    Case(
        "a first revision of one event",
        CAMPAIGN,
        'revised_on: "2025-06-30"',
        f'revised_on: "2025-06-30"\n    {MARK}events: [pingliang-safety-quiz]',
        [("revisions[0].events", "the first revision concerns all events; leave it out")],
    ),
    Case(
        "a revision of an event that is none",
        CAMPAIGN,
        "events: [pingliang-helmet-column]",
        f"events: [{MARK}pingliang-helmets]",
        [("revisions[1].events[0]", "there is no event 'pingliang-helmets'; did you mean 'pingliang-helmet-column'?")],
    ),
    Case(
        "a revision of a withdrawn event",
        CAMPAIGN,
        "events: [pingliang-helmet-column]",
        f"events: [{MARK}pingliang-cancelled-parade]",
        [("revisions[1].events[0]", "event 'pingliang-cancelled-parade' is retired; it was withdrawn")],
    ),
    Case(
        "a campaign that was never published",
        CAMPAIGN,
        f"revisions:\n{_REVISIONS}",
        f"{MARK}revisions: []\n",
        [("revisions", "at least 1 item")],
    ),
    Case(
        "a revision in a month",
        CAMPAIGN,
        'revised_on: "2025-09-01"',
        f'{MARK}revised_on: "2025-09"',
        [("revisions[1].revised_on", "valid date")],
    ),
    _event(
        "an id of another event",
        "- id: pingliang-safety-quiz",
        f"- {MARK}id: pingliang-new-year-guard",
        ("events[5].id", "'pingliang-new-year-guard' is already the id of another event, at"),
    ),
    _event(
        "a place that is none",
        f"{_SCHOOL}\n    locations_complete: true\n    part_of",
        f"{{{MARK}{MARK}location: shili, role: venue, basis: stated}}\n    locations_complete: true\n    part_of",
        ("events[5].locations[0].location", "'shili' has no mention in locations.yaml; add one with its evidence"),
        ("events[5].locations[0].location", "there is no location 'shili'"),
    ),
    _event(
        "an event that is none",
        "part_of: {event: pingliang-helmet-column,",
        f"part_of: {{{MARK}event: pingliang-helmets,",
        ("events[5].part_of.event", "there is no event 'pingliang-helmets'; did you mean 'pingliang-helmet-column'?"),
    ),
    _event(
        "a part of itself",
        "part_of: {event: pingliang-helmet-column,",
        f"part_of: {{{MARK}event: pingliang-safety-quiz,",
        ("events[5].part_of.event", "'pingliang-safety-quiz' is a part of itself (pingliang-safety-quiz → "),
    ),
    _location(
        "a place inside itself",
        "    parent: pingliang\n",
        f"    {MARK}parent: kongtong\n",
        ("locations[1].parent", "'kongtong' lies inside itself (kongtong → kongtong); name another"),
    ),
    _location(
        "latitude and longitude exchanged",
        "      latitude: 35.5425\n      longitude: 106.6747\n",
        f"      {MARK}latitude: 106.6747\n      longitude: 35.5425\n",
        ("locations[1].coordinates.latitude", "less than or equal to 90 (it is 106.6747)"),
    ),
    _location(
        "a point in the sea off Africa",
        "    coordinates:\n      latitude: 35.5425\n      longitude: 106.6747\n",
        f"    {MARK}coordinates:\n      latitude: 0\n      longitude: 0\n",
        ("locations[1].coordinates", "km from pingliang, more than the 250 km that a city reaches; correct the"),
    ),
    _event(
        "evidence that ends before it starts",
        "{source: pingliang-report, paragraph: 3, sentence: 1, start: 176, end: 182}",
        f"{MARK}{{source: pingliang-report, paragraph: 3, sentence: 1, start: 182, end: 176}}",
        ("events[0].purpose.evidence[0]", "ends at 176, not after its start 182"),
    ),
    _event(
        "evidence that is too short for its words",
        f"as_stated: 2025年5月16日\n    organisers: []\n    participants: []\n    locations:\n"
        f"      - {_SCHOOL}\n    locations_complete: true\n"
        f"    part_of: {{event: pingliang-helmet-column, basis: stated}}\n    evidence:\n      - {_QUIZ_EVIDENCE}",
        f"{MARK}as_stated: 2025年5月16日\n    organisers: []\n    participants: []\n    locations: []\n"
        "    locations_complete: true\n    part_of: {event: pingliang-helmet-column, basis: stated}\n    evidence:\n"
        f"      - {_QUIZ_EVIDENCE.replace('528', '490')}",
        ("events[5].date.as_stated", "'2025年5月16日' is longer than any evidence of its record; widen"),
    ),
    Case(
        "a source without sentences",
        SOURCES,
        _passage(SOURCES, "    sentences:\n", "    corrections:"),
        f"    {MARK}sentences: []\n",
        [("sources[0].sentences", "at least 1 item")],
    ),
    Case(
        "a source without its digest",
        SOURCES,
        'received: {length: 632, sha256: "7c5f4432e80ce93fa637ec5495f686219a3e63e78238b8795981fcbde16cac18"}',
        f"{MARK}received: {{length: 632}}",
        [("sources[0].received.sha256", _ALWAYS_THERE)],
    ),
    Case(
        "a source without any digest",
        SOURCES,
        'received: {length: 632, sha256: "7c5f4432e80ce93fa637ec5495f686219a3e63e78238b8795981fcbde16cac18"}',
        f"{MARK}received: null",
        [("sources[0].received", "should be an object (it is None)")],
    ),
]
