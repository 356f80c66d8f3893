"""From the documents of places to records and rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.build.common.context import BuildContext, LinkedPlace
from app.build.common.importer import Importer, Job, Record, Transformed, texts_at
from app.build.common.rows import Rows
from app.build.common.trees import evidence_of, tree
from app.languages import Language
from app.model.codes import Resource
from app.model.columns import Tree
from app.model.schemas import gcj02_of
from app.resources.locations.document import CoordinateSourceDocument, MentionDocument, PlaceDocument
from app.resources.locations.schema import PARTS, LocationRecord
from app.resources.locations.table import (
    CoordinateSourceRow,
    LocationAncestorRow,
    LocationCampaignRow,
    LocationRow,
)

BY_ALL_CAMPAIGNS = ("mentions", "named_in_source")
"""The fields of a place's record that depend on every campaign that mentions it."""


@dataclass(frozen=True)
class PlaceLinks:
    """What the campaigns' sources say of a place."""

    language: Language
    """The language that the place's name was first written in."""
    mentions: list[Tree] = field(default_factory=list)
    evidence: list[Tree] = field(default_factory=list)

    def add(self, mention: MentionDocument, campaign: str, language: Language) -> None:
        """Add a campaign's mention of the place; `language` is the campaign's."""
        self.evidence.extend(evidence_of(mention, f"/mentions/{len(self.mentions)}"))
        said = tree(mention, language)
        del said["location"]
        self.mentions.append({"campaign": campaign, **said})


def link_place(place: PlaceDocument, language: Language, around: tuple[str, ...]) -> LinkedPlace:
    """Return a place as other records show it."""
    point = place.coordinates
    latitude, longitude = (point.latitude, point.longitude) if point else (None, None)
    return LinkedPlace(
        name=place.name.stored(language),
        kind=place.kind.value,
        latitude=latitude,
        longitude=longitude,
        gcj02=gcj02_of(latitude, longitude),
        around=around,
    )


def coordinate_source_rows(sources: Iterable[CoordinateSourceDocument]) -> Rows:
    """Return the rows of the sources of coordinates."""
    rows = Rows()
    for source in sources:
        url = source.licence_url
        rows.add(
            CoordinateSourceRow, id=source.id, licence=source.licence, licence_url=None if url is None else str(url)
        )
    return rows


def transform_location(job: Job, context: BuildContext) -> Transformed:
    """Transform a place; its links are PlaceLinks."""
    document: PlaceDocument = job.document
    links: PlaceLinks = job.links
    details = tree(document, links.language)
    code, point = details.pop("code"), details.pop("coordinates")
    place = context.places[document.id]
    path = [(id_, context.places[id_]) for id_ in reversed(place.around)]
    body = dict.fromkeys(_FIRST) | details
    body |= {
        "path": [{"id": id_, "name": step.name, "kind": step.kind} for id_, step in path],
        "latitude": place.latitude,
        "longitude": place.longitude,
        "gcj02": place.gcj02,
        "named_in_source": any(mention["named"] for mention in links.mentions),
        "admin_code": code and code["value"],
        "admin_code_scheme": code and code["scheme"],
        "precision": point and point["precision"],
        "uncertainty_km": point and point["uncertainty_km"],
        "coordinates_source": point
        and context.coordinate_sources[point["source"]]
        | {"reference": point["reference"], "confidence": point["confidence"]},
        "coordinates_note": details["coordinates_note"] or (point and point["note"]),
        "mentions": links.mentions,
    }
    record = Record(Resource.LOCATION, job.number, details["name"], body, links.evidence)
    return Transformed(record, _rows(job, record, context))


def _rows(job: Job, record: Record, context: BuildContext) -> Rows:
    rows, body, place = Rows(), record.body, context.places[record.id]
    source, gcj02 = body["coordinates_source"] or {}, body["gcj02"] or {}
    rows.add(
        LocationRow,
        body,
        number=job.number,
        coordinates_source=source.get("id"),
        coordinates_reference=source.get("reference"),
        confidence=source.get("confidence"),
        gcj02_latitude=gcj02.get("latitude"),
        gcj02_longitude=gcj02.get("longitude"),
        denotes_kind=body["denotes"] and body["denotes"]["kind"],
    )
    for ancestor in place.around:
        rows.add(LocationAncestorRow, ancestor=ancestor, location=record.id)
    for mention in body["mentions"]:
        rows.add(LocationCampaignRow, mention, location=record.id)
    language = context.language_of(job.campaign)
    rows.add_identifier(Resource.LOCATION, record.id, language, number=job.number, name=record.title)
    return rows


_FIRST = ("id", "name", "kind", "parent", "path")
"""The fields whose texts come first among the record's translations; the document's others follow in its order."""

LOCATIONS = Importer(
    resource=Resource.LOCATION,
    schema=LocationRecord,
    parts=PARTS,
    table=LocationRow,
    transform=transform_location,
    view_texts=texts_at(
        "name",
        "full_name",
        "address",
        "coordinates_source.name",
        "coordinates_note",
        "denotes.name",
        "note",
        attribution="coordinates_source.attribution",
    ),
)
