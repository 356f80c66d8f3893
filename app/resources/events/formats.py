"""The exports of events: columns, positions and calendar entries."""

import datetime
from collections.abc import Sequence
from functools import lru_cache

from pydantic_core import from_json

from app.exports.columns import SEPARATOR, Cell, Columns, address, boolean, code_name, date, each, field, number, text
from app.exports.csv import csv_format
from app.exports.format import Datum, Exports, Facts
from app.exports.geojson import PlaceFeatures, Point, geojson_format
from app.exports.icalendar import CalendarEntry, icalendar_format
from app.exports.json_ld import json_ld_format
from app.exports.json_lines import json_lines_format
from app.exports.xlsx import xlsx_format
from app.languages import Language, Tree
from app.model.codes import (
    KNOWN_TO_THE_DAY,
    Basis,
    DatePrecision,
    DateRelation,
    EventCategory,
    EventKind,
    LocationRole,
    ParticipantRole,
    ParticipantUnit,
    Qualifier,
    Resource,
    names_in,
)
from app.model.phrases import PHRASES, counted
from app.resources.events.linked_data import CONTEXT, node, places_of
from app.resources.events.schema import EventPart


def _parse(event: bytes) -> Tree:
    """Parse an event, and add its places, those whose point is known (`placed`), and the only one of these."""
    record: Tree = from_json(event)
    places = record["places"] = places_of(record)
    placed = record["placed"] = [place for place in places if place["latitude"] is not None]
    # Neither the first of several points nor their mean is where an event was.
    record["only"] = placed[0] if len(placed) == 1 else None
    return record


def _points(records: Sequence[Tree], _: Facts) -> Sequence[Cell]:
    # Each point after its place's id: the list of ids also has the places without a point.
    return [
        SEPARATOR.join([_point(place["id"], place["latitude"], place["longitude"]) for place in record["placed"]])
        or None
        for record in records
    ]


@lru_cache(maxsize=1000)
def _point(place: str, latitude: float, longitude: float) -> str:
    return f"{place} {latitude},{longitude}"


def _participants(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
    language = facts.language
    return [
        SEPARATOR.join(
            [
                _participant(
                    of["name"],
                    of["role"],
                    language,
                    count=of["count"],
                    qualifier=of["count_qualifier"],
                    unit=of["unit"],
                )
                for of in record["participants"]
            ]
        )
        or None
        for record in records
    ]


@lru_cache(maxsize=1000)
def _participant(
    name: str, role: str, language: Language, *, count: int | None, qualifier: str | None, unit: str | None
) -> str:
    phrases, role = PHRASES[language], names_in(ParticipantRole, language)[role]
    if count is None or qualifier is None:
        return phrases.participant.format(name=name, role=role)
    phrase = phrases.participants_counted if unit == ParticipantUnit.PERSON else phrases.collectives_counted
    return phrase.format(name=name, role=role, count=counted(count, qualifier, language))


def _credit(records: Sequence[Tree], facts: Facts) -> Sequence[Cell]:
    # Most events of a batch have points of the same few sources.
    sources = [tuple([place["coordinates_source"] for place in record["placed"]]) for record in records]
    lines = {each: facts.credits.add(each) for each in dict.fromkeys(sources)}
    return [lines[each] for each in sources]


COLUMNS = Columns(
    Resource.EVENT,
    (
        text("title", "Its title.", wide=True),
        date("date_start", "The first day that it may have been on.", field("date", "start")),
        date("date_end", "The last day that it may have been on, inclusive.", field("date", "end")),
        text("date_precision_name", "The name of `date_precision`.", code_name(DatePrecision, "date", "precision")),
        text("location_names", "The names of its places, separated by semicolons.", each("places", "name"), wide=True),
        text("category_name", "The name of `category`.", code_name(EventCategory, "category")),
        text("summary", "What was done, written by the editors.", wide=True),
        text(
            "organiser_names",
            "The names of its organisers, separated by semicolons.",
            each("organisers", "name"),
            wide=True,
        ),
        text(
            "participants",
            "Its participants with their roles and counts, separated by semicolons.",
            _participants,
            wide=True,
        ),
        text("kind_name", "The name of `kind`.", code_name(EventKind, "kind")),
        text("purpose", "What the source says it was for.", wide=True),
        text("forms", "The forms that it took, separated by semicolons.", each("forms"), wide=True),
        number("series_count", "For a series: how many events the source counts."),
        text(
            "series_count_qualifier_name",
            "The name of `series_count_qualifier`.",
            code_name(Qualifier, "series_count_qualifier"),
        ),
        text("date_as_stated", "The date as the source prints it.", field("date", "as_stated")),
        text("date_basis_name", "The name of `date_basis`.", code_name(Basis, "date", "basis")),
        text("date_note", "How the date was derived, or why it is not given.", field("date", "note"), wide=True),
        text(
            "date_relation_name",
            "The name of `date_relation`.",
            code_name(DateRelation, "date", "relative_to", "relation"),
        ),
        text("locations_note", "What to know about its places.", wide=True),
        boolean("online", "Whether it was online."),
        text("channel", "The id of the media channel that it appeared in."),
        text("note", "What a reader needs to know about it.", wide=True),
        text("url", "The address of its record.", address, link=True),
        text("credit", "The credits that the licences of its coordinates require.", _credit, wide=True),
        number(
            "latitude",
            "Degrees north, WGS 84, where just one of its places has a known point.",
            field("only", "latitude"),
        ),
        number("longitude", "Degrees east, WGS 84, of the same point.", field("only", "longitude")),
        number("gcj02_latitude", "Degrees north, GCJ-02, of the same point.", field("only", "gcj02", "latitude")),
        number("gcj02_longitude", "Degrees east, GCJ-02, of the same point.", field("only", "gcj02", "longitude")),
        text(
            "points",
            "Each known point: the place's id, degrees north and degrees east, WGS 84; separated by semicolons.",
            _points,
            wide=True,
        ),
        text("id", "A readable id, stable and unique among events."),
        text("campaign", "The id of the campaign."),
        text("pillar", "The id of the campaign's pillar that it is a part of."),
        text("strand", "The id of the strand of that pillar.", field("strand", "id")),
        text("programme", "The id of the programme that it belongs to."),
        text("part_of", "The id of the event that it is a part of.", field("part_of", "event")),
        text("kind", "Whether it is a single event, a series, an initiative or a component: a code."),
        text("category", "What sort of activity it was, a code."),
        text("date_precision", "How exactly the date is known, a code.", field("date", "precision")),
        text("date_basis", "Whether the date is stated, derived or not given, a code.", field("date", "basis")),
        text(
            "date_relation",
            "For an event without a date: whether it was before, with or after another, a code.",
            field("date", "relative_to", "relation"),
        ),
        text("date_relative_to", "The id of that other event.", field("date", "relative_to", "event")),
        text("location_ids", "The ids of its places, separated by semicolons.", each("places", "id")),
        boolean("locations_complete", "Whether these are all of its places."),
        text("organiser_ids", "The ids of its organisers, separated by semicolons.", each("organisers", "id")),
        boolean("forms_complete", "Whether `forms` lists all of its forms."),
        text("series_count_qualifier", "How exact `series_count` is, a code."),
    ),
    last_printed="participants",
    parse=_parse,
)


def _map_points(event: Tree, datum: Datum) -> Sequence[Point]:
    points = ((place if datum is Datum.WGS84 else place["gcj02"], place["id"]) for place in event["placed"])
    return [(point["longitude"], point["latitude"], place) for point, place in points if point is not None]


def _split_places(event: Tree, facts: Facts) -> Sequence[tuple[Point | None, Tree]]:
    """Return each place of an event once, with all its roles."""
    points = {point[2]: point for point in _map_points(event, facts.datum)}
    return [(points.get(place["id"]), _place_properties(place, event, facts)) for place in event["places"]]


def _place_properties(place: Tree, event: Tree, facts: Facts) -> Tree:
    links = [link for link in event["locations"] if link["id"] == place["id"]]
    names = names_in(LocationRole, facts.language)
    uncertainty = place["uncertainty_km"]
    return {
        "place_id": place["id"],
        "place_name": place["name"],
        "place_role": SEPARATOR.join([link["role"] for link in links]),
        "place_role_name": SEPARATOR.join([names[link["role"]] for link in links]),
        "place_basis": SEPARATOR.join([link["basis"] for link in links]),
        "place_coordinates_source": place["coordinates_source"],
        "place_fallback_id": place["fallback"] and place["fallback"]["id"],
        # Left out if it is not known, as all numbers of features are.
        **({} if uncertainty is None else {"place_uncertainty_km": uncertainty}),
    }


_PLACE_FEATURES = PlaceFeatures(
    _split_places,
    texts={
        "place_id": "the id of the place.",
        "place_name": "the name of the place.",
        "place_role": "its role in the event, a code; several have `; ` between them.",
        "place_role_name": "the name of its role.",
        "place_basis": "for each role, whether the link is `stated` or `derived`.",
        "place_coordinates_source": "the id of the source of its point.",
        "place_fallback_id": "the id of a place whose point a map may show instead, such as the one around it.",
    },
    numbers={"place_uncertainty_km": "the place lies within this many km of its point."},
)


def _entry(event: bytes, facts: Facts) -> CalendarEntry | None:
    record = _parse(event)
    when, place = record["date"], record["only"]
    if when["start"] is None:
        return None
    return CalendarEntry(
        id=record["id"],
        first=datetime.date.fromisoformat(when["start"]),
        last=datetime.date.fromisoformat(when["end"]),
        precision=when["precision"],
        title=record["title"],
        description=_description(record, facts),
        category=names_in(EventCategory, facts.language)[record["category"]],
        location=SEPARATOR.join(place["name"] for place in record["places"]) or None,
        point=(place["latitude"], place["longitude"]) if place else None,
        revisions=facts.revisions_of(record["campaign"], record["id"]),
        credit=facts.credits.add([place["coordinates_source"]]) if place else None,
    )


def _description(record: Tree, facts: Facts) -> str:
    when, language = record["date"], facts.language
    phrases = PHRASES[language]
    parts = [record["summary"]]
    if when["precision"] not in KNOWN_TO_THE_DAY:
        parts.append(phrases.some_time.format(start=when["start"], end=when["end"]))
    if when["note"]:
        parts.append(when["note"])
    if record["series_count"] is not None:
        count = counted(record["series_count"], record["series_count_qualifier"], language)
        parts.append(phrases.labelled.format(label=phrases.series_count, value=count))
    (participants,) = _participants([record], facts)
    if participants is not None:
        parts.append(phrases.labelled.format(label=phrases.participants, value=participants))
    return "\n\n".join(parts)


EXPORTS = Exports(
    Resource.EVENT,
    (
        csv_format(COLUMNS),
        json_lines_format(),
        xlsx_format(COLUMNS),
        # A date as printed can look like a date or not, and GDAL would read the column as dates or as text.
        geojson_format(COLUMNS, _map_points, ["date_as_stated"], _PLACE_FEATURES),
        icalendar_format(_entry),
        json_ld_format(CONTEXT, node, include=[EventPart.LOCATIONS]),
    ),
)
