"""Records by hand that lie in wait for writers of documents, and documents of any records."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import jsonschema
from pydantic import TypeAdapter

from app.exports.format import Credit, Credits, Datum, Exports, Facts, Licence, cut
from app.languages import Language
from app.model.codes import Resource
from app.model.revisions import Revision
from app.resources.events import formats as events
from app.resources.events.schema import EventRecord
from app.resources.locations import formats as locations
from app.resources.locations.schema import LocationRecord
from app.resources.outcomes import formats as outcomes
from app.resources.outcomes.schema import OutcomeRecord
from tests.languages import EN

Record = dict[str, Any]

EVENT, LOCATION, OUTCOME = Resource.EVENT, Resource.LOCATION, Resource.OUTCOME

BASE = "https://example.org/v1"

EXPORTS: dict[Resource, Exports] = {EVENT: events.EXPORTS, LOCATION: locations.EXPORTS, OUTCOME: outcomes.EXPORTS}

COLUMNS = {EVENT: events.COLUMNS, LOCATION: locations.COLUMNS, OUTCOME: outcomes.COLUMNS}

LONG = "長" * 20_000 + "😀" * 10_000
"""More than a cell can hold: 40,000 UTF-16 code units in 30,000 characters."""

CREDIT = Credit(
    id="geonames",
    name="GeoNames",
    licence="CC-BY-4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="Coordinates from GeoNames, used under CC BY 4.0.",
)


LICENCE = Licence("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "Compiled by the editors, CC0 1.0.")

SURVEY = Credit(id="survey", name="A survey", licence="MIT", licence_url=None, attribution="Points by a survey.")
"""The credit of a second source of coordinates; the third, `editors`, requires none."""


REVISIONS = {
    "tianshui": [
        Revision(date(2025, 2, 1), None),
        Revision(date(2025, 3, 1), {"span", "month"}),
        Revision(date(2025, 3, 1), {"span"}),
        Revision(date(2025, 4, 1), set()),
    ],
    "pingliang": [Revision(date(2025, 6, 30), None)],
}
"""Two events of Tianshui were corrected, one of them twice on a day; the last revision concerns no event."""


def place(
    id_: str, latitude: float | None, longitude: float | None, role: str = "venue", source: str = "geonames"
) -> Record:
    shifted = None if latitude is None else {"latitude": latitude, "longitude": longitude}
    return {
        "id": id_,
        "name": f"Place {id_}",
        "role": role,
        "basis": "stated",
        "note": None,
        "latitude": latitude,
        "longitude": longitude,
        "gcj02": shifted,
        "uncertainty_km": None if latitude is None else 1,
        "coordinates_source": None if latitude is None else source,
        "fallback": None,
        "record": None,
    }


def when(start: str | None, end: str | None, precision: str, **more: Any) -> Record:
    unsaid = {"basis": "stated", "as_stated": None, "note": None, "relative_to": None}
    return {"start": start, "end": end, "precision": precision} | unsaid | more


def event(id_: str, **fields: Any) -> Record:
    """An event with nothing but what it must have, and these fields; it is one that we would publish."""
    given = dict.fromkeys(EventRecord.model_fields) | {
        "id": id_,
        "campaign": "tianshui",
        "kind": "event",
        "category": "symposium",
        "title": f"Event {id_}",
        "summary": "What happened.",
        "date": when("2024-09-20", "2024-09-20", "day"),
        "locations": [],
        "organisers": [],
        "participants": [],
        "forms": [],
        "online": False,
    }
    return json.loads(EventRecord.model_validate(given | fields).model_dump_json())  # type: ignore[no-any-return]


def location(id_: str, **fields: Any) -> Record:
    """A place with nothing but what it must have, and these fields."""
    given = dict.fromkeys(LocationRecord.model_fields) | {
        "id": id_,
        "name": f"Place {id_}",
        "kind": "venue",
        "path": [{"id": id_, "name": f"Place {id_}", "kind": "venue"}],
        "named_in_source": True,
        "mentions": [],
    }
    return json.loads(LocationRecord.model_validate(given | fields).model_dump_json())  # type: ignore[no-any-return]


def located(id_: str, latitude: float, longitude: float, source: str = "geonames", **fields: Any) -> Record:
    """A place with a point from a source of coordinates."""
    given: Record = {"id": source, "name": source, "reference": None, "licence": "MIT", "licence_url": None}
    given |= {"attribution": None, "confidence": "high"}
    point = {"latitude": latitude, "longitude": longitude}
    return location(id_, **point, gcj02=point, coordinates_source=given, **fields)


def outcome(id_: str, value: float | None) -> Record:
    """An outcome of the whole campaign with this figure."""
    given = dict.fromkeys(OutcomeRecord.model_fields) | {
        "id": id_,
        "campaign": "tianshui",
        "scope": {"level": "campaign", "id": "tianshui", "name": "The whole campaign"},
        "events": ["one", "two"],
        "kind": "quantitative",
        "metric": "works_created",
        "label": "Works created",
        "value": value,
        "basis": "stated",
    }
    return json.loads(OutcomeRecord.model_validate(given).model_dump_json())  # type: ignore[no-any-return]


FORMULA = event("formula", title="=1+1", summary="+SUM(A1)", purpose="＠now", note="\tindented", forms=["-2.98"])
LIVERPOOL = event("liverpool", locations=[place("mersey", 53.4, -2.98), place("unknown", None, None)])
SEVERAL = event(
    "several",
    locations=[place("a", 34.5, 105.5), place("b", -0.00001, -70.25), place("a", 34.5, 105.5, role="visited_site")],
)
PUNCTUATED = event("punctuated", title='One, "two"; three\\four', summary="First line\r\nsecond line\nthird\rfourth")
UNDATED = event("undated", date=when(None, None, "unknown", basis="not_given", note="The source gives no date."))
MONTH = event("month", date=when("2024-09-01", "2024-09-30", "month", note="Only the month is printed."))
SPAN = event("span", date=when("2024-12-30", "2025-01-02", "range"))
ANCIENT = event("ancient", date=when("1898-06-11", "1898-09-21", "range"))
LAST = event("last", date=when("9999-12-31", "9999-12-31", "day"))
TOO_LONG = event("too-long", summary=LONG)
STRANGE = event("strange", title="𠮷野家 😀", summary="<r>no markup</r>", purpose="_x0041_ & <b>", note="bell\x07")
FULL = event(
    "full",
    pillar="two-combinations",
    strand={"id": "going-out", "basis": "derived", "note": "By its content."},
    purpose="To see it all.",
    date=when(
        None,
        None,
        "unknown",
        as_stated="其後",
        note="After the other.",
        relative_to={"event": "month", "relation": "after"},
    ),
    locations=[place("a", 34.5, 105.5) | {"basis": "derived", "note": "By its organiser."}],
    locations_complete=False,
    locations_note="The list is open.",
    organisers=[{"id": "psb", "name": "The bureau", "role": "joint", "basis": "derived", "note": "Not printed."}],
    participants=[
        {
            "group": "officers",
            "name": "young officers",
            "role": "audience",
            "count": 6,
            "count_qualifier": "at_least",
            "unit": "person",
            "organisation": "psb",
            "note": "At least.",
        },
        {
            "group": "heroes",
            "name": "heroes",
            "role": "lecturer",
            "count": None,
            "count_qualifier": None,
            "unit": "person",
            "organisation": None,
            "note": None,
        },
        {
            "group": "stations",
            "name": "stations",
            "role": "honouree",
            "count": 7,
            "count_qualifier": "exact",
            "unit": "collective",
            "organisation": None,
            "note": None,
        },
    ],
    forms=["Lecture", "Study"],
    forms_complete=True,
    series_count=47,
    series_count_qualifier="about",
    part_of={"event": "month", "basis": "stated", "note": "A part of it."},
    programme="five-ones",
    channel="weibo",
    online=True,
    note="Everything is given.",
)

AWKWARD: dict[Resource, list[Record]] = {
    EVENT: [FORMULA, LIVERPOOL, SEVERAL, PUNCTUATED, UNDATED, MONTH, SPAN, ANCIENT, LAST, TOO_LONG, STRANGE, FULL],
    LOCATION: [
        located("mersey", 53.4, -2.98, name="=cmd"),
        location("nowhere", note="No point, since none is known."),
    ],
    OUTCOME: [outcome("whole", 412), outcome("part", 3.5), outcome("none", None)],
}


def facts(
    kind: Resource, total: int, language: Language = EN, undated_excluded: int = 0, derived_excluded: int = 5
) -> Facts:
    return Facts(
        title=f"All {kind}s",
        sheet=EXPORTS[kind].sheets[language],
        language=language,
        version="b195ef88",
        address=f"{BASE}/{kind}s.any?lang={language}",
        collection=f"{BASE}/{kind}s",
        total=total,
        undated_excluded=undated_excluded,
        derived_excluded=derived_excluded,
        revisions=REVISIONS,
        licences=[LICENCE],
        credits=Credits([CREDIT, SURVEY]),
    )


def published(records: Sequence[Record]) -> list[bytes]:
    return [json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() for record in records]


def document(extension: str, records: Sequence[Record], said: Facts) -> bytes:
    """Write a whole document of records."""
    # In batches so small that a document of a few has a seam.
    (exports,) = (exports for kind, exports in EXPORTS.items() if said.collection == f"{BASE}/{kind}s")
    return b"".join(exports.by_extension[extension].write(cut([published(records)], 3), said))


def validator_of(exports: Exports, extension: str) -> jsonschema.Draft202012Validator:
    """Return a validator of the documents, with the components that OpenAPI has for all of them."""
    schema = exports.by_extension[extension].schema
    components = {enum.__name__: TypeAdapter(enum).json_schema() for enum in (Language, Datum)}
    return jsonschema.Draft202012Validator(schema | {"components": {"schemas": components | schema["$defs"]}})
