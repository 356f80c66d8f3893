"""From the documents of events to records and rows."""

from collections.abc import Sequence

from app.build.common.importer import BuildContext, Importer, Job, LinkedPlace, Record, Rows, texts_at
from app.build.common.trees import evidence_of, tree
from app.languages import Tree
from app.model.codes import LinkBasis, Resource
from app.resources.events.document import EventDocument
from app.resources.events.schema import PARTS, EventRecord
from app.resources.events.spans import months_between, span_of
from app.resources.events.table import (
    EventLocationRow,
    EventMonthRow,
    EventOrganiserRow,
    EventParticipantRow,
    EventRow,
    EventWithinRow,
)

_ANY_BASIS = "any"
_AFTER_ALL_DAYS = "~"


def sort_key(event: EventDocument) -> str:
    """Return the key of the default order: by first day and id, the undated last."""
    start = event.date.period().start
    return f"{start or _AFTER_ALL_DAYS} {event.id}"


def transform_event(job: Job, context: BuildContext) -> Record:
    """Transform an event; its record shows its places in brief."""
    document: EventDocument = job.document
    details = tree(document, context.language_of(job.campaign))
    purpose, locations = details["purpose"], details.pop("locations")
    body = dict.fromkeys(_FIRST) | details
    body |= {
        "campaign": job.campaign,
        "purpose": purpose and purpose["text"],
        "organisers": [
            {
                "id": link["organisation"],
                "name": context.organisation_name(link["organisation"], job.campaign),
                **_facts(link),
            }
            for link in details["organisers"]
        ],
        "participants": [
            group if group["count"] is not None else group | {"unit": None} for group in details["participants"]
        ],
        "locations": [_brief(link, context) for link in locations],
    }
    evidence = evidence_of(document)
    rows = _rows(job, body, evidence, context)
    return Record(Resource.EVENT, job.number, details["title"], body, evidence, rows)


def _brief(link: Tree, context: BuildContext) -> Tree:
    place = context.places[link["location"]]
    fallback = place.fallback and {"id": place.fallback, **_named_point(context.places[place.fallback])}
    return {"id": link["location"], **_named_point(place), **_facts(link), "fallback": fallback, "record": None}


def _named_point(place: LinkedPlace) -> Tree:
    names = ("name", "latitude", "longitude", "gcj02", "uncertainty_km", "coordinates_source")
    return {name: getattr(place, name) for name in names}


def _facts(link: Tree) -> Tree:
    return {name: link[name] for name in ("role", "basis", "note")}


def _rows(job: Job, body: Tree, evidence: Sequence[Tree], context: BuildContext) -> Rows:
    rows, date, part_of = Rows(), body["date"], body["part_of"] or {}
    relative = date["relative_to"] or {}
    start, end, _ = job.document.date.period()
    rows.add(
        EventRow,
        body,
        number=job.number,
        part_of=part_of.get("event"),
        starts_on=date["start"],
        ends_on=date["end"],
        span=span_of(start, end) if start and end else 0,
        undated=start is None,
        date_order=start.year * 10_000 + start.month * 100 + start.day if start else 0,
        relative_to=relative.get("event"),
        relation=relative.get("relation"),
        source_position=context.source_position(evidence[:1]),
    )
    for month in months_between(start, end) if start and end else ():
        rows.add(EventMonthRow, month=month, event=job.number)
    for link in body["organisers"]:
        rows.add(EventOrganiserRow, link, organisation=link["id"], event=job.number)
    for group in body["participants"]:
        rows.add(EventParticipantRow, group, event=job.number, group_id=group["group"])
    for link in body["locations"]:
        rows.add(EventLocationRow, link, location=link["id"], event=job.number)
    stated = [link for link in body["locations"] if link["basis"] == LinkBasis.STATED]
    for linked_by, links in ((_ANY_BASIS, body["locations"]), (LinkBasis.STATED.value, stated)):
        for place in dict.fromkeys(place for link in links for place in context.places[link["id"]].around):
            rows.add(EventWithinRow, location=place, linked_by=linked_by, event=job.number)
    language = context.language_of(job.campaign)
    rows.add_identifier(Resource.EVENT, body["id"], language, number=job.number, campaign=job.campaign)
    return rows


_FIRST = ("id", "campaign", "pillar", "kind", "category", "title", "purpose", "date", "organisers")
"""The fields whose texts come first among the record's translations; the document's others follow, places last."""

EVENTS = Importer(
    resource=Resource.EVENT,
    schema=EventRecord,
    parts=PARTS,
    table=EventRow,
    transform=transform_event,
    view_texts=texts_at(
        "title", "summary", "purpose", "date.note", "strand.note", "part_of.note", "locations_note", "forms", "note"
    ),
    view_omits=("span", "date_order", "source_position"),
)
