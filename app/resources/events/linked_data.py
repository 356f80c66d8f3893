"""Events as linked data: nodes in the terms of schema.org."""

from app.exports.format import Facts
from app.exports.json_ld import url_of
from app.languages import Tree
from app.model.codes import KNOWN_TO_THE_DAY, LocationKind

# Codes, ids and versions have no language; nor does a date that is quoted as printed.
_NO_LANGUAGE: Tree = {"@language": None}
_ADDRESS: Tree = {"@type": "@id"}
# A day, a month or a year (ISO 8601), typed as in schema.org's own context.
_DATE: Tree = {"@type": "Date"}


def _ours(type_: Tree, *terms: str) -> Tree:
    return {term: {"@id": f"urn:campaign-api:terms:{term}"} | type_ for term in terms}


CONTEXT: Tree = {
    "@vocab": "https://schema.org/",
    # The terms of schema.org whose values are not text; the values of all others that we use are text.
    **dict.fromkeys(("addressCountry", "identifier", "inLanguage", "version"), _NO_LANGUAGE),
    **dict.fromkeys(("containedInPlace", "license", "superEvent", "url"), _ADDRESS),
    **dict.fromkeys(("dateModified", "startDate", "endDate"), _DATE),
    "eventAttendanceMode": {"@type": "@vocab"},
    **_ours(
        {},
        *("count", "credit", "date", "fallback", "forms_complete", "gcj02_latitude", "gcj02_longitude"),
        *("locations_complete", "locations_note", "note", "online", "part_of", "purpose", "relative_to"),
        *("series_count", "strand", "total", "uncertainty_km", "undated_excluded", "derived_excluded"),
    ),
    **_ours(
        _NO_LANGUAGE,
        *("as_stated", "basis", "category", "channel", "coordinates_source", "count_qualifier", "group", "kind"),
        *("licence", "pillar", "precision", "programme", "relation", "role", "series_count_qualifier", "unit"),
    ),
    **_ours(_ADDRESS, "campaign", "event", "organisation", "place"),
    **_ours(_DATE, "start", "end"),
    **_ours({"@container": "@list"}, "locations", "organisers", "participants"),
}


def node(record: Tree, facts: Facts) -> Tree:
    """Return an event's node.

    `startDate` and `endDate` are only as exact as the date is known: `2024-10`, `2024`. `date` has the first and last
    possible day, and how they are known. The records of the places are needed for their addresses.
    """
    strand, part_of = record["strand"], record["part_of"]
    return {
        "@id": f"{facts.collection}/{record['id']}",
        "@type": "Event",
        "identifier": record["id"],
        "name": record["title"],
        "description": record["summary"],
        "keywords": record["forms"],
        "campaign": url_of(facts, "campaigns", record["campaign"]),
        # The terms with the name and the value of a field.
        **_copied(record, "pillar", "kind", "category", "purpose", "forms_complete", "programme"),
        **_copied(
            record,
            "series_count",
            "series_count_qualifier",
            "channel",
            "online",
            "note",
            "locations_complete",
            "locations_note",
        ),
        "strand": strand and {"identifier": strand["id"], **_copied(strand, "basis", "note")},
        **_when(record["date"], facts),
        **_where(record, facts),
        **_who(record),
        "superEvent": part_of and url_of(facts, "events", part_of["event"]),
        "part_of": part_of and part_of | {"event": url_of(facts, "events", part_of["event"])},
    }


def _copied(given: Tree, *terms: str) -> Tree:
    return {term: given[term] for term in terms}


def _when(date: Tree, facts: Facts) -> Tree:
    start, end = date["start"], date["end"]
    relative = date["relative_to"]
    if start is not None and date["precision"] not in KNOWN_TO_THE_DAY:
        start = end = _common(start, end)
    return {
        "startDate": start,
        "endDate": end,
        "date": {
            **_copied(date, "start", "end", "precision", "basis", "as_stated", "note"),
            "relative_to": relative and relative | {"event": url_of(facts, "events", relative["event"])},
        },
    }


def _common(start: str, end: str) -> str | None:
    """Return the month or the year that two days have in common; None where their years differ."""
    month, year = len("2024-10"), len("2024")
    return next((start[:length] for length in (month, year) if start[:length] == end[:length]), None)


def places_of(record: Tree) -> list[Tree]:
    """Return the places of an event in order. A place with several roles is returned once."""
    return list({place["id"]: place for place in record["locations"]}.values())


def _where(record: Tree, facts: Facts) -> Tree:
    places: list[Tree] = [_place(place, facts) for place in places_of(record)]
    mode = None
    if record["online"]:
        mode = "MixedEventAttendanceMode" if places else "OnlineEventAttendanceMode"
        places.append({"@type": "VirtualLocation"})
    return {
        "location": places,
        "eventAttendanceMode": mode,
        # The role is a fact of the link: other events have the same place.
        "locations": [
            {"place": url_of(facts, "locations", link["id"])} | _copied(link, "role", "basis", "note")
            for link in record["locations"]
        ],
    }


def _place(place: Tree, facts: Facts) -> Tree:
    written = {
        "@id": url_of(facts, "locations", place["id"]),
        "@type": "Place",
        "identifier": place["id"],
        "name": place["name"],
    }
    if (record := place["record"]) is not None:
        written |= _address(record)
        written["containedInPlace"] = record["parent"] and url_of(facts, "locations", record["parent"])
    if place["latitude"] is not None:
        point = {"latitude": place["latitude"], "longitude": place["longitude"]}
        written["geo"] = {"@type": "GeoCoordinates", **point}
        source = place["coordinates_source"]
        written |= {"coordinates_source": source, "credit": facts.credits.add([source])}
        written["uncertainty_km"] = place["uncertainty_km"]
    if (shifted := place["gcj02"]) is not None:
        written |= {"gcj02_latitude": shifted["latitude"], "gcj02_longitude": shifted["longitude"]}
    if (fallback := place["fallback"]) is not None:
        written["fallback"] = _place(fallback | {"fallback": None, "record": None}, facts)
    return written


def _address(location: Tree) -> Tree:
    """Return the address of a place as far as it follows from the places that contain it.

    A locality is a city, or a county that lies in none.
    """
    names = {step["kind"]: step["name"] for step in reversed(location["path"])}
    address = {
        "addressCountry": location["country"],
        "addressRegion": names.get(LocationKind.PROVINCE),
        "addressLocality": next((names[kind] for kind in _LOCALITIES if kind in names), None),
    }
    return {"address": {"@type": "PostalAddress", **address}} if any(address.values()) else {}


_LOCALITIES = (LocationKind.CITY, LocationKind.COUNTY, LocationKind.DISTRICT)


def _who(record: Tree) -> Tree:
    return {
        "organizer": [
            {"@id": _organisation(one["id"]), "@type": "Organization", "identifier": one["id"], "name": one["name"]}
            for one in record["organisers"]
        ],
        "organisers": [
            {"organisation": _organisation(link["id"])} | _copied(link, "role", "basis", "note")
            for link in record["organisers"]
        ],
        "participants": [
            participant | {"organisation": participant["organisation"] and _organisation(participant["organisation"])}
            for participant in record["participants"]
        ],
    }


def _organisation(id_: str) -> str:
    # Organisations have no URL of their own.
    return f"urn:campaign-api:organisation:{id_}"
