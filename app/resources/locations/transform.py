"""From the documents of places to records and rows."""

from dataclasses import dataclass, field

from app.build.common.importer import BuildContext, Importer, Job, LinkedPlace, Record, Rows, texts_at
from app.build.common.trees import evidence_of, tree
from app.languages import Language, Tree
from app.model.codes import COUNTY_KINDS, Resource
from app.model.gcj02 import gcj02_of
from app.resources.locations.document import MentionDocument, PlaceDocument
from app.resources.locations.schema import PARTS, LocationRecord
from app.resources.locations.table import LocationAncestorRow, LocationCampaignRow, LocationRow

COUNTY = "county"
"""The kind of the ids of counties and districts, beside those of all locations."""

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
        self.evidence.extend(evidence_of(mention, ("mentions", len(self.mentions))))
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
        has_code=place.code is not None,
        uncertainty_km=point.uncertainty_km if point else None,
        coordinates_source=point.source if point else None,
        fallback=place.fallback,
        around=around,
    )


def transform_location(job: Job, context: BuildContext) -> Record:
    """Transform a place; its links are PlaceLinks."""
    document: PlaceDocument = job.document
    links: PlaceLinks = job.links
    details = tree(document, links.language)
    code, point = details.pop("code") or {}, details.pop("coordinates") or {}
    place = context.places[document.id]
    path = [(id_, context.places[id_]) for id_ in reversed(place.around)]
    body = dict.fromkeys(_FIRST) | details
    body |= {
        # The schemes of codes are those of China's divisions.
        "country": "CN" if any(step.has_code for _, step in path) else None,
        "path": [{"id": id_, "name": step.name, "kind": step.kind} for id_, step in path],
        "latitude": place.latitude,
        "longitude": place.longitude,
        "gcj02": place.gcj02,
        "named_in_source": any(mention["named"] for mention in links.mentions),
        "admin_code": code.get("value"),
        "admin_code_scheme": code.get("scheme"),
        "precision": point.get("precision"),
        "uncertainty_km": point.get("uncertainty_km"),
        "coordinates_source": _source(point, context) if point else None,
        "coordinates_note": details["coordinates_note"] or point.get("note"),
        "mentions": links.mentions,
    }
    rows = _rows(job, body, links, context)
    return Record(Resource.LOCATION, job.number, details["name"], body, links.evidence, rows)


def _source(point: Tree, context: BuildContext) -> Tree:
    return context.coordinate_sources[point["source"]] | {name: point[name] for name in ("reference", "confidence")}


def _rows(job: Job, body: Tree, links: PlaceLinks, context: BuildContext) -> Rows:
    rows, id_, source = Rows(), body["id"], body["coordinates_source"] or {}
    rows.add(
        LocationRow,
        body,
        number=job.number,
        coordinates_reference=source.get("reference"),
        confidence=source.get("confidence"),
        source_position=context.source_position(links.evidence),
    )
    for ancestor in context.places[id_].around:
        rows.add(LocationAncestorRow, ancestor=ancestor, location=id_)
    for mention in body["mentions"]:
        rows.add(LocationCampaignRow, mention, location=id_)
    rows.add_identifier(Resource.LOCATION, id_, context.shared_language, body["name"], number=job.number)
    if body["kind"] in COUNTY_KINDS:
        rows.add_identifier(COUNTY, id_, context.shared_language, body["name"])
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
        "note",
        attribution="coordinates_source.attribution",
    ),
    view_omits=("source_position",),
)
