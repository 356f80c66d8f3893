"""JSON-LD: events in the terms of schema.org, with our own terms for what it has none for."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json

from app.exports import phrases
from app.exports.format import Facts, Pieces, Records, cut
from app.exports.points import places_of
from app.model.codes import DatePrecision
from app.model.columns import Tree

_KNOWN_TO_THE_DAY = (DatePrecision.DAY, DatePrecision.RANGE)

# Codes, ids and versions are in no language; nor is a date quoted as it was printed.
_NO_LANGUAGE: Tree = {"@language": None}
_ADDRESS: Tree = {"@type": "@id"}
_DATE: Tree = {"@type": "http://www.w3.org/2001/XMLSchema#date"}
_ORDERED: Tree = {"@container": "@list"}

_SCHEMA_ORG: Tree = {
    **dict.fromkeys(("identifier", "inLanguage", "temporalCoverage", "version"), _NO_LANGUAGE),
    **dict.fromkeys(("license", "superEvent", "url"), _ADDRESS),
    **dict.fromkeys(("startDate", "endDate"), _DATE),
    "eventAttendanceMode": {"@type": "@vocab"},
}
"""The terms of schema.org whose values are no text; all others that we use are."""

_OUR_TEXTS_AND_VALUES = (
    *("count", "date", "forms_complete", "gcj02_latitude", "gcj02_longitude", "locations_complete", "locations_note"),
    *("note", "online", "part_of", "purpose", "relative_to", "series_count", "strand", "total", "undated_excluded"),
)
_OUR_CODES = (
    *("as_stated", "basis", "category", "channel", "group", "kind", "licence", "pillar", "precision", "programme"),
    *("relation", "role"),
)
_OUR_ADDRESSES = ("campaign", "event", "organisation", "place")
_OUR_LISTS = ("locations", "organisers", "participants")


def _ours(terms: Sequence[str], kind: Tree) -> Tree:
    return {term: {"@id": f"urn:campaign-api:terms:{term}"} | kind for term in terms}


_CONTEXT: Tree = {
    "@vocab": "https://schema.org/",
    **_SCHEMA_ORG,
    **_ours(_OUR_TEXTS_AND_VALUES, {}),
    **_ours(_OUR_CODES, _NO_LANGUAGE),
    **_ours(_OUR_ADDRESSES, _ADDRESS),
    **_ours(_OUR_LISTS, _ORDERED),
}


def write(records: Records, facts: Facts) -> Pieces:
    """Write one graph: a Dataset with the facts of the document, then an Event for every record.

    The context is within it, so that nothing else is to be fetched. What is null is left out; everything
    else of a record is kept. A start date is given only for what is known to the day: otherwise
    `temporalCoverage` has the days between which it was, and `date` how exactly that is known.
    """
    context = to_json(_CONTEXT | {"@language": facts.language})
    yield b'{"@context":%b,"@graph":[\n%b' % (context, to_json(_given(_dataset(facts))))
    for few in cut(records, 50):
        yield b"".join([b",\n" + to_json(_given(_event(from_json(record), facts))) for record in few])
    yield b"\n]}\n"


def _dataset(facts: Facts) -> Tree:
    return {
        "@id": facts.address,
        "@type": "Dataset",
        "name": facts.title,
        "url": facts.address,
        "version": facts.version,
        "inLanguage": facts.language,
        "total": facts.total,
        "undated_excluded": facts.undated_excluded,
        "creditText": phrases.credit_line(facts),
        # The licences are those of the coordinates and not of the whole.
        "isBasedOn": [
            {
                "@type": "Dataset",
                "name": credit.name,
                "licence": credit.licence,
                "license": credit.licence_url,
                "creditText": credit.attribution,
            }
            for credit in facts.credits
        ],
    }


def _event(record: Tree, facts: Facts) -> Tree:
    part_of = record["part_of"]
    return {
        "@id": f"{facts.collection}/{record['id']}",
        "@type": "Event",
        "identifier": record["id"],
        "name": record["title"],
        "description": record["summary"],
        "keywords": record["forms"],
        "campaign": _address(facts, "campaigns", record["campaign"]),
        **{term: record[term] for term in _AS_PUBLISHED},
        "strand": record["strand"] and _identified(record["strand"]),
        **_when(record["date"], facts),
        **_where(record, facts),
        **_who(record),
        "superEvent": part_of and _address(facts, "events", part_of["event"]),
        "part_of": part_of and part_of | {"event": _address(facts, "events", part_of["event"])},
    }


_AS_PUBLISHED = (
    *("pillar", "kind", "category", "purpose", "forms_complete", "series_count", "programme", "channel", "online"),
    *("note", "locations_complete", "locations_note"),
)
"""The terms that have the name and the value of the record's own fields."""


def _when(date: Tree, facts: Facts) -> Tree:
    start, end = date["start"], date["end"]
    relative = date["relative_to"]
    known = {term: date[term] for term in ("precision", "basis", "as_stated", "note")} | {
        "relative_to": relative and relative | {"event": _address(facts, "events", relative["event"])}
    }
    if start is None:
        return {"date": known}
    if date["precision"] in _KNOWN_TO_THE_DAY:
        return {"startDate": start, "endDate": end, "date": known}
    return {"temporalCoverage": f"{start}/{end}", "date": known}


def _where(record: Tree, facts: Facts) -> Tree:
    places: list[Tree] = [_place(place, facts) for place in places_of(record)]
    mode = None
    if record["online"]:
        mode = "MixedEventAttendanceMode" if places else "OnlineEventAttendanceMode"
        places.append({"@type": "VirtualLocation"})
    return {
        "location": places,
        "eventAttendanceMode": mode,
        # What a place was to this event is not said of the place, which other events have too.
        "locations": [
            {"place": _address(facts, "locations", link["id"])} | _link(link) for link in record["locations"]
        ],
    }


def _place(place: Tree, facts: Facts) -> Tree:
    written = {
        "@id": _address(facts, "locations", place["id"]),
        "@type": "Place",
        "identifier": place["id"],
        "name": place["name"],
    }
    if place["latitude"] is None:
        return written
    return written | {
        "geo": {"@type": "GeoCoordinates", "latitude": place["latitude"], "longitude": place["longitude"]},
        "gcj02_latitude": place["gcj02"]["latitude"],
        "gcj02_longitude": place["gcj02"]["longitude"],
    }


def _who(record: Tree) -> Tree:
    return {
        "organizer": [
            {
                "@id": _organisation(organiser["id"]),
                "@type": "Organization",
                "identifier": organiser["id"],
                "name": organiser["name"],
            }
            for organiser in record["organisers"]
        ],
        "organisers": [{"organisation": _organisation(link["id"])} | _link(link) for link in record["organisers"]],
        "participants": [
            participant | {"organisation": participant["organisation"] and _organisation(participant["organisation"])}
            for participant in record["participants"]
        ],
    }


def _link(link: Tree) -> Tree:
    return {term: link[term] for term in ("role", "basis", "note")}


def _identified(named: Tree) -> Tree:
    return {"identifier": named["id"], "basis": named["basis"], "note": named["note"]}


def _address(facts: Facts, collection: str, id_: str) -> str:
    # The lists lie beside one another.
    return f"{facts.collection.rpartition('/')[0]}/{collection}/{id_}"


def _organisation(id_: str) -> str:
    # Organisations have no address of their own.
    return f"urn:campaign-api:organisation:{id_}"


def _given(node: Any) -> Any:
    """Copy a tree without its nulls: they would be said to be unknown, and JSON-LD drops them."""
    if isinstance(node, dict):
        return {key: _given(value) for key, value in node.items() if value is not None}
    return [_given(value) for value in node] if isinstance(node, list) else node
